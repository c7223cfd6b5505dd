//! What a script has the model say, in place of what it says by itself.

use bedrock_types::models::ModelInfo;
use bedrock_types::{ContentBlock, Message, MessageCreateParams, RawJson, StopReason, ToolUseBlock};
use serde_json::{Map, Value};

use super::cut::Draft;
use super::thinking::{Seal, Thought};
use crate::digest::Digest;
use crate::script::{Answer, Says, overlaid};

/// A call of a tool that gets its id with the answer, unless it has one.
pub(crate) fn called(id: String, name: String, input: RawJson) -> ContentBlock {
    ToolUseBlock::new(id, name, input).into()
}

/// What the model is to think and say, before it is cut.
pub(super) fn draft(
    answer: &Answer,
    params: &MessageCreateParams,
    model: &ModelInfo,
    id: &str,
    seal: &Seal<'_>,
) -> Draft {
    let (thought, blocks) = match &answer.says {
        Says::Parts { thinking, blocks } => {
            let told = thinking.as_ref().map(|text| Thought::told(text.clone(), params, model));
            (told.or_else(|| Thought::about(params, model)), blocks.as_slice())
        }
        Says::Blocks(blocks) => (None, blocks.as_slice()),
        Says::Message(_) => (None, [].as_slice()),
    };
    let blocks = blocks.iter().enumerate().map(|(index, block)| finished(block.clone(), index, id, seal));
    Draft { thought, blocks: blocks.collect() }
}

/// The message with all that the script says of it beside its blocks.
pub(super) fn ended(mut message: Message, answer: &Answer) -> Message {
    if let Says::Message(members) = &answer.says {
        message = whole(message, members);
    }
    if let Some(reason) = &answer.stop_reason {
        message.stop_reason = Some(reason.clone());
    }
    if let Some(sequence) = &answer.stop_sequence {
        message.stop_sequence = Some(sequence.clone());
        message.stop_reason = answer.stop_reason.clone().or(Some(StopReason::StopSequence));
    }
    message
}

/// The message that these members make of one without content.
fn whole(mut message: Message, members: &Map<String, Value>) -> Message {
    let is_call = |block: &Value| block.get("type").and_then(Value::as_str) == Some("tool_use");
    let content = members.get("content").and_then(Value::as_array);
    if content.into_iter().flatten().any(is_call) {
        message.stop_reason = Some(StopReason::ToolUse);
    }
    // Checked with a sample when the script was read; what only this message could break leaves it as it is.
    overlaid(&message, members).unwrap_or(message)
}

/// A block with what only an answer has: an id of its call, a signature of its thinking.
fn finished(block: ContentBlock, index: usize, message_id: &str, seal: &Seal<'_>) -> ContentBlock {
    match block {
        ContentBlock::ToolUse(mut call) if call.id.is_empty() => {
            call.id = Digest::of(&[message_id.as_bytes(), &index.to_be_bytes()]).tool_use_id();
            call.into()
        }
        ContentBlock::Thinking(thinking) if thinking.signature.is_none() => {
            seal.thinking(thinking.thinking).into()
        }
        block => block,
    }
}
