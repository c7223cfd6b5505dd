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
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Pairs = Vec<(Option<String>, String)>;

    /// All events of a stream given in these chunks, and how it ended.
    fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Pairs, Result<(), DecodeError>) {
        let mut decoder = SseDecoder::new();
        let mut events = Vec::new();
        for chunk in chunks {
            decoder.push(Bytes::copy_from_slice(chunk));
            loop {
                match decoder.next_event() {
                    Ok(Some(SseEvent { event, data })) => {
                        events.push((event, String::from_utf8(data.to_vec()).unwrap()));
                    }
                    Ok(None) => break,
                    Err(error) => return (events, Err(error)),
                }
            }
        }
        assert_eq!(decoder.events_decoded(), events.len() as u64);
        (events, decoder.finish())
    }

    #[test]
    fn lines_fields_and_blank_lines_are_read_as_the_standard_says() {
        for (stream, expected) in [
            ("", &[][..]),
            ("data: a\n\n", &[(None, "a")]),
            ("data:a\n\n", &[(None, "a")]),
            ("data:  a\n\n", &[(None, " a")]),
            ("data\n\n", &[(None, "")]),
            ("data: a\ndata\ndata: b\n\n", &[(None, "a\n\nb")]),
            ("event: x\ndata: a\n\n", &[(Some("x"), "a")]),
            ("data: a\nevent: x\n\ndata: b\n\n", &[(Some("x"), "a"), (None, "b")]),
            ("event: x\nevent:\ndata: a\n\n", &[(None, "a")]),
            ("event: x\n\ndata: a\n\n", &[(None, "a")]),
            ("data: a\r\rdata: b\r\n\r\ndata: c\n\n", &[(None, "a"), (None, "b"), (None, "c")]),
            ("\u{feff}data: a\n\n", &[(None, "a")]),
            ("\u{feff}\n\u{feff}data: a\n\n", &[]),
            (": comment\n\n:\n\ndata: a\n: in between\nid: 7\nretry: 1\nother\n\n", &[(None, "a")]),
            ("data: a: b\n\n", &[(None, "a: b")]),
            ("Data: a\n\n", &[]),
            ("data: ü€\n\n", &[(None, "ü€")]),
        ] {
            let (events, end) = decode([stream.as_bytes()]);
            let events: Vec<_> =
                events.iter().map(|(event, data)| (event.as_deref(), data.as_str())).collect();
            assert_eq!(events, expected, "{stream:?}");
            assert_eq!(end, Ok(()), "{stream:?}");
        }
    }

    #[test]
    fn a_stream_that_ends_inside_an_event_is_truncated() {
        for (stream, frame, offset, received) in [
            ("data: a\n", 0, 0, 8),
            ("data\n", 0, 0, 5),
            ("event: x\n", 0, 0, 9),
            ("da", 0, 0, 2),
            ("data: a\n\ndata: bc", 1, 9, 8),
        ] {
            let at = Position { frame, offset };
            let end = decode([stream.as_bytes()]).1;
            assert_eq!(end, Err(DecodeError::Truncated { at, received, announced: None }), "{stream:?}");
        }
    }

    #[test]
    fn data_in_one_chunk_is_not_copied() {
        let chunk = Bytes::from(b"data: abc\n\n".to_vec());
        let mut decoder = SseDecoder::new();
        decoder.push(chunk.clone());
        assert_eq!(decoder.next_event().unwrap().unwrap().data.as_ptr(), chunk.slice(6..).as_ptr());
    }

    #[test]
    fn what_is_held_of_an_event_has_a_limit_and_the_error_stays() {
        let long_line = format!("data: {}", "a".repeat(200));
        let many_lines = "data: 0123456789\n".repeat(20);
        for stream in [long_line, many_lines] {
            let mut decoder = SseDecoder::with_limit(100);
            decoder.push(stream.into());
            let error = decoder.next_event().unwrap_err();
            assert!(matches!(error, DecodeError::TooLarge { limit: 100, announced: 101.., .. }), "{error}");
            decoder.push("data: a\n\n".into());
            assert_eq!(decoder.next_event(), Err(error.clone()));
            assert_eq!(decoder.finish(), Err(error));
        }
        let mut decoder = SseDecoder::with_limit(100);
        decoder.push(format!("data: {}\n\n", "a".repeat(100)).into());
        assert_eq!(decoder.next_event().unwrap().unwrap().data.len(), 100);
        decoder.push(": ping\n".repeat(1000).into());
        assert_eq!(decoder.next_event(), Ok(None));
    }

    #[test]
    fn an_error_event_keeps_its_name_and_its_data() {
        let (events, end) = decode([&b"event: error\ndata: {\"type\":\"error\"}\n\n"[..]]);
        assert_eq!(events, [(Some("error".to_owned()), r#"{"type":"error"}"#.to_owned())]);
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn a_byte_order_mark_and_line_ends_may_be_cut_anywhere() {
        let stream = "\u{feff}event: x\r\ndata: a\r\ndata: b\r\n\r\n\r\ndata: c\r\r".as_bytes();
        let expected = [(Some("x".to_owned()), "a\nb".to_owned()), (None, "c".to_owned())];
        for first in 0..=stream.len() {
            for second in first..=stream.len() {
                let (events, end) = decode([&stream[..first], &stream[first..second], &stream[second..]]);
                assert_eq!(events, expected, "{first} {second}");
                assert_eq!(end, Ok(()));
            }
        }
    }

    #[test]
    fn a_line_of_8_mib_in_small_chunks_comes_out_whole() {
        let text = "x".repeat(8 * 1024 * 1024);
        let stream = format!("data: {text}\n\n");
        let (events, end) = decode(stream.as_bytes().chunks(1000));
        assert_eq!((events.len(), end), (1, Ok(())));
        assert!(events[0].1 == text);
    }

    #[test]
    fn twenty_thousand_events_come_out_however_they_are_cut() {
        let stream = "event: e\ndata: {}\n\n".repeat(20_000);
        for size in [7, 1000, stream.len()] {
            let (events, end) = decode(stream.as_bytes().chunks(size));
            assert_eq!((events.len(), end), (20_000, Ok(())));
        }
    }

    #[test]
    fn an_event_name_that_is_not_utf8_is_corrupt() {
        let reason = Corruption::Utf8;
        let (_, end) = decode([&b"event: \xff\n\n"[..]]);
        assert_eq!(end, Err(DecodeError::Corrupt { at: Position::default(), reason }));
    }

    /// Streams with everything in them that a line can be.
    fn stream() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec![
            "",
            "data: a",
            "data",
            "data:b: ü",
            "event: x",
            ": c",
            "id: 1",
            "junk",
        ]);
        let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
        let lines = prop::collection::vec((line, end), 0..30);
        (prop::sample::select(vec!["", "\u{feff}"]), lines).prop_map(|(mark, lines)| {
            lines.into_iter().fold(mark.to_owned(), |stream, (line, end)| stream + line + end)
        })
    }

    proptest! {
        #[test]
        fn chunking_is_irrelevant(stream in stream(), size in 1_usize..9) {
            let whole = decode([stream.as_bytes()]);
            let pieces = decode(stream.as_bytes().chunks(size));
            prop_assert_eq!(&pieces.0, &whole.0);
            prop_assert_eq!(pieces.1, whole.1);
        }

        #[test]
        fn a_prefix_gives_the_first_events_and_is_whole_only_between_events(
            stream in stream(),
            cut in any::<prop::sample::Index>(),
        ) {
            let cut = cut.index(stream.len() + 1);
            let (whole, _) = decode([stream.as_bytes()]);
            let (events, end) = decode([&stream.as_bytes()[..cut]]);
            prop_assert_eq!(&events[..], &whole[..events.len()]);
            if let Err(error) = &end {
                let said = matches!(error, DecodeError::Truncated { at, received: 1.., announced: None }
                    if at.frame == events.len() as u64 && at.offset <= cut as u64);
                prop_assert!(said, "{error:?}");
            } else {
                // What is left must decode by itself to what is missing; a LF may still belong to the cut CR.
                let rest = &stream.as_bytes()[cut..];
                prop_assert_eq!(decode([rest]).0, &whole[events.len()..]);
            }
        }

        /// How long an event may be does not depend on how it comes.
        #[test]
        fn the_limit_is_the_same_in_pieces(stream in stream(), limit in 0_usize..6, size in 1_usize..9) {
            let run = |size: usize| {
                let mut decoder = SseDecoder::with_limit(limit);
                let mut events = Vec::new();
                for chunk in stream.as_bytes().chunks(size) {
                    decoder.push(Bytes::copy_from_slice(chunk));
                    while let Ok(Some(event)) = decoder.next_event() {
                        assert!(event.data.len() <= limit);
                        events.push(event);
                    }
                }
                (events, decoder.next_event().map_err(|error| std::mem::discriminant(&error)))
            };
            prop_assert_eq!(run(size), run(usize::MAX));
        }

        #[test]
        fn arbitrary_bytes_never_panic(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20)) {
            let mut decoder = SseDecoder::with_limit(40);
            for chunk in chunks {
                decoder.push(chunk.into());
                while let Ok(Some(event)) = decoder.next_event() {
                    prop_assert!(event.data.len() <= 40 + OVERHEAD);
                }
            }
        }
    }
}
