//! The loop: ask the model, run the tools it calls, tell it what came out, until it has its answer.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use bedrock_types::{
    Message, MessageCreateParams, MessageParam, MessageStreamEvent, StopReason, ToolResultBlock, Usage,
};

use super::{
    Approval, Cancellation, RunnableTool, StopHandle, ToolCall,
    batch::{Batch, BatchEvent, Terms},
    call::Report,
    conversation::Conversation,
    stop::StopOnDrop,
    toolbox::Toolbox,
};
use crate::{Error, MessageStream, Messages};

/// A conversation in which the model's tools run here: made by [`Messages::tool_runner`], which has the example.
///
/// [`run`](Self::run) goes to the end; [`next_event`](Self::next_event) goes step by step, for those who show what happens.
///
/// What holds at any moment, after an error too: [`params`](Self::params) is a request that Bedrock takes, nothing that was said is
/// lost, and each call of a tool is answered once. Blocks of thinking go back as they came.
/// A `tool_choice` that forces a call holds for the first turn, because a model that must always call a tool never ends.
/// A turn that the model paused (`pause_turn`) is sent back, so that it goes on.
///
/// Dropping the future of `run` or `next_event` pauses the run, and the next one takes it up: tools that were running go on, an
/// answer that had not begun is asked for again. Dropping the runner drops its tools and closes its connection.
pub struct ToolRunner {
    messages: Messages,
    conversation: Conversation,
    tools: Toolbox,
    terms: Terms,
    max_turns: u32,
    phase: Phase,
    stop: StopOnDrop,
}

/// What the run does next.
enum Phase {
    Ask,
    Answer(Box<MessageStream>),
    Tools(Box<Batch>),
    Over(ToolRunStop),
}

/// Something that happens in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "most are events of a stream, which are given by value there too"
)]
pub enum ToolRunEvent {
    /// The model's answer goes on; with `message_stop` it is complete, and [`ToolRunner::message`] has it.
    Stream(MessageStreamEvent),
    /// A tool starts.
    Started {
        /// The call, by its id.
        id: String,
        /// The tool.
        name: String,
    },
    /// A tool says how far it is.
    Progress {
        /// The call, by its id.
        id: String,
        /// What it says.
        text: String,
    },
    /// A call has its answer: what the tool gave, or why there is nothing.
    Finished(ToolResultBlock),
}

/// What a run came to. The conversation itself is in the runner: [`ToolRunner::into_params`].
#[derive(Debug, Clone, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct ToolRun {
    /// Why it ended: the model may not have finished.
    pub stop: ToolRunStop,
    /// The model's last whole answer; `None` if the run was stopped before there was one.
    pub message: Option<Message>,
    /// What all answers cost together.
    pub usage: Usage,
    /// How many answers there were.
    pub turns: u32,
}

impl ToolRun {
    /// The text of the last answer.
    pub fn text(&self) -> String {
        self.message.as_ref().map(Message::text).unwrap_or_default()
    }
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolRunStop {
    /// The model has its answer.
    Answered,
    /// The model stopped before it was done: `max_tokens`, `refusal`, `model_context_window_exceeded`, …
    /// Its last answer is cut, and calls in it were not run.
    Cut(StopReason),
    /// The model wants more turns than were allowed; the calls of its last answer were not run.
    /// [`ToolRunner::allow_turns`] lets it go on.
    MaxTurns,
    /// [`StopHandle::stop`] was called.
    Stopped,
}

impl ToolRunner {
    pub(super) fn new(messages: Messages, params: MessageCreateParams) -> Self {
        let stop = StopOnDrop(StopHandle::new());
        let cancellation = stop.0.cancellation();
        let content = messages.records_content();
        Self {
            messages,
            conversation: Conversation::new(params),
            tools: Toolbox::default(),
            terms: Terms { approve: None, max_parallel: MAX_PARALLEL, cancellation, content },
            max_turns: MAX_TURNS,
            phase: Phase::Ask,
            stop,
        }
    }

    /// Gives the model a tool. If the request already defines one of that name, that definition is sent.
    #[must_use]
    pub fn tool(mut self, tool: impl RunnableTool + 'static) -> Self {
        self.tools.add(Arc::new(tool));
        self
    }

    /// Gives the model tools that were put together at run time.
    #[must_use]
    pub fn tools(mut self, tools: impl IntoIterator<Item = Arc<dyn RunnableTool>>) -> Self {
        tools.into_iter().for_each(|tool| self.tools.add(tool));
        self
    }

    /// Asks `approve` before each call; one call at a time is asked about, in their order.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client, params: bedrock_client::MessageCreateParams) {
    /// use bedrock_client::{Approval, ToolCall};
    ///
    /// let runner = client.messages().tool_runner(params).approve(|call: ToolCall| async move {
    ///     match call.name() {
    ///         "delete_file" => Approval::Deny("nothing is deleted on a Sunday".to_owned()),
    ///         _ => Approval::Allow,
    ///     }
    /// });
    /// # drop(runner);
    /// # }
    /// ```
    #[must_use]
    pub fn approve<F, Fut>(mut self, approve: F) -> Self
    where
        F: Fn(ToolCall) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Approval> + Send + 'static,
    {
        self.terms.approve = Some(Arc::new(move |call| Box::pin(approve(call))));
        self
    }

    /// How many calls run at the same time, at least one; 8 unless set.
    #[must_use]
    pub fn max_parallel(mut self, calls: usize) -> Self {
        self.terms.max_parallel = calls;
        self
    }

    /// How many answers the model may give; 32 unless set.
    #[must_use]
    pub fn max_turns(mut self, turns: u32) -> Self {
        self.max_turns = turns;
        self
    }

    /// Goes to the end.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub async fn run(&mut self) -> Result<ToolRun, Error> {
        while self.next_event().await?.is_some() {}
        let stop = match &self.phase {
            Phase::Over(stop) => stop.clone(),
            // `next_event` gives `None` only when the run is over.
            Phase::Ask | Phase::Answer(_) | Phase::Tools(_) => ToolRunStop::Stopped,
        };
        Ok(ToolRun {
            stop,
            message: self.message().cloned(),
            usage: self.usage().clone(),
            turns: self.conversation.turns(),
        })
    }

    /// The next thing that happens, or `None` when the run is over.
    ///
    /// ```no_run
    /// # async fn example(mut runner: bedrock_client::ToolRunner) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::ToolRunEvent;
    ///
    /// while let Some(event) = runner.next_event().await? {
    ///     match event {
    ///         ToolRunEvent::Stream(event) => print!("{}", event.text().unwrap_or_default()),
    ///         ToolRunEvent::Started { name, .. } => println!("[{name} …]"),
    ///         ToolRunEvent::Progress { text, .. } => println!("[{text}]"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Messages::stream`] and [`MessageStream::next_event`], and `Config` for tools that cannot be told apart. The run is
    /// where it was before the answer that failed: asking again asks the model again.
    /// A tool that fails is no error: the model is told.
    pub async fn next_event(&mut self) -> Result<Option<ToolRunEvent>, Error> {
        loop {
            // What is over stays what it came to.
            if self.terms.cancellation.is_cancelled() && !matches!(self.phase, Phase::Over(_)) {
                self.phase = Phase::Over(ToolRunStop::Stopped);
            }
            match &mut self.phase {
                Phase::Ask if self.conversation.turns() >= self.max_turns => {
                    self.phase = Phase::Over(ToolRunStop::MaxTurns);
                }
                Phase::Ask => {
                    self.tools.define(self.conversation.params_mut())?;
                    let asking = self.messages.stream(self.conversation.params());
                    if let Some(stream) = unless(&self.terms.cancellation, asking).await {
                        self.phase = Phase::Answer(Box::new(stream?));
                    }
                }
                Phase::Answer(stream) => match unless(&self.terms.cancellation, stream.next_event()).await {
                    None => {}
                    Some(Ok(Some(event))) => {
                        if matches!(event, MessageStreamEvent::MessageStop(_)) {
                            self.take_answer()?;
                        }
                        return Ok(Some(ToolRunEvent::Stream(event)));
                    }
                    Some(Ok(None)) => self.take_answer()?,
                    Some(Err(error)) => {
                        self.phase = Phase::Ask;
                        return Err(error);
                    }
                },
                Phase::Tools(batch) => match unless(&self.terms.cancellation, batch.next()).await {
                    None => {}
                    Some(Some(event)) => return Ok(Some(self.take_event(event))),
                    Some(None) => self.phase = Phase::Ask,
                },
                Phase::Over(_) => return Ok(None),
            }
        }
    }

    /// Adds a turn of yours, and lets the run go on with it. Calls that were not run are answered with an error that says so.
    pub fn push(&mut self, message: impl Into<MessageParam>) {
        self.conversation.push(message.into());
        self.phase = Phase::Ask;
    }

    /// Lets the model give so many more answers; a run that ended with [`ToolRunStop::MaxTurns`] goes on where it was.
    pub fn allow_turns(&mut self, more: u32) {
        self.max_turns = self.max_turns.saturating_add(more);
        if let Phase::Over(ToolRunStop::MaxTurns) = self.phase {
            self.phase = self.after_calls();
        }
    }

    /// Stops the run from elsewhere.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.0.clone()
    }

    /// The request that is sent next: the conversation up to the last answer whose calls have all their results.
    pub fn params(&self) -> &MessageCreateParams {
        self.conversation.params()
    }

    /// The whole conversation, to be kept or gone on with: calls that have no result are answered with an error that says so.
    pub fn into_params(self) -> MessageCreateParams {
        self.conversation.into_params()
    }

    /// The model's last whole answer.
    pub fn message(&self) -> Option<&Message> {
        self.conversation.last()
    }

    /// What all answers so far cost together.
    pub fn usage(&self) -> &Usage {
        self.conversation.usage()
    }

    fn take_answer(&mut self) -> Result<(), Error> {
        let Phase::Answer(stream) = std::mem::replace(&mut self.phase, Phase::Ask) else { return Ok(()) };
        let message = stream.into_message()?;
        let reason = message.stop_reason.clone();
        self.conversation.take(message);
        let has_calls = self.conversation.open_calls().next().is_some();
        self.phase = match reason {
            Some(
                StopReason::ToolUse | StopReason::EndTurn | StopReason::StopSequence | StopReason::PauseTurn,
            )
            | None
                if has_calls =>
            {
                match self.conversation.turns() < self.max_turns {
                    true => self.after_calls(),
                    // Nobody would tell the model what came out.
                    false => Phase::Over(ToolRunStop::MaxTurns),
                }
            }
            Some(StopReason::PauseTurn) => Phase::Ask,
            Some(StopReason::EndTurn | StopReason::StopSequence) | None => Phase::Over(ToolRunStop::Answered),
            Some(reason) => Phase::Over(ToolRunStop::Cut(reason)),
        };
        Ok(())
    }

    /// Runs the calls that have no result; the model is asked after them.
    fn after_calls(&self) -> Phase {
        let batch = Batch::new(self.conversation.open_calls(), &self.tools, &self.terms);
        Phase::Tools(Box::new(batch))
    }

    fn take_event(&mut self, event: BatchEvent) -> ToolRunEvent {
        match event {
            BatchEvent::Report(Report::Started { id, name }) => ToolRunEvent::Started { id, name },
            BatchEvent::Report(Report::Progress { id, text }) => ToolRunEvent::Progress { id, text },
            BatchEvent::Finished { call, result } => {
                self.conversation.answer(call, result.clone());
                ToolRunEvent::Finished(result)
            }
        }
    }
}

impl fmt::Debug for ToolRunner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolRunner")
            .field("model", &self.params().model)
            .field("turns", &self.conversation.turns())
            .field("max_turns", &self.max_turns)
            .finish_non_exhaustive()
    }
}

/// What the future gives, or `None` if the run is stopped first.
async fn unless<T>(cancellation: &Cancellation, future: impl Future<Output = T>) -> Option<T> {
    let (mut cancelled, mut future) = (pin!(cancellation.cancelled()), pin!(future));
    poll_fn(|cx| match cancelled.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => future.as_mut().poll(cx).map(Some),
    })
    .await
}

/// How many calls run at the same time.
const MAX_PARALLEL: usize = 8;

/// How many answers the model may give.
const MAX_TURNS: u32 = 32;
