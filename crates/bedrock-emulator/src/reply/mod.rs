//! What the model says: that there is none, in the shape that the request asks for.
//!
//! One file for each part of an answer: what is thought (`thinking.rs`), which tools are called (`tools.rs`) with input that fits
//! (`fit`), what is quoted of documents (`citations.rs`), and where it ends (`cut.rs`). A plain text quotes the request, so that a test
//! can see that its words arrived; what a script says instead is in `told.rs`. What is read of a conversation is in `prompt.rs`, tokens are
//! counted in `tokens.rs`, those of pictures and PDFs in `files.rs`, and those of the prompt cache in `cache.rs`, the only part that remembers something from call to call.

mod binding;
mod cache;
mod citations;
mod cut;
mod files;
mod fit;
mod prefix;
pub(crate) mod prompt;
mod thinking;
mod tokens;
mod told;
mod tools;

use bedrock_types::models::ModelInfo;
use bedrock_types::{
    ContentBlock, Message, MessageCreateParams, OutputFormat, OutputTokensDetails, Role, TextBlock,
    ToolResultBlock, Usage,
};

use crate::script::Answer;
pub(crate) use binding::binding;
pub(crate) use cache::PromptCache;
pub(crate) use cut::close;
use cut::{Draft, cut};
use fit::{Hints, fitting};
use thinking::{Seal, Thought};
pub(crate) use thinking::{is_genuine, is_genuine_redacted};
use tokens::tokens;
pub(crate) use tokens::{Weighed, weigh};
pub(crate) use told::called;

/// The answer to a request that was checked, with nothing read from a cache: what a script says, if it says something. It is large, and
/// goes through many hands.
pub(crate) fn reply(
    params: &MessageCreateParams,
    model: &ModelInfo,
    weighed: &Weighed,
    script: Option<&Answer>,
) -> Box<Message> {
    let id = weighed.digest.message_id();
    let seal = Seal::of(&id, params, model);
    let draft = match script {
        Some(answer) => told::draft(answer, params, model, &id, &seal),
        None => Draft { thought: Thought::about(params, model), blocks: blocks(params, &id) },
    };
    let draft = cut(draft, params);
    let mut usage = Usage::new(weighed.input_tokens, draft.output_tokens());
    let mut content = draft.blocks;
    if let Some(thought) = draft.thought {
        let thinking_tokens = tokens(thought.len());
        usage.output_tokens_details = Some(OutputTokensDetails::new().thinking_tokens(thinking_tokens));
        content.insert(0, thought.into_block(&seal));
    }
    let mut message = Box::new(Message::new(id, Role::Assistant, model_name(model), content, usage));
    message.stop_reason = Some(draft.stop_reason);
    message.stop_sequence = draft.stop_sequence;
    match script {
        Some(answer) => Box::new(told::ended(*message, answer)),
        None => message,
    }
}

/// Anthropic's name of the model, which is what answers carry; the oldest models have none but their Bedrock id.
pub(crate) fn model_name(model: &ModelInfo) -> &'static str {
    model.anthropic_id.unwrap_or_else(|| model.id.strip_prefix("anthropic.").unwrap_or(model.id))
}

/// What is said after thinking: calls of tools, JSON of the form that was asked for, or a text.
fn blocks(params: &MessageCreateParams, id: &str) -> Vec<ContentBlock> {
    let calls = tools::calls(params, id);
    if !calls.is_empty() {
        return calls.into_iter().map(ContentBlock::from).collect();
    }
    if let Some(json) = formed(params) {
        return vec![TextBlock::new(json).into()];
    }
    let greeting = TextBlock::new(greeting(params));
    std::iter::once(greeting).chain(citations::texts(params)).map(ContentBlock::from).collect()
}

/// JSON that obeys the schema of the request, if it has one.
fn formed(params: &MessageCreateParams) -> Option<String> {
    let Some(OutputFormat::JsonSchema(format)) = params.output_config.as_ref()?.format.as_ref() else {
        return None;
    };
    let prompt = prompt::last_text(params).unwrap_or_default();
    Some(fitting(&format.schema.to().ok()?, &Hints::new(prompt)).to_string())
}

fn greeting(params: &MessageCreateParams) -> String {
    let mut text = String::with_capacity(512);
    text.push_str("Hello from the local Bedrock emulator: no model is running here.");
    let results = prompt::tool_results(params);
    for (tool, result) in &results {
        push_result(&mut text, tool, result);
    }
    match prompt::last_text(params) {
        Some(said) => push_quoted(&mut text, " You said: ", said),
        None if results.is_empty() => text.push_str(" You sent no text."),
        None => {}
    }
    text
}

fn push_result(text: &mut String, tool: &str, result: &ToolResultBlock) {
    let verb = if result.is_error == Some(true) { "failed" } else { "answered" };
    text.extend([" The tool ", tool, " ", verb]);
    match result.content.as_ref().and_then(prompt::text_of) {
        Some(content) => push_quoted(text, ": ", content),
        None => text.push_str(" without a text."),
    }
}

/// The beginning of what was said.
fn push_quoted(text: &mut String, before: &str, said: &str) {
    let end = match said.as_bytes().get(..QUOTED_CHARS) {
        // Which are as many characters.
        Some(bytes) if bytes.is_ascii() => (said.len() > QUOTED_CHARS).then_some(QUOTED_CHARS),
        _ => said.char_indices().nth(QUOTED_CHARS).map(|(end, _)| end),
    };
    let (beginning, mark) = match end {
        Some(end) => (said.get(..end).unwrap_or(said), "…"),
        None => (said, ""),
    };
    text.extend([before, "\"", beginning, mark, "\""]);
}

const QUOTED_CHARS: usize = 200;

#[cfg(test)]
mod tests;
