//! What the events of a stream travel in: the frames of InvokeModel, those of Converse, and server-sent events.
//!
//! Which events there are is not here; see `stream`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bedrock_transport::event_stream::encode;
use bedrock_types::converse::ConverseStreamEvent;
use bedrock_types::json::Wire;
use bedrock_types::{ExtraFields, MessageStopEvent, MessageStreamEvent, RawJson};
use bytes::Bytes;

use crate::digest::Digest;

/// A way in which events travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamFormat {
    /// Frames of one kind, each with an event of Messages in base64.
    InvokeModel,
    /// Frames named after the event within.
    Converse,
    /// Server-sent events, with those of Messages.
    Sse,
}

/// Events of Messages in the frames of `InvokeModelWithResponseStream`, one each.
pub(crate) fn of_invoke_model(events: &[MessageStreamEvent], digest: Digest) -> Vec<Bytes> {
    let numbered = events.iter().enumerate();
    numbered.map(|(index, event)| of_invoke_model_event(event, digest.padding(index))).collect()
}

/// One of them.
pub(crate) fn of_invoke_model_event(event: &MessageStreamEvent, padding: &str) -> Bytes {
    chunk(&json_of(event), padding)
}

/// Events of Converse in the frames of `ConverseStream`, one each.
pub(crate) fn of_converse(events: &[ConverseStreamEvent], digest: Digest) -> Vec<Bytes> {
    let numbered = events.iter().enumerate();
    numbered.map(|(index, event)| of_converse_event(event, digest.padding(index))).collect()
}

/// One of them.
pub(crate) fn of_converse_event(event: &ConverseStreamEvent, padding: &str) -> Bytes {
    let payload = event.to_payload().and_then(|payload| payload.to::<ExtraFields>());
    let mut payload = payload.expect("the payload of an event is an object of texts and numbers");
    payload.insert("p", RawJson::of(padding).expect("letters and digits"));
    named(event.member(), &json_of(&payload))
}

/// Events of Messages as server-sent events. They end without the figures that Bedrock adds to its frames.
pub(crate) fn of_sse(events: &[MessageStreamEvent]) -> Vec<Bytes> {
    let sent = events.iter().map(|event| match event {
        MessageStreamEvent::MessageStop(_) => sse(event.kind(), &json_of(&MessageStopEvent::new())),
        event => sse(event.kind(), &json_of(event)),
    });
    sent.collect()
}

/// The frame that the JSON of one event of Messages travels in.
pub(crate) fn chunk(event: &[u8], padding: &str) -> Bytes {
    // Base64 and the letters of the padding have nothing to escape.
    let mut payload = String::with_capacity(event.len().div_ceil(3) * 4 + padding.len() + 20);
    payload.push_str(r#"{"bytes":""#);
    BASE64_STANDARD.encode_string(event, &mut payload);
    payload.extend([r#"","p":""#, padding, r#""}"#]);
    named("chunk", payload.as_bytes())
}

/// A frame with this `:event-type` and JSON.
pub(crate) fn named(event_type: &str, payload: &[u8]) -> Bytes {
    let headers = [
        (":event-type", event_type.into()),
        (":content-type", "application/json".into()),
        (":message-type", "event".into()),
    ];
    encode(headers, payload).expect("short headers and at most one content block of a short answer")
}

/// A frame that ends a stream with an exception.
#[cfg(feature = "upstream")]
pub(crate) fn exception(name: &str, payload: &[u8]) -> Bytes {
    let headers = [
        (":exception-type", name.into()),
        (":content-type", "application/json".into()),
        (":message-type", "exception".into()),
    ];
    encode(headers, payload).expect("short headers and a sentence")
}

/// A server-sent event with this name and JSON in one line.
pub(crate) fn sse(name: &str, data: &[u8]) -> Bytes {
    [b"event: ", name.as_bytes(), b"\ndata: ", data, b"\n\n"].concat().into()
}

fn json_of(value: &impl Wire) -> Vec<u8> {
    let mut json = Vec::with_capacity(256);
    value.write_json(&mut json);
    json
}

#[cfg(test)]
mod tests {
    use bedrock_types::PingEvent;
    use bedrock_types::converse::ContentBlockStopEvent;

    use super::*;

    #[test]
    fn a_frame_is_byte_for_byte_as_recorded() {
        let digest = Digest::of(&[]);
        let frames = of_invoke_model(&[PingEvent::new().into()], digest);
        let headers = b"\x0b:event-type\x07\x00\x05chunk\x0d:content-type\x07\x00\x10application/json\
            \x0d:message-type\x07\x00\x05event";
        assert_eq!(frames[0][12..12 + headers.len()], headers[..]);
        let payload = format!(r#"{{"bytes":"eyJ0eXBlIjoicGluZyJ9","p":"{}"}}"#, digest.padding(0));
        assert_eq!(frames[0][12 + headers.len()..frames[0].len() - 4], *payload.as_bytes());
    }

    #[test]
    fn a_frame_of_converse_is_named_and_padded() {
        let digest = Digest::of(&[]);
        let event = ConverseStreamEvent::ContentBlockStop(ContentBlockStopEvent::new(0));
        let frame = of_converse(&[event], digest).remove(0);
        let headers =
            b"\x0b:event-type\x07\x00\x10contentBlockStop\x0d:content-type\x07\x00\x10application/json\
            \x0d:message-type\x07\x00\x05event";
        assert_eq!(frame[12..12 + headers.len()], headers[..]);
        let payload = format!(r#"{{"contentBlockIndex":0,"p":"{}"}}"#, digest.padding(0));
        assert_eq!(frame[12 + headers.len()..frame.len() - 4], *payload.as_bytes());
    }

    #[test]
    fn a_server_sent_event_is_two_lines_and_a_blank_one() {
        let sent = of_sse(&[PingEvent::new().into()]);
        assert_eq!(sent, ["event: ping\ndata: {\"type\":\"ping\"}\n\n"]);
    }
}
