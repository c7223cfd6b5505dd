//! What the thinking of newer models is bound to: the model, and the turns before it.
//!
//! From Fable 5.1 on a block of thinking that comes back to another model, or behind turns that were changed, fails the request.
//! <https://platform.claude.com/docs/en/models/opus-5-5/whats-new>, 2026-11. What of a turn counts was not found: here it is what was said,
//! called and returned, in any spelling of its JSON, without cache marks and without earlier thinking, which may be left out.

use bedrock_types::models::ModelInfo;
use bedrock_types::{Content, ContentBlock, MessageParam};
use serde_json::{Value, json};

use super::prompt::text_of;
use crate::digest::Digest;

/// What thinking behind these turns is bound to; nothing with a model whose thinking can be moved.
pub(crate) fn binding(model: &ModelInfo, turns: &[MessageParam]) -> Option<Digest> {
    if !model.thinking.bound_blocks {
        return None;
    }
    let turns: Vec<Value> = turns.iter().map(|turn| json!([turn.role, said(&turn.content)])).collect();
    let json = serde_json::to_vec(&turns).expect("values are JSON");
    Some(Digest::of(&[b"bedrock-emulator binding", model.id.as_bytes(), &json]))
}

fn said(content: &Content) -> Vec<Value> {
    match content {
        Content::Text(text) => vec![text.as_str().into()],
        content => content.blocks().iter().filter_map(part).collect(),
    }
}

fn part(block: &ContentBlock) -> Option<Value> {
    Some(match block {
        ContentBlock::Thinking(_) | ContentBlock::RedactedThinking(_) => return None,
        ContentBlock::Text(text) => text.text.as_str().into(),
        ContentBlock::ToolUse(call) => {
            let input: Option<Value> = serde_json::from_str(call.input.as_str()).ok();
            json!({"call": call.id, "of": call.name, "with": input})
        }
        ContentBlock::ToolResult(result) => {
            json!({"result": result.tool_use_id, "text": result.content.as_ref().and_then(text_of)})
        }
        other => json!({"kind": other.kind()}),
    })
}

#[cfg(test)]
mod tests {
    use bedrock_types::models::find;
    use bedrock_types::{CacheControl, MessageCreateParams, TextBlock, ThinkingBlock};

    use super::*;

    #[test]
    fn it_depends_on_the_model_and_on_what_was_said() {
        let of = |model: &str, content: Vec<ContentBlock>| {
            let params = MessageCreateParams::new("m", 1).user(content);
            binding(find(model).unwrap(), &params.messages)
        };
        let text = |text: &str| ContentBlock::from(TextBlock::new(text));
        let bound = of("opus-5.5", vec![text("a")]);
        assert!(bound.is_some());
        let marked = TextBlock::new("a").cache_control(CacheControl::ephemeral());
        for same in [vec![marked.into()], vec![ThinkingBlock::new("t").signature("s").into(), text("a")]] {
            assert_eq!(of("opus-5.5", same), bound);
        }
        for other in
            [of("fable-5.1", vec![text("a")]), of("opus-5.5", vec![text("b")]), of("opus-5.5", vec![])]
        {
            assert_ne!(other, bound);
        }
        assert_eq!(of("opus-5", vec![text("a")]), None);
    }
}
