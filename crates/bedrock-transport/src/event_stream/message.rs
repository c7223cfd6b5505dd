//! One whole frame, checked and taken apart.

use bytes::{Buf, Bytes};

use super::headers::Headers;
use super::prelude::{CHECKSUM, PRELUDE, Prelude};
use crate::decode::Corruption;

/// One message of an event stream.
///
/// The bytes belong to the chunk they came in, when the frame lay whole in one: a message that is kept keeps the chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventMessage {
    /// Names and values.
    pub headers: Headers,
    /// What the message carries: for Bedrock JSON, or nothing.
    pub payload: Bytes,
}

impl EventMessage {
    /// `:message-type`: `event`, `exception` or `error`.
    pub fn message_type(&self) -> Option<&str> {
        self.headers.get_str(":message-type")
    }

    /// `:event-type` of an event, such as `chunk`.
    pub fn event_type(&self) -> Option<&str> {
        self.headers.get_str(":event-type")
    }

    /// `:exception-type` of an exception, such as `throttlingException`.
    pub fn exception_type(&self) -> Option<&str> {
        self.headers.get_str(":exception-type")
    }

    /// `:error-code` of an error that the service does not model.
    pub fn error_code(&self) -> Option<&str> {
        self.headers.get_str(":error-code")
    }

    /// `:error-message` of an error that the service does not model.
    pub fn error_message(&self) -> Option<&str> {
        self.headers.get_str(":error-message")
    }

    /// `:content-type` of the payload.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get_str(":content-type")
    }

    /// Takes `frame` apart, which is `prelude.total` bytes long.
    #[inline]
    pub(super) fn parse(mut frame: Bytes, prelude: Prelude) -> Result<Self, Corruption> {
        // PRELUDE + prelude.headers + CHECKSUM <= prelude.total == frame.len()
        let (checked, checksum) = frame.split_last_chunk::<CHECKSUM>().ok_or(Corruption::FrameTooShort)?;
        if crc32fast::hash(checked) != u32::from_be_bytes(*checksum) {
            return Err(Corruption::MessageChecksum);
        }
        frame.truncate(checked.len());
        frame.advance(PRELUDE);
        if let Some(headers) = frame.get(..prelude.headers).and_then(Headers::usual) {
            frame.advance(prelude.headers);
            return Ok(Self { headers, payload: frame });
        }
        let payload = frame.split_off(prelude.headers);
        Ok(Self { headers: Headers::parse(frame)?, payload })
    }
}
