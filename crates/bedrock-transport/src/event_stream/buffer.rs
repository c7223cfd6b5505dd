//! Chunks in, exact slices out: what lies in one chunk is sliced, what spans chunks is copied once.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The bytes of a stream that have come and have not been taken yet.
///
/// Memory follows what arrived, never what a frame announces: bytes that cannot be taken yet are gathered in one
/// growing buffer, so that many tiny chunks cost no more than one large one.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// The beginning of what is next, when it did not lie whole in one chunk.
    gathered: BytesMut,
    /// What comes after `gathered`; no chunk is empty.
    chunks: VecDeque<Bytes>,
}

impl Buffer {
    pub(super) fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.chunks.push_back(chunk);
        }
    }

    /// The next `N` bytes, which stay.
    pub(super) fn peek<const N: usize>(&mut self) -> Option<[u8; N]> {
        if self.gathered.is_empty()
            && let Some(bytes) = self.chunks.front().and_then(|chunk| chunk.first_chunk())
        {
            return Some(*bytes);
        }
        self.gather(N);
        self.gathered.first_chunk().copied()
    }

    /// The next `length` bytes, once all of them are there.
    pub(super) fn take(&mut self, length: usize) -> Option<Bytes> {
        if self.gathered.is_empty()
            && let Some(front) = self.chunks.front_mut()
            && front.len() >= length
        {
            let taken = front.split_to(length); // length <= front.len()
            if front.is_empty() {
                self.chunks.pop_front();
            }
            return Some(taken);
        }
        self.gather(length);
        // `gather` stops at `length`, and the bytes peeked at were fewer: what is gathered is exactly what is asked.
        (self.gathered.len() == length).then(|| self.gathered.split().freeze())
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.iter().map(Bytes::len).fold(self.gathered.len(), usize::saturating_add)
    }

    /// Moves bytes into `gathered` until it holds `length` or nothing is left.
    fn gather(&mut self, length: usize) {
        while let Some(missing) = length.checked_sub(self.gathered.len()).filter(|missing| *missing > 0) {
            let Some(front) = self.chunks.front_mut() else { return };
            let part = front.split_to(missing.min(front.len()));
            if front.is_empty() {
                self.chunks.pop_front();
            }
            self.gathered.extend_from_slice(&part);
        }
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
