//! Short-term API keys: presigned URLs in base64, so that nothing of them has to be kept.
//!
//! A key is good if it is the one that its own claims (who, when, where, for how long) give with the account's secret.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bedrock_auth::sigv4::SigningTime;
use bedrock_auth::{Credentials, short_term_key};

use crate::account::Account;
use crate::error::AwsError;
use crate::route::percent_decode;

/// Whether a bearer token is meant to be such a key.
pub(crate) fn is_short_term(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// Lets a key pass that was made from keys of the account, and is not older than it says nor than they are.
///
/// # Errors
///
/// The refusal that AWS would give.
pub(crate) fn check(token: &str, now: SystemTime, account: &Account) -> Result<(), AwsError> {
    let claims = Claims::read(token).ok_or_else(AwsError::invalid_api_key)?;
    let expiry = claims.verified_expiry(account).ok_or_else(AwsError::invalid_api_key)?;
    if claims.signed.checked_sub(CLOCK_WINDOW).is_some_and(|earliest| earliest > now) {
        return Err(AwsError::invalid_api_key());
    }
    if expiry <= now { Err(AwsError::expired_api_key()) } else { Ok(()) }
}

/// The region that a key says it is for.
pub(crate) fn region(token: &str) -> Option<String> {
    Some(Claims::read(token)?.region)
}

/// What a key says of itself.
struct Claims {
    access_key_id: String,
    region: String,
    signed: SystemTime,
    lifetime: Duration,
    session_token: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Claims {
    fn read(token: &str) -> Option<Self> {
        let parameters = parameters(token)?;
        let get = |name| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let (access_key_id, scope) = get("X-Amz-Credential")?.split_once('/')?;
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            region: scope.split('/').nth(1)?.to_owned(),
            signed: get("X-Amz-Date")?.parse::<SigningTime>().ok()?.to_system_time(),
            lifetime: Duration::from_secs(get("X-Amz-Expires")?.parse().ok()?),
            session_token: get("X-Amz-Security-Token").map(str::to_owned),
            parameters,
        })
    }

    /// When the key expires, or the keys that it was made from; `None` if the account would have made another one.
    fn verified_expiry(&self, account: &Account) -> Option<SystemTime> {
        let token = self.session_token.as_deref().map(str::as_bytes);
        let known = account.find(&self.access_key_id, token)?;
        let known = known.credentials();
        // Their expiry would shorten the life, which is a claim here.
        let mut keys = Credentials::new(known.access_key_id(), known.secret_access_key().expose());
        if let Some(token) = &self.session_token {
            keys = keys.session_token(token.as_str());
        }
        let own = short_term_key(&keys, &self.region, self.signed, self.lifetime).ok()?;
        // Every parameter, so that nothing stands there that nobody signed.
        if parameters(own.expose())? != self.parameters {
            return None;
        }
        let expiry = self.signed.checked_add(self.lifetime)?;
        Some(known.expiry().map_or(expiry, |end| end.min(expiry)))
    }
}

/// The query of the URL in a key, in one order; generators have their own.
fn parameters(token: &str) -> Option<Vec<(String, String)>> {
    let url = String::from_utf8(STANDARD.decode(token.strip_prefix(PREFIX)?).ok()?).ok()?;
    let pairs = url.strip_prefix(URL)?.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((percent_decode(name)?, percent_decode(value)?))
    });
    let mut pairs = pairs.collect::<Option<Vec<_>>>()?;
    pairs.sort_unstable();
    Some(pairs)
}

const PREFIX: &str = "bedrock-api-key-";
const URL: &str = "bedrock.amazonaws.com/?";
const CLOCK_WINDOW: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{minutes, now};

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn key(credentials: &Credentials, lifetime: Duration) -> String {
        short_term_key(credentials, "eu-west-3", now(), lifetime).unwrap().expose().to_owned()
    }

    /// The key with another URL in it.
    fn forged(key: &str, change: impl FnOnce(String) -> String) -> String {
        let url = String::from_utf8(STANDARD.decode(key.strip_prefix(PREFIX).unwrap()).unwrap()).unwrap();
        format!("{PREFIX}{}", STANDARD.encode(change(url)))
    }

    #[test]
    fn a_key_made_from_keys_of_the_account_is_good_until_it_expires() {
        let account = Account::default();
        let check = |at| check(&key(&account.credentials, HOUR), at, &account);
        for at in [now() - minutes(5), now(), now() + HOUR - Duration::from_secs(1)] {
            assert_eq!(check(at), Ok(()));
        }
        assert_eq!(check(now() + HOUR), Err(AwsError::expired_api_key()));
        assert_eq!(check(now() - minutes(6)), Err(AwsError::invalid_api_key()));
    }

    #[test]
    fn a_key_of_temporary_keys_ends_with_them() {
        let account = Account { key_ttl: Some(minutes(1)), ..Account::default() };
        let temporary = account.issue_to_machine(now());
        let lasting = Credentials::new(temporary.access_key_id(), temporary.secret_access_key().expose())
            .session_token(temporary.token().unwrap().expose());
        for keys in [&temporary, &lasting] {
            let key = key(keys, HOUR);
            assert_eq!(check(&key, now(), &account), Ok(()));
            assert_eq!(check(&key, now() + minutes(1), &account), Err(AwsError::expired_api_key()));
        }
    }

    #[test]
    fn the_order_of_the_query_is_the_generators_own() {
        let account = Account::default();
        let turned = forged(&key(&account.credentials, HOUR), |url| {
            let mut pairs: Vec<_> = url.strip_prefix(URL).unwrap().split('&').collect();
            pairs.reverse();
            format!("{URL}{}", pairs.join("&"))
        });
        assert_eq!(check(&turned, now(), &account), Ok(()));
    }

    #[test]
    fn what_nobody_of_the_account_signed_is_no_key() {
        let account = Account::default();
        let id = account.credentials.access_key_id();
        let good = key(&account.credentials, HOUR);
        let changed = |from: &str, to: &str| forged(&good, |url| url.replacen(from, to, 1));
        for wrong in [
            key(&Credentials::new(id, "another secret"), HOUR),
            key(&Credentials::new("AKIAELSE", "another secret"), HOUR),
            key(&account.credentials.clone().session_token("t"), HOUR),
            changed("X-Amz-Expires=3600", "X-Amz-Expires=7200"),
            changed("X-Amz-Expires=3600", "X-Amz-Expires=99999999999999999999"),
            changed("eu-west-3", "us-east-1"),
            changed("CallWithBearerToken", "Else"),
            changed("&Version=1", ""),
            changed("&Version=1", "&Version=1&a=b"),
            changed("&Version=1", "&Version=1&Version=1"),
            changed("bedrock.amazonaws.com", "bedrock.example.com"),
            changed("%2F", "/%"),
            forged(&good, |_| String::new()),
            good.to_lowercase(),
            PREFIX.to_owned(),
            format!("{PREFIX}%%%"),
        ] {
            assert_ne!(wrong, good);
            assert_eq!(check(&wrong, now(), &account), Err(AwsError::invalid_api_key()), "{wrong}");
        }
    }
}
