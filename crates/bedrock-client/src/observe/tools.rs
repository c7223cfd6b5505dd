//! The span of a tool that runs here: `execute_tool`, by OpenTelemetry's name.
//!
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md#execute-tool-span> (read in
//! November 2026). `docs/observability.md` has the table.

use bedrock_types::{Content, RawJson};
use tracing::{Span, field};

use super::{KEPT, spans::TARGET};
use crate::error::Scrubber;

/// Follows one call of a tool; one that is dropped ends there, without an error.
pub(crate) struct ToolSpan(Span);

impl ToolSpan {
    /// Starts to follow a call; its input is told where there is one.
    pub(crate) fn begin(name: &str, id: &str, input: Option<&RawJson>) -> Self {
        // The model chose both texts, and a name that no tool has may be anything.
        let [name, id] = [name, id].map(|text| Scrubber::default().clean(text, KEPT));
        Self(tracing::info_span!(
            target: TARGET,
            "bedrock.tool",
            otel.name = %format_args!("execute_tool {name}"),
            otel.kind = "internal",
            otel.status_code = field::Empty,
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = name,
            gen_ai.tool.call.id = id,
            gen_ai.tool.type = "function",
            gen_ai.tool.call.arguments = input.map(RawJson::as_str),
            gen_ai.tool.call.result = field::Empty,
            error.type = field::Empty,
        ))
    }

    /// The span, for the tool to run in.
    pub(crate) fn span(&self) -> Span {
        self.0.clone()
    }

    /// The tool gave this; it is told only if that is asked for.
    pub(crate) fn gave(self, result: &Content, content: bool) {
        if content && !self.0.is_disabled() {
            self.0.record("gen_ai.tool.call.result", RawJson::of(result).ok().as_ref().map(RawJson::as_str));
        }
    }

    /// The tool failed, in this way.
    pub(crate) fn failed(self, how: &'static str) {
        self.0.record("error.type", how);
        self.0.record("otel.status_code", "ERROR");
    }

    /// The call did not get as far as a tool.
    pub(crate) fn not_run(self, why: &'static str) {
        self.failed(why);
    }
}
