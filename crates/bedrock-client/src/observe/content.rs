//! Prompt and answer as an event of OpenTelemetry, for those who asked for them.
//!
//! The event is `gen_ai.client.inference.operation.details`, its messages have the conventions' form, as JSON text:
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-events.md>. Files and pictures are told by
//! their kind alone.

use bedrock_types::{Content as Said, ContentBlock, Message, MessageCreateParams, StopReason, ToolInput};
use tracing::{Level, Span};

use super::spans::TARGET;
use crate::text::joined;

/// Whether anybody would hear it: else it need not be made.
pub(super) fn is_heard() -> bool {
    tracing::enabled!(target: TARGET, Level::INFO)
}

/// What was said in a call.
pub(super) struct Content {
    system: Option<String>,
    input: String,
    output: Option<String>,
}

impl Content {
    /// What is asked.
    pub(super) fn of(params: &MessageCreateParams) -> Self {
        let turns = params.messages.iter();
        let turns: Vec<_> = turns
            .map(|turn| object(&[("role", text(turn.role.as_str())), ("parts", parts(&turn.content))]))
            .collect();
        Self { system: params.system.as_ref().map(parts), input: list(&turns), output: None }
    }

    /// What is answered, so far.
    pub(super) fn answer(&mut self, message: &Message) {
        let parts: Vec<_> = message.content.iter().map(part).collect();
        let reason = message.stop_reason.as_ref().map_or("error", finish_reason);
        let said =
            object(&[("role", text("assistant")), ("parts", list(&parts)), ("finish_reason", text(reason))]);
        self.output = Some(list(&[said]));
    }

    /// Makes the event, in the span of the call.
    pub(super) fn tell(&self, span: &Span) {
        tracing::event!(
            name: "gen_ai.client.inference.operation.details",
            target: TARGET,
            parent: span,
            Level::INFO,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = "aws.bedrock",
            gen_ai.system_instructions = self.system,
            gen_ai.input.messages = self.input,
            gen_ai.output.messages = self.output,
        );
    }
}

fn parts(content: &Said) -> String {
    match content {
        Said::Text(said) => list(&[object(&[("type", text("text")), ("content", text(said))])]),
        other => {
            let parts: Vec<_> = other.blocks().iter().map(part).collect();
            list(&parts)
        }
    }
}

fn part(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(block) => object(&[("type", text("text")), ("content", text(&block.text))]),
        ContentBlock::Thinking(block) => {
            object(&[("type", text("reasoning")), ("content", text(&block.thinking))])
        }
        ContentBlock::ToolUse(block) => object(&[
            ("type", text("tool_call")),
            ("id", text(&block.id)),
            ("name", text(&block.name)),
            ("arguments", arguments(&block.input)),
        ]),
        ContentBlock::ToolResult(block) => object(&[
            ("type", text("tool_call_response")),
            ("id", text(&block.tool_use_id)),
            ("response", block.content.as_ref().map_or_else(|| "null".to_owned(), parts)),
        ]),
        other => object(&[("type", text(other.kind()))]),
    }
}

/// The input of a tool: as JSON, or as the text that it is.
fn arguments(input: &ToolInput) -> String {
    match input {
        ToolInput::Json(raw) => raw.to_string(),
        ToolInput::Partial(partial) => text(partial),
    }
}

/// An object of members whose values are JSON.
fn object(members: &[(&str, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", joined(&members, ","))
}

/// A list of items that are JSON.
fn list(items: &[String]) -> String {
    format!("[{}]", joined(items, ","))
}

#[inline(never)]
fn text(text: &str) -> String {
    serde_json::to_string(text).expect("a text has a form in JSON")
}

/// What OpenTelemetry calls a reason; its set is open.
fn finish_reason(reason: &StopReason) -> &str {
    match reason {
        StopReason::EndTurn | StopReason::StopSequence => "stop",
        StopReason::MaxTokens => "length",
        StopReason::ToolUse => "tool_call",
        StopReason::Refusal => "content_filter",
        other => other.as_str(),
    }
}
