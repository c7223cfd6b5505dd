//! Streams that are cut, spoilt or refused on their way.

use bedrock_client::{ErrorKind, MessageStreamEvent, StreamFailure};
use bytes::Bytes;

use super::{
    always, broken_stream, client, partial_text, patiently,
    server::{STREAM_HEAD, Server},
};
use crate::{
    cut::{chunk, frame},
    support::{hello, recorded_stream},
};

/// Where each frame of a stream begins, and where the last one ends.
fn boundaries(stream: &[u8]) -> Vec<usize> {
    let mut at = vec![0];
    while let Some(length) = stream.get(at[at.len() - 1]..).and_then(|rest| rest.first_chunk::<4>()) {
        at.push(at[at.len() - 1] + usize::try_from(u32::from_be_bytes(*length)).unwrap());
    }
    at
}

/// A stream that is broken like this fails so, once, with the text of the events that came.
async fn fails(fault: &str, kind: &str) -> bedrock_client::Error {
    let emulator = always(fault).await;
    let (text, error) = broken_stream(&client(&emulator)).await;
    assert_eq!((error.kind().as_str(), error.attempts()), (kind, 1), "{fault}: {error}");
    assert_eq!(partial_text(&error).unwrap_or_default(), text, "{fault}");
    assert!(error.request_id().is_some(), "{fault}");
    error
}

#[tokio::test]
async fn a_cut_inside_a_frame_is_truncated_and_between_frames_incomplete() {
    let boundaries = boundaries(&recorded_stream().await);
    let (begin, end) = (boundaries[5], boundaries[6]);
    for byte in [begin + 1, begin + 12, begin + 40, end - 20, end - 4, end - 1] {
        // A proxy that ends the body well, and a connection that is lost.
        for fault in [format!("end:{byte}"), format!("cut:{byte}")] {
            let error = fails(&fault, "stream_truncated").await;
            assert_eq!(partial_text(&error).as_deref(), Some("Hello from "), "{fault}");
        }
    }
    let error = fails(&format!("end:{begin}"), "stream_incomplete").await;
    assert_eq!(partial_text(&error).as_deref(), Some("Hello from "));
    assert!(error.is_retryable());
    let error = fails(&format!("cut:{begin}"), "stream_truncated").await;
    assert_eq!(partial_text(&error).as_deref(), Some("Hello from "));
}

#[tokio::test]
async fn an_end_between_frames_is_incomplete_however_the_end_is_told() {
    let stream = recorded_stream().await;
    let part = stream.slice(..boundaries(&stream)[5]);
    let kind = "content-type: application/vnd.amazon.eventstream\r\n";
    let head = |more: &str| Bytes::from(format!("HTTP/1.1 200 OK\r\n{kind}{more}\r\n"));
    let sized = [head(&format!("content-length: {}\r\n", part.len())), part.clone()].concat();
    let chunked = [
        head("transfer-encoding: chunked\r\n"),
        format!("{:x}\r\n", part.len()).into(),
        part.clone(),
        "\r\n0\r\n\r\n".into(),
    ]
    .concat();
    let closed = [head(""), part].concat();
    for answer in [sized, chunked, closed] {
        let server = Server::answering(answer).await;
        let (text, error) = broken_stream(&server.client()).await;
        assert_eq!(
            (error.kind(), text.as_str()),
            (ErrorKind::Stream(StreamFailure::Incomplete), "Hello from ")
        );
    }
}

#[tokio::test]
async fn an_end_before_message_stop_keeps_stop_reason_and_usage() {
    let error = fails("no-stop", "stream_incomplete").await;
    let partial = error.partial_message().unwrap();
    assert_eq!(partial.stop_reason, Some(bedrock_types::StopReason::EndTurn));
    assert!(partial.usage.output_tokens > 1);
    assert_eq!(partial.content.len(), 1);
}

#[tokio::test]
async fn a_tool_call_that_is_cut_does_not_look_finished() {
    let events = [
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Par"}}"#,
    ];
    let server =
        Server::answering([Bytes::from(STREAM_HEAD), events.map(chunk).concat().into()].concat()).await;
    let (_, error) = broken_stream(&server.client()).await;
    assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Incomplete));
    let block = serde_json::to_value(&error.partial_message().unwrap().content[0]).unwrap();
    assert_eq!((&block["partial_json"], block.get("input")), (&r#"{"city": "Par"#.into(), None));
}

#[tokio::test]
async fn nothing_and_pings_alone_are_no_message() {
    let error = fails("empty", "stream_incomplete").await;
    assert!(error.partial_message().is_none());
    let pings = [Bytes::from(STREAM_HEAD), chunk(r#"{"type":"ping"}"#), chunk(r#"{"type":"ping"}"#)];
    let (_, error) = broken_stream(&Server::answering(pings.concat()).await.client()).await;
    assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Incomplete));
    assert!(error.partial_message().is_none());
}

#[tokio::test]
async fn a_lost_connection_is_truncated_on_a_stream() {
    let middle = boundaries(&recorded_stream().await)[6];
    for fault in [format!("reset:{middle}"), format!("cut:{}", middle + 9), "cut:0".to_owned()] {
        fails(&fault, "stream_truncated").await;
    }
}

#[tokio::test]
async fn a_flipped_bit_is_corrupt_and_what_follows_is_not_used() {
    let boundaries = boundaries(&recorded_stream().await);
    let (begin, end) = (boundaries[5], boundaries[6]);
    for (byte, bit) in [(begin + 3, 0), (begin + 9, 4), (begin + 30, 7), (end - 30, 0), (end - 1, 3)] {
        let error = fails(&format!("flip:{byte}.{bit}"), "stream_corrupt").await;
        assert_eq!(partial_text(&error).as_deref(), Some("Hello from "), "{byte}.{bit}");
    }
}

#[tokio::test]
async fn an_impossible_length_is_refused_from_its_prelude() {
    fails("huge-frame", "too_large").await;
    fails("huge-frame:0", "too_large").await;
}

/// A frame with these lengths in its prelude, and checksums that hold.
fn sealed(total: u32, headers: u32, rest: &[u8]) -> Bytes {
    let mut frame = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    frame.extend(crate::cut::crc32(&frame).to_be_bytes());
    frame.extend(rest);
    frame.extend(crate::cut::crc32(&frame).to_be_bytes());
    frame.into()
}

/// A frame with these bytes as its headers.
fn with_headers(headers: &[u8]) -> Bytes {
    let length = u32::try_from(headers.len()).unwrap();
    sealed(16 + length, length, headers)
}

#[tokio::test]
async fn malformed_frames_are_corrupt() {
    let begun = chunk(
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
    );
    for (rule, malformed) in [
        ("no length", sealed(0, 0, b"")),
        ("a length within the prelude", sealed(11, 0, b"")),
        ("one byte too few", sealed(15, 0, b"")),
        ("headers longer than the frame", sealed(20, 16, b"abcd")),
        ("a header type of 10", with_headers(b"\x01a\x0a")),
        ("a header type of 255", with_headers(b"\x01a\xff")),
        ("a value that overruns", with_headers(b"\x01a\x07\xff\xffb")),
        ("a name that overruns", with_headers(b"\xffa\x07\x00\x00")),
        ("a name that is not UTF-8", with_headers(b"\x01\xff\x07\x00\x01b")),
        ("a checksum of the prelude", Bytes::from_static(&[0, 0, 0, 20, 0, 0, 0, 0, 1, 2, 3, 4])),
    ] {
        let server = Server::answering([Bytes::from(STREAM_HEAD), begun.clone(), malformed].concat()).await;
        let (_, error) = broken_stream(&server.client()).await;
        assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Corrupt), "{rule}: {error}");
        assert!(error.partial_message().is_some(), "{rule}");
    }
}

#[tokio::test]
async fn every_byte_alone_makes_the_same_message() {
    let emulator = always("dribble:0").await;
    let message = patiently(client(&emulator).messages().stream(&hello())).await.unwrap().final_message();
    let plain = bedrock_emulator::Emulator::builder().start().await.unwrap();
    let expected = client(&plain).messages().create(&hello()).await.unwrap();
    assert_eq!(patiently(message).await.unwrap(), expected.into_inner());
}

#[tokio::test]
async fn each_exception_keeps_its_name_status_and_the_part() {
    for (name, status, retryable) in [
        ("throttlingException", Some(429), true),
        ("modelTimeoutException", Some(408), true),
        ("serviceUnavailableException", Some(503), true),
        ("internalServerException", Some(500), true),
        ("modelStreamErrorException", Some(424), false),
        ("validationException", Some(400), false),
        ("neverHeardOfException", None, false),
    ] {
        for after in [0, 5] {
            let error = fails(&format!("exception:{name}:{after}"), "stream_exception").await;
            let facts = (error.code(), error.status(), error.is_retryable());
            assert_eq!(facts, (Some(name), status, retryable));
            let part = (after == 5).then(|| "Hello from ".to_owned());
            assert_eq!(partial_text(&error), part, "{name}");
            assert!(error.to_string().contains("a fault that was asked for"), "{error}");
        }
    }
}

#[tokio::test]
async fn errors_in_frames_and_events_keep_their_code() {
    for after in [0, 5] {
        let error = fails(&format!("error-frame:{after}"), "stream_exception").await;
        assert_eq!(error.code(), Some("InternalFailure"));
        let error = fails(&format!("error-event:{after}"), "stream_api").await;
        assert_eq!((error.code(), error.is_retryable()), (Some("overloaded_error"), true));
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_comes_out_of_order_names_its_frame() {
    let error = fails("bad-payload", "decode").await;
    assert_eq!(partial_text(&error).as_deref(), Some("Hello from "));
    assert!(error.to_string().contains("frame "), "{error}");
    let error = fails("second-start", "protocol").await;
    assert_eq!(partial_text(&error).as_deref(), Some("Hello from "));
}

#[tokio::test]
async fn strangers_and_what_follows_the_end_do_no_harm() {
    for fault in ["unknown-event", "garbage-after-stop", "no-last-chunk", "trailers", "short-length"] {
        let emulator = always(fault).await;
        let stream = patiently(client(&emulator).messages().stream(&hello())).await.unwrap();
        let message =
            patiently(stream.final_message()).await.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert!(message.text().starts_with("Hello from the local"), "{fault}");
    }
}

#[tokio::test]
async fn unknown_blocks_and_stop_reasons_are_kept() {
    let events = [
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"hologram","depth":[1,2]}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"hologram_delta","more":3}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"bored"},"usage":{"output_tokens":2}}"#,
        r#"{"type":"message_stop"}"#,
    ];
    let server =
        Server::answering([Bytes::from(STREAM_HEAD), events.map(chunk).concat().into()].concat()).await;
    let stream = server.client().messages().stream(&hello()).await.unwrap();
    let message = serde_json::to_value(patiently(stream.final_message()).await.unwrap()).unwrap();
    assert_eq!(message["content"][0], serde_json::json!({"type": "hologram", "depth": [1, 2]}));
    assert_eq!(message["stop_reason"], "bored");
}

#[tokio::test]
async fn tool_input_is_kept_as_it_came() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    for input in [r#"{"a":1e400}"#, r#"{"a":"\ud800"}"#, &deep] {
        let delta = serde_json::json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": input}});
        let frames = [
            chunk(
                r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            ),
            chunk(
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#,
            ),
            chunk(&delta.to_string()),
            chunk(r#"{"type":"content_block_stop","index":0}"#),
            chunk(
                r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}"#,
            ),
            chunk(r#"{"type":"message_stop"}"#),
        ];
        let server = Server::answering([Bytes::from(STREAM_HEAD), frames.concat().into()].concat()).await;
        let stream = server.client().messages().stream(&hello()).await.unwrap();
        let message = patiently(stream.final_message()).await.unwrap();
        assert!(serde_json::to_string(&message).unwrap().contains(input), "{}", &input[..12]);
    }
}

#[tokio::test]
async fn size_is_no_fault() {
    let delta = |text: &str| {
        chunk(&format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}}"#
        ))
    };
    let stream = |deltas: Vec<Bytes>| {
        let begun = [
            r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        ];
        let ended = [
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
            r#"{"type":"message_stop"}"#,
        ];
        let frames = [begun.map(chunk).to_vec(), deltas, ended.map(chunk).to_vec()].concat();
        [vec![Bytes::from(STREAM_HEAD)], frames].concat().concat()
    };
    let (long, longest) = ("x".repeat(200 << 10), "y".repeat(8 << 20));
    for (length, deltas) in [
        (200 << 10, vec![delta(&long)]),
        (8 << 20, vec![delta(&longest)]),
        (20_000, vec![delta("z"); 20_000]),
    ] {
        let server = Server::answering(stream(deltas)).await;
        let mut events = server.client().messages().stream(&hello()).await.unwrap();
        let mut text = 0;
        while let Some(event) = patiently(events.next_event()).await.unwrap() {
            if let MessageStreamEvent::ContentBlockDelta(_) = &event {
                text += event.text().unwrap_or_default().len();
            }
        }
        assert_eq!((text, events.into_message().unwrap().text().len()), (length, length));
    }
}

/// A frame of an event that has no name is passed over, one of a message type that has none is not.
#[tokio::test]
async fn an_unknown_message_type_is_corrupt() {
    let novel = frame(&[(":message-type", "novel")], b"{}");
    let (_, error) =
        broken_stream(&Server::answering([Bytes::from(STREAM_HEAD), novel].concat()).await.client()).await;
    assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Corrupt));
}
