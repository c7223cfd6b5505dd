//! Where an answer ends: at a stop sequence, or when `max_tokens` are used up, be it in the middle of a thought or of a tool's input.

use bedrock_types::{ContentBlock, Message, MessageCreateParams, RawJson, StopReason, ToolInput};

use super::thinking::Thought;
use super::tokens::{bytes, tokens};

/// All that the model would say.
pub(super) struct Draft {
    pub(super) thought: Option<Thought>,
    pub(super) blocks: Vec<ContentBlock>,
}

/// What it does say.
pub(super) struct Ended {
    pub(super) thought: Option<Thought>,
    pub(super) blocks: Vec<ContentBlock>,
    pub(super) stop_reason: StopReason,
    pub(super) stop_sequence: Option<String>,
}

impl Ended {
    pub(super) fn output_tokens(&self) -> u64 {
        thought_tokens(self.thought.as_ref()) + tokens(self.blocks.iter().map(said).map(str::len).sum())
    }
}

/// Ends the answer at the first stop sequence or at `max_tokens`, whichever comes first.
pub(super) fn cut(draft: Draft, params: &MessageCreateParams) -> Ended {
    let Draft { mut thought, blocks } = draft;
    let Some(for_blocks) =
        params.max_tokens.checked_sub(thought_tokens(thought.as_ref())).filter(|left| *left > 0)
    else {
        if let Some(thought) = &mut thought {
            thought.truncate(bytes(params.max_tokens));
        }
        return Ended { thought, blocks: vec![], stop_reason: StopReason::MaxTokens, stop_sequence: None };
    };
    let mut left = bytes(for_blocks);
    let (mut stop_reason, mut stop_sequence) = (StopReason::EndTurn, None);
    let mut kept = vec![];
    for mut block in blocks {
        let met = first_met(&block, params).filter(|(at, _)| *at <= left);
        let over = said(&block).len() > left;
        if let Some((at, sequence)) = &met {
            shorten(&mut block, *at);
            (stop_reason, stop_sequence) = (StopReason::StopSequence, Some((*sequence).to_owned()));
        } else if over {
            shorten(&mut block, left);
            stop_reason = StopReason::MaxTokens;
        } else if matches!(block, ContentBlock::ToolUse(_)) {
            stop_reason = StopReason::ToolUse;
        }
        let ended = met.is_some() || over;
        left -= said(&block).len();
        if !ended || !said(&block).is_empty() {
            kept.push(block);
        }
        if ended {
            break;
        }
    }
    Ended { thought, blocks: kept, stop_reason, stop_sequence }
}

/// Makes the message one that a whole answer can have: an input that was cut is closed, because half a JSON text cannot be a member.
pub(crate) fn close(message: &mut Message) {
    for block in &mut message.content {
        if let ContentBlock::ToolUse(call) = block
            && let ToolInput::Partial(_) = &call.input
        {
            let empty = || RawJson::parse("{}").expect("an object");
            call.input = call.input.partial_value().unwrap_or_else(empty).into();
        }
    }
}

fn thought_tokens(thought: Option<&Thought>) -> u64 {
    thought.map_or(0, |thought| tokens(thought.len()))
}

/// The stop sequence that a text has first, and where.
fn first_met<'a>(block: &ContentBlock, params: &'a MessageCreateParams) -> Option<(usize, &'a str)> {
    let text = block.text()?;
    let sequences = params.stop_sequences.iter().flatten();
    sequences
        .filter_map(|sequence| Some((text.find(sequence.as_str())?, sequence.as_str())))
        .min_by_key(|met| met.0)
}

/// What of a block costs tokens.
fn said(block: &ContentBlock) -> &str {
    match block {
        ContentBlock::Text(block) => &block.text,
        ContentBlock::ToolUse(call) => call.input.as_str(),
        _ => "",
    }
}

/// Keeps what fits into so many bytes; an input that is cut is the beginning of a JSON text, as on the wire.
fn shorten(block: &mut ContentBlock, bytes: usize) {
    match block {
        ContentBlock::Text(block) => block.text.truncate(block.text.floor_char_boundary(bytes)),
        ContentBlock::ToolUse(call) => {
            let text = call.input.as_str();
            call.input =
                ToolInput::Partial(text.get(..text.floor_char_boundary(bytes)).unwrap_or(text).to_owned());
        }
        _ => {}
    }
}
