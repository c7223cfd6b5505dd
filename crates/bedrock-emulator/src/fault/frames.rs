//! The pieces of a stream, broken: frames of InvokeModel and of Converse, and server-sent events.

use bedrock_transport::event_stream::encode;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::Fault;
use crate::envelope::type_of;
use crate::exception::status_of;
use crate::frames::{StreamFormat, chunk, named, sse};

/// A stream that is broken: its frames, and what comes then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) frames: Vec<Bytes>,
    pub(super) then: Then,
}

/// What follows the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The end of the body.
    End,
    /// This frame, without end.
    Repeat(Bytes),
    /// Nothing, and no end either.
    Stall,
}

/// The frames as `fault` would have them; `None` if it means nothing in their format.
pub(super) fn broken(fault: &Fault, format: StreamFormat, frames: &[Bytes]) -> Option<Broken> {
    // What makes a stream complete is its end, so a fault comes before it.
    let end = frames.len().saturating_sub(end_of(format));
    let split = |after: &usize| frames.split_at((*after).min(end));
    let ending_with = |after, frame| {
        let (before, _) = split(after);
        Broken { frames: [before, &[frame]].concat(), then: Then::End }
    };
    let with = |after, frame| {
        let (before, behind) = split(after);
        Broken { frames: [before, &[frame], behind].concat(), then: Then::End }
    };
    let then = |after, then| Broken { frames: split(after).0.to_vec(), then };
    Some(match fault {
        Fault::Exception { name, after } => ending_with(after, exception(format, name)),
        Fault::ErrorFrame { after } => ending_with(after, error(format)?),
        Fault::ErrorEvent { after } => ending_with(after, of_messages(format, "error", OVERLOADED)?),
        Fault::BadPayload { after } => with(after, bad_payload(format)),
        Fault::SecondStart { after } => with(after, frames.first()?.clone()),
        Fault::PingForEver { after } => then(after, Then::Repeat(of_messages(format, "ping", PING)?)),
        Fault::HugeFrame { after } => {
            let (before, _) = split(after);
            Broken { frames: [before, &[huge_prelude(format)?]].concat(), then: Then::Stall }
        }
        Fault::Flood => {
            // After the beginning of the message, and of its first block where that is told.
            let begun = if format == StreamFormat::Converse { 1 } else { 2 };
            then(&begun, Then::Repeat(delta(format)))
        }
        Fault::UnknownEvent => {
            let strangers = strangers(format);
            let (first, others) = frames.split_at(frames.len().min(1));
            Broken { frames: [&strangers, first, &strangers, others].concat(), then: Then::End }
        }
        Fault::NoStop => then(&end, Then::End),
        Fault::GarbageAfterStop => {
            let garbage = Bytes::from_static(b"these bytes mean nothing to anybody");
            Broken { frames: [frames, &[garbage]].concat(), then: Then::End }
        }
        _ => return None,
    })
}

/// How many pieces are the end of a stream: in Converse `messageStop` and `metadata`.
fn end_of(format: StreamFormat) -> usize {
    match format {
        StreamFormat::InvokeModel | StreamFormat::Sse => 1,
        StreamFormat::Converse => 2,
    }
}

/// An event of Messages where there are such.
fn of_messages(format: StreamFormat, name: &str, event: &[u8]) -> Option<Bytes> {
    match format {
        StreamFormat::InvokeModel => Some(chunk(event, "")),
        StreamFormat::Sse => Some(sse(name, event)),
        StreamFormat::Converse => None,
    }
}

fn delta(format: StreamFormat) -> Bytes {
    match format {
        StreamFormat::InvokeModel => chunk(DELTA, ""),
        StreamFormat::Sse => sse("content_block_delta", DELTA),
        StreamFormat::Converse => named("contentBlockDelta", CONVERSE_DELTA),
    }
}

fn bad_payload(format: StreamFormat) -> Bytes {
    match format {
        StreamFormat::InvokeModel => named("chunk", NO_JSON),
        StreamFormat::Sse => sse("content_block_delta", NO_JSON),
        StreamFormat::Converse => named("contentBlockDelta", NO_JSON),
    }
}

/// What a newer version might send.
fn strangers(format: StreamFormat) -> Vec<Bytes> {
    let initial = named("initial-response", b"{}");
    let never_seen = named("neverSeenBefore", b"not even JSON");
    match format {
        StreamFormat::InvokeModel => vec![
            initial,
            never_seen,
            chunk(br#"{"type":"never_seen_before","index":0}"#, ""),
            chunk(br#"{"without":"a type"}"#, ""),
        ],
        StreamFormat::Converse => vec![initial, named("neverSeenBefore", br#"{"some":"thing"}"#)],
        StreamFormat::Sse => vec![
            Bytes::from_static(b": a comment\n\n"),
            sse("never_seen_before", br#"{"type":"never_seen_before","index":0}"#),
        ],
    }
}

/// Server-sent events have no exceptions, but an error of the type that the exception stands for.
fn exception(format: StreamFormat, name: &str) -> Bytes {
    if format == StreamFormat::Sse {
        let kind = type_of(status(name));
        let error = json!({"type": kind.as_str(), "message": MESSAGE});
        return sse("error", json!({"type": "error", "error": error}).to_string().as_bytes());
    }
    let headers =
        [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    frame(&headers, json!({"message": MESSAGE}).to_string().as_bytes())
}

/// One that Bedrock does not have is a failure of its own.
pub(super) fn status(exception: &str) -> StatusCode {
    status_of(exception).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn error(format: StreamFormat) -> Option<Bytes> {
    let headers =
        [(":error-code", "InternalFailure"), (":error-message", MESSAGE), (":message-type", "error")];
    (format != StreamFormat::Sse).then(|| frame(&headers, b""))
}

fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).into()));
    // A name of an exception may be of any length, a header may not.
    encode(headers, payload).unwrap_or_default()
}

/// A sound prelude of a frame of nearly 4 GiB; server-sent events announce no lengths.
fn huge_prelude(format: StreamFormat) -> Option<Bytes> {
    let lengths = [0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0];
    let prelude = || [&lengths[..], &crc32fast::hash(&lengths).to_be_bytes()].concat().into();
    (format != StreamFormat::Sse).then(prelude)
}

/// What errors that were asked for say.
pub(super) const MESSAGE: &str = "a fault that was asked for";
const NO_JSON: &[u8] = b"<html>no JSON</html>";
const CONVERSE_DELTA: &[u8] = br#"{"contentBlockIndex":0,"delta":{"text":"and on "}}"#;
const PING: &[u8] = br#"{"type":"ping"}"#;
const DELTA: &[u8] =
    br#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"and on "}}"#;
const OVERLOADED: &[u8] =
    br#"{"type":"error","error":{"type":"overloaded_error","message":"a fault that was asked for"}}"#;

#[cfg(test)]
mod tests {
    use bedrock_transport::event_stream::{Decoder, EventMessage};

    use super::*;

    fn frames() -> Vec<Bytes> {
        (0..4).map(|number| chunk(format!(r#"{{"number":{number}}}"#).as_bytes(), "")).collect()
    }

    fn broken_by(fault: &str) -> Broken {
        broken(&fault.parse().unwrap(), StreamFormat::InvokeModel, &frames()).unwrap()
    }

    fn decoded(frames: &[Bytes]) -> Vec<EventMessage> {
        let mut decoder = Decoder::new();
        decoder.push(frames.concat().into());
        std::iter::from_fn(|| decoder.next_message().unwrap()).collect()
    }

    #[test]
    fn a_fault_comes_after_so_many_frames_and_before_the_last() {
        for (fault, place) in [("error-event:0", 0), ("error-event:2", 2), ("error-event", 3)] {
            let Broken { frames: broken, then } = broken_by(fault);
            assert_eq!((broken.len(), then), (place + 1, Then::End), "{fault}");
            assert_eq!(broken[..place], frames()[..place], "{fault}");
        }
    }

    #[test]
    fn what_is_no_end_is_followed_by_the_rest() {
        for fault in ["bad-payload:1", "second-start:1"] {
            let Broken { frames: broken, .. } = broken_by(fault);
            assert_eq!((&broken[..1], &broken[2..]), (&frames()[..1], &frames()[1..]), "{fault}");
        }
        assert_eq!(broken_by("second-start:1").frames[1], frames()[0]);
    }

    #[test]
    fn exceptions_and_errors_are_sound_frames() {
        let last = decoded(&broken_by("exception:throttlingException:1").frames).pop().unwrap();
        assert_eq!(
            (last.message_type(), last.exception_type()),
            (Some("exception"), Some("throttlingException"))
        );
        assert_eq!(last.payload, r#"{"message":"a fault that was asked for"}"#);
        let last = decoded(&broken_by("error-frame").frames).pop().unwrap();
        assert_eq!((last.message_type(), last.error_code()), (Some("error"), Some("InternalFailure")));
    }

    #[test]
    fn a_huge_frame_is_announced_and_never_comes() {
        let Broken { frames, then } = broken_by("huge-frame");
        assert_eq!((frames.last().unwrap().len(), then), (12, Then::Stall));
        let mut decoder = Decoder::new();
        decoder.push(frames.concat().into());
        for _ in 0..3 {
            decoder.next_message().unwrap();
        }
        decoder.next_message().unwrap_err();
    }

    #[test]
    fn other_faults_leave_frames_alone() {
        assert_eq!(broken(&Fault::Cut(7), StreamFormat::InvokeModel, &frames()), None);
        assert_eq!(broken_by("no-stop").frames, frames()[..3]);
        assert_eq!(decoded(&broken_by("unknown-event").frames).len(), 12);
    }

    #[test]
    fn each_format_has_the_faults_that_mean_something_in_it() {
        let faults = [
            "exception:throttlingException:1",
            "error-frame:1",
            "error-event:1",
            "bad-payload:1",
            "huge-frame:1",
            "ping-for-ever:1",
            "second-start:1",
            "flood",
            "unknown-event",
            "no-stop",
            "garbage-after-stop",
        ];
        let means = |format: StreamFormat| {
            let frames = frames();
            let means = move |fault: &&str| broken(&fault.parse().unwrap(), format, &frames).is_some();
            faults.into_iter().filter(means).collect::<Vec<_>>()
        };
        assert_eq!(means(StreamFormat::InvokeModel), faults);
        let without = |missing: &[&str]| {
            faults.into_iter().filter(|fault| !missing.contains(fault)).collect::<Vec<_>>()
        };
        assert_eq!(means(StreamFormat::Converse), without(&["error-event:1", "ping-for-ever:1"]));
        assert_eq!(means(StreamFormat::Sse), without(&["error-frame:1", "huge-frame:1"]));
    }

    #[test]
    fn an_exception_is_an_error_event_in_server_sent_events() {
        for (name, kind) in [
            ("throttlingException", "rate_limit_error"),
            ("serviceUnavailableException", "overloaded_error"),
            ("modelTimeoutException", "timeout_error"),
            ("neverSeenException", "api_error"),
        ] {
            let fault = Fault::Exception { name: name.to_owned(), after: 1 };
            let Broken { frames, .. } = broken(&fault, StreamFormat::Sse, &frames()).unwrap();
            let last = String::from_utf8(frames.last().unwrap().to_vec()).unwrap();
            assert!(last.starts_with("event: error\ndata: {") && last.ends_with("}\n\n"), "{last}");
            assert!(last.contains(&format!(r#""type":"{kind}""#)), "{last}");
        }
    }

    #[test]
    fn the_end_of_converse_is_two_frames() {
        let broken = broken(&Fault::NoStop, StreamFormat::Converse, &frames()).unwrap();
        assert_eq!(broken.frames, frames()[..2]);
    }
}
