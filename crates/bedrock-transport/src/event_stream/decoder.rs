//! From chunks to messages.

use bytes::Bytes;

use super::buffer::Buffer;
use super::message::EventMessage;
use super::prelude::{MIN_FRAME, PRELUDE, Prelude};
use crate::decode::{Decode, DecodeError, Fault, Position};

/// Decodes an event stream, given in chunks of any size.
///
/// ```
/// use bedrock_transport::event_stream::Decoder;
///
/// # let recorded: &[u8] = &[0, 0, 0, 16, 0, 0, 0, 0, 5, 194, 72, 235, 125, 152, 200, 255];
/// let mut decoder = Decoder::new();
/// for chunk in recorded.chunks(5) {
///     decoder.push(chunk.to_vec().into());
///     while let Some(message) = decoder.next_message()? {
///         println!("{:?}: {} bytes", message.event_type(), message.payload.len());
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(decoder.frames_decoded(), 1);
/// # Ok::<(), bedrock_transport::DecodeError>(())
/// ```
///
/// A frame's lengths are checked against [`Limits`] and their checksum as soon as its first twelve bytes are there;
/// nothing is allocated by an announced length. After an error the decoder stays failed: frames behind a broken one
/// are never given out.
#[derive(Debug, Default)]
pub struct Decoder {
    limits: Limits,
    buffer: Buffer,
    /// Of the frame that `position` is at, once it is known.
    prelude: Option<Prelude>,
    position: Position,
    failed: Option<DecodeError>,
}

impl Decoder {
    /// A decoder with the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder with limits of your own.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes the next chunk of the stream.
    ///
    /// Call [`next_message`](Self::next_message) until it gives `None` before the next push; then no more than one
    /// frame is ever held.
    pub fn push(&mut self, chunk: Bytes) {
        if self.failed.is_none() {
            self.buffer.push(chunk);
        }
    }

    /// The next message; `None` when more input is needed.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Corrupt`] or [`DecodeError::TooLarge`] with the frame's place, and the same again at every
    /// later call.
    pub fn next_message(&mut self) -> Result<Option<EventMessage>, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.read().map_err(|fault| {
            let error = fault.at(self.position);
            self.buffer = Buffer::default();
            self.failed.insert(error).clone()
        })
    }

    /// Says whether the stream may end here: between two frames.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`] inside a frame; the error of a failed decoder.
    pub fn finish(&self) -> Result<(), DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match self.buffer.len() {
            0 => Ok(()),
            received => Err(DecodeError::Truncated {
                at: self.position,
                received,
                announced: self.prelude.map(|prelude| prelude.total),
            }),
        }
    }

    /// How many whole frames have been decoded.
    pub fn frames_decoded(&self) -> u64 {
        self.position.frame
    }

    fn read(&mut self) -> Result<Option<EventMessage>, Fault> {
        let prelude = match self.prelude {
            Some(prelude) => prelude,
            None => {
                let Some(bytes) = self.buffer.peek::<PRELUDE>() else { return Ok(None) };
                *self.prelude.insert(Prelude::parse(&bytes, &self.limits)?)
            }
        };
        let Some(frame) = self.buffer.take(prelude.total) else { return Ok(None) };
        let message = EventMessage::parse(frame, prelude)?;
        self.prelude = None;
        self.position.frame = self.position.frame.saturating_add(1);
        self.position.offset = self.position.offset.saturating_add(prelude.total as u64);
        Ok(Some(message))
    }
}

impl Decode for Decoder {
    type Item = EventMessage;

    fn push(&mut self, chunk: Bytes) {
        self.push(chunk);
    }

    fn next_item(&mut self) -> Result<Option<EventMessage>, DecodeError> {
        self.next_message()
    }

    fn finish(&self) -> Result<(), DecodeError> {
        self.finish()
    }
}

/// How large a frame may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The whole frame, in bytes.
    pub frame: usize,
    /// Its headers, in bytes.
    pub headers: usize,
}

impl Limits {
    /// Replaces the limit of a whole frame.
    pub fn with_frame(mut self, frame: usize) -> Self {
        self.frame = frame;
        self
    }

    /// Replaces the limit of a frame's headers.
    pub fn with_headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }
}

impl Default for Limits {
    /// 24 MiB of payload and 128 KiB of headers, as botocore has it.
    fn default() -> Self {
        Self { frame: 24 * 1024 * 1024 + 128 * 1024 + MIN_FRAME, headers: 128 * 1024 }
    }
}
