//! Temporary keys without a memory: the session token says whose they are and until when, and id and secret follow from it.
//!
//! So an answer stays a function of the request, the clock and the account, nothing grows with the keys that were given out, and an
//! emulator that is started again knows those of the last one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedrock_auth::sigv4::SigningTime;
use bedrock_auth::{Credentials, SecretString};
use serde_json::{Value, json};

use crate::account::{Principal, TemporaryKey};
use crate::digest::Digest;

/// Keys of `principal` from `now` on; they live whole seconds, rounded up.
pub(crate) fn issue(
    principal: &Principal,
    life: Duration,
    now: SystemTime,
    seal: &SecretString,
) -> Credentials {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let end = now.saturating_add(life);
    let expires_at = end.as_secs().saturating_add(u64::from(end.subsec_nanos() > 0));
    let claims = json!({
        "arn": principal.arn,
        "id": principal.user_id,
        "exp": expires_at,
        // Tells two that were given out within one second apart.
        "iat": now.as_nanos().to_string(),
    });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let token = format!("{claims}.{}", sealed(&claims, seal));
    keys(token, principal, expires_at, seal)
}

/// The keys whose session token this is; `None` if they were not made with this `seal`.
pub(crate) fn read(token: &str, seal: &SecretString) -> Option<TemporaryKey> {
    let (claims, signature) = token.split_once('.')?;
    if SecretString::from(signature) != SecretString::from(sealed(claims, seal)) {
        return None;
    }
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let text = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
    let principal = Principal { arn: text("arn")?, user_id: text("id")? };
    let credentials = keys(token.to_owned(), &principal, claims.get("exp")?.as_u64()?, seal);
    Some(TemporaryKey { credentials, principal })
}

/// A time as STS and the credentials endpoints write it, `2026-11-22T00:00:00Z`.
pub(crate) fn timestamp(time: SystemTime) -> String {
    SigningTime::try_from(time).map_or_else(|_| END_OF_TIME.to_owned(), SigningTime::to_rfc3339)
}

fn sealed(claims: &str, seal: &SecretString) -> String {
    Digest::of(&[b"token", seal.expose().as_bytes(), claims.as_bytes()]).base64()
}

fn keys(token: String, principal: &Principal, expires_at: u64, seal: &SecretString) -> Credentials {
    let seal = seal.expose().as_bytes();
    let id = Digest::of(&[b"id", seal, token.as_bytes()]).capitals(16);
    let secret: String = Digest::of(&[b"secret", seal, token.as_bytes()]).base64().chars().take(40).collect();
    let expires_at = UNIX_EPOCH.checked_add(Duration::from_secs(expires_at)).unwrap_or(UNIX_EPOCH);
    Credentials::new(format!("ASIA{id}"), secret)
        .session_token(token)
        .expires_at(expires_at)
        .in_account(principal.account_id())
}

const END_OF_TIME: &str = "9999-12-31T23:59:59Z";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::now;

    fn issued(life_ms: u64, at: SystemTime) -> Credentials {
        let principal = Principal { arn: "arn:aws:iam::123456789012:user/me".into(), user_id: "AIDA".into() };
        issue(&principal, Duration::from_millis(life_ms), at, &SecretString::from("seal"))
    }

    #[test]
    fn a_token_brings_its_keys_back() {
        let keys = issued(60_000, now());
        assert_eq!((keys.access_key_id().len(), keys.secret_access_key().expose().len()), (20, 40));
        let token = keys.token().unwrap().expose();
        let found = read(token, &SecretString::from("seal")).unwrap();
        assert_eq!(found.credentials, keys);
        assert_eq!(found.principal.user_id, "AIDA");
        assert_eq!(keys.account_id(), Some("123456789012"));
    }

    #[test]
    fn a_token_that_is_not_ours_brings_nothing() {
        let (keys, seal) = (issued(60_000, now()), SecretString::from("seal"));
        let token = keys.token().unwrap().expose();
        assert!(read(token, &SecretString::from("another")).is_none());
        for other in [
            token.to_uppercase(),
            format!("{token}A"),
            token[1..].to_owned(),
            "e30.e30".to_owned(),
            String::new(),
        ] {
            assert!(read(&other, &seal).is_none(), "{other}");
        }
    }

    #[test]
    fn a_life_is_whole_seconds_rounded_up() {
        let at = |ms| now() + Duration::from_millis(ms);
        for (issued_at, life_ms, expiry) in
            [(0, 1000, 1000), (0, 1, 1000), (1, 1000, 2000), (999, 1, 1000), (999, 2, 2000)]
        {
            assert_eq!(issued(life_ms, at(issued_at)).expiry(), Some(at(expiry)), "{issued_at} {life_ms}");
        }
    }

    #[test]
    fn no_two_are_the_same() {
        let later = now() + Duration::from_nanos(1);
        assert_eq!(issued(1, now()), issued(1, now()));
        assert_ne!(issued(1, now()).access_key_id(), issued(1, later).access_key_id());
    }

    #[test]
    fn times_are_written_as_aws_does() {
        assert_eq!(timestamp(now() + Duration::from_secs(3723)), "2026-11-22T01:02:03Z");
        assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(1)), END_OF_TIME);
    }
}
