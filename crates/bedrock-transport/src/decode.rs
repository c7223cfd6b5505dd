//! What the two stream decoders have in common: their shape, and how they fail.

use std::error::Error;
use std::fmt;

use bytes::Bytes;

/// A decoder that is fed chunks and gives whole items: no IO, no clock.
///
/// After an error a decoder stays failed: it gives the same error again and reads nothing more.
pub trait Decode {
    /// What the stream is made of.
    type Item;

    /// Takes the next chunk of the stream, of any size.
    fn push(&mut self, chunk: Bytes);

    /// The next whole item; `None` when more input is needed.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] as soon as the bytes so far cannot be a stream within the limits.
    fn next_item(&mut self) -> Result<Option<Self::Item>, DecodeError>;

    /// Says whether the stream may end here.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`] inside an item; the earlier error of a failed decoder.
    fn finish(&self) -> Result<(), DecodeError>;
}

/// The bytes are not a stream of whole, legal frames.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The stream ended inside a frame.
    Truncated {
        /// The frame that is not whole.
        at: Position,
        /// How many of its bytes came.
        received: usize,
        /// How many it announced, if it came that far.
        announced: Option<usize>,
    },
    /// A frame breaks the format.
    Corrupt {
        /// The frame.
        at: Position,
        /// In what way.
        reason: Corruption,
    },
    /// A frame is larger than allowed.
    TooLarge {
        /// The frame.
        at: Position,
        /// What is allowed, in bytes.
        limit: usize,
        /// What it announced, or how much had come when the limit was passed.
        announced: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { at, received, announced: Some(announced) } => {
                write!(f, "the stream ended inside {at}, after {received} of {announced} bytes")
            }
            Self::Truncated { at, received, announced: None } => {
                write!(f, "the stream ended inside {at}, after {received} bytes")
            }
            Self::Corrupt { at, reason } => write!(f, "{at} is corrupt: {reason}"),
            Self::TooLarge { at, limit, announced } => {
                write!(f, "{at} is too large: {announced} bytes where {limit} are allowed")
            }
        }
    }
}

impl Error for DecodeError {}

/// Where in the stream a frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// How many whole frames came before it.
    pub frame: u64,
    /// Offset of its first byte in the stream.
    pub offset: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame {} (byte {})", self.frame, self.offset)
    }
}

/// How a frame breaks the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Corruption {
    /// The checksum of the twelve bytes that begin a frame is wrong.
    PreludeChecksum,
    /// The checksum of the frame is wrong.
    MessageChecksum,
    /// The announced length is shorter than the shortest frame.
    FrameTooShort,
    /// The headers are announced to be longer than the frame.
    HeadersOverrun,
    /// A header's name or value goes on beyond the headers.
    HeaderOverrun,
    /// A header has a type that does not exist.
    HeaderType(u8),
    /// A header name occurs twice.
    DuplicateHeader,
    /// Text is not UTF-8.
    Utf8,
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreludeChecksum => "the prelude's checksum does not match",
            Self::MessageChecksum => "the message's checksum does not match",
            Self::FrameTooShort => "the announced length is shorter than the shortest frame",
            Self::HeadersOverrun => "the announced headers are longer than the frame",
            Self::HeaderOverrun => "a header goes on beyond the headers",
            Self::HeaderType(kind) => return write!(f, "{kind} is not a header type"),
            Self::DuplicateHeader => "a header name occurs twice",
            Self::Utf8 => "text is not UTF-8",
        })
    }
}

/// A [`DecodeError`] before it is known where: what the inner parsers give.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Corrupt(Corruption),
    TooLarge { limit: usize, announced: usize },
}

impl Fault {
    pub(crate) fn at(self, at: Position) -> DecodeError {
        match self {
            Self::Corrupt(reason) => DecodeError::Corrupt { at, reason },
            Self::TooLarge { limit, announced } => DecodeError::TooLarge { at, limit, announced },
        }
    }
}

impl From<Corruption> for Fault {
    fn from(reason: Corruption) -> Self {
        Self::Corrupt(reason)
    }
}
