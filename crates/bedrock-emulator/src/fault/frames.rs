//! The frames of a stream, broken.

use bedrock_transport::event_stream::encode;
use bytes::Bytes;

use super::Fault;
use crate::stream::chunk;

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

/// The frames as `fault` would have them; `None` if it leaves them alone.
pub(super) fn broken(fault: &Fault, frames: &[Bytes]) -> Option<Broken> {
    // The last frame is what makes a stream complete, so a fault comes before it.
    let last = frames.len().saturating_sub(1);
    let split = |after: &usize| frames.split_at((*after).min(last));
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
        Fault::Exception { name, after } => ending_with(after, exception(name)),
        Fault::ErrorFrame { after } => ending_with(after, error()),
        Fault::ErrorEvent { after } => ending_with(after, chunk(OVERLOADED, "")),
        Fault::BadPayload { after } => with(after, event("chunk", b"<html>no JSON</html>")),
        Fault::SecondStart { after } => with(after, frames.first()?.clone()),
        Fault::PingForEver { after } => then(after, Then::Repeat(chunk(PING, ""))),
        Fault::HugeFrame { after } => {
            let (before, _) = split(after);
            Broken { frames: [before, &[huge_prelude()]].concat(), then: Then::Stall }
        }
        Fault::Flood => {
            // After the beginning of the message and of its first block, which a text belongs to.
            then(&2, Then::Repeat(chunk(DELTA, "")))
        }
        Fault::UnknownEvent => {
            let strangers = [
                event("initial-response", b"{}"),
                event("neverSeenBefore", b"not even JSON"),
                chunk(br#"{"type":"never_seen_before","index":0}"#, ""),
                chunk(br#"{"without":"a type"}"#, ""),
            ];
            let (first, others) = frames.split_at(frames.len().min(1));
            Broken { frames: [&strangers, first, &strangers, others].concat(), then: Then::End }
        }
        Fault::NoStop => then(&last, Then::End),
        Fault::GarbageAfterStop => {
            let garbage = Bytes::from_static(b"these bytes mean nothing to anybody");
            Broken { frames: [frames, &[garbage]].concat(), then: Then::End }
        }
        _ => return None,
    })
}

fn event(kind: &str, payload: &[u8]) -> Bytes {
    frame(
        &[(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")],
        payload,
    )
}

fn exception(name: &str) -> Bytes {
    let headers =
        [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    frame(&headers, MESSAGE.as_bytes())
}

fn error() -> Bytes {
    let headers = [
        (":error-code", "InternalFailure"),
        (":error-message", "a fault that was asked for"),
        (":message-type", "error"),
    ];
    frame(&headers, b"")
}

fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).into()));
    // A name of an exception may be of any length, a header may not.
    encode(headers, payload).unwrap_or_default()
}

/// A sound prelude of a frame of nearly 4 GiB.
fn huge_prelude() -> Bytes {
    let lengths = [0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0];
    [&lengths[..], &crc32fast::hash(&lengths).to_be_bytes()].concat().into()
}

/// The body of errors that were asked for.
pub(super) const MESSAGE: &str = r#"{"message":"a fault that was asked for"}"#;
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
        broken(&fault.parse().unwrap(), &frames()).unwrap()
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
        assert_eq!(last.payload, MESSAGE);
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
        assert_eq!(broken(&Fault::Cut(7), &frames()), None);
        assert_eq!(broken_by("no-stop").frames, frames()[..3]);
        assert_eq!(decoded(&broken_by("unknown-event").frames).len(), 12);
    }
}
