//! A line of the activity log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bedrock_auth::sigv4::SigningTime;
use bedrock_types::{JsonError, RawJson, Usage, json, models::Usd};
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::observe::{CallOutcome, CallRecord, Caller, route_name};

/// What a line of the [`ActivityLog`](crate::ActivityLog) says of a call.
///
/// ```
/// use bedrock_client::ActivityRecord;
///
/// let line = r#"{"schema":"bedrock-activity/1","time":"2026-11-22T08:15:00.250Z","operation":"stream","route":"invoke",
///     "region":"us-east-1","model":"sonnet","attempts":1,"outcome":"dropped","duration_ms":1200}"#;
/// let record = ActivityRecord::parse(line.as_bytes())?.ok_or("a line of the activity log")?;
/// assert_eq!((record.day(), record.outcome.as_str()), ("2026-11-22", "dropped"));
/// assert!(ActivityRecord::parse(br#"{"schemaType":"ModelInvocationLog"}"#)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActivityRecord {
    /// Which log this is a line of: `bedrock-activity/1`.
    pub schema: String,
    /// When the call began, in UTC, like `2026-11-22T08:15:00.250Z`.
    pub time: String,
    /// `create`, `stream` or `count_tokens`.
    pub operation: String,
    /// `invoke`, `messages`, `mantle` or `converse`.
    pub route: String,
    /// The region of the client.
    pub region: String,
    /// The model as it was asked for.
    pub model: String,
    /// The id that was sent for it; none, if the call was refused before it was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// The model that the answer names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_model: Option<String>,
    /// As whom the call was made, if it came that far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<ActivityIdentity>,
    /// What AWS calls the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// `completed`, `failed` or `dropped`.
    pub outcome: String,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ActivityError>,
    /// Why the model stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// What was counted, in the words of the Messages API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What that costs in dollars at the listed price, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<Usd>,
    /// From the call to its end.
    pub duration_ms: u64,
    /// From the call to a stream's first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_event_ms: Option<u64>,
    /// From the call to a stream's first piece of content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<u64>,
    /// What was asked, where content is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RawJson>,
    /// What was answered, as far as it came, where content is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<RawJson>,
}

/// As whom a call was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActivityIdentity {
    /// `keys` or `api_key`.
    pub kind: String,
    /// Where it came from, like ``profile `dev` ``.
    pub source: String,
    /// Beginning and end of the access key id, like `AKIA…MPLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
}

/// Why a call failed: what programs go by, not the text for people, in which a server may say anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActivityError {
    /// Which part failed, like `api` or `timeout_idle`.
    pub kind: String,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The name of the refusal, like `ThrottlingException`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl ActivityRecord {
    /// Reads a line; `None` for JSON that is no line of this log, such as a record of Bedrock's own.
    ///
    /// # Errors
    ///
    /// It is no JSON object, or one of this log that lacks what each line has.
    pub fn parse(line: &[u8]) -> Result<Option<Self>, JsonError> {
        let named: Named = json::from_slice(line)?;
        if named.schema.as_deref() != Some(SCHEMA) {
            return Ok(None);
        }
        json::from_slice(line).map(Some)
    }

    /// The day of the call in UTC, like `2026-11-22`.
    pub fn day(&self) -> &str {
        self.time.split_once('T').map_or(self.time.as_str(), |(day, _)| day)
    }

    pub(super) fn of(call: &CallRecord, content: Content) -> Self {
        let was_resolved = call.attempts > 0 || call.model != call.requested_model;
        Self {
            schema: SCHEMA.to_owned(),
            time: rfc3339(call.started),
            operation: call.operation.as_str().to_owned(),
            route: route_name(call.route).to_owned(),
            region: call.region.to_string(),
            model: call.requested_model.clone(),
            model_id: was_resolved.then(|| call.model.clone()),
            response_model: call.response_model.clone(),
            identity: call.caller.as_ref().map(ActivityIdentity::of),
            request_id: call.request_id.clone(),
            attempts: call.attempts,
            outcome: call.outcome.as_str().to_owned(),
            error: ActivityError::of(&call.outcome),
            stop_reason: call.stop_reason.as_ref().map(|reason| reason.as_str().to_owned()),
            usage: call.usage.clone(),
            cost_usd: call.cost.map(|cost| cost.total()),
            duration_ms: millis(call.duration),
            first_event_ms: call.time_to_first_event.map(millis),
            first_token_ms: call.time_to_first_token.map(millis),
            request: content.request,
            response: content.response,
        }
    }
}

impl ActivityIdentity {
    fn of(caller: &Caller) -> Self {
        let kind = if caller.access_key.is_some() { "keys" } else { "api_key" };
        Self {
            kind: kind.to_owned(),
            source: caller.source.to_string(),
            access_key: caller.access_key.clone(),
        }
    }
}

impl ActivityError {
    fn of(outcome: &CallOutcome) -> Option<Self> {
        let CallOutcome::Failed { kind, status, code } = outcome else { return None };
        Some(Self { kind: kind.as_str().to_owned(), status: *status, code: code.clone() })
    }
}

/// What tells the logs apart.
#[derive(Deserialize)]
struct Named {
    schema: Option<String>,
}

/// To the millisecond; a time that RFC 3339 cannot say is the beginning of all.
fn rfc3339(time: SystemTime) -> String {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_millis();
    let seconds = SigningTime::try_from(time).or_else(|_| SigningTime::try_from(UNIX_EPOCH));
    let text = seconds.map(SigningTime::to_rfc3339).unwrap_or_default();
    format!("{}.{millis:03}Z", text.trim_end_matches('Z'))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The number is that of the form: a line that could not be read by who knows this one has another.
const SCHEMA: &str = "bedrock-activity/1";
