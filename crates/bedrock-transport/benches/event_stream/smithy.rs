//! What this crate is measured against: the same done with the crates that one would take otherwise.

use std::borrow::Cow;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream::{HeaderValue, Message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes, BytesMut};
use serde::Deserialize;

/// Decodes a stream and gives `each` the JSON of every event.
pub(crate) fn decode(chunks: &[Bytes], mut each: impl FnMut(&[u8])) {
    let mut decoder = MessageFrameDecoder::new();
    // Holds what is not a whole frame; a chunk of whole frames is read in place.
    let mut begun = BytesMut::new();
    let mut json = Vec::new();
    for chunk in chunks {
        let mut chunk = chunk.clone();
        if begun.is_empty() {
            drain(&mut decoder, &mut chunk, &mut json, &mut each);
        }
        begun.extend_from_slice(&chunk);
        drain(&mut decoder, &mut begun, &mut json, &mut each);
    }
}

fn drain(
    decoder: &mut MessageFrameDecoder,
    buffer: &mut impl Buf,
    json: &mut Vec<u8>,
    each: &mut impl FnMut(&[u8]),
) {
    while let DecodedFrame::Complete(message) = decoder.decode_frame(&mut *buffer).expect("sound frames") {
        assert_eq!(
            (header(&message, ":message-type"), header(&message, ":event-type")),
            (Some("event"), Some("chunk"))
        );
        let envelope: Envelope<'_> = serde_json::from_slice(message.payload()).expect("an envelope");
        json.clear();
        STANDARD.decode_vec(envelope.bytes.as_bytes(), json).expect("base64");
        each(json);
    }
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
    match header.value() {
        HeaderValue::String(text) => Some(text.as_str()),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    bytes: Cow<'a, str>,
}
