//! Short-term Amazon Bedrock API keys, made from credentials without asking anybody.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html>

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::base64;
use crate::bearer::BearerToken;
use crate::credentials::Credentials;
use crate::effects::{Clock, SystemClock};
use crate::identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::IdentityError;
use crate::sigv4::{SignError, SigningParams, presigned_query};
use crate::text::joined;

/// Makes a key that is good in one region for `lifetime`, twelve hours at most, but no longer than the credentials live.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use bedrock_auth::{Credentials, short_term_key};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
/// let key = short_term_key(&credentials, "us-east-1", now, Duration::from_secs(3600))?;
/// assert!(key.expose().starts_with("bedrock-api-key-"));
/// assert_eq!(key.expiry(), Some(now + Duration::from_secs(3600)));
/// # Ok::<(), bedrock_auth::ShortTermKeyError>(())
/// ```
///
/// # Errors
///
/// [`ShortTermKeyError`]: the lifetime is none, or the credentials cannot sign. Nothing is sent.
pub fn short_term_key(
    credentials: &Credentials,
    region: &str,
    now: SystemTime,
    lifetime: Duration,
) -> Result<BearerToken, ShortTermKeyError> {
    if lifetime < SECOND || lifetime > MAX_LIFETIME {
        return Err(ShortTermKeyError::Lifetime { asked: lifetime });
    }
    let left = credentials.expiry().map(|expiry| expiry.duration_since(now).unwrap_or_default());
    let lifetime = left.map_or(lifetime, |left| left.min(lifetime));
    if lifetime < SECOND {
        return Err(ShortTermKeyError::Expired);
    }

    let params = SigningParams::new(credentials, region, "bedrock", now);
    let query = presigned_query(HOST, "Action=CallWithBearerToken", lifetime, &params)
        .map_err(ShortTermKeyError::Sign)?;
    // The version is not signed.
    let url = Zeroizing::new(joined(&[HOST, "/?", &query, "&Version=1"], ""));
    let text = Zeroizing::new(joined(&[PREFIX, &base64::standard(url.as_bytes())], ""));
    let key = BearerToken::parse(&text).expect("a prefix and base64 are visible ASCII");
    let expiry = now.checked_add(Duration::from_secs(lifetime.as_secs()));
    Ok(match expiry {
        Some(expiry) => key.expires_at(expiry),
        None => key,
    })
}

/// Short-term API keys as an identity: a new key for each call, made from what another provider gives.
///
/// Inside an [`IdentityCache`](crate::IdentityCache) a key is used until shortly before it expires. The provider is asked for each key,
/// so let it be cached itself where it asks others.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_auth::{Credentials, ShortTermKeys};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let keys = ShortTermKeys::new(credentials, "us-east-1").lifetime(Duration::from_secs(3600));
/// # let _ = keys;
/// ```
#[derive(Debug)]
#[must_use]
pub struct ShortTermKeys {
    base: Box<dyn ProvideIdentity>,
    region: String,
    lifetime: Duration,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<Made>>,
}

/// A key and what it was made from.
#[derive(Debug)]
struct Made {
    key: BearerToken,
    base: Credentials,
}

impl ShortTermKeys {
    /// Keys for a region, from the credentials of `base`, that live for twelve hours where the credentials do.
    pub fn new(base: impl ProvideIdentity + 'static, region: impl Into<String>) -> Self {
        Self {
            base: Box::new(base),
            region: region.into(),
            lifetime: MAX_LIFETIME,
            clock: Arc::new(SystemClock),
            last: Mutex::default(),
        }
    }

    /// How long a key is to live: twelve hours at most.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The clock that says when a key is made.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    async fn make(&self) -> Result<ResolvedIdentity, IdentityError> {
        let base = self.base.identity().await?;
        let failed = |error| IdentityError::custom("short-term API keys", error);
        let Identity::Credentials(credentials) = base.identity else {
            return Err(failed(ShortTermKeyError::NoCredentials));
        };
        let key =
            short_term_key(&credentials, &self.region, self.clock.now(), self.lifetime).map_err(failed)?;
        *self.last() = Some(Made { key: key.clone(), base: credentials });
        Ok(ResolvedIdentity::new(key, IdentitySource::ShortTermKey { base: Box::new(base.source) }))
    }

    fn last(&self) -> MutexGuard<'_, Option<Made>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProvideIdentity for ShortTermKeys {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(self.make())
    }

    /// A key that AWS calls expired before its time was made from temporary credentials that are no longer good. Long-term ones do not
    /// expire, and a key whose time is over says nothing of them.
    fn reject(&self, identity: &Identity) {
        let now = self.clock.now();
        let is_of = |made: &Made| matches!(identity, Identity::Bearer(key) if *key == made.key);
        let is_early = |made: &Made| made.key.expiry().is_some_and(|expiry| now < expiry);
        let made = self.last().take_if(|made| is_of(made) && is_early(made) && made.base.token().is_some());
        if let Some(made) = made {
            self.base.reject(&made.base.into());
        }
    }

    fn has_changed(&self) -> bool {
        self.base.has_changed()
    }
}

/// Why there is no short-term key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShortTermKeyError {
    /// It would live for less than a second or for more than twelve hours.
    Lifetime {
        /// What was asked for.
        asked: Duration,
    },
    /// The credentials have expired.
    Expired,
    /// There is an API key already, and no credentials to make one from.
    NoCredentials,
    /// The credentials or the region cannot be signed with.
    Sign(SignError),
}

impl fmt::Display for ShortTermKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lifetime { asked } => {
                write!(f, "a key lives for one second to twelve hours, not for {} s", asked.as_secs())
            }
            Self::Expired => f.write_str("the credentials to make a key from have expired"),
            Self::NoCredentials => {
                f.write_str("a key is made from credentials, and this is an API key already")
            }
            Self::Sign(_) => f.write_str("the credentials cannot sign a key"),
        }
    }
}

impl std::error::Error for ShortTermKeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sign(error) => Some(error),
            Self::Lifetime { .. } | Self::Expired | Self::NoCredentials => None,
        }
    }
}

const HOST: &str = "bedrock.amazonaws.com";

const PREFIX: &str = "bedrock-api-key-";

const SECOND: Duration = Duration::from_secs(1);

const MAX_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::IdentityCache;
    use crate::effects::ManualClock;

    const HOUR: Duration = Duration::from_secs(3600);

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
    }

    #[test]
    fn a_key_lives_as_long_as_asked_and_no_longer_than_its_credentials() {
        let lifetime = |asked: Duration| ShortTermKeyError::Lifetime { asked };
        let cases = [
            (MAX_LIFETIME, None, Ok(MAX_LIFETIME)),
            (HOUR, Some(2 * HOUR), Ok(HOUR)),
            (2 * HOUR, Some(HOUR), Ok(HOUR)),
            (HOUR, Some(Duration::from_millis(1900)), Ok(SECOND)),
            (HOUR, Some(Duration::ZERO), Err(ShortTermKeyError::Expired)),
            (Duration::ZERO, None, Err(lifetime(Duration::ZERO))),
            (MAX_LIFETIME + SECOND, None, Err(lifetime(MAX_LIFETIME + SECOND))),
        ];
        for (asked, credentials_live, expected) in cases {
            let credentials = Credentials::new("AKID", "canary");
            let credentials = match credentials_live {
                Some(life) => credentials.expires_at(now() + life),
                None => credentials,
            };
            let key = short_term_key(&credentials, "us-east-1", now(), asked);
            assert_eq!(key.map(|key| key.expiry().unwrap()), expected.map(|life| now() + life));
        }
        let error = short_term_key(&Credentials::new("AKID", "s"), "us/east", now(), HOUR).unwrap_err();
        assert_eq!(error, ShortTermKeyError::Sign(SignError::Region));
    }

    #[tokio::test]
    async fn a_provider_makes_keys_of_what_another_gives() {
        let clock = ManualClock::at(now());
        let keys = ShortTermKeys::new(Credentials::new("AKID", "canary"), "us-east-1").clock(clock.clone());
        let first = keys.identity().await.unwrap();
        let base = Box::new(IdentitySource::Explicit);
        assert_eq!(first.source, IdentitySource::ShortTermKey { base });
        clock.advance(HOUR);
        assert_ne!(keys.identity().await.unwrap().identity, first.identity);
        assert!(!format!("{keys:?} {first:?}").contains("canary"));

        let keys = ShortTermKeys::new(BearerToken::parse("ABSK").unwrap(), "us-east-1");
        assert!(!keys.identity().await.unwrap_err().is_transient());
    }

    #[tokio::test]
    async fn rejecting_a_key_before_its_time_rejects_the_temporary_credentials_it_was_made_from() {
        let long_term = Credentials::new("AKID", "secret");
        let temporary = long_term.clone().session_token("token");
        let cases = [
            ("the last key", &temporary, SECOND, true, true),
            ("another has taken its place", &temporary, SECOND, false, false),
            ("its time is over", &temporary, HOUR, true, false),
            ("long-term credentials", &long_term, SECOND, true, false),
        ];
        for (name, credentials, passed, is_last, is_rejected) in cases {
            let clock = ManualClock::at(now());
            let base = IdentityCache::new(credentials.clone(), clock.clone());
            let keys = ShortTermKeys::new(base.clone(), "us-east-1").lifetime(HOUR).clock(clock.clone());
            let key = keys.identity().await.unwrap();
            clock.advance(passed);
            if !is_last {
                keys.identity().await.unwrap();
            }
            keys.reject(&key.identity);
            let is_same_again = matches!(base.identity().await, Err(IdentityError::SameAgain { .. }));
            assert_eq!(is_same_again, is_rejected, "{name}");
        }
    }

    #[tokio::test]
    async fn in_a_cache_a_key_is_used_until_shortly_before_it_expires() {
        let clock = ManualClock::at(now());
        let keys = ShortTermKeys::new(Credentials::new("AKID", "secret"), "us-east-1")
            .lifetime(HOUR)
            .clock(clock.clone());
        let cache = IdentityCache::new(keys, clock.clone());
        let first = cache.identity().await.unwrap();
        clock.advance(HOUR / 2);
        assert_eq!(cache.identity().await.unwrap(), first);
        clock.advance(HOUR / 2);
        let second = cache.identity().await.unwrap();
        let Identity::Bearer(key) = &second.identity else { panic!("{second:?}") };
        assert_eq!(key.expiry(), Some(now() + 2 * HOUR));
    }
}
