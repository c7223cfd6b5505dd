//! The calls of one turn, running at the same time within the task of the run: nothing is spawned, so dropping the batch drops
//! every tool in it, and a tool may be dropped at any await.

use std::{
    collections::VecDeque,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bedrock_types::{Content, RawJson, ToolInput, ToolResultBlock, ToolUseBlock};
use tokio::sync::{Semaphore, mpsc};
use tracing::Instrument;

use super::{
    Approval, Cancellation, RunnableTool, ToolCall, ToolError, call::Report, conversation::failure,
    toolbox::Toolbox,
};
use crate::{BoxFuture, observe::ToolSpan};

/// Asks whether a call may run.
pub(super) type Approve = Arc<dyn Fn(ToolCall) -> BoxFuture<'static, Approval> + Send + Sync>;

/// What all calls of a run have in common.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) approve: Option<Approve>,
    /// How many run at the same time.
    pub(super) max_parallel: usize,
    pub(super) cancellation: Cancellation,
    /// Whether inputs and results are told to who listens to `tracing`.
    pub(super) content: bool,
}

/// Calls that run, or wait to.
pub(super) struct Batch {
    calls: Vec<Running>,
    /// What happened and was not told yet.
    events: VecDeque<BatchEvent>,
    reports: mpsc::Receiver<Report>,
}

/// What happens in a batch.
#[derive(Debug)]
pub(super) enum BatchEvent {
    Report(Report),
    Finished {
        /// The place of the call among those of the turn.
        call: usize,
        result: ToolResultBlock,
    },
}

/// A call that has no result yet.
struct Running {
    call: usize,
    id: String,
    future: BoxFuture<'static, Result<Content, ToolError>>,
}

impl Batch {
    /// The calls of a turn, with their places. Those that cannot run fail at once, in words for the model.
    pub(super) fn new<'a>(
        calls: impl Iterator<Item = (usize, &'a ToolUseBlock)>,
        tools: &Toolbox,
        terms: &Terms,
    ) -> Self {
        let (sender, reports) = mpsc::channel(REPORTS);
        let gates =
            Arc::new(Gates { run: Semaphore::new(terms.max_parallel.max(1)), ask: Semaphore::new(1) });
        let future_of = |block: &ToolUseBlock| -> BoxFuture<'static, _> {
            match runnable(block, tools) {
                Ok((tool, input)) => {
                    let call = ToolCall::of(block, input, terms.cancellation.clone(), sender.clone());
                    Box::pin(run(tool, call, terms.clone(), gates.clone()))
                }
                Err(NotRun { why, told }) => {
                    ToolSpan::begin(&block.name, &block.id, None).not_run(why);
                    Box::pin(std::future::ready(Err(told)))
                }
            }
        };
        let calls = calls
            .map(|(call, block)| Running { call, id: block.id.clone(), future: future_of(block) })
            .collect();
        Self { calls, events: VecDeque::new(), reports }
    }

    /// The next thing that happens; `None` once every call has its result. Nothing is lost if the future is dropped.
    pub(super) async fn next(&mut self) -> Option<BatchEvent> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<BatchEvent>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(event));
            }
            if self.calls.is_empty() {
                return Poll::Ready(None);
            }
            // From work that a tool has put elsewhere; what it says itself is taken when it has had its turn.
            if let Poll::Ready(Some(report)) = self.reports.poll_recv(cx) {
                return Poll::Ready(Some(BatchEvent::Report(report)));
            }
            self.advance(cx);
            if self.events.is_empty() {
                return Poll::Pending;
            }
        }
    }

    /// Gives every call its turn.
    fn advance(&mut self, cx: &mut Context<'_>) {
        let Self { calls, events, reports } = self;
        calls.retain_mut(|running| {
            let polled = running.future.as_mut().poll(cx);
            // What a call says is told before its end.
            while let Ok(report) = reports.try_recv() {
                events.push_back(BatchEvent::Report(report));
            }
            let Poll::Ready(given) = polled else { return true };
            let result = match given {
                Ok(content) => ToolResultBlock::new(running.id.as_str()).content(content),
                Err(error) => failure(&running.id, error.into_content()),
            };
            events.push_back(BatchEvent::Finished { call: running.call, result });
            false
        });
    }
}

/// Where calls wait, in the order of their turn.
struct Gates {
    run: Semaphore,
    /// One question at a time: whoever answers may be a person at a terminal.
    ask: Semaphore,
}

/// Why a call does not run, in a word for who watches, and in words for the model.
struct NotRun {
    why: &'static str,
    told: ToolError,
}

impl NotRun {
    fn new(why: &'static str, told: impl Into<Content>) -> Self {
        Self { why, told: ToolError::new(told) }
    }
}

/// The tool and the input of a call that can run.
fn runnable(block: &ToolUseBlock, tools: &Toolbox) -> Result<(Arc<dyn RunnableTool>, RawJson), NotRun> {
    let tool =
        tools.find(&block.name).ok_or_else(|| NotRun::new("unknown_tool", tools.unknown(&block.name)))?;
    match &block.input {
        ToolInput::Json(input) => Ok((tool, input.clone())),
        ToolInput::Partial(text) => {
            let why = RawJson::parse(text).err().map(|error| format!(": {error}")).unwrap_or_default();
            let told = format!("The input is not JSON{why}. Call the tool again with input that is.");
            Err(NotRun::new("invalid_input", told))
        }
    }
}

/// One call, from waiting for its turn to what it gives.
async fn run(
    tool: Arc<dyn RunnableTool>,
    call: ToolCall,
    terms: Terms,
    gates: Arc<Gates>,
) -> Result<Content, ToolError> {
    // The gates are never closed.
    let _running = gates.run.acquire().await;
    let (name, id) = (call.name().to_owned(), call.id().to_owned());
    let call = match approved(call, terms.approve, &gates).await {
        Ok(call) => call,
        Err(NotRun { why, told }) => {
            ToolSpan::begin(&name, &id, None).not_run(why);
            return Err(told);
        }
    };
    call.report_start().await;
    let span = ToolSpan::begin(&name, &id, terms.content.then(|| call.input()));
    match Guarded::new(async move { tool.call(call).await }).instrument(span.span()).await {
        Ok(Ok(content)) => {
            span.gave(&content, terms.content);
            Ok(content)
        }
        Ok(Err(error)) => {
            span.failed(TOOL_ERROR);
            Err(error)
        }
        Err(Panicked) => {
            tracing::error!(parent: &span.span(), call = id, "a tool panicked");
            span.failed(PANIC);
            Err(ToolError::new("The tool crashed."))
        }
    }
}

/// The call as whoever is asked lets it run.
async fn approved(call: ToolCall, approve: Option<Approve>, gates: &Gates) -> Result<ToolCall, NotRun> {
    let Some(approve) = approve else { return Ok(call) };
    let _asking = gates.ask.acquire().await;
    let asked = call.clone();
    match Guarded::new(async move { approve(asked).await }).await {
        Ok(Approval::Allow) => Ok(call),
        Ok(Approval::Change(input)) => Ok(call.with_input(input)),
        Ok(Approval::Deny(reason)) => Err(NotRun::new(DENIED, format!("The call was denied: {reason}"))),
        Err(Panicked) => Err(NotRun::new(DENIED, "The call was denied.")),
    }
}

/// A future whose panic is a value: a tool that crashes takes neither the run nor the other tools with it.
struct Guarded<F>(Pin<Box<F>>);

/// It panicked. What it said is for the panic hook, not for the model.
struct Panicked;

impl<F: Future> Guarded<F> {
    fn new(future: F) -> Self {
        Self(Box::pin(future))
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // After a panic the future is only dropped, so nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(polled) => Poll::Ready(Ok(ready!(polled))),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

const DENIED: &str = "denied";
const TOOL_ERROR: &str = "tool_error";
const PANIC: &str = "panic";

/// How many reports of calls wait to be read, until the calls wait.
const REPORTS: usize = 32;

#[cfg(test)]
mod tests;
