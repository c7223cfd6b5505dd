//! Who calls: what the identity is, whom AWS takes it for, and whether both agree on the time.

use std::time::{Duration, SystemTime};

use bedrock_auth::{
    Clock, Explanation, SourceProblem, SystemClock,
    sigv4::{ClockSkew, SigningTime},
};
use bedrock_client::{Client, Error, ErrorKind, Identity, IdentityError, IdentitySource, ResolvedIdentity};
use serde_json::{Value, json};

use super::{call_in_time, report::Check};
use crate::failure::Failure;

/// Which identity there is, and where it came from. It may ask a person for a code, so it may take its time.
pub(super) async fn credentials(client: &Client) -> (Check, Option<ResolvedIdentity>) {
    let explanation = client.identity().explain().await;
    let check = explained(&explanation, SystemClock.now());
    (check, explanation.outcome.ok())
}

fn explained(explanation: &Explanation, now: SystemTime) -> Check {
    let check = match &explanation.outcome {
        Err(error) => {
            let failure = bedrock_client::Error::from(error.clone());
            let mut check = Check::fail("credentials", code(error), failure.into());
            if let IdentityError::NoneFound { .. } = error {
                "none found".clone_into(&mut check.message); // what was tried stands below
            }
            check
        }
        Ok(found) => {
            let (what, expiry) = match &found.identity {
                Identity::Credentials(keys) => {
                    (format!("access key {}", keys.access_key_id()), keys.expiry())
                }
                Identity::Bearer(token) => ("an API key".to_owned(), token.expiry()),
                _ => ("an identity of a kind this program does not know".to_owned(), None),
            };
            let left = expiry.map(|expiry| expiry.duration_since(now).unwrap_or_default());
            let life = left.map_or(String::new(), |left| format!(", expires in {}", rounded(left)));
            let mut check = Check::ok("credentials", format!("{}: {what}{life}", found.source))
                .fact("source", found.source.to_string());
            if let Some(time) = expiry.and_then(|expiry| SigningTime::try_from(expiry).ok()) {
                check = check.fact("expires_at", time.to_rfc3339());
            }
            let renewed =
                !matches!(found.source, IdentitySource::Environment | IdentitySource::BearerEnvironment);
            if left.is_some_and(|left| left < SOON) && !renewed {
                check = check.warn(
                    "credentials_expire_soon",
                    "get new ones: nothing renews what stands in the environment",
                );
            }
            check
        }
    };
    let passed_over = explanation
        .passed_over
        .iter()
        .map(|attempt| json!({"source": attempt.source.to_string(), "reason": attempt.reason}));
    check.fact("passed_over", Value::from_iter(passed_over))
}

fn code(error: &IdentityError) -> &'static str {
    match error {
        IdentityError::NoneFound { .. } => "credentials_none",
        IdentityError::SameAgain { .. } => "credentials_expired",
        IdentityError::Source(failed) => match (&failed.problem, &failed.source) {
            (SourceProblem::Expired { .. }, IdentitySource::Sso { .. }) => "sso_expired",
            (SourceProblem::File { .. } | SourceProblem::Content { .. }, IdentitySource::Sso { .. }) => {
                "sso_signed_out"
            }
            (SourceProblem::Expired { .. }, _) => "credentials_expired",
            _ => "credentials_failed",
        },
        _ => "credentials_invalid",
    }
}

/// Whom AWS takes the identity for, and by how many seconds its clock is ahead of this machine's.
pub(super) async fn caller(
    client: &Client,
    found: &ResolvedIdentity,
    patience: Duration,
) -> (Check, Option<i64>) {
    if matches!(found.identity, Identity::Bearer(_)) {
        return (Check::ok("caller", "not asked: STS, which could tell, does not know API keys"), None);
    }
    let sent = SystemClock.now();
    let caller = match call_in_time(patience, client.identity().whoami()).await {
        Ok(caller) => caller,
        Err(error) => {
            let check = expired("caller", &found.source, &error).unwrap_or_else(|| {
                let code =
                    if error.kind() == ErrorKind::Api { "credentials_refused" } else { "sts_unreachable" };
                Check::fail("caller", code, Failure::from(error))
            });
            return (check, None);
        }
    };
    let skew = ClockSkew::default().observe(sent, SystemClock.now(), caller.headers());
    let check = Check::ok("caller", format!("{} in account {}", caller.arn, caller.account))
        .fact("arn", caller.arn.as_str())
        .fact("account", caller.account.as_str())
        .fact("user_id", caller.user_id.as_str());
    (check, skew.map(|skew| skew.seconds()))
}

/// That AWS takes the identity for one of yesterday; other errors are none of it. The client was given the identity, so its own words
/// name the program, not the source.
pub(super) fn expired(name: &'static str, source: &IdentitySource, error: &Error) -> Option<Check> {
    if error.kind() != ErrorKind::Credentials {
        return None;
    }
    let error = IdentityError::SameAgain { source: source.clone() };
    let (code, failure) = (code(&error), Failure::from(Error::from(error)));
    Some(Check::fail(name, code, failure))
}

/// `ahead` is how many seconds AWS's clock is.
pub(super) fn clock(ahead: Option<i64>) -> Check {
    let Some(ahead) = ahead else {
        return Check::ok("clock", "unknown: AWS gave no answer with a date")
            .warn("clock_unknown", "see the failures beside this; what AWS answers has dates");
    };
    let seconds = ahead.unsigned_abs();
    let by = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", (seconds + 30) / 60) };
    let message = match ahead {
        -1..=1 => "that of AWS".to_owned(),
        2.. => format!("{by} behind that of AWS"),
        _ => format!("{by} ahead of that of AWS"),
    };
    let check = Check::ok("clock", message).fact("offset_seconds", -ahead);
    if seconds > WRONG_BY_SECONDS { check.warn("clock_off", SET_THE_CLOCK) } else { check }
}

const SET_THE_CLOCK: &str = if cfg!(target_os = "macos") {
    "set this machine's clock: `sudo sntp -sS time.apple.com`; until then each new client costs one refused request"
} else {
    "set this machine's clock: `sudo timedatectl set-ntp true`; until then each new client costs one refused request"
};

/// A duration in its largest unit, rounded down.
fn rounded(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

const SOON: Duration = Duration::from_secs(15 * 60);
const WRONG_BY_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use bedrock_auth::{Credentials, DefaultIdentity, Effects, MapEnv, MapFiles, ResolvedIdentity};

    use super::{super::report::Status, *};

    fn now() -> SystemTime {
        "20261122T000000Z".parse::<SigningTime>().expect("a time").to_system_time()
    }

    #[test]
    fn a_clock_is_ahead_or_behind() {
        for (ahead, code, message) in [
            (Some(0), None, "that of AWS"),
            (Some(60), None, "60 s behind that of AWS"),
            (Some(599), Some("clock_off"), "10 min behind that of AWS"),
            (Some(600), Some("clock_off"), "10 min behind that of AWS"),
            (Some(-600), Some("clock_off"), "10 min ahead of that of AWS"),
            (None, Some("clock_unknown"), "unknown: AWS gave no answer with a date"),
        ] {
            let check = clock(ahead);
            assert_eq!((check.code, check.message.as_str()), (code, message));
        }
    }

    #[test]
    fn keys_that_nobody_renews_are_warned_of_before_they_expire() {
        for (source, minutes, status) in [
            (IdentitySource::Environment, 14, Status::Warn),
            (IdentitySource::Environment, 16, Status::Ok),
            (IdentitySource::Container, 14, Status::Ok),
        ] {
            let keys =
                Credentials::new("AKID", "canary").expires_at(now() + Duration::from_secs(60 * minutes));
            let check = explained(&Explanation::given(Ok(ResolvedIdentity::new(keys, source))), now());
            let text = check.text(None);
            assert_eq!(check.status, status, "{text}");
            assert!(text.contains(&format!("access key AKID, expires in {minutes} min")), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[tokio::test]
    async fn what_was_tried_stands_below_none_found() {
        let env = MapEnv::from([("AWS_EC2_METADATA_DISABLED", "true")]);
        let chain = DefaultIdentity::new(Effects::new(env, MapFiles::default()));
        let check = explained(&chain.explain().await, now());
        let text = check.text(None);
        assert!(text.starts_with("FAIL  credentials  none found\n"), "{text}");
        assert!(text.contains("passed over environment (AWS_ACCESS_KEY_ID): not set\n"), "{text}");
        assert!(text.contains("hint: run `bedrock configure`"), "{text}");
        let narrow = check.text(Some(60));
        assert!(narrow.lines().all(|line| line.len() <= 60), "{narrow}");
        assert_eq!(
            narrow.split_whitespace().collect::<String>(),
            text.split_whitespace().collect::<String>()
        );
        assert_eq!(check.code, Some("credentials_none"));
    }
}
