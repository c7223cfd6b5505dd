//! Claude on Amazon Bedrock: typed, streamed Messages with errors you can act on.
//!
//! ```no_run
//! use bedrock_client::{Client, MessageCreateParams};
//!
//! # async fn example() -> Result<(), bedrock_client::Error> {
//! let client = Client::from_env().await?; // region and identity by AWS's rules
//! let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 256).user("Hello, world");
//!
//! let message = client.messages().create(&params).await?;
//! println!("{}", message.text());
//!
//! let mut stream = client.messages().stream(&params).await?;
//! while let Some(event) = stream.next_event().await? {
//!     if let Some(text) = event.text() {
//!         print!("{text}");
//!     }
//! }
//! let message = stream.into_message()?; // complete, or an error that carries the part that came
//! # drop(message);
//! # Ok(())
//! # }
//! ```
//!
//! A message is complete only when `message_stop` was decoded; every other end is an error that carries what arrived.
//!
//! What this crate does: compose. It resolves settings, builds the request of a route, signs each attempt anew, retries
//! what is safe to retry, and turns frames into events and events into a message. The schema is `bedrock-types`, who you are
//! is `bedrock-auth`, the wire is `bedrock-transport`; none of them knows the others. It has no HTTP or crypto of its own.
//!
//! Features: the default ones are a transport (`hyper`, `ring`, `native-roots`). `control-plane` adds models, inference profiles, access,
//! invocation logging and batches; `converse` its route; `tools` the loop that runs the model's tools, and answers that are values;
//! `schemars`, `stream`, `blocking` and `activity-log` what their names say.

#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod client;
#[cfg(feature = "control-plane")]
mod control;
mod error;
mod headers;
mod hint;
mod identity;
mod identity_http;
mod inference_profiles;
mod lifecycle;
mod messages;
mod observe;
mod operation;
mod options;
mod remedy;
mod response;
mod retry;
mod route;
mod send;
mod settings;
#[cfg(feature = "tools")]
mod structured;
mod text;
#[cfg(feature = "tools")]
mod tools;

/// All of `bedrock-auth`, for sources of identities beyond those named here.
pub use bedrock_auth as auth;
pub use bedrock_auth::{
    AssumeRole, BearerToken, BoxFuture, Credentials, DefaultIdentity, Effects, Env, Explanation, Files,
    Identity, IdentityCache, IdentityError, IdentitySource, MfaPrompt, Processes, ProvideIdentity,
    ResolvedIdentity, SecretString, ShortTermKeys, SystemClock,
};
/// All of `bedrock-transport`, for HTTP clients and bodies of one's own.
pub use bedrock_transport as transport;
pub use bedrock_transport::{
    Body, ConnectFailure, Exchange, HttpClient, Reached, Region, TimeoutPhase, Timeouts, TransportError,
};
/// All of `bedrock-types`: what requests and answers are made of.
pub use bedrock_types as types;
pub use bedrock_types::{Message, MessageCreateParams, MessageStreamEvent, Route, models::Scope};
pub use client::{Client, ClientBuilder};
#[cfg(feature = "control-plane")]
pub use control::{
    BatchJobPages, BatchWatch, Batches, InferenceProfilePages, InferenceProfiles, InvocationLogging, Model,
    ModelAccess, Models, Polling,
};
pub use error::{Error, ErrorKind, StreamFailure};
pub use identity::{CallerIdentity, ClientIdentity};
pub use identity_http::IdentityHttp;
#[cfg(feature = "stream")]
pub use messages::TextStream;
pub use messages::{Framing, MessageStream, Messages, StreamDecoder};
#[cfg(feature = "activity-log")]
pub use observe::{ActivityError, ActivityIdentity, ActivityLog, ActivityRecord, ActivitySink, DailyFiles};
pub use observe::{AttemptRequest, CallOperation, CallOutcome, CallRecord, Caller, Metrics, Middleware};
pub use options::{Guardrail, PerformanceConfigLatency, ServiceTierType, StreamProcessingMode, Trace};
pub use response::{Response, ResponseDetails};
pub use retry::{Decision, FailedAttempt, Retry, RetryPolicy};
pub use settings::{EndpointSource, RegionSource};
#[cfg(feature = "tools")]
pub use structured::{ParseMethod, Parsed};
#[cfg(feature = "schemars")]
pub use tools::tool_fn;
#[cfg(feature = "tools")]
pub use tools::{
    Approval, Cancellation, FnTool, RunnableTool, StopHandle, ToolCall, ToolError, ToolRun, ToolRunEvent,
    ToolRunStop, ToolRunner,
};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

/// So does that of the page on what calls leave for who watches.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/observability.md")]
mod observability {}
