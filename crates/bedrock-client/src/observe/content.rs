//! Prompt and answer as an event of OpenTelemetry, for those who asked for them.
//!
//! The event is `gen_ai.client.inference.operation.details`, its messages have the conventions' form, as JSON text:
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-events.md>. Files and pictures are told by
//! their kind alone.

use bedrock_types::{Content as Said, ContentBlock, Message, MessageCreateParams, StopReason, ToolInput};
use serde_json::{Value, json};
use tracing::{Level, Span};

use super::spans::TARGET;

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
        let turns = turns.map(|turn| json!({"role": turn.role.as_str(), "parts": parts(&turn.content)}));
        Self {
            system: params.system.as_ref().map(|system| Value::Array(parts(system)).to_string()),
            input: Value::Array(turns.collect()).to_string(),
            output: None,
        }
    }

    /// What is answered, so far.
    pub(super) fn answer(&mut self, message: &Message) {
        let parts: Vec<_> = message.content.iter().map(part).collect();
        let reason = message.stop_reason.as_ref().map_or("error", finish_reason);
        self.output =
            Some(json!([{"role": "assistant", "parts": parts, "finish_reason": reason}]).to_string());
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

fn parts(content: &Said) -> Vec<Value> {
    match content {
        Said::Text(text) => vec![json!({"type": "text", "content": text})],
        other => other.blocks().iter().map(part).collect(),
    }
}

fn part(block: &ContentBlock) -> Value {
    match block {
        ContentBlock::Text(block) => json!({"type": "text", "content": block.text}),
        ContentBlock::Thinking(block) => json!({"type": "reasoning", "content": block.thinking}),
        ContentBlock::ToolUse(block) => {
            json!({"type": "tool_call", "id": block.id, "name": block.name, "arguments": arguments(&block.input)})
        }
        ContentBlock::ToolResult(block) => {
            let response = block.content.as_ref().map(parts);
            json!({"type": "tool_call_response", "id": block.tool_use_id, "response": response})
        }
        other => json!({"type": other.kind()}),
    }
}

/// The input of a tool: as JSON, or as the text that it is.
fn arguments(input: &ToolInput) -> Value {
    match input {
        ToolInput::Json(raw) => raw.as_str().parse().unwrap_or_else(|_| raw.as_str().into()),
        ToolInput::Partial(text) => text.as_str().into(),
    }
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
