//! What a call leaves for those who watch: a span, a record, and hooks around its attempts.
//!
//! `spans.rs` has names and attributes, `metrics.rs` the record of a call, `caller.rs` as whom it was made, `content.rs` prompt and answer
//! where they were asked for, `activity` the log on this machine, `middleware.rs` the hooks, `tools.rs` the span of a tool. Here is
//! [`Observation`], which follows one call from its start to its end, whichever end that is.
//! Nobody watching costs a look at a flag: no clock is read and nothing is kept.

#[cfg(feature = "activity-log")]
mod activity;
mod caller;
mod content;
mod metrics;
mod middleware;
pub(crate) mod spans;
#[cfg(feature = "tools")]
mod tools;

use std::{fmt, sync::Arc};

use bedrock_auth::ResolvedIdentity;
use bedrock_types::{
    Message, MessageCreateParams, MessageStreamEvent, Route,
    models::{Billing, ModelId, cost},
};
use tokio::time::Instant;
use tracing::Span;

#[cfg(feature = "activity-log")]
pub use self::activity::{
    ActivityError, ActivityIdentity, ActivityLog, ActivityRecord, ActivitySink, DailyFiles,
};
use self::content::Content;
pub(crate) use self::middleware::{MiddlewareAttempt, MiddlewareChain};
#[cfg(feature = "tools")]
pub(crate) use self::tools::ToolSpan;
#[cfg(feature = "activity-log")]
use self::{activity::Activity, spans::route_name};
pub use self::{
    caller::Caller,
    metrics::{CallOperation, CallOutcome, CallRecord, Metrics},
    middleware::{AttemptRequest, Middleware},
};
use crate::{
    Error, PerformanceConfigLatency, ServiceTierType,
    call::{Answer, Call},
    client::Shared,
    error::Scrubber,
    options::CallOptions,
};

/// Who watches the calls of a client.
#[derive(Clone, Default)]
pub(crate) struct Observers {
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    #[cfg(feature = "activity-log")]
    pub(crate) activity: Option<ActivityLog>,
    pub(crate) middleware: MiddlewareChain,
    /// Whether prompts and answers are told too.
    pub(crate) content: bool,
}

impl Observers {
    /// As whom a call is made, if there is a record for it to stand in.
    pub(crate) fn caller(&self, identity: &ResolvedIdentity) -> Option<Arc<Caller>> {
        self.keep_records().then(|| Arc::new(Caller::of(identity)))
    }

    fn keep_records(&self) -> bool {
        #[cfg(feature = "activity-log")]
        if self.activity.is_some() {
            return true;
        }
        self.metrics.is_some()
    }
}

/// What a call is about, as far as it is known before it is made.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) operation: CallOperation,
    pub(crate) route: Route,
    pub(crate) options: &'a CallOptions,
    pub(crate) params: &'a MessageCreateParams,
    /// What is sent, and to which model; nothing, where the request was refused.
    pub(crate) call: Option<&'a Call>,
    pub(crate) model: Option<&'a ModelId>,
}

impl<'a> About<'a> {
    /// The model's id as it is sent, else as it was asked for.
    fn model_name(&self) -> &'a str {
        self.model.map_or(self.params.model.as_str(), ModelId::as_str)
    }
}

/// Follows a call to its end; a call that is dropped ends there. Empty where nobody watches.
#[derive(Default)]
pub(crate) struct Observation(Option<Box<Watched>>);

/// What is known of a call that is watched.
struct Watched {
    started: Instant,
    span: Span,
    metrics: Option<Arc<dyn Metrics>>,
    #[cfg(feature = "activity-log")]
    activity: Option<Activity>,
    record: CallRecord,
    /// What is paid for: none where the listed price is not what it costs.
    priced: Option<ModelId>,
    response_id: Option<String>,
    content: Option<Content>,
    scrubber: Scrubber,
}

impl Observation {
    /// Starts to watch, if anybody does.
    pub(crate) fn begin(shared: &Shared, about: About<'_>) -> Self {
        let span = spans::call(&about, shared.region.as_str());
        let Observers { metrics, content, .. } = &shared.observers;
        if span.is_disabled() && !shared.observers.keep_records() {
            return Self(None);
        }
        let content = (*content && content::is_heard()).then(|| Content::of(about.params));
        let mut record = CallRecord::new(about.operation, about.route, shared.region.clone(), (shared.now)());
        about.params.model.as_str().clone_into(&mut record.requested_model);
        about.model_name().clone_into(&mut record.model);
        Self(Some(Box::new(Watched {
            started: Instant::now(),
            span,
            metrics: metrics.clone(),
            #[cfg(feature = "activity-log")]
            activity: shared.observers.activity.as_ref().map(|log| log.begin(about.params)),
            record,
            priced: about.model.filter(|_| has_listed_price(about.options)).cloned(),
            response_id: None,
            content,
            scrubber: Scrubber::default(),
        })))
    }

    /// The call's span, for its attempts to be in.
    pub(crate) fn span(&self) -> Span {
        self.0.as_ref().map_or_else(Span::none, |watched| watched.span.clone())
    }

    /// An attempt was answered: the head is there.
    pub(crate) fn answered<B>(&mut self, answer: &Answer<B>) {
        let Some(watched) = &mut self.0 else { return };
        watched.scrubber = answer.scrubber.clone();
        watched.record.attempts = answer.attempts;
        watched.record.request_id = answer.clean_request_id();
        watched.record.caller = answer.caller.as_deref().cloned();
    }

    /// A message came, or some of it.
    pub(crate) fn message(&mut self, message: &Message) {
        if let Some(watched) = &mut self.0 {
            watched.message(message);
        }
    }

    /// A stream gave an event; `snapshot` is the message so far.
    pub(crate) fn event(&mut self, event: &MessageStreamEvent, snapshot: Option<&Message>) {
        let Some(watched) = &mut self.0 else { return };
        watched.event(event, snapshot);
        if matches!(event, MessageStreamEvent::MessageStop(_)) {
            self.end(None);
        }
    }

    /// Whoever reads a stream has no use for the rest; `snapshot` is the message so far.
    pub(crate) fn dropped(&mut self, snapshot: Option<&Message>) {
        let Some(watched) = &mut self.0 else { return };
        if let Some(message) = snapshot {
            watched.message(message);
        }
    }

    /// The call is over: with an error, or as it should be.
    pub(crate) fn end(&mut self, error: Option<&Error>) {
        let Some(mut watched) = self.0.take() else { return };
        if let Some(error) = error {
            watched.failed(error);
        }
        watched.end(error.map_or(CallOutcome::Completed, CallOutcome::of));
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if let Some(watched) = self.0.take() {
            watched.end(CallOutcome::Dropped);
        }
    }
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observation").field(&self.0.as_ref().map(|watched| &watched.record)).finish()
    }
}

impl Watched {
    fn event(&mut self, event: &MessageStreamEvent, snapshot: Option<&Message>) {
        self.record.time_to_first_event.get_or_insert_with(|| self.started.elapsed());
        match event {
            MessageStreamEvent::ContentBlockDelta(_) => {
                self.record.time_to_first_token.get_or_insert_with(|| self.started.elapsed());
            }
            // A call whose stream is dropped is known by these: each is taken when it comes.
            MessageStreamEvent::MessageStart(_)
            | MessageStreamEvent::MessageDelta(_)
            | MessageStreamEvent::MessageStop(_) => {
                if let Some(message) = snapshot {
                    self.message(message);
                }
            }
            _ => {}
        }
    }

    fn failed(&mut self, error: &Error) {
        self.record.attempts = error.attempts();
        if let Some(id) = error.request_id() {
            self.record.request_id = Some(id.to_owned());
        }
        if let Some(caller) = error.caller() {
            self.record.caller = Some(caller.clone());
        }
        if let Some(part) = error.partial_message() {
            self.message(part);
        }
    }

    fn message(&mut self, message: &Message) {
        self.response_id = Some(self.clean(&message.id));
        self.record.response_model = Some(self.clean(&message.model));
        self.record.stop_reason =
            message.stop_reason.as_ref().map(|reason| self.clean(reason.as_str()).as_str().into());
        self.record.usage = Some(message.usage.clone());
        if let Some(content) = &mut self.content {
            content.answer(message);
        }
        #[cfg(feature = "activity-log")]
        if let Some(activity) = &mut self.activity {
            activity.answer(message);
        }
    }

    /// A text of the server, as it may be told.
    fn clean(&self, text: &str) -> String {
        self.scrubber.clean(text, KEPT)
    }

    fn end(mut self: Box<Self>, outcome: CallOutcome) {
        let record = &mut self.record;
        record.outcome = outcome;
        record.duration = self.started.elapsed();
        record.cost = self.priced.as_ref().zip(record.usage.as_ref()).and_then(|(model, usage)| {
            cost(usage, model, Billing::on_demand().region(record.region.as_str()))
        });
        spans::end(&self.span, record, self.response_id.as_deref());
        if let Some(content) = &self.content {
            content.tell(&self.span);
        }
        if let Some(metrics) = &self.metrics {
            metrics.record(record);
        }
        #[cfg(feature = "activity-log")]
        if let Some(activity) = self.activity.take() {
            activity.end(record);
        }
    }
}

/// Whether a call costs what the catalog says: other tiers and speeds have prices of their own.
fn has_listed_price(options: &CallOptions) -> bool {
    let tier = options.service_tier.as_ref().is_none_or(|tier| *tier == ServiceTierType::DEFAULT);
    tier && options.latency.as_ref().is_none_or(|latency| *latency == PerformanceConfigLatency::STANDARD)
}

/// How much is kept of an id or a name that the server gave, in bytes.
const KEPT: usize = 256;

#[cfg(test)]
mod tests {
    use bedrock_auth::{BoxFuture, Credentials, MapEnv, MapFiles};
    use bedrock_transport::{Body, Exchange, HttpClient, TransportError};

    use super::*;
    use crate::{Client, ClientBuilder};

    /// Is never asked.
    #[derive(Debug)]
    struct Nowhere;

    impl HttpClient for Nowhere {
        fn send(&self, _: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            Box::pin(std::future::pending())
        }
    }

    fn is_watched(set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> bool {
        let builder = Client::builder().env(MapEnv::default()).files(MapFiles::default());
        let builder = builder.region("us-east-1").credentials(Credentials::new("AKIDEXAMPLE", "secret"));
        let client = set(builder.http_client(Nowhere)).build().expect("a client");
        let params = MessageCreateParams::new("sonnet", 1u64).user("hi");
        let options = CallOptions::default();
        let about = About {
            operation: CallOperation::Create,
            route: Route::InvokeModel,
            options: &options,
            params: &params,
            call: None,
            model: None,
        };
        Observation::begin(&client.shared, about).0.is_some()
    }

    #[test]
    fn where_nobody_watches_nothing_is_kept() {
        assert!(!is_watched(|builder| builder));
        assert!(!is_watched(ClientBuilder::record_content), "nobody listens");
        assert!(is_watched(|builder| builder.metrics(|_: &CallRecord| {})));
        #[cfg(feature = "activity-log")]
        assert!(is_watched(|builder| builder.activity_log(ActivityLog::daily("/nowhere"))));
    }
}
