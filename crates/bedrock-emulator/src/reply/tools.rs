//! Which tools are called, and with what.
//!
//! A tool is called when `tool_choice` forces it, or when the last text of the user's last turn asks for it: when it names the tool
//! behind the word `use` or `call`, as in "use get_weather and get_time, city=Paris". If some tool is forced and none is named, the first is
//! called. The input fits the tool's schema, see `fit`.

use bedrock_types::{MessageCreateParams, RawJson, Tool, ToolChoice, ToolUseBlock};
use serde_json::{Value, json};

use super::fit::{Hints, fitting, is_of_word};
use super::prompt;
use crate::digest::Digest;

/// The calls that answer a request; none if it is answered with words.
pub(super) fn calls(params: &MessageCreateParams, message_id: &str) -> Vec<ToolUseBlock> {
    if params.tools.as_ref().is_none_or(Vec::is_empty) {
        return vec![];
    }
    let text = prompt::last_text(params).unwrap_or_default();
    let tools = chosen(params, text);
    let hints = Hints::new(text);
    let calls = tools.into_iter().enumerate().filter_map(|(index, tool)| {
        let name = tool.name()?;
        let input = fitting(&input_schema(tool)?, &hints);
        // An input is an object, whatever a schema says.
        let input = if input.is_object() { input } else { json!({}) };
        let id = Digest::of(&[message_id.as_bytes(), &index.to_be_bytes()]).tool_use_id();
        Some(ToolUseBlock::new(id, name, RawJson::parse(input.to_string()).ok()?))
    });
    calls.collect()
}

fn chosen<'a>(params: &'a MessageCreateParams, text: &str) -> Vec<&'a Tool> {
    let tools = params.tools.as_deref().unwrap_or_default();
    let (mut chosen, one_only) = match &params.tool_choice {
        Some(ToolChoice::Auto(auto)) => (asked_for(tools, text), auto.disable_parallel_tool_use),
        Some(ToolChoice::Any(any)) => {
            let asked = asked_for(tools, text);
            (
                if asked.is_empty() { tools.iter().take(1).collect() } else { asked },
                any.disable_parallel_tool_use,
            )
        }
        Some(ToolChoice::Tool(tool)) => {
            let named = tools.iter().filter(|known| known.name() == Some(&tool.name)).collect();
            (named, tool.disable_parallel_tool_use)
        }
        Some(ToolChoice::None(_)) => (vec![], None),
        None | Some(_) => (asked_for(tools, text), None),
    };
    if one_only == Some(true) {
        chosen.truncate(1);
    }
    chosen
}

/// The tools that a text names behind a verb, in its order.
fn asked_for<'a>(tools: &'a [Tool], text: &str) -> Vec<&'a Tool> {
    let lower = text.to_ascii_lowercase(); // as long as the text, so that places in one are places in the other
    let Some(verb) = VERBS.iter().filter_map(|verb| word(&lower, verb)).min() else { return vec![] };
    let behind = text.get(verb..).unwrap_or_default();
    let mut named: Vec<_> =
        tools.iter().filter_map(|tool| Some((word(behind, tool.name()?)?, tool))).collect();
    named.sort_by_key(|(at, _)| *at);
    named.into_iter().map(|(_, tool)| tool).collect()
}

/// Where a text has a word.
fn word(text: &str, word: &str) -> Option<usize> {
    let at = text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })?;
    (!word.is_empty()).then_some(at)
}

/// The schema of a tool's input; Anthropic's own tools have theirs without saying it.
/// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference>, 2026-11.
fn input_schema(tool: &Tool) -> Option<Value> {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    Some(match tool {
        Tool::Custom(tool) => tool.input_schema.to().ok()?,
        Tool::Bash20250124(_) => object(json!({"command": {"type": "string"}})),
        Tool::TextEditor20250124(_) | Tool::TextEditor20250429(_) | Tool::TextEditor20250728(_) => {
            object(json!({"command": {"const": "view"}, "path": {"type": "string"}}))
        }
        Tool::Memory20250818(_) => {
            object(json!({"command": {"const": "view"}, "path": {"const": "/memories"}}))
        }
        Tool::ComputerUse20241022(_) | Tool::ComputerUse20250124(_) | Tool::ComputerUse20251124(_) => {
            object(json!({"action": {"const": "screenshot"}}))
        }
        // A search for tools is run by the service, and not by this one.
        _ => return None,
    })
}

const VERBS: [&str; 2] = ["use", "call"];
