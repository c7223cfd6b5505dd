//! The loop of tools, run by a thread that waits; and answers that are values.

use std::{future::Future, sync::Arc};

use bedrock_types::{Message, MessageCreateParams, MessageParam, RawJson, Usage};
use serde::de::DeserializeOwned;

use super::{Messages, driver::Driver};
use crate::{Approval, Error, Parsed, RunnableTool, StopHandle, ToolCall, ToolRun, ToolRunEvent};

impl Messages {
    /// Asks for a `T`, as [`crate::Messages::parse`] does.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::parse`].
    #[cfg(feature = "schemars")]
    pub fn parse<T>(&self, params: &MessageCreateParams) -> Result<Parsed<T>, Error>
    where
        T: DeserializeOwned + schemars::JsonSchema,
    {
        self.driver.wait(self.messages.parse(params))
    }

    /// Asks for a `T` of a schema of one's own, as [`crate::Messages::parse_with_schema`] does.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::parse_with_schema`].
    pub fn parse_with_schema<T: DeserializeOwned>(
        &self,
        params: &MessageCreateParams,
        schema: RawJson,
    ) -> Result<Parsed<T>, Error> {
        self.driver.wait(self.messages.parse_with_schema(params, schema))
    }

    /// Runs the model's tools on this thread until it has its answer, as [`crate::Messages::tool_runner`] does.
    pub fn tool_runner(self, params: MessageCreateParams) -> ToolRunner {
        ToolRunner::new(self.messages.tool_runner(params), self.driver)
    }
}

/// A conversation in which the model's tools run here: [`crate::ToolRunner`], waiting.
///
/// The tools run on the thread that waits. One that blocks is welcome to: it holds up the other tools of its turn, and nothing else.
///
/// ```no_run
/// use bedrock_client::{FnTool, MessageCreateParams, types::{CustomTool, RawJson}};
///
/// # fn example(client: bedrock_client::blocking::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let definition = CustomTool::new("read_note", RawJson::parse(r#"{"type":"object","properties":{}}"#)?);
/// let read_note = FnTool::new(definition, |_: RawJson, _call| async move {
///     std::fs::read_to_string("note.txt").map_err(|error| bedrock_client::ToolError::new(error.to_string()))
/// });
///
/// let params = MessageCreateParams::new("sonnet", 1024).user("What does my note say?");
/// let run = client.messages().tool_runner(params).tool(read_note).run()?;
/// println!("{}", run.text());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ToolRunner {
    runner: crate::ToolRunner,
    driver: Driver,
}

impl ToolRunner {
    pub(super) fn new(runner: crate::ToolRunner, driver: Driver) -> Self {
        Self { runner, driver }
    }

    /// As [`crate::ToolRunner::tool`].
    #[must_use]
    pub fn tool(self, tool: impl RunnableTool + 'static) -> Self {
        Self { runner: self.runner.tool(tool), ..self }
    }

    /// As [`crate::ToolRunner::tools`].
    #[must_use]
    pub fn tools(self, tools: impl IntoIterator<Item = Arc<dyn RunnableTool>>) -> Self {
        Self { runner: self.runner.tools(tools), ..self }
    }

    /// As [`crate::ToolRunner::approve`].
    #[must_use]
    pub fn approve<F, Fut>(self, approve: F) -> Self
    where
        F: Fn(ToolCall) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Approval> + Send + 'static,
    {
        Self { runner: self.runner.approve(approve), ..self }
    }

    /// As [`crate::ToolRunner::max_parallel`].
    #[must_use]
    pub fn max_parallel(self, calls: usize) -> Self {
        Self { runner: self.runner.max_parallel(calls), ..self }
    }

    /// As [`crate::ToolRunner::max_turns`].
    #[must_use]
    pub fn max_turns(self, turns: u32) -> Self {
        Self { runner: self.runner.max_turns(turns), ..self }
    }

    /// Goes to the end.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub fn run(&mut self) -> Result<ToolRun, Error> {
        self.driver.wait(self.runner.run())
    }

    /// The next thing that happens, or `None` when the run is over.
    ///
    /// # Errors
    ///
    /// Those of [`crate::ToolRunner::next_event`].
    pub fn next_event(&mut self) -> Result<Option<ToolRunEvent>, Error> {
        self.driver.wait(self.runner.next_event())
    }

    /// As [`crate::ToolRunner::push`].
    pub fn push(&mut self, message: impl Into<MessageParam>) {
        self.runner.push(message);
    }

    /// As [`crate::ToolRunner::allow_turns`].
    pub fn allow_turns(&mut self, more: u32) {
        self.runner.allow_turns(more);
    }

    /// Stops the run from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.runner.stop_handle()
    }

    /// As [`crate::ToolRunner::params`].
    pub fn params(&self) -> &MessageCreateParams {
        self.runner.params()
    }

    /// As [`crate::ToolRunner::into_params`].
    pub fn into_params(self) -> MessageCreateParams {
        self.runner.into_params()
    }

    /// The model's last whole answer.
    pub fn message(&self) -> Option<&Message> {
        self.runner.message()
    }

    /// What all answers so far cost together.
    pub fn usage(&self) -> &Usage {
        self.runner.usage()
    }
}
