//! What a rule has the model say.

use bedrock_types::{ContentBlock, Message, Role, StopReason, Usage};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::values::{Blocks, Object, typed};
use crate::reply::called;

/// An answer, checked.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Answer {
    pub(crate) says: Says,
    pub(crate) stop_reason: Option<StopReason>,
    pub(crate) stop_sequence: Option<String>,
    pub(crate) usage: Counts,
}

/// What an answer is made of.
#[derive(Debug)]
pub(crate) enum Says {
    /// Words and calls of tools in place of the ordinary ones; the model thinks as ever, unless it is told what.
    Parts { thinking: Option<String>, blocks: Vec<ContentBlock> },
    /// These blocks, and no others.
    Blocks(Vec<ContentBlock>),
    /// Members of the message, as they are.
    Message(Map<String, Value>),
}

/// Counts of tokens that are said in place of those that were counted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

impl Counts {
    /// Says these, and leaves the others as they are.
    pub(crate) fn tell(&self, usage: &mut Usage) {
        usage.input_tokens = self.input_tokens.unwrap_or(usage.input_tokens);
        usage.output_tokens = self.output_tokens.unwrap_or(usage.output_tokens);
        usage.cache_read_input_tokens = self.cache_read_input_tokens.or(usage.cache_read_input_tokens);
        usage.cache_creation_input_tokens =
            self.cache_creation_input_tokens.or(usage.cache_creation_input_tokens);
    }
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    text: Option<String>,
    thinking: Option<String>,
    #[serde(default)]
    tool_use: Vec<Call>,
    blocks: Option<Blocks>,
    message: Option<Map<String, Value>>,
    stop_reason: Option<StopReason>,
    stop_sequence: Option<String>,
    #[serde(default)]
    usage: Counts,
}

/// A call of a tool; without an id it gets one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    name: String,
    #[serde(default = "Object::empty")]
    input: Object,
    #[serde(default)]
    id: String,
}

impl TryFrom<Written> for Answer {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let has_parts = written.text.is_some() || written.thinking.is_some() || !written.tool_use.is_empty();
        let says = match (has_parts, written.blocks, written.message) {
            (true, None, None) => {
                let text = written.text.map(|text| bedrock_types::TextBlock::new(text).into());
                let calls = written.tool_use.into_iter().map(|call| called(call.id, call.name, call.input.0));
                Says::Parts { thinking: written.thinking, blocks: text.into_iter().chain(calls).collect() }
            }
            (false, Some(blocks), None) => Says::Blocks(blocks.0),
            (false, None, Some(members)) => Says::Message(checked(members)?),
            (false, None, None) => return Err(NOTHING.to_owned()),
            _ => return Err(TOO_MUCH.to_owned()),
        };
        Ok(Self {
            says,
            stop_reason: written.stop_reason,
            stop_sequence: written.stop_sequence,
            usage: written.usage,
        })
    }
}

/// The members, if they make a message together with those that are added to each.
fn checked(members: Map<String, Value>) -> Result<Map<String, Value>, String> {
    let sample = Message::new("msg", Role::Assistant, "model", vec![], Usage::new(1, 1));
    overlaid(&sample, &members).map_err(|error| format!("the message is none: {error}"))?;
    Ok(members)
}

/// A message with these members in place of its own; of its usage, with those of that.
///
/// # Errors
///
/// The reason why it is then no message.
pub(crate) fn overlaid(
    message: &Message,
    members: &Map<String, Value>,
) -> Result<Message, serde::de::value::Error> {
    let mut whole = serde_json::to_value(message).map_err(serde::de::Error::custom)?;
    for (name, value) in members {
        match (name.as_str(), whole.get_mut(name), value) {
            ("usage", Some(Value::Object(counts)), Value::Object(told)) => counts.extend(told.clone()),
            _ => whole[name] = value.clone(),
        }
    }
    typed(&whole)
}

const NOTHING: &str = "an answer has `text`, `thinking` or `tool_use`, or `blocks`, or `message`";
const TOO_MUCH: &str =
    "`text`, `thinking` and `tool_use` go together; `blocks` and `message` each are the whole answer";
