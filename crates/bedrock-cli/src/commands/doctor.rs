//! `bedrock doctor`: what is set up, what is not, and what to do about it.
//!
//! The report is the result, also where something fails; the first failure is then the command's own, and its exit code.

use std::time::{Duration, SystemTime};

use bedrock_auth::{
    Clock, Explanation, Identity, SystemClock,
    sigv4::{ClockSkew, SigningTime},
};
use bedrock_client::{Client, IdentityError, IdentitySource, Region, RegionSource};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    args::{Global, Output},
    connection::{self, Connection},
    failure::Failure,
    output,
};

pub(crate) async fn run(global: &Global) -> Result<(), Failure> {
    let mut report = Report::default();
    report.examine(global).await;
    match global.output {
        Output::Json => output::json(&report)?,
        Output::Text => output::shown(&report.text())?,
    }
    report.failure.map_or(Ok(()), |failure| Err(Failure::Reported(Box::new(failure))))
}

/// What was found, in the order in which one thing needs the other.
#[derive(Debug, Default, Serialize)]
struct Report {
    checks: Vec<Check>,
    /// The first.
    #[serde(skip)]
    failure: Option<Failure>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The facts by themselves.
    #[serde(flatten)]
    facts: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Fail,
}

impl Report {
    async fn examine(&mut self, global: &Global) {
        let connection = match Connection::open(global, None).await {
            Ok(connection) => connection,
            Err(failure) => return self.settings(global, failure),
        };
        let client = &connection.client;
        self.region(client.region(), client.region_source());
        let endpoint = client.endpoint().to_string();
        let check = self.add("endpoint", format!("{endpoint} ({})", client.endpoint_source()));
        check.fact("endpoint", endpoint);
        check.fact("source", client.endpoint_source().to_string());
        let explanation = client.identity().explain().await;
        self.credentials(&explanation, SystemClock.now());
        if let Ok(found) = explanation.outcome {
            match known(global, client, &found.identity) {
                Ok(client) => self.caller(&client, &found.identity).await,
                Err(failure) => self.fail("caller", failure),
            }
        }
    }

    /// Settings that make no client: it is the profile, the region, or something else that `failure` names.
    fn settings(&mut self, global: &Global, failure: Failure) {
        if let Err(error) = connection::settings(global).region(ANY_REGION).resolve_region() {
            return self.fail("profile", error.into());
        }
        match connection::settings(global).resolve_region() {
            Err(error) => self.fail("region", error.into()),
            Ok((region, source)) => {
                self.region(&region, source);
                self.fail("settings", failure);
            }
        }
    }

    fn region(&mut self, region: &Region, source: RegionSource) {
        let check = self.add("region", format!("{region} ({source})"));
        check.fact("region", region.as_str());
        check.fact("source", source.to_string());
        if source == RegionSource::Default {
            check.warn("set AWS_REGION, or region in the profile");
        }
    }

    fn credentials(&mut self, explanation: &Explanation, now: SystemTime) {
        let passed_over = explanation
            .passed_over
            .iter()
            .map(|attempt| json!({"source": attempt.source.to_string(), "reason": attempt.reason}));
        let passed_over = Value::from_iter(passed_over);
        match &explanation.outcome {
            Err(error) => {
                let failure = bedrock_client::Error::from(error.clone());
                self.fail("credentials", failure.into());
                if let (IdentityError::NoneFound { .. }, Some(check)) = (error, self.checks.last_mut()) {
                    "none found".clone_into(&mut check.message); // what was tried stands below
                }
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
                let check = self.add("credentials", format!("{}: {what}{life}", found.source));
                check.fact("source", found.source.to_string());
                if let Some(time) = expiry.and_then(|expiry| SigningTime::try_from(expiry).ok()) {
                    check.fact("expires_at", time.to_rfc3339());
                }
                let renewed =
                    !matches!(found.source, IdentitySource::Environment | IdentitySource::BearerEnvironment);
                if left.is_some_and(|left| left < SOON) && !renewed {
                    check.warn("get new ones: nothing renews what stands in the environment");
                }
            }
        }
        if let Some(check) = self.checks.last_mut() {
            check.fact("passed_over", passed_over);
        }
    }

    /// Whom AWS takes the identity for, and how far its clock is from this machine's.
    async fn caller(&mut self, client: &Client, identity: &Identity) {
        if matches!(identity, Identity::Bearer(_)) {
            let message = "not asked: STS, which could tell, does not know API keys";
            self.add("caller", message.to_owned());
            return;
        }
        let sent = SystemClock.now();
        let caller = match client.identity().whoami().await {
            Ok(caller) => caller,
            Err(error) => return self.fail("caller", error.into()),
        };
        let skew = ClockSkew::default().observe(sent, SystemClock.now(), caller.headers());
        let check = self.add("caller", format!("{} in account {}", caller.arn, caller.account));
        check.fact("arn", caller.arn.as_str());
        check.fact("account", caller.account.as_str());
        check.fact("user_id", caller.user_id.as_str());
        self.clock(skew.map(|skew| skew.seconds()));
    }

    /// `ahead` is how many seconds AWS's clock is.
    fn clock(&mut self, ahead: Option<i64>) {
        let Some(ahead) = ahead else {
            let check = self.add("clock", "unknown: the answer of STS has no date".to_owned());
            return check.warn("check what stands between here and AWS: its answers have dates");
        };
        let seconds = ahead.unsigned_abs();
        let by = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", (seconds + 30) / 60) };
        let message = match ahead {
            -1..=1 => "that of AWS".to_owned(),
            2.. => format!("{by} behind that of AWS"),
            _ => format!("{by} ahead of that of AWS"),
        };
        let check = self.add("clock", message);
        check.fact("offset_seconds", -ahead);
        if ahead.unsigned_abs() > WRONG_BY_SECONDS {
            check.warn("set this machine's clock; until then each new client costs one refused request");
        }
    }

    fn add(&mut self, name: &'static str, message: String) -> &mut Check {
        self.checks.push(Check { name, status: Status::Ok, message, hint: None, facts: Map::new() });
        self.checks.last_mut().expect("one was just pushed")
    }

    fn fail(&mut self, name: &'static str, failure: Failure) {
        let hint = failure.hint();
        let check = self.add(name, failure.message());
        (check.status, check.hint) = (Status::Fail, hint);
        self.failure.get_or_insert(failure);
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for check in &self.checks {
            let status = match check.status {
                Status::Ok => "ok",
                Status::Warn => "warn",
                Status::Fail => "FAIL",
            };
            text.push_str(&format!("{status:<5} {:<12} {}\n", check.name, check.message));
            for attempt in check.facts.get("passed_over").and_then(Value::as_array).into_iter().flatten() {
                let part = |name: &str| attempt.get(name).and_then(Value::as_str).unwrap_or_default();
                text.push_str(&format!("{:18} passed over {}: {}\n", "", part("source"), part("reason")));
            }
            if let Some(hint) = &check.hint {
                text.push_str(&format!("{:18} hint: {hint}\n", ""));
            }
        }
        text
    }
}

impl Check {
    fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    fn warn(&mut self, hint: &str) {
        self.status = Status::Warn;
        self.hint = Some(hint.to_owned());
    }
}

/// A client that does not look for its identity again, which may ask a person for a code twice.
fn known(global: &Global, client: &Client, identity: &Identity) -> Result<Client, Failure> {
    if global.local {
        return Ok(client.clone());
    }
    Ok(connection::settings(global).identity(identity.clone()).build()?)
}

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

/// Explicit, so that what still fails is not the region.
const ANY_REGION: &str = "us-east-1";

#[cfg(test)]
mod tests {
    use bedrock_auth::{Credentials, DefaultIdentity, Effects, MapEnv, MapFiles, ResolvedIdentity};

    use super::*;

    fn now() -> SystemTime {
        "20261122T000000Z".parse::<SigningTime>().expect("a time").to_system_time()
    }

    #[test]
    fn a_clock_is_ahead_or_behind() {
        for (ahead, status, message) in [
            (Some(0), Status::Ok, "that of AWS"),
            (Some(60), Status::Ok, "60 s behind that of AWS"),
            (Some(599), Status::Warn, "10 min behind that of AWS"),
            (Some(600), Status::Warn, "10 min behind that of AWS"),
            (Some(-600), Status::Warn, "10 min ahead of that of AWS"),
            (None, Status::Warn, "unknown: the answer of STS has no date"),
        ] {
            let mut report = Report::default();
            report.clock(ahead);
            assert_eq!((report.checks[0].status, report.checks[0].message.as_str()), (status, message));
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
            let mut report = Report::default();
            report.credentials(&Explanation::given(Ok(ResolvedIdentity::new(keys, source))), now());
            let text = report.text();
            assert_eq!(report.checks[0].status, status, "{text}");
            assert!(text.contains(&format!("access key AKID, expires in {minutes} min")), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[tokio::test]
    async fn what_was_tried_stands_below_none_found() {
        let env = MapEnv::from([("AWS_EC2_METADATA_DISABLED", "true")]);
        let chain = DefaultIdentity::new(Effects::new(env, MapFiles::default()));
        let explanation = chain.explain().await;
        let mut report = Report::default();
        report.credentials(&explanation, now());
        let text = report.text();
        assert!(text.starts_with("FAIL  credentials  none found\n"), "{text}");
        assert!(text.contains("passed over environment (AWS_ACCESS_KEY_ID): not set\n"), "{text}");
        assert!(text.contains("hint: "), "{text}");
        assert_eq!(report.failure.map(|failure| failure.exit_code()), Some(3));
    }
}
