//! What only a request as a whole can break, and what Bedrock says then.

use bedrock_types::models::{Feature, ModelInfo, Support};
use bedrock_types::{
    Content, ContentBlock, MessageCreateParams, MessageParam, Role, Route, ThinkingBlock, ThinkingConfig,
    ThinkingPrefixMismatchBehavior, ToolChoice,
};

use super::findings;
use crate::reply::{binding, is_genuine, is_genuine_redacted, model_name};

/// Holds a request of the right shape to the rules of its model; the error is Bedrock's sentence.
pub(super) fn check(params: &MessageCreateParams, model: &ModelInfo, route: Route) -> Result<(), String> {
    let rules = [max_tokens, stop_sequences, turns, blocks, prefill, tool_choice, thoughts];
    rules.into_iter().try_for_each(|rule| rule(params, model))?;
    findings::check(params, model, route)
}

fn max_tokens(params: &MessageCreateParams, model: &ModelInfo) -> Result<(), String> {
    let (asked, limit) = (params.max_tokens, u64::from(model.max_output_tokens));
    if asked == 0 {
        return Err("max_tokens: Input should be greater than or equal to 1".to_owned());
    }
    if asked > limit {
        let name = model_name(model);
        return Err(format!(
            "max_tokens: {asked} > {limit}, which is the maximum allowed number of output tokens for {name}"
        ));
    }
    Ok(())
}

fn stop_sequences(params: &MessageCreateParams, _: &ModelInfo) -> Result<(), String> {
    let blank = params.stop_sequences.iter().flatten().any(|sequence| sequence.trim().is_empty());
    if blank {
        Err("stop_sequences: each stop sequence must contain non-whitespace".to_owned())
    } else {
        Ok(())
    }
}

fn turns(params: &MessageCreateParams, model: &ModelInfo) -> Result<(), String> {
    let Some(first) = params.messages.first() else {
        return Err("messages: at least one message is required".to_owned());
    };
    if first.role != Role::User {
        return Err("messages: first message must use the \"user\" role".to_owned());
    }
    let system_turns = model.supports(Feature::MidConversationSystem) != Support::No;
    let allowed = |turn: &MessageParam| match turn.role {
        Role::User | Role::Assistant => true,
        Role::System => system_turns,
        _ => false,
    };
    match params.messages.iter().position(|turn| !allowed(turn)) {
        Some(index) => Err(format!("messages.{index}.role: Input should be 'user' or 'assistant'")),
        None => Ok(()),
    }
}

fn blocks(params: &MessageCreateParams, _: &ModelInfo) -> Result<(), String> {
    for (turn, message) in params.messages.iter().enumerate() {
        for (index, block) in message.content.blocks().iter().enumerate() {
            match block {
                ContentBlock::Text(text) if text.text.is_empty() => {
                    return Err("messages: text content blocks must be non-empty".to_owned());
                }
                ContentBlock::Unknown(unknown) => {
                    let kind = &unknown.kind;
                    return Err(format!(
                        "messages.{turn}.content.{index}: Input tag '{kind}' found using 'type' does not match any of \
                         the expected tags"
                    ));
                }
                _ => {}
            }
        }
        if message.content == Content::Text(String::new()) {
            return Err(format!(
                "messages.{turn}: {:?} messages must have non-empty content",
                message.role.as_str()
            ));
        }
    }
    Ok(())
}

fn prefill(params: &MessageCreateParams, model: &ModelInfo) -> Result<(), String> {
    let ends_with_assistant = params.messages.last().is_some_and(|turn| turn.role == Role::Assistant);
    if ends_with_assistant && model.supports(Feature::Prefill) == Support::No {
        return Err("This model does not support assistant message prefill. \
            The conversation must end with a user message."
            .to_owned());
    }
    Ok(())
}

fn tool_choice(params: &MessageCreateParams, _: &ModelInfo) -> Result<(), String> {
    let Some(choice) = &params.tool_choice else { return Ok(()) };
    let tools = params.tools.as_deref().unwrap_or_default();
    if tools.is_empty() {
        return Err("tool_choice may only be specified while providing tools.".to_owned());
    }
    match choice {
        ToolChoice::Tool(tool) if tools.iter().all(|known| known.name() != Some(&tool.name)) => {
            Err(format!("Tool '{}' not found in provided tools", tool.name))
        }
        _ => Ok(()),
    }
}

/// Thinking comes back as it was, with its signature; with newer models to the model and behind the turns that it was made for.
fn thoughts(params: &MessageCreateParams, model: &ModelInfo) -> Result<(), String> {
    let may_be_dropped = drops_strangers(params);
    for (turn, message) in params.messages.iter().enumerate() {
        let is_thought = |block: &ContentBlock| {
            matches!(block, ContentBlock::Thinking(_) | ContentBlock::RedactedThinking(_))
        };
        if !message.content.blocks().iter().any(is_thought) {
            continue;
        }
        let bound_to = binding(model, params.messages.get(..turn).unwrap_or_default());
        for (index, block) in message.content.blocks().iter().enumerate() {
            let place = format!("messages.{turn}.content.{index}");
            match block {
                // Bedrock takes an empty one for none.
                ContentBlock::Thinking(ThinkingBlock { signature, .. })
                    if signature.as_deref().unwrap_or_default().is_empty() =>
                {
                    return Err(format!("{place}.thinking.signature: Field required"));
                }
                _ if may_be_dropped => {}
                ContentBlock::Thinking(thinking) if !is_genuine(thinking, bound_to) => {
                    return Err(format!("{place}: Invalid `signature` in `thinking` block"));
                }
                ContentBlock::RedactedThinking(thinking) if !is_genuine_redacted(thinking, bound_to) => {
                    return Err(format!("{place}: Invalid `data` in `redacted_thinking` block"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether thinking that belongs elsewhere is left out, by a beta; the emulator reads none of it anyway.
fn drops_strangers(params: &MessageCreateParams) -> bool {
    let Some(ThinkingConfig::Adaptive(config)) = &params.thinking else { return false };
    let behavior =
        config.block_binding.as_ref().and_then(|binding| binding.prefix_mismatch_behavior.as_ref());
    behavior == Some(&ThinkingPrefixMismatchBehavior::DropBlock)
}
