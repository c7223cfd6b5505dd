//! Writes what the fuzzer begins with: sound streams by our own encoder, one folder for each target.

use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bedrock_transport::event_stream::{HeaderValue, encode};

fn main() -> Result<(), Box<dyn Error>> {
    let frames: Vec<_> = EVENTS.iter().map(|json| frame(json)).collect::<Result<_, _>>()?;
    let exception = encode(
        [(":exception-type", "throttlingException".into()), (":message-type", "exception".into())],
        r#"{"message":"slow down"}"#,
    )?;
    let values = [
        ("bool", HeaderValue::Bool(true)),
        ("byte", HeaderValue::Byte(-1)),
        ("short", HeaderValue::Int16(-2)),
        ("int", HeaderValue::Int32(-3)),
        ("long", HeaderValue::Int64(-4)),
        ("bytes", HeaderValue::Bytes(b"\xff\0")),
        ("string", HeaderValue::String("ü")),
        ("time", HeaderValue::Timestamp(1_700_000_000_000)),
        ("uuid", HeaderValue::Uuid([7; 16])),
    ];
    let every_type = encode(values, "")?;
    let streams = [frames.concat(), [&frames[0][..], &exception].concat(), every_type.to_vec()];
    for (index, stream) in streams.iter().enumerate() {
        write("frames", index, &[&[7], &stream[..]].concat())?;
        write("frames_repaired", index, &[&[7], &without_checksums(stream)[..]].concat())?;
    }
    let sse: String = EVENTS.iter().map(|json| format!("event: message\ndata: {json}\n\n")).collect();
    for (index, stream) in
        [sse.clone(), sse.replace('\n', "\r\n"), "\u{feff}: c\rid: 1\rdata\r\r".into()].iter().enumerate()
    {
        write("sse", index, &[&[3, 200], stream.as_bytes()].concat())?;
    }
    for (index, json) in EVENTS.iter().enumerate() {
        write("chunk", index, envelope(json).as_bytes())?;
        write("chunk", index + EVENTS.len(), json.as_bytes())?;
    }
    write("chunk", 2 * EVENTS.len(), EVENTS.join("\n").as_bytes())
}

fn frame(json: &str) -> Result<bytes::Bytes, Box<dyn Error>> {
    let headers =
        [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")];
    Ok(encode(headers.map(|(name, value)| (name, value.into())), envelope(json))?)
}

fn envelope(json: &str) -> String {
    format!(r#"{{"bytes":"{}","p":"abcdefghijkl"}}"#, STANDARD.encode(json))
}

/// Frames in the form of the target `frames_repaired`, which makes the checksums itself.
fn without_checksums(mut stream: &[u8]) -> Vec<u8> {
    let mut input = Vec::new();
    while let [t0, t1, t2, t3, _, _, h0, h1, ..] = stream {
        let total = u32::from_be_bytes([*t0, *t1, *t2, *t3]) as usize;
        let (frame, rest) = stream.split_at(total);
        input.extend_from_slice(&(total as u16 - 16).to_be_bytes());
        input.extend_from_slice(&[*h0, *h1, 0, 0]);
        input.extend_from_slice(&frame[12..total - 4]);
        stream = rest;
    }
    input
}

fn write(target: &str, index: usize, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("seed-{index:02}")), bytes)?)
}

const EVENTS: [&str; 12] = [
    r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
    r#"{"type":"ping"}"#,
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi \u00e9\n\"there\""}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\": [1, 2e3]}"}}"#,
    r#"{"type":"content_block_stop","index":1}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
    r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9}}"#,
    r#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1,"outputTokenCount":9,"invocationLatency":5,"firstByteLatency":6}}"#,
    r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
];
