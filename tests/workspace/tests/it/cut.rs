//! A stream that does not end well is never a message, and gives back what came.

use bedrock_client::{ErrorKind, Framing, StreamDecoder, StreamFailure};
use bedrock_transport::event_stream::{HeaderValue, encode};
use bytes::Bytes;
use proptest::prelude::*;

use crate::support::{STREAM, Scripted, answer, hello, recorded_stream};

/// Decodes `bytes` in pieces that end at `cuts`; gives the text of the events and the outcome.
fn decode(bytes: &Bytes, cuts: &[usize]) -> (String, Result<bedrock_types::Message, bedrock_client::Error>) {
    let mut decoder = StreamDecoder::new(Framing::detect(bytes));
    let mut text = String::new();
    let mut from = 0;
    for to in cuts.iter().copied().filter(|cut| *cut <= bytes.len()).chain([bytes.len()]) {
        if to > from {
            decoder.push(bytes.slice(from..to));
            from = to;
        }
        loop {
            match decoder.next_event() {
                Ok(Some(event)) => text.push_str(event.text().unwrap_or_default()),
                Ok(None) => break,
                Err(error) => return (text, Err(error)),
            }
        }
    }
    (text, decoder.finish())
}

#[tokio::test]
async fn a_stream_cut_at_any_byte_is_an_error_with_the_part_that_came() {
    let whole = recorded_stream().await;
    let (text, message) = decode(&whole, &[]);
    let message = message.expect("the whole stream is a message");
    assert_eq!(message.text(), text);
    let mut kinds = std::collections::BTreeSet::new();
    for length in 0..whole.len() {
        let (part, outcome) = decode(&whole.slice(..length), &[]);
        let error = outcome.expect_err("cut");
        assert!(text.starts_with(&part));
        assert_eq!(
            error.partial_message().map(|message| message.text()).unwrap_or_default(),
            part,
            "at {length}"
        );
        kinds.insert(error.kind().as_str());
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["stream_incomplete", "stream_truncated"]);
}

#[test]
fn a_flipped_bit_never_makes_another_message() {
    let whole = begun().into_iter().chain(ended()).collect::<Vec<_>>().concat();
    assert!(decode(&whole.clone().into(), &[]).1.is_ok());
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&bytes.into(), &[]).1.is_err(), "bit {bit}");
    }
}

#[tokio::test]
async fn pieces_do_not_matter() {
    let whole = recorded_stream().await;
    let expected = decode(&whole, &[]).1.unwrap();
    let each_byte: Vec<usize> = (1..whole.len()).collect();
    assert_eq!(decode(&whole, &each_byte).1.unwrap(), expected);
    for size in [2, 7, 100, 1000] {
        let cuts: Vec<usize> = (1..whole.len()).step_by(size).collect();
        assert_eq!(decode(&whole, &cuts).1.unwrap(), expected);
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_an_error_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), binary in any::<bool>()) {
        let framing = if binary { Framing::EventStream } else { Framing::Sse };
        let mut decoder = StreamDecoder::new(framing);
        decoder.push(bytes.into());
        while let Ok(Some(_)) = decoder.next_event() {}
        prop_assert!(decoder.finish().is_err());
    }

    #[test]
    fn arbitrary_payloads_in_sound_frames_are_an_error_and_no_panic(
        payload in proptest::collection::vec(any::<u8>(), 0..200),
        kind in "event|exception|error|[a-z]{1,8}",
    ) {
        let frame = frame(&[(":message-type", &kind), (":event-type", "chunk")], &payload);
        prop_assert!(decode(&frame, &[]).1.is_err());
    }
}

pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    encode(headers.iter().map(|(name, value)| (*name, HeaderValue::String(value))), payload).unwrap()
}

/// Frames of a stream that has begun: `Hello` has come.
fn begun() -> Vec<Bytes> {
    [
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
    ]
    .into_iter()
    .map(chunk)
    .collect()
}

/// Frames that end it.
fn ended() -> Vec<Bytes> {
    [
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        r#"{"type":"message_stop"}"#,
    ]
    .into_iter()
    .map(chunk)
    .collect()
}

pub(crate) fn chunk(json: &str) -> Bytes {
    let payload = format!(r#"{{"bytes":"{}","p":"abc"}}"#, base64(json));
    frame(
        &[(":message-type", "event"), (":event-type", "chunk"), (":content-type", "application/json")],
        payload.as_bytes(),
    )
}

fn base64(text: &str) -> String {
    // The only encoder in reach is the one of the schema.
    bedrock_types::Base64Source::from_bytes("", text.as_bytes()).data
}

pub(crate) fn exception(name: &str, payload: &str) -> Bytes {
    frame(&[(":message-type", "exception"), (":exception-type", name)], payload.as_bytes())
}

/// A rule, the last frame, and what the error says: kind, code, status, whether another try may go better.
type Failing = (&'static str, Bytes, ErrorKind, Option<&'static str>, Option<u16>, bool);

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    use StreamFailure::{Api, Corrupt, Exception};
    let error_headers =
        [(":message-type", "error"), (":error-code", "InternalFailure"), (":error-message", "boom")];
    let cases: [Failing; 13] = [
        (
            "an exception has its name and AWS's status",
            exception("throttlingException", r#"{"message":"Too many requests"}"#),
            ErrorKind::Stream(Exception),
            Some("throttlingException"),
            Some(429),
            true,
        ),
        (
            "a validation exception is not worth another try",
            exception("validationException", r#"{"message":"no"}"#),
            ErrorKind::Stream(Exception),
            Some("validationException"),
            Some(400),
            false,
        ),
        (
            "a model's failure is judged by its original status",
            exception(
                "modelStreamErrorException",
                r#"{"message":"m","originalStatusCode":500,"originalMessage":"x"}"#,
            ),
            ErrorKind::Stream(Exception),
            Some("modelStreamErrorException"),
            Some(424),
            true,
        ),
        (
            "an unknown exception keeps its name, whatever its payload",
            exception("brandNewException", "no JSON"),
            ErrorKind::Stream(Exception),
            Some("brandNewException"),
            None,
            false,
        ),
        (
            "an error frame has its facts in headers",
            frame(&error_headers, b""),
            ErrorKind::Stream(Exception),
            Some("InternalFailure"),
            None,
            false,
        ),
        (
            "an error frame of a known name has its status",
            frame(
                &[
                    (":message-type", "error"),
                    (":error-code", "ThrottlingException"),
                    (":error-message", "m"),
                ],
                b"",
            ),
            ErrorKind::Stream(Exception),
            Some("ThrottlingException"),
            Some(429),
            true,
        ),
        (
            "an error event is the model's",
            chunk(r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#),
            ErrorKind::Stream(Api),
            Some("overloaded_error"),
            Some(529),
            true,
        ),
        (
            "an unknown message type",
            frame(&[(":message-type", "novel")], b"{}"),
            ErrorKind::Stream(Corrupt),
            None,
            None,
            false,
        ),
        (
            "a payload that is not JSON",
            frame(&[(":message-type", "event"), (":event-type", "chunk")], b"<html>"),
            ErrorKind::Decode,
            None,
            None,
            false,
        ),
        ("a chunk that is an array", chunk("[]"), ErrorKind::Decode, None, None, false),
        ("a second beginning", begun().swap_remove(0), ErrorKind::Protocol, None, None, false),
        (
            "a delta without its block",
            chunk(r#"{"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"x"}}"#),
            ErrorKind::Protocol,
            None,
            None,
            false,
        ),
        ("a length beyond all bounds", huge(), ErrorKind::TooLarge, None, None, false),
    ];
    for (rule, last, kind, code, status, retryable) in cases {
        let mut bytes = begun().concat();
        bytes.extend_from_slice(&last);
        let scripted = Scripted::new([answer(200, &STREAM, bytes)]);
        let mut stream = scripted.client().messages().stream(&hello()).await.unwrap();
        let error = loop {
            match stream.next_event().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{rule}: complete"),
                Err(error) => break error,
            }
        };
        assert_eq!(
            (error.kind(), error.code(), error.status(), error.is_retryable()),
            (kind, code, status, retryable),
            "{rule}"
        );
        assert_eq!(error.partial_message().map(|message| message.text()).as_deref(), Some("Hello"), "{rule}");
        assert_eq!((error.request_id(), error.attempts()), (Some("r-1"), 1), "{rule}");
        assert_eq!(stream.next_event().await.unwrap_err().kind(), kind, "{rule}: it stays failed");
        assert_eq!(stream.into_message().unwrap_err().kind(), kind, "{rule}");
        assert_eq!(scripted.requests().len(), 1, "{rule}: an answer that has begun is not asked for again");
    }
}

/// A sound prelude that announces nearly 4 GiB.
fn huge() -> Bytes {
    let mut prelude = vec![0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0];
    prelude.extend(crc32(&prelude).to_be_bytes());
    prelude.into()
}

/// The checksum of frames, slow and plain.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[tokio::test]
async fn what_is_unknown_is_skipped_and_what_follows_the_end_is_not_read() {
    let mut frames = vec![frame(&[(":message-type", "event"), (":event-type", "initial-response")], b"{}")];
    frames.extend(begun());
    frames.push(frame(&[(":message-type", "event"), (":event-type", "brandNew")], b"not even JSON"));
    frames.push(chunk(r#"{"keep":"alive"}"#));
    frames.push(chunk(r#"{"type":"brand_new_event"}"#));
    frames.extend(ended());
    frames.push(Bytes::from_static(b"garbage"));
    let scripted = Scripted::new([answer(200, &STREAM, frames.concat())]);
    let message = scripted.client().messages().stream(&hello()).await.unwrap().final_message().await.unwrap();
    assert_eq!(message.text(), "Hello");
}

/// Gateways write the event and not the type into its data; whatever is in there, the answer has ended.
#[test]
fn an_event_named_error_ends_a_stream_of_text_whatever_its_data() {
    for (data, code, status, retryable, message) in [
        (
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            Some("overloaded_error"),
            Some(529),
            true,
            "Overloaded",
        ),
        (
            r#"{"error":{"type":"rate_limit_error","message":"slow down"}}"#,
            Some("rate_limit_error"),
            Some(429),
            true,
            "slow down",
        ),
        (
            r#"{"type":"invalid_request_error","message":"no"}"#,
            Some("invalid_request_error"),
            Some(400),
            false,
            "no",
        ),
        (
            r#"{"code":"throttlingException","message":"slow"}"#,
            Some("throttlingException"),
            Some(429),
            true,
            "slow",
        ),
        (r#"{"message":"The security token expired"}"#, None, None, false, "The security token expired"),
        (r#"{"type":"error","error":"upstream is gone"}"#, None, None, false, "upstream is gone"),
        ("upstream is gone", None, None, false, "upstream is gone"),
        ("{}", None, None, false, "no message"),
        ("", None, None, false, "no message"),
    ] {
        let start = r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#;
        let stream = format!("event: message_start\ndata: {start}\n\nevent: error\ndata: {data}\n\n");
        let error = decode(&stream.into(), &[]).1.expect_err(data);
        let facts = (error.kind(), error.code(), error.status(), error.is_retryable(), error.message());
        assert_eq!(
            facts,
            (ErrorKind::Stream(StreamFailure::Api), code, status, retryable, message),
            "{data}"
        );
        assert!(error.partial_message().is_some(), "{data}");
    }
    // A member of that name in an event of another is no failure of the stream.
    let mut decoder = StreamDecoder::new(Framing::Sse);
    decoder.push("event: note\ndata: {\"error\":\"none\"}\n\n".into());
    assert!(decoder.next_event().unwrap().is_none());
}

#[test]
fn a_framing_is_told_from_its_first_byte() {
    for (bytes, framing) in [
        (&b"event: ping\n"[..], Framing::Sse),
        (b"\n\n", Framing::Sse),
        (b"\xef\xbb\xbfdata", Framing::Sse),
        (b"\0\0\x01\xa4", Framing::EventStream),
        (b"\xff\xff\xff\xf0", Framing::EventStream),
        (b"", Framing::EventStream),
    ] {
        assert_eq!(Framing::detect(bytes), framing, "{bytes:?}");
    }
}
