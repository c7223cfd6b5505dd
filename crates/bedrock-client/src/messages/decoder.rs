//! A stream's bytes to its events, without a socket.

use bedrock_transport::{
    Decode, DecodeError,
    event_stream::{self},
    sse::SseDecoder,
};
use bedrock_types::{InvocationMetrics, Message, MessageStreamEvent};
use bytes::Bytes;

use super::events::{Events, Frame, framing_error, passed};
use crate::Error;

/// How a route puts events into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// AWS's binary frames (`application/vnd.amazon.eventstream`).
    EventStream,
    /// Server-sent events (`text/event-stream`).
    Sse,
}

impl Framing {
    /// Tells the framing from the first byte: text begins with a printable character, a line break or a byte order mark;
    /// whatever else is to be decoded is frames, sound or not.
    pub fn detect(bytes: &[u8]) -> Self {
        match bytes.first() {
            Some(b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0xef) => Self::Sse,
            _ => Self::EventStream,
        }
    }
}

/// Decodes the bytes of a stream into events, and folds them into the message: what [`MessageStream`](crate::MessageStream)
/// does, for bytes that are already there or come from elsewhere.
///
/// ```
/// use bedrock_client::{ErrorKind, Framing, StreamDecoder, StreamFailure};
///
/// let mut decoder = StreamDecoder::new(Framing::Sse);
/// decoder.push("event: ping\ndata: {\"type\":\"ping\"}\n\n".into());
/// assert_eq!(decoder.next_event()?.map(|event| event.kind().to_owned()), Some("ping".to_owned()));
/// let error = decoder.finish().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Incomplete));
/// # Ok::<(), bedrock_client::Error>(())
/// ```
#[derive(Debug)]
pub struct StreamDecoder {
    frames: Frames,
    events: Events,
}

impl StreamDecoder {
    /// A decoder of one stream.
    pub fn new(framing: Framing) -> Self {
        Self { frames: Frames::new(framing), events: Events::default() }
    }

    /// Takes more of the stream.
    pub fn push(&mut self, bytes: Bytes) {
        self.frames.push(bytes);
    }

    /// The next event, or `None` if more bytes are needed or the message is complete.
    ///
    /// # Errors
    ///
    /// The stream failed; the error has what came. It stays failed.
    pub fn next_event(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        if let Some(failure) = self.events.failure() {
            return Err(failure.clone());
        }
        if let Some(event) = self.events.next_ready()? {
            return Ok(Some(event));
        }
        // After `message_stop` the message is safe, whatever follows.
        while !self.events.is_complete() {
            let frame = self.frames.next_item().map_err(|error| self.events.fail(framing_error(&error)))?;
            let Some(frame) = frame else { break };
            if let Some(event) = self.events.take(frame)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// What came so far, from `message_start` on.
    pub fn snapshot(&self) -> Option<&Message> {
        self.events.snapshot()
    }

    /// What Bedrock measured, once the message is complete.
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.events.invocation_metrics()
    }

    /// The message, now that no more bytes will come. Events that were not asked for are read.
    ///
    /// # Errors
    ///
    /// The stream did not end well, or not with `message_stop`; the error has what came.
    pub fn finish(mut self) -> Result<Message, Error> {
        while passed(self.next_event()?) {}
        if !self.events.is_complete() {
            self.frames.finish().map_err(|error| self.events.fail(framing_error(&error)))?;
            self.events.end_all()?;
        }
        self.events.into_message()
    }
}

/// A decoder for either framing.
#[derive(Debug)]
pub(super) enum Frames {
    Binary(event_stream::Decoder),
    Text(SseDecoder),
}

impl Frames {
    pub(super) fn new(framing: Framing) -> Self {
        match framing {
            Framing::EventStream => Self::Binary(event_stream::Decoder::new()),
            Framing::Sse => Self::Text(SseDecoder::new()),
        }
    }
}

impl Decode for Frames {
    type Item = Frame;

    fn push(&mut self, chunk: Bytes) {
        match self {
            Self::Binary(decoder) => decoder.push(chunk),
            Self::Text(decoder) => decoder.push(chunk),
        }
    }

    fn next_item(&mut self) -> Result<Option<Frame>, DecodeError> {
        Ok(match self {
            Self::Binary(decoder) => decoder.next_message()?.map(Frame::Binary),
            Self::Text(decoder) => decoder.next_event()?.map(Frame::Text),
        })
    }

    fn finish(&self) -> Result<(), DecodeError> {
        match self {
            Self::Binary(decoder) => decoder.finish(),
            Self::Text(decoder) => decoder.finish(),
        }
    }
}
