//! The record of a call, and who takes it.

use std::time::{Duration, SystemTime};

use bedrock_transport::Region;
use bedrock_types::{Route, StopReason, Usage, models::Cost};

use super::Caller;
use crate::{Error, ErrorKind};

/// Takes the record of each call of a client; a function will do.
///
/// ```
/// use bedrock_client::{CallRecord, Client, Credentials};
///
/// let client = Client::builder()
///     .region("us-east-1")
///     .credentials(Credentials::new("AKIA…", "secret"))
///     .metrics(|call: &CallRecord| {
///         let tokens = call.usage.as_ref().map_or(0, |usage| usage.output_tokens);
///         println!("{} {:?} {tokens} tokens, {} attempts", call.model, call.duration, call.attempts);
///     })
///     .build()?;
/// # drop(client);
/// # Ok::<(), bedrock_client::Error>(())
/// ```
pub trait Metrics: Send + Sync {
    /// Takes the record of a call that is over.
    ///
    /// It is called once for each call, where the call ends: in the task that made it, for a call that is given up in the drop of
    /// its future or stream. So it must neither block nor panic; what takes longer is sent elsewhere from here.
    fn record(&self, call: &CallRecord);
}

impl<F: Fn(&CallRecord) + Send + Sync> Metrics for F {
    fn record(&self, call: &CallRecord) {
        self(call);
    }
}

/// A call that is over: create, stream and count_tokens, each turn of a tool runner and each question of a parse. It has no content.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CallRecord {
    /// What was called.
    pub operation: CallOperation,
    /// The way that it took.
    pub route: Route,
    /// The region of the client.
    pub region: Region,
    /// When the call began, by this machine's clock.
    pub started: SystemTime,
    /// The model as it was asked for: an id, or an alias.
    pub requested_model: String,
    /// The model's id as it was sent; as it was asked for, if the call was refused before it was resolved.
    pub model: String,
    /// The model that the answer names.
    pub response_model: Option<String>,
    /// As whom the call was made, if it came that far.
    pub caller: Option<Caller>,
    /// What AWS calls the request.
    pub request_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// From the call to its end, waits between attempts included.
    pub duration: Duration,
    /// From the call to the first event that a stream gave: Bedrock has begun.
    pub time_to_first_event: Option<Duration>,
    /// From the call to the first piece of content that a stream gave, be it text, thinking or the input of a tool.
    pub time_to_first_token: Option<Duration>,
    /// What was counted; of a stream that did not end well, what had been told by then: what is billed may be more.
    pub usage: Option<Usage>,
    /// What `usage` costs at the listed price; none where there is no such price, and for tiers and latencies with prices of their
    /// own. See [`models::cost`](bedrock_types::models::cost).
    pub cost: Option<Cost>,
    /// Why the model stopped.
    pub stop_reason: Option<StopReason>,
    /// How it ended.
    pub outcome: CallOutcome,
}

impl CallRecord {
    /// A call that has only begun.
    pub(super) fn new(operation: CallOperation, route: Route, region: Region, started: SystemTime) -> Self {
        Self {
            operation,
            route,
            region,
            started,
            requested_model: String::new(),
            model: String::new(),
            response_model: None,
            caller: None,
            request_id: None,
            attempts: 0,
            duration: Duration::ZERO,
            time_to_first_event: None,
            time_to_first_token: None,
            usage: None,
            cost: None,
            stop_reason: None,
            outcome: CallOutcome::Dropped,
        }
    }
}

/// What was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOperation {
    /// A whole answer: [`Messages::create`](crate::Messages::create).
    Create,
    /// An answer by its events: [`Messages::stream`](crate::Messages::stream).
    Stream,
    /// [`Messages::count_tokens`](crate::Messages::count_tokens).
    CountTokens,
}

impl CallOperation {
    /// A word for it: `create`, `stream` or `count_tokens`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Stream => "stream",
            Self::CountTokens => "count_tokens",
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOutcome {
    /// With a whole answer.
    Completed,
    /// With an error: see [`Error`] for what its facts mean.
    #[non_exhaustive]
    Failed {
        /// Which part failed.
        kind: ErrorKind,
        /// The HTTP status.
        status: Option<u16>,
        /// The name of the refusal, like `ThrottlingException`.
        code: Option<String>,
    },
    /// Its future or stream was dropped before its end.
    Dropped,
}

impl CallOutcome {
    pub(super) fn of(error: &Error) -> Self {
        Self::Failed { kind: error.kind(), status: error.status(), code: error.code().map(str::to_owned) }
    }

    /// A word for it: `completed`, `failed` or `dropped`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed { .. } => "failed",
            Self::Dropped => "dropped",
        }
    }

    /// What failed, in one word of few: the name of the refusal, else that of the [kind](ErrorKind::as_str).
    pub fn error_type(&self) -> Option<&str> {
        match self {
            Self::Failed { code: Some(code), .. } => Some(code),
            Self::Failed { kind, .. } => Some(kind.as_str()),
            Self::Completed | Self::Dropped => None,
        }
    }
}
