//! The twelve bytes that begin a frame: its length, its headers' length, and their checksum.

use super::decoder::Limits;
use crate::decode::{Corruption, Fault};

/// Lengths that are within the limits and fit each other: `MIN_FRAME + headers <= total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prelude {
    /// Length of the whole frame, prelude and final checksum included.
    pub(super) total: usize,
    /// Length of the headers.
    pub(super) headers: usize,
}

impl Prelude {
    /// Reads and checks a prelude, before anything else of the frame has to be there.
    pub(super) fn parse(bytes: &[u8; PRELUDE], limits: &Limits) -> Result<Self, Fault> {
        let [t0, t1, t2, t3, h0, h1, h2, h3, c0, c1, c2, c3] = *bytes;
        // Lengths under a wrong checksum mean nothing, so this comes first.
        if crc32fast::hash(&[t0, t1, t2, t3, h0, h1, h2, h3]) != u32::from_be_bytes([c0, c1, c2, c3]) {
            return Err(Corruption::PreludeChecksum.into());
        }
        let total = u32::from_be_bytes([t0, t1, t2, t3]) as usize;
        let headers = u32::from_be_bytes([h0, h1, h2, h3]) as usize;
        let Some(room) = total.checked_sub(MIN_FRAME) else {
            return Err(Corruption::FrameTooShort.into());
        };
        if total > limits.frame {
            return Err(Fault::TooLarge { limit: limits.frame, announced: total });
        }
        if headers > limits.headers {
            return Err(Fault::TooLarge { limit: limits.headers, announced: headers });
        }
        if headers > room {
            return Err(Corruption::HeadersOverrun.into());
        }
        Ok(Self { total, headers })
    }
}

/// Length of the prelude.
pub(super) const PRELUDE: usize = 12;
/// Length of the checksum that ends a frame.
pub(super) const CHECKSUM: usize = 4;
/// Length of a frame with neither headers nor payload.
pub(super) const MIN_FRAME: usize = PRELUDE + CHECKSUM;

#[cfg(test)]
mod tests {
    use super::*;

    fn prelude(total: u32, headers: u32) -> [u8; PRELUDE] {
        let mut bytes = [0; PRELUDE];
        bytes[..4].copy_from_slice(&total.to_be_bytes());
        bytes[4..8].copy_from_slice(&headers.to_be_bytes());
        let checksum = crc32fast::hash(&bytes[..8]);
        bytes[8..].copy_from_slice(&checksum.to_be_bytes());
        bytes
    }

    #[test]
    fn twelve_bytes_tell_whether_a_frame_can_be_legal() {
        let limits = Limits { frame: 1000, headers: 100 };
        let corrupt = |reason| Err(Fault::Corrupt(reason));
        for (total, headers, expected) in [
            (16, 0, Ok(Prelude { total: 16, headers: 0 })),
            (116, 100, Ok(Prelude { total: 116, headers: 100 })),
            (1000, 0, Ok(Prelude { total: 1000, headers: 0 })),
            (0, 0, corrupt(Corruption::FrameTooShort)),
            (11, 0, corrupt(Corruption::FrameTooShort)),
            (15, 0, corrupt(Corruption::FrameTooShort)),
            (1001, 0, Err(Fault::TooLarge { limit: 1000, announced: 1001 })),
            (u32::MAX, 0, Err(Fault::TooLarge { limit: 1000, announced: u32::MAX as usize })),
            (1000, 101, Err(Fault::TooLarge { limit: 100, announced: 101 })),
            (1000, u32::MAX, Err(Fault::TooLarge { limit: 100, announced: u32::MAX as usize })),
            (16, 1, corrupt(Corruption::HeadersOverrun)),
            (50, 35, corrupt(Corruption::HeadersOverrun)),
        ] {
            assert_eq!(Prelude::parse(&prelude(total, headers), &limits), expected, "{total} {headers}");
        }
    }

    #[test]
    fn any_flipped_bit_is_a_wrong_checksum() {
        for bit in 0..PRELUDE * 8 {
            let mut bytes = prelude(100, 20);
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Prelude::parse(&bytes, &Limits::default()), Err(Corruption::PreludeChecksum.into()));
        }
    }
}
