//! The tool runner: the model calls tools, they run here, it is told what came out, until it has its answer.
//!
//! `tool.rs` says what a tool is, `call.rs` what it is given, `toolbox.rs` finds it by name. `conversation.rs` is the pure part:
//! what is said when. `batch.rs` runs the calls of one turn at the same time, `runner.rs` is the loop over both, and `stop.rs` ends it
//! from elsewhere. Built on [`Messages::stream`] alone; what is not here is any knowledge of a route.

mod batch;
mod call;
mod conversation;
mod runner;
mod stop;
mod tool;
mod toolbox;
mod usage;

use bedrock_types::MessageCreateParams;

pub use call::{Approval, ToolCall};
pub(crate) use conversation::{as_history, failure};
pub use runner::{ToolRun, ToolRunEvent, ToolRunStop, ToolRunner};
pub use stop::{Cancellation, StopHandle};
#[cfg(feature = "schemars")]
pub use tool::tool_fn;
pub use tool::{FnTool, RunnableTool, ToolError};
pub(crate) use usage::add as add_usage;

use crate::Messages;

impl Messages {
    /// A conversation in which the model's tools run here, until it has its answer.
    ///
    /// ```no_run
    /// use bedrock_client::types::{CustomTool, RawJson};
    /// use bedrock_client::{Client, FnTool, MessageCreateParams, ToolRunStop};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Weather {
    ///     city: String,
    /// }
    ///
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#)?;
    /// let definition = CustomTool::new("get_weather", schema).description("The weather in a city.");
    /// let weather = FnTool::new(definition, |input: Weather, call| async move {
    ///     call.progress(format!("looking at the sky over {}", input.city)).await;
    ///     Ok(format!("{}: 21 °C", input.city))
    /// });
    ///
    /// let params = MessageCreateParams::new("sonnet", 1024).user("Is it warmer in Oslo or in Rome?");
    /// let mut runner = client.messages().tool_runner(params).tool(weather).max_turns(10);
    /// let run = runner.run().await?;
    /// assert_eq!(run.stop, ToolRunStop::Answered);
    /// println!("{} ({} tokens)", run.text(), run.usage.output_tokens);
    ///
    /// let params = runner.into_params().user("And tomorrow?"); // the whole conversation
    /// # drop(params);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With the feature `schemars`, `tool_fn` makes the tool and its schema from the function.
    /// Models <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-runner>.
    pub fn tool_runner(self, params: MessageCreateParams) -> ToolRunner {
        ToolRunner::new(self, params)
    }
}
