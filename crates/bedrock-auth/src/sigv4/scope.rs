//! The credential scope, and the two steps that follow from it: string to sign and signature.

use std::borrow::Cow;
use std::fmt;

use super::ALGORITHM;
use super::key_cache::SigningKeyCache;
use super::payload::sha256_hex;
use super::signing_key::SigningKey;
use super::signing_time::SigningTime;
use crate::secret::SecretString;

/// What a signing key is good for: one day, one region, one service.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    /// As it is written, which is needed in several places.
    time: Cow<'a, str>,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl<'a> Scope<'a> {
    pub(super) fn new(time: SigningTime, region: &'a str, service: &'a str) -> Self {
        Self { time: time.text().into(), region, service }
    }

    /// With the time as it came, which was read.
    #[cfg(feature = "verify")]
    pub(super) fn at(time: &'a str, region: &'a str, service: &'a str) -> Self {
        Self { time: time.into(), region, service }
    }

    pub(super) fn time(&self) -> &str {
        &self.time
    }

    /// The day alone, `20261122`.
    pub(super) fn date(&self) -> &str {
        self.time.get(.."20261122".len()).unwrap_or(&self.time)
    }

    /// For the text of a canonical request.
    pub(super) fn string_to_sign(&self, canonical: &str) -> String {
        let (time, date, hash) = (self.time(), self.date(), sha256_hex(canonical.as_bytes()));
        let (region, service) = (self.region, self.service);
        let mut text = String::with_capacity(USUAL);
        text.extend([
            ALGORITHM, "\n", time, "\n", date, "/", region, "/", service, "/", TERMINATOR, "\n", &hash,
        ]);
        text
    }

    pub(super) fn signature(
        &self,
        secret: &SecretString,
        cache: Option<&SigningKeyCache>,
        string_to_sign: &str,
    ) -> String {
        let key = match cache {
            Some(cache) => cache.key(secret, self),
            None => SigningKey::derive(secret, self),
        };
        key.sign(string_to_sign)
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{TERMINATOR}", self.date(), self.region, self.service)
    }
}

/// Whether a text can be one part of a scope: anything with a slash, comma or space in it would be read as something else.
pub(super) fn is_scope_part(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b',' | b'='))
}

/// In bytes: most texts to sign are not longer, so that room is made once.
const USUAL: usize = 160;
pub(super) const TERMINATOR: &str = "aws4_request";
