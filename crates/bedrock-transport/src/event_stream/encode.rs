//! Writing frames, for emulators and tests: a thin face on `aws-smithy-eventstream`.

use std::error::Error;
use std::fmt;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream as smithy;
use aws_smithy_types::str_bytes::StrBytes;
use bytes::{Bytes, BytesMut};

use super::HeaderValue;

/// Writes one frame with these headers, in this order, and this payload.
///
/// ```
/// use bedrock_transport::event_stream::{Decoder, encode};
///
/// let frame = encode([(":message-type", "event".into()), (":event-type", "chunk".into())], "{}")?;
/// let mut decoder = Decoder::new();
/// decoder.push(frame);
/// assert_eq!(decoder.next_message()?.expect("one whole frame").event_type(), Some("chunk"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`EncodeError`] when a name is longer than 255 bytes, a value than 32,767, or the frame than 4 GiB.
pub fn encode<'a>(
    headers: impl IntoIterator<Item = (&'a str, HeaderValue<'a>)>,
    payload: impl AsRef<[u8]>,
) -> Result<Bytes, EncodeError> {
    let headers = headers
        .into_iter()
        .map(|(name, value)| smithy::Header::new(StrBytes::copy_from_str(name), smithy_value(value)))
        .collect();
    let payload = Bytes::copy_from_slice(payload.as_ref());
    let mut frame = BytesMut::with_capacity(payload.len().saturating_add(BESIDE_PAYLOAD));
    write_message_to(&smithy::Message::new_from_parts(headers, payload), &mut frame)
        .map_err(|source| EncodeError { source: Box::new(source) })?;
    Ok(frame.freeze())
}

fn smithy_value(value: HeaderValue<'_>) -> smithy::HeaderValue {
    match value {
        HeaderValue::Bool(value) => smithy::HeaderValue::Bool(value),
        HeaderValue::Byte(value) => smithy::HeaderValue::Byte(value),
        HeaderValue::Int16(value) => smithy::HeaderValue::Int16(value),
        HeaderValue::Int32(value) => smithy::HeaderValue::Int32(value),
        HeaderValue::Int64(value) => smithy::HeaderValue::Int64(value),
        HeaderValue::Bytes(value) => smithy::HeaderValue::ByteArray(Bytes::copy_from_slice(value)),
        HeaderValue::String(value) => smithy::HeaderValue::String(StrBytes::copy_from_str(value)),
        HeaderValue::Timestamp(value) => smithy::HeaderValue::Timestamp(DateTime::from_millis(value)),
        HeaderValue::Uuid(value) => smithy::HeaderValue::Uuid(u128::from_be_bytes(value)),
    }
}

/// The message does not fit the format.
#[derive(Debug)]
#[non_exhaustive]
pub struct EncodeError {
    source: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message cannot be written as a frame")
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// In bytes: most frames have no more beside their payload, so that room is made once.
const BESIDE_PAYLOAD: usize = 256;
