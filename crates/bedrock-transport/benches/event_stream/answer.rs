//! An answer as InvokeModelWithResponseStream sends it: thinking, text and a tool call, each event in an envelope in a frame.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};

/// The stream in the ways that it comes over a connection.
pub(crate) fn chunks() -> [(&'static str, Vec<Bytes>); 3] {
    let frames: Vec<_> = events().iter().enumerate().map(|(index, json)| frame(index, json)).collect();
    assert_eq!(frames.len(), EVENTS);
    let whole = Bytes::from(frames.concat());
    let pieces = whole.chunks(1000).map(Bytes::copy_from_slice).collect();
    [("frame_a_chunk", frames), ("one_chunk", vec![whole]), ("1000_bytes_a_chunk", pieces)]
}

pub(crate) const EVENTS: usize = 208;

fn frame(index: usize, json: &str) -> Bytes {
    let padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let padding = &padding[..1 + index * 7 % padding.len()];
    let payload = format!(r#"{{"bytes":"{}","p":"{padding}"}}"#, STANDARD.encode(json));
    let headers =
        [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")];
    let headers = headers.map(|(name, value)| Header::new(name, HeaderValue::String(value.into()))).into();
    let mut frame = BytesMut::new();
    write_message_to(&Message::new_from_parts(headers, payload), &mut frame).expect("within the format");
    frame.freeze()
}

fn events() -> Vec<String> {
    let start =
        |index, block| format!(r#"{{"type":"content_block_start","index":{index},"content_block":{block}}}"#);
    let delta = |index, delta| format!(r#"{{"type":"content_block_delta","index":{index},"delta":{delta}}}"#);
    let stop = |index| format!(r#"{{"type":"content_block_stop","index":{index}}}"#);

    let mut events = vec![
        concat!(
            r#"{"type":"message_start","message":{"model":"claude-opus-4-8","id":"msg_bdrk_01XFDUDYJgAACzvnptvVoYEL","#,
            r#""type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":"#,
            r#"{"input_tokens":2095,"cache_creation_input_tokens":0,"cache_read_input_tokens":1800,"output_tokens":3}}}"#
        )
        .to_owned(),
        start(0, r#"{"type":"thinking","thinking":"","signature":""}"#),
    ];
    events.extend((0..60).map(|step| {
        delta(0, format!(r#"{{"type":"thinking_delta","thinking":"step {step} of the thought, "}}"#))
    }));
    let signature = "EqQBCgIYAhIM".repeat(40);
    events.push(delta(0, format!(r#"{{"type":"signature_delta","signature":"{signature}"}}"#)));
    events.extend([stop(0), start(1, r#"{"type":"text","text":""}"#)]);
    events.extend(
        (0..120).map(|word| delta(1, format!(r#"{{"type":"text_delta","text":" word{word} and\n more"}}"#))),
    );
    events.extend([
        stop(1),
        start(2, r#"{"type":"tool_use","id":"toolu_bdrk_01T1x1","name":"weather","input":{}}"#),
    ]);
    events.extend((0..18).map(|key| {
        delta(2, format!(r#"{{"type":"input_json_delta","partial_json":"\"key{key}\": {key}, "}}"#))
    }));
    events.extend([
        stop(2),
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":489}}"#
            .to_owned(),
        concat!(
            r#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":2095,"outputTokenCount":489,"#,
            r#""invocationLatency":5432,"firstByteLatency":612,"cacheReadInputTokenCount":1800,"cacheWriteInputTokenCount":0}}"#
        )
        .to_owned(),
    ]);
    events
}
