//! Server-sent events (`text/event-stream`), the framing of the native Messages routes.
//!
//! Read as the HTML standard says (<https://html.spec.whatwg.org/multipage/server-sent-events.html>, read 2026-11), with
//! two differences that fit a request that is paid for: an event that is cut off is an error instead of being dropped
//! silently, and `id` and `retry` are ignored because nothing reconnects.
//!
//! Not here: what the events mean.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::decode::{Corruption, Decode, DecodeError, Fault, Position};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SseEvent {
    /// The `event` field, if there was one with text in it.
    pub event: Option<String>,
    /// The `data` lines, joined by line feeds; not checked to be UTF-8.
    pub data: Bytes,
}

/// Decodes server-sent events, given in chunks of any size.
///
/// ```
/// use bedrock_transport::sse::SseDecoder;
///
/// let mut decoder = SseDecoder::new();
/// decoder.push(": hello\n\nevent: message_stop\nda".into());
/// assert_eq!(decoder.next_event()?, None);
/// decoder.push("ta: {}\n\n".into());
/// assert_eq!(decoder.next_event()?.expect("the blank line ends the event").data, "{}");
/// decoder.finish()?;
/// # Ok::<(), bedrock_transport::DecodeError>(())
/// ```
///
/// Data in one line and one chunk is a slice of the chunk. After an error the decoder stays failed.
#[derive(Debug)]
pub struct SseDecoder {
    limit: usize,
    lines: Lines,
    event: Option<String>,
    data: Option<Data>,
    position: Position,
    failed: Option<DecodeError>,
}

impl SseDecoder {
    /// A decoder with the default limit of 24 MiB an event.
    pub fn new() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }

    /// A decoder that holds no more than `limit` bytes of an event.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            lines: Lines::default(),
            event: None,
            data: None,
            position: Position::default(),
            failed: None,
        }
    }

    /// Takes the next chunk of the stream.
    pub fn push(&mut self, chunk: Bytes) {
        if self.failed.is_none() {
            self.lines.push(chunk);
        }
    }

    /// The next event; `None` when more input is needed.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`] over the limit, [`DecodeError::Corrupt`] when an `event` field is not UTF-8, and the
    /// same again at every later call.
    pub fn next_event(&mut self) -> Result<Option<SseEvent>, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.read().map_err(|fault| {
            let error = fault.at(self.position);
            self.lines = Lines::default();
            self.data = None;
            self.failed.insert(error).clone()
        })
    }

    /// Says whether the stream may end here: between two events.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`] inside an event or a line; the error of a failed decoder.
    pub fn finish(&self) -> Result<(), DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.event.is_none() && self.data.is_none() && self.lines.unread() == 0 {
            return Ok(());
        }
        let received = self.lines.arrived().saturating_sub(self.position.offset);
        let received = usize::try_from(received).unwrap_or(usize::MAX);
        Err(DecodeError::Truncated { at: self.position, received, announced: None })
    }

    /// How many events have been decoded.
    pub fn events_decoded(&self) -> u64 {
        self.position.frame
    }

    fn read(&mut self) -> Result<Option<SseEvent>, Fault> {
        loop {
            let room = self.limit.saturating_sub(self.held());
            let Some(line) = self.lines.next(room).map_err(|held| Fault::TooLarge {
                limit: self.limit,
                announced: self.held().saturating_add(held),
            })?
            else {
                return Ok(None);
            };
            if !line.is_empty() {
                self.field(line)?;
                if self.held() > self.limit {
                    return Err(Fault::TooLarge { limit: self.limit, announced: self.held() });
                }
                continue;
            }
            let event = self.event.take();
            let data = self.data.take();
            self.position.offset = self.lines.consumed;
            if let Some(data) = data {
                self.position.frame = self.position.frame.saturating_add(1);
                return Ok(Some(SseEvent { event, data: data.finish() }));
            }
        }
    }

    /// Takes one line that is not empty.
    fn field(&mut self, mut line: Bytes) -> Result<(), Fault> {
        let colon = memchr::memchr(b':', &line).unwrap_or(line.len());
        let mut value = line.split_off(colon); // colon <= line.len()
        if value.starts_with(b": ") {
            value = value.slice(2..); // it is at least that long
        } else if value.starts_with(b":") {
            value = value.slice(1..);
        }
        match &*line {
            b"event" => {
                let text = str::from_utf8(&value).map_err(|_| Corruption::Utf8)?;
                self.event = (!text.is_empty()).then(|| text.to_owned());
            }
            b"data" => match &mut self.data {
                Some(data) => data.add_line(&value),
                None => self.data = Some(Data::One(value)),
            },
            // A comment (an empty name), `id`, `retry`, or a field of the future.
            _ => {}
        }
        Ok(())
    }

    /// How many bytes of the event have been taken from the lines and are kept.
    fn held(&self) -> usize {
        let event = self.event.as_ref().map_or(0, String::len);
        event.saturating_add(self.data.as_ref().map_or(0, Data::len))
    }
}

impl Default for SseDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decode for SseDecoder {
    type Item = SseEvent;

    fn push(&mut self, chunk: Bytes) {
        self.push(chunk);
    }

    fn next_item(&mut self) -> Result<Option<SseEvent>, DecodeError> {
        self.next_event()
    }

    fn finish(&self) -> Result<(), DecodeError> {
        self.finish()
    }
}

/// The data of an event: one line stays the slice that it is.
#[derive(Debug)]
enum Data {
    One(Bytes),
    Many(BytesMut),
}

impl Data {
    fn add_line(&mut self, line: &[u8]) {
        if let Self::One(first) = self {
            *self = Self::Many(BytesMut::from(&first[..]));
        }
        if let Self::Many(lines) = self {
            lines.extend_from_slice(b"\n");
            lines.extend_from_slice(line);
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::One(line) => line.len(),
            Self::Many(lines) => lines.len(),
        }
    }

    fn finish(self) -> Bytes {
        match self {
            Self::One(line) => line,
            Self::Many(lines) => lines.freeze(),
        }
    }
}

/// Splits chunks at LF, CRLF and CR, and takes a byte order mark off the first line.
#[derive(Debug, Default)]
struct Lines {
    /// The beginning of the current line, when it came in earlier chunks.
    begun: BytesMut,
    /// What comes after `begun`; no chunk is empty.
    chunks: VecDeque<Bytes>,
    /// The last line ended in CR: a LF that comes next belongs to it.
    after_cr: bool,
    /// How many bytes have been taken from the chunks.
    consumed: u64,
    /// The first line is through.
    started: bool,
}

impl Lines {
    fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.chunks.push_back(chunk);
        }
    }

    /// The next whole line without its end; an error with the length so far when it is longer than `room`.
    fn next(&mut self, room: usize) -> Result<Option<Bytes>, usize> {
        while let Some(mut chunk) = self.chunks.pop_front() {
            if std::mem::take(&mut self.after_cr) && chunk.first() == Some(&b'\n') {
                self.advance(&mut chunk, 1);
            }
            let end = memchr::memchr2(b'\r', b'\n', &chunk);
            let length = end.unwrap_or(chunk.len());
            let part = self.advance(&mut chunk, length);
            let length = self.begun.len().saturating_add(part.len());
            if length > room.saturating_add(OVERHEAD) {
                return Err(length);
            }
            if end.is_none() {
                self.begun.extend_from_slice(&part);
                continue;
            }
            let line_end = self.advance(&mut chunk, 1);
            self.after_cr = line_end.first() == Some(&b'\r');
            if !chunk.is_empty() {
                self.chunks.push_front(chunk);
            }
            let mut line = part;
            if !self.begun.is_empty() {
                self.begun.extend_from_slice(&line);
                line = self.begun.split().freeze();
            }
            if !std::mem::replace(&mut self.started, true) && line.starts_with(BYTE_ORDER_MARK) {
                line = line.slice(BYTE_ORDER_MARK.len()..);
            }
            return Ok(Some(line));
        }
        Ok(None)
    }

    /// How many bytes have come.
    fn arrived(&self) -> u64 {
        let waiting = self.chunks.iter().map(Bytes::len).fold(0, usize::saturating_add);
        self.consumed.saturating_add(waiting as u64)
    }

    /// How many bytes are there that belong to no whole line.
    fn unread(&self) -> usize {
        let line_feed = self.after_cr && self.chunks.front().is_some_and(|chunk| chunk.starts_with(b"\n"));
        let bytes = self.chunks.iter().map(Bytes::len).fold(self.begun.len(), usize::saturating_add);
        bytes.saturating_sub(usize::from(line_feed))
    }

    /// Takes `length` bytes off `chunk`; it has that many.
    fn advance(&mut self, chunk: &mut Bytes, length: usize) -> Bytes {
        self.consumed = self.consumed.saturating_add(length as u64);
        chunk.split_to(length)
    }
}

const DEFAULT_LIMIT: usize = 24 * 1024 * 1024;

/// A line is longer than what it brings to the event by its name and colon; byte order mark included.
const OVERHEAD: usize = 16;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests;
