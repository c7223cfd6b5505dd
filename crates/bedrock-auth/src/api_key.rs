//! Short-term Amazon Bedrock API keys, made from credentials without asking anybody.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html>

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::base64;
use crate::bearer::BearerToken;
use crate::credentials::Credentials;
use crate::effects::{Clock, SystemClock};
use crate::identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::IdentityError;
use crate::sigv4::{SignError, SigningParams, presigned_query};

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
    let url = Zeroizing::new([HOST, "/?", &query, "&Version=1"].concat());
    let text = Zeroizing::new([PREFIX, &base64::standard(url.as_bytes())].concat());
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
}

impl ShortTermKeys {
    /// Keys for a region, from the credentials of `base`, that live for twelve hours where the credentials do.
    pub fn new(base: impl ProvideIdentity + 'static, region: impl Into<String>) -> Self {
        Self {
            base: Box::new(base),
            region: region.into(),
            lifetime: MAX_LIFETIME,
            clock: Arc::new(SystemClock),
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
        let key = match &base.identity {
            Identity::Credentials(credentials) => {
                short_term_key(credentials, &self.region, self.clock.now(), self.lifetime)
            }
            Identity::Bearer(_) => Err(ShortTermKeyError::NoCredentials),
        };
        let key = key.map_err(|error| IdentityError::custom("short-term API keys", error))?;
        Ok(ResolvedIdentity::new(key, IdentitySource::ShortTermKey { base: Box::new(base.source) }))
    }
}

impl ProvideIdentity for ShortTermKeys {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(self.make())
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
