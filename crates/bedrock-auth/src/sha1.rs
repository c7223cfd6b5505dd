//! SHA-1, because the AWS CLI names the files of its SSO cache with it. It protects nothing here, and must not.
//!
//! FIPS 180-4, sections 5 and 6.1: <https://csrc.nist.gov/pubs/fips/180-4/upd1/final>.

/// The digest of a message.
pub(crate) fn sha1(message: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message).chunks_exact(BLOCK) {
        add_block(&mut state, block);
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// The message, a one bit, zeros, and the length in bits, together a multiple of the block.
fn padded(message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % BLOCK != BLOCK - 8 {
        padded.push(0);
    }
    let bits = u64::try_from(message.len()).expect("a length in memory fits 64 bits").wrapping_mul(8);
    padded.extend(bits.to_be_bytes());
    padded
}

fn add_block(state: &mut [u32; 5], block: &[u8]) {
    let mut schedule = [0; 80];
    for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().expect("chunks of four bytes"));
    }
    for t in 16..80 {
        schedule[t] =
            (schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16]).rotate_left(1);
    }

    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for (t, word) in schedule.into_iter().enumerate() {
        let (f, k) = match t {
            0..20 => ((b & c) | (!b & d), 0x5a82_7999),
            20..40 => (b ^ c ^ d, 0x6ed9_eba1),
            40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6_u32),
        };
        let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(word);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    for (total, part) in state.iter_mut().zip([a, b, c, d, e]) {
        *total = total.wrapping_add(part);
    }
}

const BLOCK: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of FIPS 180 for one block, two blocks and many, and the empty message.
    #[test]
    fn the_standards_examples_hold() {
        let million = "a".repeat(1_000_000);
        for (message, expected) in [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
            ),
            (million.as_str(), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ] {
            assert_eq!(hex::encode(sha1(message.as_bytes())), expected, "{} bytes", message.len());
        }
    }

    /// Around the end of a block, where the padding takes one more; compared with Python's `hashlib`.
    #[test]
    fn every_length_around_a_block_is_padded_right() {
        for (length, expected) in [
            (55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"),
            (56, "901305367c259952f4e7af8323f480d59f81335b"),
            (63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec"),
            (64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"),
            (65, "78c741ddc482e4cdf8c474a0876347a0905b6233"),
        ] {
            assert_eq!(hex::encode(sha1(&vec![b'x'; length])), expected, "{length}");
        }
    }
}
