//! What stands in for chance: ids and padding that are a function of the request.
//!
//! The same request gets the same answer, byte for byte, so that a failure seen once can be seen again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use twox_hash::XxHash3_128;

/// A hash of a few texts, and what is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// Hashes the parts, each with its length before it: `["ab", "c"]` and `["a", "bc"]` differ. It is SHA-256, which tells nothing of a
    /// secret among them.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The same without SHA-256, for what is no secret and is hashed for every answer: XXH3 takes a tenth of the time.
    pub(crate) fn of_request(parts: &[&[u8]]) -> Self {
        let hash = |seed: u128, part: &[u8]| XxHash3_128::oneshot_with_seed((seed ^ seed >> 64) as u64, part);
        let first = parts.iter().fold(0, |seed, part| hash(seed, part));
        let mut digest = [0; 32];
        digest.copy_from_slice([first, hash(first, b"")].map(u128::to_be_bytes).as_flattened());
        Self(digest)
    }

    /// A message id in the form of Bedrock's: `msg_bdrk_01` and 22 letters and digits.
    pub(crate) fn message_id(self) -> String {
        self.id("msg_bdrk_01")
    }

    /// The id of a call of a tool in the form of Bedrock's: `toolu_bdrk_01` and 22 letters and digits.
    pub(crate) fn tool_use_id(self) -> String {
        self.id("toolu_bdrk_01")
    }

    fn id(self, prefix: &str) -> String {
        let mut id = Vec::with_capacity(prefix.len() + 22);
        id.extend_from_slice(prefix.as_bytes());
        id.extend(self.0.iter().take(22).map(|byte| pick(ID_LETTERS, *byte)));
        text(id)
    }

    /// A request id in the form of AWS's: a version 4 UUID.
    pub(crate) fn uuid(self) -> String {
        let mut uuid = Vec::with_capacity(36);
        for (index, byte) in self.0.into_iter().take(16).enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                uuid.push(b'-');
            }
            let byte = match index {
                6 => byte & 0x0f | 0x40, // version 4
                8 => byte & 0x3f | 0x80, // variant 1
                _ => byte,
            };
            uuid.extend([byte >> 4, byte & 0x0f].map(|digit| pick(HEXADECIMAL, digit)));
        }
        text(uuid)
    }

    /// Capital letters and digits, as in AWS's ids of keys and roles; at most 32.
    pub(crate) fn capitals(self, count: usize) -> String {
        text(self.0.iter().take(count).map(|byte| pick(CAPITALS, *byte)).collect())
    }

    /// All of it, as it is.
    pub(crate) fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// All of it: 43 letters, digits, dashes and underscores.
    pub(crate) fn base64(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The padding of the event with this index: the beginning of `abc…zABC…Z0123456789`, at least one character of it.
    pub(crate) fn padding(self, event: usize) -> &'static str {
        let byte = self.0.iter().cycle().nth(event % self.0.len()).copied().unwrap_or_default();
        let length = 1 + usize::from(byte) % PADDING.len();
        PADDING.get(..length).unwrap_or(PADDING)
    }
}

fn pick(letters: &str, index: u8) -> u8 {
    let letters = letters.as_bytes();
    letters.get(usize::from(index) % letters.len()).copied().unwrap_or(b'0')
}

fn text(ascii: Vec<u8>) -> String {
    String::from_utf8(ascii).expect("letters, digits, dashes and underscores")
}

/// Letters and digits without those that look alike, as in Anthropic's ids.
const ID_LETTERS: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const HEXADECIMAL: &str = "0123456789abcdef";
/// Those of base 32.
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_every_part_and_where_it_ends() {
        assert_eq!(Digest::of(&[b"a", b"b"]), Digest::of(&[b"a", b"b"]));
        assert_ne!(Digest::of(&[b"a", b"b"]), Digest::of(&[b"ab"]));
        assert_ne!(Digest::of(&[b"ab", b"c"]), Digest::of(&[b"a", b"bc"]));
        assert_ne!(Digest::of(&[b"ab", b""]), Digest::of(&[b"", b"ab"]));

        assert_eq!(Digest::of_request(&[b"a", b"b"]), Digest::of_request(&[b"a", b"b"]));
        for others in
            [&[&b"ab"[..]][..], &[b"b", b"a"], &[b"a", b"b", b""], &[b"", b"a", b"b"], &[b"ab", b""]]
        {
            assert_ne!(Digest::of_request(&[b"a", b"b"]), Digest::of_request(others));
        }
    }

    #[test]
    fn ids_have_the_form_of_real_ones() {
        let digest = Digest::of(&[b"request"]);
        let id = digest.message_id();
        assert_eq!(id.len(), "msg_bdrk_01Fa62yoE5qsW3mPG95wgFqa".len());
        assert!(
            id.starts_with("msg_bdrk_01") && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
            "{id}"
        );

        let uuid = digest.uuid();
        let groups: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{uuid}");
        assert_eq!(uuid.as_bytes()[14], b'4', "{uuid}");
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }

    #[test]
    fn padding_is_a_beginning_of_the_alphabet_for_every_event() {
        let digest = Digest::of(&[b"request"]);
        for event in 0..100 {
            let padding = digest.padding(event);
            assert!(!padding.is_empty() && PADDING.starts_with(padding));
        }
        assert!((1..10).any(|event| digest.padding(event) != digest.padding(0)));
    }
}
