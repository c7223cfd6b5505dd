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

use super::{
    Approval, Cancellation, RunnableTool, ToolCall, ToolError, call::Report, conversation::failure,
    toolbox::Toolbox,
};
use crate::BoxFuture;

/// Asks whether a call may run.
pub(super) type Approve = Arc<dyn Fn(ToolCall) -> BoxFuture<'static, Approval> + Send + Sync>;

/// What all calls of a run have in common.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) approve: Option<Approve>,
    /// How many run at the same time.
    pub(super) max_parallel: usize,
    pub(super) cancellation: Cancellation,
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
                    Box::pin(run(tool, call, terms.approve.clone(), gates.clone()))
                }
                Err(error) => Box::pin(std::future::ready(Err(error))),
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

/// The tool and the input of a call that can run.
fn runnable(block: &ToolUseBlock, tools: &Toolbox) -> Result<(Arc<dyn RunnableTool>, RawJson), ToolError> {
    let tool = tools.find(&block.name).ok_or_else(|| ToolError::new(tools.unknown(&block.name)))?;
    match &block.input {
        ToolInput::Json(input) => Ok((tool, input.clone())),
        ToolInput::Partial(text) => {
            let why = RawJson::parse(text).err().map(|error| format!(": {error}")).unwrap_or_default();
            Err(ToolError::new(format!(
                "The input is not JSON{why}. Call the tool again with input that is."
            )))
        }
    }
}

/// One call, from waiting for its turn to what it gives.
async fn run(
    tool: Arc<dyn RunnableTool>,
    mut call: ToolCall,
    approve: Option<Approve>,
    gates: Arc<Gates>,
) -> Result<Content, ToolError> {
    // The gates are never closed.
    let _running = gates.run.acquire().await;
    if let Some(approve) = approve {
        let _asking = gates.ask.acquire().await;
        let asked = call.clone();
        match Guarded::new(async move { approve(asked).await }).await {
            Ok(Approval::Allow) => {}
            Ok(Approval::Change(input)) => call = call.with_input(input),
            Ok(Approval::Deny(reason)) => {
                return Err(ToolError::new(format!("The call was denied: {reason}")));
            }
            Err(Panicked) => return Err(ToolError::new("The call was denied.")),
        }
    }
    call.report_start().await;
    let id = call.id().to_owned();
    Guarded::new(async move { tool.call(call).await }).await.unwrap_or_else(|Panicked| {
        tracing::error!(call = id, "a tool panicked");
        Err(ToolError::new("The tool crashed."))
    })
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

/// How many reports of calls wait to be read, until the calls wait.
const REPORTS: usize = 32;

#[cfg(test)]
mod tests;
