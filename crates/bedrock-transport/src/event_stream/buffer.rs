//! Chunks in, exact slices out: what lies in one chunk is sliced, what spans chunks is copied once.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The bytes of a stream that have come and have not been taken yet.
///
/// Memory follows what arrived, never what a frame announces: bytes that cannot be taken yet are gathered in one
/// growing buffer, so that many tiny chunks cost no more than one large one.
///
/// The `inline`s here and in `message.rs` save a quarter of the decoder's time, which went into moving results about.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// The beginning of what is next, when it did not lie whole in one chunk.
    gathered: BytesMut,
    /// What comes after `gathered`; empty only when there is nothing behind it.
    chunk: Bytes,
    /// What comes after `chunk`: more than one chunk only if the caller does not take what is there. None is empty.
    later: VecDeque<Bytes>,
}

impl Buffer {
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else if !chunk.is_empty() {
            self.later.push_back(chunk);
        }
    }

    /// The next `N` bytes, which stay.
    #[inline]
    pub(super) fn peek<const N: usize>(&mut self) -> Option<[u8; N]> {
        if self.gathered.is_empty()
            && let Some(bytes) = self.chunk.first_chunk()
        {
            return Some(*bytes);
        }
        self.gather(N);
        self.gathered.first_chunk().copied()
    }

    /// The next `length` bytes, once all of them are there.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Option<Bytes> {
        if self.gathered.is_empty() && self.chunk.len() >= length {
            return Some(self.split(length));
        }
        self.gather(length);
        // `gather` stops at `length`, and the bytes peeked at were fewer: what is gathered is exactly what is asked.
        (self.gathered.len() == length).then(|| self.gathered.split().freeze())
    }

    pub(super) fn len(&self) -> usize {
        let held = self.gathered.len().saturating_add(self.chunk.len());
        self.later.iter().map(Bytes::len).fold(held, usize::saturating_add)
    }

    /// Moves bytes into `gathered` until it holds `length` or nothing is left.
    fn gather(&mut self, length: usize) {
        while let Some(missing) = length.checked_sub(self.gathered.len()).filter(|missing| *missing > 0) {
            if self.chunk.is_empty() {
                return;
            }
            let part = self.split(missing.min(self.chunk.len()));
            self.gathered.extend_from_slice(&part);
        }
    }

    /// Takes `length` bytes off the chunk; it has that many.
    #[inline]
    fn split(&mut self, length: usize) -> Bytes {
        if length < self.chunk.len() {
            return self.chunk.split_to(length);
        }
        std::mem::replace(&mut self.chunk, self.later.pop_front().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(chunks: &[&'static [u8]]) -> Buffer {
        let mut buffer = Buffer::default();
        for chunk in chunks {
            buffer.push(Bytes::from_static(chunk));
        }
        buffer
    }

    #[test]
    fn what_lies_in_one_chunk_is_not_copied() {
        let chunk = Bytes::from(b"abcdef".to_vec());
        let mut buffer = Buffer::default();
        buffer.push(chunk.clone());
        assert_eq!(buffer.peek::<2>(), Some(*b"ab"));
        assert_eq!(buffer.take(4).unwrap().as_ptr(), chunk.as_ptr());
        assert_eq!(buffer.take(2).unwrap().as_ptr(), chunk.slice(4..).as_ptr());
        assert_eq!(buffer.len(), 0);
    }

    #[test]
    fn what_spans_chunks_comes_out_whole_and_in_order() {
        let mut buffer = buffer(&[b"a", b"", b"bc", b"defg"]);
        assert_eq!(buffer.len(), 7);
        assert_eq!(buffer.peek::<2>(), Some(*b"ab"));
        assert_eq!(buffer.take(4).unwrap(), "abcd");
        assert_eq!(buffer.peek::<4>(), None);
        assert_eq!(buffer.take(4), None);
        assert_eq!(buffer.len(), 3);
        buffer.push(Bytes::from_static(b"hi"));
        assert_eq!(buffer.take(4).unwrap(), "efgh");
        assert_eq!(buffer.take(1).unwrap(), "i");
        assert_eq!(buffer.take(0), Some(Bytes::new()));
    }
}
