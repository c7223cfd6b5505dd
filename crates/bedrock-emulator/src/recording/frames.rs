//! Where one frame of a body ends and the next begins, told while the bytes come.
//!
//! Only lengths are looked at: what is broken in a frame is to be recorded as it is.

/// How the pieces of a body are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// AWS's frames, which say how long they are.
    EventStream,
    /// Server-sent events, which end with a blank line.
    Sse,
    /// One piece.
    Whole,
}

impl Framing {
    /// That of a content type.
    pub(crate) fn of(content_type: &str) -> Self {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/vnd.amazon.eventstream" => Self::EventStream,
            "text/event-stream" => Self::Sse,
            _ => Self::Whole,
        }
    }
}

/// Finds the ends of frames.
#[derive(Debug)]
pub(crate) struct Boundaries {
    framing: Framing,
    /// Bytes of the frame that is not whole yet.
    seen: usize,
    /// The length that it announces, as far as it is there.
    length: [u8; 4],
    /// Whether nothing but line ends has come since the last line end.
    blank: bool,
}

impl Boundaries {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, seen: 0, length: [0; 4], blank: false }
    }

    /// Takes the next bytes, and gives the length of each frame that ends in them.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<usize> {
        let mut ended = Vec::new();
        for byte in bytes {
            if self.ends_with(*byte) {
                ended.push(std::mem::take(&mut self.seen));
            }
        }
        ended
    }

    /// What is left of a frame that did not end.
    pub(crate) fn rest(&self) -> Option<usize> {
        (self.seen > 0).then_some(self.seen)
    }

    fn ends_with(&mut self, byte: u8) -> bool {
        self.seen += 1;
        match self.framing {
            Framing::EventStream => {
                if let Some(place) = self.length.get_mut(self.seen - 1) {
                    *place = byte;
                }
                let length = u32::from_be_bytes(self.length) as usize;
                if self.seen == self.length.len() && length < MIN_FRAME {
                    self.framing = Framing::Whole; // no frame, so nothing behind it can be told apart
                }
                self.seen >= MIN_FRAME && self.seen == length
            }
            Framing::Sse => {
                let ends = byte == b'\n' && self.blank;
                self.blank = !ends && (byte == b'\n' || (self.blank && byte == b'\r'));
                ends
            }
            Framing::Whole => false,
        }
    }
}

/// Prelude and checksum of a frame with nothing in it.
const MIN_FRAME: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frames::{named, sse};

    fn cut(framing: Framing, pieces: &[&[u8]]) -> (Vec<usize>, Option<usize>) {
        let mut boundaries = Boundaries::new(framing);
        let ended = pieces.iter().flat_map(|piece| boundaries.push(piece)).collect();
        (ended, boundaries.rest())
    }

    #[test]
    fn each_framing_has_its_ends() {
        let frames = [named("a", b"{}"), named("chunk", b"{\"p\":1}")].concat();
        let (first, whole) = (named("a", b"{}").len(), frames.len());
        let events = [sse("a", b"{}"), sse("ping", b"{}")].concat();
        let event = sse("a", b"{}").len();
        let broken = [&[0, 0, 0, 3][..], &frames].concat();
        for (framing, bytes, ended, rest) in [
            (Framing::EventStream, &frames[..], vec![first, whole - first], None),
            (Framing::EventStream, &frames[..whole - 1], vec![first], Some(whole - first - 1)),
            (Framing::EventStream, &broken, vec![], Some(broken.len())),
            (Framing::Sse, &events, vec![event, events.len() - event], None),
            (Framing::Sse, b"data: a\r\n\r\n: b\n", vec![11], Some(4)),
            (Framing::Whole, b"{}\n\n", vec![], Some(4)),
        ] {
            assert_eq!(cut(framing, &[bytes]), (ended, rest), "{framing:?}");
        }
    }

    #[test]
    fn a_content_type_says_how_a_body_is_framed() {
        for (kind, framing) in [
            ("application/vnd.amazon.eventstream", Framing::EventStream),
            ("text/event-stream; charset=utf-8", Framing::Sse),
            ("application/json", Framing::Whole),
            ("", Framing::Whole),
        ] {
            assert_eq!(Framing::of(kind), framing);
        }
    }

    proptest! {
        #[test]
        fn chunking_is_irrelevant_and_nothing_is_lost(
            bytes in proptest::collection::vec(prop_oneof![Just(0), Just(b'\n'), Just(b'\r'), Just(20), any::<u8>()], 0..200),
            at in 0..200_usize,
        ) {
            for framing in [Framing::EventStream, Framing::Sse, Framing::Whole] {
                let (head, tail) = bytes.split_at(at.min(bytes.len()));
                let (ended, rest) = cut(framing, &[&bytes]);
                prop_assert_eq!(ended.iter().sum::<usize>() + rest.unwrap_or(0), bytes.len());
                prop_assert_eq!(cut(framing, &[head, tail]), (ended, rest));
            }
        }
    }
}
