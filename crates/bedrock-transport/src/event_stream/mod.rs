//! The AWS event stream (`application/vnd.amazon.eventstream`): frames with headers, a payload and two checksums.
//!
//! A frame is the prelude (two lengths and their checksum), headers ([`Headers`]), the payload, and the
//! checksum of all before it. [`Decoder`] takes chunks of any size and gives whole, checked [`EventMessage`]s;
//! [`decode_payload_part`] opens the envelope that InvokeModelWithResponseStream puts around each event's JSON;
//! `encode` (feature `encode`) writes frames.
//!
//! Not here: what the events mean.
//!
//! Format: <https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream> and
//! botocore's `eventstream.py`, whose limits are the default ones here (read 2026-11).

mod buffer;
mod decoder;
// The encoder's dependencies are dev-dependencies too: tests have it without the feature.
#[cfg(any(test, feature = "encode"))]
mod encode;
mod headers;
mod message;
mod payload_part;
mod prelude;

pub use decoder::{Decoder, Limits};
#[cfg(any(test, feature = "encode"))]
pub use encode::{EncodeError, encode};
pub use headers::{HeaderValue, Headers};
pub use message::EventMessage;
pub use payload_part::{PayloadPartError, decode_payload_part, decode_payload_part_into};

#[cfg(test)]
mod laws;
