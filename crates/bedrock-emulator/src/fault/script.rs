//! A fault and the answer that was due, as steps to take on the socket.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

use super::frames::{Broken, MESSAGE, Then, broken, status};
use super::wire::{Framing, Wire};
use super::{Fault, gzip};
use crate::answer::{Content, NATIVE_REQUEST_ID};
use crate::envelope;
use crate::error::X_AMZN_ERRORTYPE;
use crate::exception::{capital, code_of};
use crate::frames::StreamFormat;

/// What to do on a socket. After the last step the connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Sends these bytes, apart from those before and behind.
    Send(Bytes),
    /// Sends these bytes again and again, until the client leaves.
    Repeat(Bytes),
    /// Waits.
    Pause(Duration),
    /// Waits until the client sends something, or leaves.
    Hear,
    /// Waits until the client leaves.
    Stall,
    /// Ends the connection with a reset.
    Reset,
}

/// What becomes of an answer; `None` if the fault does nothing to it.
pub(crate) fn script(fault: &Fault, answer: Response<Content>) -> Option<Vec<Step>> {
    let format = match answer.body() {
        Content::Whole(_) => None,
        Content::Frames(format, _) => Some(*format),
    };
    let is_stream = format.is_some();
    let mut wire = Wire::of(answer);
    Some(match fault {
        Fault::ResetAtAccept | Fault::ResetBeforeAnswer => vec![Step::Reset],
        Fault::CloseBeforeAnswer => vec![],
        Fault::StallHead => vec![Step::Stall],
        Fault::SshBanner => vec![send("SSH-2.0-OpenSSH_9.6\r\n")],
        Fault::Continue => {
            let before =
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";
            [vec![send(before)], whole(&wire)].concat()
        }
        Fault::HugeHeaders => {
            let value = HeaderValue::try_from("a".repeat(1 << 20)).expect("letters");
            wire.headers.insert(HeaderName::from_static("x-huge"), value);
            whole(&wire)
        }
        Fault::ManyHeaders => {
            for number in 0..5000 {
                wire.headers.append(HeaderName::from_static("x-many"), number.into());
            }
            whole(&wire)
        }

        Fault::Status { status, retry_after } => {
            whole(&refusal(wire, *status, code_of(*status), *retry_after))
        }
        Fault::ErrorFlood(status) => {
            let mut refused = refusal(wire, *status, code_of(*status), None);
            refused.framing = Framing::Chunks;
            let blanks = refused.framed(&blanks());
            vec![Step::Send(refused.head()), Step::Repeat(blanks)]
        }
        Fault::Redirect(status) => {
            let mut refused = refusal(wire, *status, None, None);
            refused.headers.insert(LOCATION, HeaderValue::from_static("https://elsewhere.invalid/model"));
            whole(&refused)
        }
        Fault::ExpiredToken => {
            let is_native = wire.headers.contains_key(NATIVE_REQUEST_ID);
            let status = if is_native { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
            whole(&refusal(wire, status, Some("ExpiredTokenException"), None))
        }
        // It was applied before there was an answer.
        Fault::Skew(_) => return None,

        Fault::ContentType(kind) => {
            wire.headers.insert(CONTENT_TYPE, kind.clone());
            whole(&wire)
        }
        Fault::Gzip => {
            wire.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            wire.pieces = vec![gzip::stored(&wire.pieces.concat())];
            whole(&wire)
        }
        Fault::Empty => {
            wire.pieces.clear();
            wire.framing = Framing::Length;
            whole(&wire)
        }
        Fault::NoContent => {
            wire.pieces.clear();
            wire.framing = Framing::Length;
            wire.status = StatusCode::NO_CONTENT;
            whole(&wire)
        }
        Fault::ShortLength => {
            wire.framing = Framing::Length;
            let head = wire.head_announcing(wire.length().saturating_add(1));
            [vec![Step::Send(head)], wire.sends(wire.body())].concat()
        }
        Fault::NoLastChunk => {
            wire.framing = Framing::Chunks;
            [vec![Step::Send(wire.head())], wire.sends(wire.body())].concat()
        }
        Fault::Trailers => {
            wire.framing = Framing::Chunks;
            let trailers = "0\r\nx-trailer: one\r\nx-amzn-requestid: another\r\n\r\n";
            [vec![Step::Send(wire.head())], wire.sends(wire.body()), vec![send(trailers)]].concat()
        }
        Fault::KeepAliveRace => {
            wire.headers.remove(CONNECTION);
            [whole(&wire), vec![Step::Hear]].concat()
        }

        Fault::Cut(byte) => until(&wire, *byte, vec![]),
        Fault::Reset(byte) => until(&wire, *byte, vec![Step::Pause(A_MOMENT), Step::Reset]),
        Fault::Stall(byte) => until(&wire, *byte, vec![Step::Stall]),
        Fault::End(byte) => {
            wire.shorten(*byte);
            whole(&wire)
        }
        Fault::Flip { byte, bit } => {
            wire.flip(*byte, *bit);
            whole(&wire)
        }
        Fault::Dribble(pause) => {
            let each_byte =
                |piece: &Bytes| (0..piece.len()).map(|at| piece.slice(at..=at)).collect::<Vec<_>>();
            wire.pieces = wire.pieces.iter().flat_map(each_byte).collect();
            paced(&wire, *pause)
        }
        Fault::Slow(pause) => paced(&wire, *pause),
        Fault::Flood if !is_stream => {
            wire.framing = Framing::Chunks;
            let blanks = wire.framed(&blanks());
            vec![Step::Send(wire.head()), Step::Repeat(blanks)]
        }

        Fault::Exception { name, .. } if !is_stream => whole(&refusal(wire, status(name), Some(name), None)),
        Fault::Flood
        | Fault::Exception { .. }
        | Fault::ErrorFrame { .. }
        | Fault::ErrorEvent { .. }
        | Fault::BadPayload { .. }
        | Fault::HugeFrame { .. }
        | Fault::PingForEver { .. }
        | Fault::SecondStart { .. }
        | Fault::UnknownEvent
        | Fault::NoStop
        | Fault::GarbageAfterStop => {
            let format = format?;
            let Some(Broken { frames, then }) = broken(fault, format, &wire.pieces) else {
                return Some(whole(&meaningless(wire, fault, format)));
            };
            wire.pieces = frames;
            let last = match then {
                Then::End => Step::Send(wire.end()),
                Then::Repeat(frame) => Step::Repeat(wire.framed(&frame)),
                Then::Stall => Step::Stall,
            };
            [vec![Step::Send(wire.head())], wire.sends(wire.body()), vec![last]].concat()
        }
    })
}

fn send(text: &'static str) -> Step {
    Step::Send(Bytes::from_static(text.as_bytes()))
}

/// All of an answer.
fn whole(wire: &Wire) -> Vec<Step> {
    [vec![Step::Send(wire.head())], wire.sends(wire.body()), vec![Step::Send(wire.end())]].concat()
}

/// An answer up to a byte of its body, and what happens then.
fn until(wire: &Wire, byte: usize, then: Vec<Step>) -> Vec<Step> {
    let body = if byte < wire.length() {
        wire.sends(wire.body_until(byte))
    } else {
        [wire.sends(wire.body()), vec![Step::Send(wire.end())]].concat()
    };
    [vec![Step::Send(wire.head())], body, then].concat()
}

/// All of an answer, with a pause before each piece.
fn paced(wire: &Wire, pause: Duration) -> Vec<Step> {
    let pieces = wire.body().into_iter().flat_map(|piece| [Step::Pause(pause), Step::Send(piece)]);
    [vec![Step::Send(wire.head())], pieces.collect(), vec![Step::Send(wire.end())]].concat()
}

/// An error in the place of an answer, whose request id and date it keeps, in the form of the API that was asked.
fn refusal(answer: Wire, status: StatusCode, code: Option<&str>, retry_after: Option<Duration>) -> Wire {
    let mut refused = refused(answer, status, code, MESSAGE);
    let headers = &mut refused.headers;
    match retry_after {
        Some(pause) if pause.subsec_nanos() == 0 => {
            headers.insert(RETRY_AFTER, pause.as_secs().into());
        }
        Some(pause) => {
            let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            headers.insert(HeaderName::from_static("retry-after-ms"), milliseconds.into());
        }
        None => {}
    }
    refused
}

/// The refusal of a fault that the framing of the answer has no room for: no client is to pass a test that did not take place.
fn meaningless(answer: Wire, fault: &Fault, format: StreamFormat) -> Wire {
    let framing = match format {
        StreamFormat::InvokeModel => "the frames of InvokeModel",
        StreamFormat::Converse => "the frames of Converse",
        StreamFormat::Sse => "server-sent events",
    };
    let message = format!("the fault {fault} means nothing in {framing}");
    refused(answer, StatusCode::BAD_REQUEST, Some("ValidationException"), &message)
}

fn refused(answer: Wire, status: StatusCode, code: Option<&str>, message: &str) -> Wire {
    let mut refused = answer;
    refused.status = status;
    refused.framing = Framing::Length;
    refused.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Only answers of the Messages API have this header.
    let native = refused.headers.get(NATIVE_REQUEST_ID).and_then(|id| id.to_str().ok());
    refused.pieces = vec![match native {
        Some(request_id) => envelope::body(&envelope::type_of(status), message, request_id),
        None => json!({"message": message}).to_string().into(),
    }];
    let is_front_end = status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN;
    let code = code.filter(|_| native.is_none() || is_front_end);
    let kind =
        code.map(|code| format!("{}:http://internal.amazon.com/coral/com.amazon.bedrock/", capital(code)));
    // A name of an exception may be any text, a header may not.
    if let Some(kind) = kind.and_then(|kind| HeaderValue::try_from(kind).ok()) {
        refused.headers.insert(X_AMZN_ERRORTYPE, kind);
    }
    refused
}

/// What a body without end is made of: JSON allows it everywhere.
fn blanks() -> Bytes {
    let mut blanks = BytesMut::new();
    blanks.put_bytes(b' ', 16 * 1024);
    blanks.freeze()
}

/// For the client to read what came before a reset throws it away.
const A_MOMENT: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    fn scripted(fault: &str, content: Content) -> Option<Vec<Step>> {
        script(&fault.parse().unwrap(), Response::new(content))
    }

    fn stream() -> Content {
        Content::Frames(StreamFormat::InvokeModel, vec!["abcd".into(), "ef".into()])
    }

    /// What is sent, with a mark for every other step.
    fn sent(steps: Vec<Step>) -> String {
        let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        let written = steps.into_iter().map(|step| match step {
            Step::Send(bytes) => text(bytes),
            Step::Repeat(bytes) => format!("<{}…>", text(bytes).trim()),
            Step::Pause(time) => format!("<{}ms>", time.as_millis()),
            other => format!("<{other:?}>"),
        });
        written.collect()
    }

    #[test]
    fn each_fault_of_a_stream_in_steps() {
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
        for (fault, after_head) in [
            ("cut:1", "4\r\na"),
            ("cut:4", "4\r\nabcd\r\n"),
            ("cut:6", "4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n"),
            ("end:1", "1\r\na\r\n0\r\n\r\n"),
            ("reset:5", "4\r\nabcd\r\n2\r\ne<200ms><Reset>"),
            ("stall:0", "<Stall>"),
            ("flip:0.1", "4\r\ncbcd\r\n2\r\nef\r\n0\r\n\r\n"),
            ("slow:7", "<7ms>4\r\nabcd\r\n<7ms>2\r\nef\r\n0\r\n\r\n"),
            ("no-last-chunk", "4\r\nabcd\r\n2\r\nef\r\n"),
            ("no-stop", "4\r\nabcd\r\n0\r\n\r\n"),
        ] {
            assert_eq!(sent(scripted(fault, stream()).unwrap()), format!("{head}{after_head}"), "{fault}");
        }
        let dribbled = sent(scripted("dribble:2", stream()).unwrap());
        assert_eq!(dribbled.matches("<2ms>1\r\n").count(), 6, "{dribbled}");
    }

    #[test]
    fn a_length_that_is_told_is_kept_when_the_body_is_cut() {
        for (fault, length, body) in
            [("cut:1", 3, "a"), ("end:1", 1, "a"), ("short-length", 4, "abc"), ("empty", 0, "")]
        {
            let sent = sent(scripted(fault, Content::Whole("abc".into())).unwrap());
            assert!(sent.ends_with(&format!("content-length: {length}\r\n\r\n{body}")), "{fault}: {sent}");
        }
    }

    #[test]
    fn a_refusal_stands_in_the_place_of_the_answer() {
        for (fault, line, header) in [
            ("status:503:2", "503 Service Unavailable", "retry-after: 2"),
            ("status:429:700ms", "429 Too Many Requests", "retry-after-ms: 700"),
            ("status:429", "429 Too Many Requests", "x-amzn-errortype: ThrottlingException:http://"),
            ("expired-token", "403 Forbidden", "x-amzn-errortype: ExpiredTokenException:"),
            ("exception:modelErrorException", "424 Failed Dependency", "ModelErrorException:"),
            ("redirect:308", "308 Permanent Redirect", "location: https://elsewhere.invalid/"),
        ] {
            let sent = sent(scripted(fault, Content::Whole("abc".into())).unwrap());
            assert!(sent.starts_with(&format!("HTTP/1.1 {line}\r\n")), "{fault}: {sent}");
            assert!(
                sent.contains(header) && sent.ends_with(&format!("{{\"message\":\"{MESSAGE}\"}}")),
                "{fault}: {sent}"
            );
        }
    }

    #[test]
    fn a_refusal_of_the_messages_api_has_its_envelope() {
        for (fault, line, kind) in [
            ("status:529", "529 <unknown status code>", "overloaded_error"),
            ("status:429:1", "429 Too Many Requests", "rate_limit_error"),
            ("status:500", "500 Internal Server Error", "api_error"),
            ("exception:validationException", "400 Bad Request", "invalid_request_error"),
            ("expired-token", "401 Unauthorized", "authentication_error"),
        ] {
            let mut answer = Response::new(Content::Whole("abc".into()));
            answer.headers_mut().insert(NATIVE_REQUEST_ID, HeaderValue::from_static("req_1"));
            let sent = sent(script(&fault.parse().unwrap(), answer).unwrap());
            assert!(sent.starts_with(&format!("HTTP/1.1 {line}\r\n")), "{fault}: {sent}");
            assert!(
                sent.contains(&format!(r#""type":"{kind}""#)) && sent.contains(r#""request_id":"req_1""#),
                "{sent}"
            );
            assert_eq!(sent.contains("x-amzn-errortype"), fault == "expired-token", "{sent}");
        }
    }

    #[test]
    fn a_fault_without_meaning_is_refused() {
        for (fault, format, framing) in [
            ("error-frame", StreamFormat::Sse, "server-sent events"),
            ("ping-for-ever:2", StreamFormat::Converse, "the frames of Converse"),
        ] {
            let answer = Response::new(Content::Frames(format, vec!["abcd".into(), "ef".into()]));
            let sent = sent(script(&fault.parse().unwrap(), answer).unwrap());
            assert!(sent.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{sent}");
            assert!(sent.contains(fault) && sent.contains(&format!("means nothing in {framing}")), "{sent}");
        }
    }

    #[test]
    fn faults_of_frames_leave_a_whole_answer_alone() {
        for fault in ["no-stop", "unknown-event", "error-event", "ping-for-ever", "skew:600"] {
            assert_eq!(scripted(fault, Content::Whole("abc".into())), None, "{fault}");
        }
    }

    #[test]
    fn what_has_no_end_is_repeated() {
        for (fault, content) in [
            ("flood", Content::Whole("abc".into())),
            ("flood", stream()),
            ("error-flood", stream()),
            ("ping-for-ever", stream()),
        ] {
            let steps = scripted(fault, content).unwrap();
            assert!(matches!(steps.last(), Some(Step::Repeat(_))), "{fault}: {steps:?}");
        }
        let kept = scripted("keep-alive-race", stream()).unwrap();
        assert_eq!(kept.last(), Some(&Step::Hear));
        assert!(!sent(kept).contains("connection: close"));
    }
}
