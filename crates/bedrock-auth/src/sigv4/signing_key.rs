//! The last step of SigV4: the key of a day, a region and a service, and what it makes of a string to sign.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>, steps 4 and 5.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::payload::to_hex;
use super::scope::{Scope, TERMINATOR};
use crate::secret::SecretString;
use crate::text::joined;

/// The key that signs all day long, in its scope; zeroized when dropped.
#[derive(Clone)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct SigningKey(Zeroizing<[u8; 32]>);

impl SigningKey {
    pub(super) fn derive(secret: &SecretString, scope: &Scope<'_>) -> Self {
        let secret = Zeroizing::new(joined(&["AWS4", secret.expose()], ""));
        let mut key = hmac(secret.as_bytes(), scope.date());
        for part in [scope.region, scope.service, TERMINATOR] {
            key = hmac(&*key, part);
        }
        Self(key)
    }

    /// The signature, in hexadecimal.
    pub(super) fn sign(&self, string_to_sign: &str) -> String {
        to_hex(&hmac(&*self.0, string_to_sign))
    }
}

fn hmac(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key may be of any length");
    hmac.update(text.as_bytes());
    Zeroizing::new(hmac.finalize().into_bytes().into())
}
