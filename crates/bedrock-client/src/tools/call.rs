//! One call of a tool: what the tool is given, and what can be said about it before it runs.

use std::fmt;

use bedrock_types::{RawJson, ToolUseBlock};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::{Cancellation, ToolError};

/// One call of a tool by the model.
///
/// ```
/// use bedrock_client::{ToolCall, types::RawJson};
///
/// #[derive(serde::Deserialize)]
/// struct Weather {
///     city: String,
/// }
///
/// let call = ToolCall::new("get_weather", RawJson::parse(r#"{"city":7}"#)?);
/// let error = call.parse::<Weather>().err().ok_or("7 is no city")?;
/// assert!(error.to_string().contains("city: invalid type"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ToolCall {
    id: String,
    name: String,
    input: RawJson,
    cancellation: Cancellation,
    reports: Option<mpsc::Sender<Report>>,
}

/// What is known of a call before its result.
#[derive(Debug)]
pub(super) enum Report {
    Started { id: String, name: String },
    Progress { id: String, text: String },
}

impl ToolCall {
    /// A call that no model made: to try a tool out.
    pub fn new(name: impl Into<String>, input: RawJson) -> Self {
        let cancellation = Cancellation::never();
        Self { id: "toolu_test".to_owned(), name: name.into(), input, cancellation, reports: None }
    }

    pub(super) fn of(
        block: &ToolUseBlock,
        input: RawJson,
        cancellation: Cancellation,
        reports: mpsc::Sender<Report>,
    ) -> Self {
        let (id, name) = (block.id.clone(), block.name.clone());
        Self { id, name, input, cancellation, reports: Some(reports) }
    }

    pub(super) fn with_input(mut self, input: RawJson) -> Self {
        self.input = input;
        self
    }

    /// What the model calls the call, like `toolu_bdrk_…`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The tool's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The input as the model wrote it.
    pub fn input(&self) -> &RawJson {
        &self.input
    }

    /// The input as a `T`.
    ///
    /// # Errors
    ///
    /// It is none; the error tells the model where and why.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        self.input
            .to()
            .map_err(|error| ToolError::new(format!("The input does not fit the tool's schema: {error}")))
    }

    /// Tells whoever follows the run how far it is ([`ToolRunEvent::Progress`](crate::ToolRunEvent::Progress)); the model does not
    /// see it. Waits while many such texts were not read yet.
    pub async fn progress(&self, text: impl Into<String>) {
        self.report(Report::Progress { id: self.id.clone(), text: text.into() }).await;
    }

    pub(super) async fn report_start(&self) {
        self.report(Report::Started { id: self.id.clone(), name: self.name.clone() }).await;
    }

    async fn report(&self, report: Report) {
        if let Some(reports) = &self.reports {
            // Nobody follows a run that was dropped.
            let _ = reports.send(report).await;
        }
    }

    /// Says whether the run was stopped, to work that outlives the tool's future, such as that of a blocking thread.
    pub fn cancellation(&self) -> Cancellation {
        self.cancellation.clone()
    }
}

/// Shows what the model asked for; how the run is told of it is nobody's business.
impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, input, cancellation: _, reports: _ } = self;
        f.debug_struct("ToolCall")
            .field("id", id)
            .field("name", name)
            .field("input", input)
            .finish_non_exhaustive()
    }
}

/// What is decided about a call before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It runs.
    Allow,
    /// It does not run, and the model is told why.
    Deny(String),
    /// It runs with this input instead. The history keeps what the model wrote, and the model is not told: let the result say so
    /// where it matters.
    Change(RawJson),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_call_and_not_the_machinery_around_it() {
        let call = ToolCall::new("get_weather", RawJson::parse(r#"{"city":"Oslo"}"#).unwrap());
        assert_eq!(
            format!("{call:?}"),
            r#"ToolCall { id: "toolu_test", name: "get_weather", input: {"city":"Oslo"}, .. }"#
        );
    }
}
