//! What a tool is: what the model is told of it, and what it does.

use std::{error, fmt, future::Future, sync::Arc};

use bedrock_types::{Content, Tool};
use serde::de::DeserializeOwned;

use super::ToolCall;
use crate::BoxFuture;

/// A tool that a [`ToolRunner`](crate::ToolRunner) can run: a definition for the model, and a function of the input.
///
/// Most tools are a function ([`FnTool`], or `tool_fn` with the feature `schemars`); this is for those with a type of their
/// own. Anthropic's tools that run here, like `bash_20250124` and `memory_20250818`, are made with it too: the definition is any
/// [`Tool`].
///
/// ```
/// use bedrock_client::{BoxFuture, RunnableTool, ToolCall, ToolError};
/// use bedrock_client::types::{Content, Tool, ToolBash20250124};
///
/// /// A shell that only knows what it may do.
/// struct Shell;
///
/// #[derive(serde::Deserialize)]
/// struct Command {
///     command: String,
/// }
///
/// impl RunnableTool for Shell {
///     fn definition(&self) -> Tool {
///         ToolBash20250124::new().into()
///     }
///
///     fn call(&self, call: ToolCall) -> BoxFuture<'_, Result<Content, ToolError>> {
///         Box::pin(async move {
///             match call.parse::<Command>()?.command.as_str() {
///                 "whoami" => Ok("nobody".into()),
///                 other => Err(ToolError::new(format!("{other} is not allowed"))),
///             }
///         })
///     }
/// }
/// ```
///
/// How calls go: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>.
pub trait RunnableTool: Send + Sync {
    /// What the model is told. Asked once, when the tool is given to a runner.
    fn definition(&self) -> Tool;

    /// Runs one call. Calls of one turn run at the same time, in one task: what blocks belongs into `spawn_blocking`.
    ///
    /// To cancel it, its future is dropped; work that outlives the future can look at [`ToolCall::cancellation`].
    ///
    /// # Errors
    ///
    /// What the model is told instead of a result. It may try again.
    fn call(&self, call: ToolCall) -> BoxFuture<'_, Result<Content, ToolError>>;
}

/// A tool that is a definition and a function.
///
/// Input that is not a `T` does not reach the function: the model is told what is wrong with it.
///
/// ```
/// use bedrock_client::{FnTool, RunnableTool, ToolCall, types::{Content, CustomTool, RawJson}};
///
/// #[derive(serde::Deserialize)]
/// struct Weather {
///     city: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#)?;
/// let definition = CustomTool::new("get_weather", schema).description("The weather in a city.");
/// let tool = FnTool::new(definition, |input: Weather, _call| async move { Ok(format!("{}: 21 °C", input.city)) });
///
/// let call = ToolCall::new("get_weather", RawJson::parse(r#"{"city":"Oslo"}"#)?);
/// assert_eq!(tool.call(call).await.ok(), Some(Content::from("Oslo: 21 °C")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FnTool {
    definition: Tool,
    function: Arc<dyn Fn(ToolCall) -> Running + Send + Sync>,
}

type Running = BoxFuture<'static, Result<Content, ToolError>>;

impl FnTool {
    /// A tool from a definition, and a function of the input and the call.
    ///
    /// The function gives anything that is content: a text, or blocks with images and documents.
    pub fn new<T, O, F, Fut>(definition: impl Into<Tool>, function: F) -> Self
    where
        T: DeserializeOwned,
        O: Into<Content>,
        F: Fn(T, ToolCall) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
    {
        let function = move |call: ToolCall| -> Running {
            match call.parse() {
                Ok(input) => {
                    let running = function(input, call);
                    Box::pin(async move { running.await.map(Into::into) })
                }
                Err(error) => Box::pin(std::future::ready(Err(error))),
            }
        };
        Self { definition: definition.into(), function: Arc::new(function) }
    }
}

impl RunnableTool for FnTool {
    fn definition(&self) -> Tool {
        self.definition.clone()
    }

    fn call(&self, call: ToolCall) -> BoxFuture<'_, Result<Content, ToolError>> {
        (self.function)(call)
    }
}

impl fmt::Debug for FnTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnTool").field("definition", &self.definition).finish_non_exhaustive()
    }
}

/// A tool from a function: its schema is that of the input's type.
///
/// ```
/// use bedrock_client::{ToolError, tool_fn};
///
/// #[derive(schemars::JsonSchema, serde::Deserialize)]
/// struct Weather {
///     /// Its name in English.
///     city: String,
/// }
///
/// let tool = tool_fn("get_weather", "The weather in a city.", |input: Weather| async move {
///     match input.city.as_str() {
///         "Oslo" => Ok("21 °C"),
///         city => Err(ToolError::new(format!("there is no station in {city}"))),
///     }
/// })?;
/// # drop(tool);
/// # Ok::<(), bedrock_client::Error>(())
/// ```
///
/// A function that wants the call too, to report progress or to see that it was cancelled, is made a tool with
/// [`FnTool::new`] and [`CustomTool::of`](bedrock_types::CustomTool::of).
///
/// # Errors
///
/// `Config`: `T` is not read from a JSON object, as the input of a tool always is.
#[cfg(feature = "schemars")]
pub fn tool_fn<T, O, F, Fut>(
    name: impl Into<String>,
    description: impl Into<String>,
    function: F,
) -> Result<FnTool, crate::Error>
where
    T: DeserializeOwned + schemars::JsonSchema,
    O: Into<Content>,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
{
    let name = name.into();
    let definition = bedrock_types::CustomTool::of::<T>(name.as_str()).map_err(|error| {
        crate::Error::config(
            format!("the input of tool {name:?} has no schema that a tool can have"),
            "make the input a struct with named fields",
        )
        .with_source(error)
    })?;
    Ok(FnTool::new(definition.description(description), move |input, _call| function(input)))
}

/// Why a tool gave no result, in words for the model: it reads them, and may try again.
///
/// Any error becomes one with `?`, with its sources. What the model should not read, leave out: make the text yourself with
/// [`ToolError::new`].
///
/// ```
/// use bedrock_client::ToolError;
///
/// fn read(text: &str) -> Result<u32, ToolError> {
///     Ok(text.parse::<u32>()?)
/// }
///
/// assert_eq!(read("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
// It is no `std::error::Error`, since any of those is to become one.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolError {
    content: Content,
}

impl ToolError {
    /// What the model is told: a text, or blocks.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into() }
    }

    /// What the model is told.
    pub fn content(&self) -> &Content {
        &self.content
    }

    pub(super) fn into_content(self) -> Content {
        self.content
    }
}

impl<E: error::Error> From<E> for ToolError {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::new(text)
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Text(text) => f.write_str(text),
            content => content
                .blocks()
                .iter()
                .filter_map(|block| block.text())
                .try_for_each(|text| f.write_str(text)),
        }
    }
}
