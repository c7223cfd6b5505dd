//! Signing keys that were derived already: the same for a day, a region and a service.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::payload::sha256;
use super::scope::Scope;
use super::signing_key::SigningKey;
use crate::secret::{SecretString, constant_time_eq};

/// The signing keys of one identity, each derived once for its day, region and service; a client shares one between its calls.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use bedrock_auth::Credentials;
/// use bedrock_auth::sigv4::{PayloadHash, SigningKeyCache, SigningParams, sign};
///
/// let cache = SigningKeyCache::default();
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
/// let params = SigningParams::new(&credentials, "us-east-1", "bedrock", now).with_key_cache(&cache);
///
/// let (mut parts, ()) = http::Request::get("https://bedrock.us-east-1.amazonaws.com/foundation-models").body(())?.into_parts();
/// sign(&mut parts, &PayloadHash::of(b""), &params)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The secret itself is not kept, only a digest that tells it from the next one: where that comes, or the next day, the old key is
/// dropped. Two identities that take turns derive each time, so give each its own. Keys are zeroized when dropped, and `Debug` shows
/// how many there are.
#[derive(Default)]
pub struct SigningKeyCache(Mutex<Vec<Entry>>);

struct Entry {
    region: String,
    service: String,
    date: String,
    secret: [u8; 32],
    key: SigningKey,
}

impl SigningKeyCache {
    pub(super) fn key(&self, secret: &SecretString, scope: &Scope<'_>) -> SigningKey {
        let digest = sha256(secret.expose().as_bytes());
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().position(|entry| entry.is_of(scope));
        if let Some(entry) = known.and_then(|at| entries.get(at))
            && entry.date == scope.date()
            && constant_time_eq(&entry.secret, &digest)
        {
            return entry.key.clone();
        }
        // The one whose time is over, else the oldest once there are too many.
        if let Some(at) = known.or_else(|| (entries.len() >= MAX_ENTRIES).then_some(0)) {
            entries.remove(at);
        }
        let key = SigningKey::derive(secret, scope);
        let [region, service, date] = [scope.region, scope.service, scope.date()].map(str::to_owned);
        entries.push(Entry { region, service, date, secret: digest, key: key.clone() });
        key
    }
}

impl Entry {
    fn is_of(&self, scope: &Scope<'_>) -> bool {
        self.region == scope.region && self.service == scope.service
    }
}

impl fmt::Debug for SigningKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("SigningKeyCache").field("keys", &keys).finish()
    }
}

/// More regions and services than a client talks to.
const MAX_ENTRIES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigv4::SigningTime;

    fn scope<'a>(time: &str, region: &'a str) -> Scope<'a> {
        Scope::new(time.parse::<SigningTime>().unwrap(), region, "bedrock")
    }

    #[test]
    fn a_key_lasts_for_its_day_and_secret() {
        let cache = SigningKeyCache::default();
        let [one, two] = ["one", "two"].map(SecretString::from);
        let cases = [
            (&one, "20261122T000000Z", "a", 1),
            (&one, "20261122T235959Z", "a", 1),
            (&one, "20261122T000000Z", "b", 2),
            (&one, "20261123T000000Z", "a", 2),
            (&two, "20261123T000000Z", "a", 2),
            (&one, "20261122T000000Z", "a", 2),
        ];
        for (secret, time, region, kept) in cases {
            let scope = scope(time, region);
            for _ in 0..2 {
                assert!(cache.key(secret, &scope) == SigningKey::derive(secret, &scope), "{time} {region}");
            }
            assert_eq!(cache.0.lock().unwrap().len(), kept, "{time} {region}");
        }
    }

    #[test]
    fn it_stays_small_and_silent() {
        let cache = SigningKeyCache::default();
        for number in 0..100 {
            cache.key(&"canary".into(), &scope("20261122T000000Z", &format!("region-{number}")));
        }
        assert_eq!(format!("{cache:?}"), "SigningKeyCache { keys: 8 }");
    }
}
