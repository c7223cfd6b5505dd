//! The hash of a request body, computed once and signed with every attempt.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a request body, as SigV4 writes it.
///
/// ```
/// use bedrock_auth::sigv4::PayloadHash;
///
/// let empty = PayloadHash::of(b"");
/// assert_eq!(empty.as_str(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PayloadHash(String);

impl PayloadHash {
    /// Hashes a body.
    pub fn of(body: &[u8]) -> Self {
        Self(sha256_hex(body))
    }

    /// What stands in place of the hash where the body is not signed, which S3 allows.
    pub fn unsigned() -> Self {
        Self("UNSIGNED-PAYLOAD".to_owned())
    }

    /// 64 lower-case hexadecimal digits, or `UNSIGNED-PAYLOAD`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&sha256(bytes))
}

/// The digest of all of it. (`Sha256::digest` is compiled into each function that calls it.)
#[inline(never)]
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// In lower-case digits.
pub(super) fn to_hex(hash: &[u8; 32]) -> String {
    let mut digits = [0; 64];
    hex::encode_to_slice(hash, &mut digits).expect("two digits for each of 32 bytes");
    std::str::from_utf8(&digits).expect("digits are ASCII").to_owned()
}
