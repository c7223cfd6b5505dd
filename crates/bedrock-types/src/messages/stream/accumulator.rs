//! The fold of stream events into a message.

use std::fmt;

use super::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, Delta, InvocationMetrics, MessageDeltaEvent,
    MessageStartEvent, MessageStopEvent, MessageStreamEvent,
};
use crate::{
    json::RawJson,
    messages::{ContentBlock, Message, ServerToolUseBlock, ToolInput, ToolUseBlock, usage::replace},
};

/// Folds the events of a stream into the message, one after the other.
///
/// At any time [`snapshot`](Self::snapshot) is what came so far. Tool input is collected as text and looked at once, when
/// its block ends, so that a stream costs time in proportion to its length.
///
/// ```
/// use bedrock_types::{MessageAccumulator, MessageStreamEvent};
///
/// let mut accumulator = MessageAccumulator::new();
/// for json in [
///     r#"{"type":"message_start","message":{"id":"msg_1","role":"assistant","model":"m","content":[],
///         "usage":{"input_tokens":3,"output_tokens":1}}}"#,
///     r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
///     r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
/// ] {
///     accumulator.push(&MessageStreamEvent::from_chunk(json.as_bytes())?.unwrap())?;
/// }
/// assert_eq!(accumulator.snapshot().unwrap().text(), "Hello");
/// assert!(!accumulator.is_complete());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MessageAccumulator {
    begun: Option<Begun>,
}

impl MessageAccumulator {
    /// Starts with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one event. Unknown events and deltas, pings and errors change nothing.
    ///
    /// # Errors
    ///
    /// The event cannot stand here; what came before it is kept.
    pub fn push(&mut self, event: &MessageStreamEvent) -> Result<(), AccumulateError> {
        match event {
            MessageStreamEvent::MessageStart(event) => {
                if self.begun.is_some() {
                    return Err(AccumulateError::SecondStart);
                }
                self.begun = Some(Begun::new(event));
                Ok(())
            }
            MessageStreamEvent::ContentBlockStart(start) => self.begun(event)?.start_block(start),
            MessageStreamEvent::ContentBlockDelta(delta) => self.begun(event)?.grow_block(delta),
            MessageStreamEvent::ContentBlockStop(stop) => self.begun(event)?.stop_block(stop.index),
            MessageStreamEvent::MessageDelta(delta) => {
                self.begun(event)?.update(delta);
                Ok(())
            }
            MessageStreamEvent::MessageStop(stop) => {
                self.begun(event)?.stop(stop);
                Ok(())
            }
            MessageStreamEvent::Ping(_) | MessageStreamEvent::Error(_) | MessageStreamEvent::Unknown(_) => {
                Ok(())
            }
        }
    }

    /// The message so far, from `message_start` on.
    pub fn snapshot(&self) -> Option<&Message> {
        self.begun.as_ref().map(|begun| &begun.message)
    }

    /// Whether `message_stop` came: the only thing that makes a message complete.
    pub fn is_complete(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| begun.complete)
    }

    /// What Bedrock measured, once the message is complete.
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.begun.as_ref().and_then(|begun| begun.metrics.as_ref())
    }

    /// The message so far, complete or not.
    pub fn into_snapshot(self) -> Option<Message> {
        self.begun.map(|begun| begun.message)
    }

    fn begun(&mut self, event: &MessageStreamEvent) -> Result<&mut Begun, AccumulateError> {
        match &mut self.begun {
            None => Err(AccumulateError::BeforeStart { event: event.kind().to_owned() }),
            Some(begun) if begun.complete => {
                Err(AccumulateError::AfterStop { event: event.kind().to_owned() })
            }
            Some(begun) => Ok(begun),
        }
    }
}

/// A message that has begun.
#[derive(Debug, Clone)]
struct Begun {
    message: Message,
    /// One for each block of the message's content.
    blocks: Vec<BlockState>,
    metrics: Option<InvocationMetrics>,
    complete: bool,
}

#[derive(Debug, Clone)]
enum BlockState {
    Open(OpenBlock),
    Closed,
}

/// What is known of a block beside its content while it grows.
#[derive(Debug, Clone, Default)]
struct OpenBlock {
    /// The input that a tool call began with, for the case that nothing is added to it.
    initial_input: Option<ToolInput>,
    /// What was added to the input of a block of an unknown type.
    unknown_input: String,
}

impl Begun {
    fn new(event: &MessageStartEvent) -> Self {
        let message = event.message.clone();
        let blocks = message.content.iter().map(|_| BlockState::Closed).collect();
        Self { message, blocks, metrics: None, complete: false }
    }

    fn start_block(&mut self, event: &ContentBlockStartEvent) -> Result<(), AccumulateError> {
        let expected = self.message.content.len();
        if event.index != expected {
            return Err(AccumulateError::OutOfOrder { index: event.index, expected });
        }
        let mut block = event.content_block.clone();
        // Until its block ends, a call must not look like one with input `{}`.
        let initial_input =
            input_of(&mut block).map(|input| std::mem::replace(input, ToolInput::Partial(String::new())));
        self.message.content.push(block);
        self.blocks.push(BlockState::Open(OpenBlock { initial_input, ..OpenBlock::default() }));
        Ok(())
    }

    fn grow_block(&mut self, event: &ContentBlockDeltaEvent) -> Result<(), AccumulateError> {
        let index = event.index;
        match (self.blocks.get_mut(index), self.message.content.get_mut(index)) {
            (Some(BlockState::Open(open)), Some(block)) => grow(block, open, &event.delta, index),
            _ => Err(AccumulateError::NoOpenBlock { index }),
        }
    }

    fn stop_block(&mut self, index: usize) -> Result<(), AccumulateError> {
        let (Some(state), Some(block)) = (self.blocks.get_mut(index), self.message.content.get_mut(index))
        else {
            return Err(AccumulateError::NoOpenBlock { index });
        };
        match std::mem::replace(state, BlockState::Closed) {
            BlockState::Open(open) => close(block, open),
            BlockState::Closed => return Err(AccumulateError::NoOpenBlock { index }),
        }
        Ok(())
    }

    fn update(&mut self, event: &MessageDeltaEvent) {
        // What comes in the delta and beside it are members of the message in an answer that is not streamed.
        let (delta, message) = (&event.delta, &mut self.message);
        replace(&mut message.stop_reason, &delta.stop_reason);
        replace(&mut message.stop_sequence, &delta.stop_sequence);
        replace(&mut message.stop_details, &delta.stop_details);
        replace(&mut message.container, &delta.container);
        replace(&mut message.context_management, &event.context_management);
        replace(&mut message.input_transformations, &event.input_transformations);
        message.extra.update(&delta.extra);
        message.extra.update(&event.extra);
        if let Some(usage) = &event.usage {
            message.usage.update(usage);
        }
    }

    fn stop(&mut self, event: &MessageStopEvent) {
        if let Some(usage) = &event.usage {
            self.message.usage.update(usage);
        }
        self.metrics.clone_from(&event.invocation_metrics);
        // A block that was not ended one by one ends with the message.
        for (state, block) in self.blocks.iter_mut().zip(&mut self.message.content) {
            if let BlockState::Open(open) = std::mem::replace(state, BlockState::Closed) {
                close(block, OpenBlock { initial_input: None, ..open });
            }
        }
        self.complete = true;
    }
}

fn grow(
    block: &mut ContentBlock,
    open: &mut OpenBlock,
    delta: &Delta,
    index: usize,
) -> Result<(), AccumulateError> {
    match (block, delta) {
        (ContentBlock::Text(block), Delta::Text(delta)) => block.text.push_str(&delta.text),
        (ContentBlock::Text(block), Delta::Citations(delta)) => {
            block.citations.get_or_insert_default().push(delta.citation.clone());
        }
        (ContentBlock::Thinking(block), Delta::Thinking(delta)) => block.thinking.push_str(&delta.thinking),
        (ContentBlock::Thinking(block), Delta::Signature(delta)) => {
            block.signature.get_or_insert_default().push_str(&delta.signature);
        }
        (
            ContentBlock::ToolUse(ToolUseBlock { input, .. })
            | ContentBlock::ServerToolUse(ServerToolUseBlock { input, .. }),
            Delta::InputJson(delta),
        ) => {
            if let ToolInput::Partial(text) = input {
                text.push_str(&delta.partial_json);
            }
        }
        (ContentBlock::Compaction(block), Delta::Compaction(delta)) => {
            replace(&mut block.content, &delta.content);
            replace(&mut block.encrypted_content, &delta.encrypted_content);
        }
        (ContentBlock::Compaction(block), Delta::Signature(delta)) => {
            block.signature.get_or_insert_default().push_str(&delta.signature);
        }
        (ContentBlock::Unknown(_), Delta::InputJson(delta)) => {
            open.unknown_input.push_str(&delta.partial_json);
        }
        // A newer kind of block may grow by any delta, and a newer delta may belong to any block.
        (ContentBlock::Unknown(_), _) | (_, Delta::Unknown(_)) => {}
        (block, delta) => {
            return Err(AccumulateError::WrongDelta {
                index,
                block: block.kind().to_owned(),
                delta: delta.kind().to_owned(),
            });
        }
    }
    Ok(())
}

/// Ends a block. A call to which nothing was added has the input it began with, if it was ended for itself.
fn close(block: &mut ContentBlock, open: OpenBlock) {
    if let Some(input) = input_of(block) {
        let ToolInput::Partial(text) = input else { return };
        match open.initial_input {
            Some(initial) if text.is_empty() => *input = initial,
            _ => *input = ToolInput::from_text(std::mem::take(text)),
        }
    } else if let ContentBlock::Unknown(block) = block
        && !open.unknown_input.is_empty()
    {
        match ToolInput::from_text(open.unknown_input) {
            ToolInput::Json(input) => block.set("input", input),
            ToolInput::Partial(text) => block.set("partial_json", RawJson::text(&text)),
        }
    }
}

/// The input of a block that has one.
fn input_of(block: &mut ContentBlock) -> Option<&mut ToolInput> {
    match block {
        ContentBlock::ToolUse(call) => Some(&mut call.input),
        ContentBlock::ServerToolUse(call) => Some(&mut call.input),
        _ => None,
    }
}

/// An event that cannot stand where it came: the peer broke the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccumulateError {
    /// Something came before `message_start`.
    BeforeStart {
        /// The type of the event.
        event: String,
    },
    /// A second `message_start`.
    SecondStart,
    /// Something came after `message_stop`.
    AfterStop {
        /// The type of the event.
        event: String,
    },
    /// A block began at a place that is not the next one.
    OutOfOrder {
        /// Where.
        index: usize,
        /// The next place.
        expected: usize,
    },
    /// A delta or stop for a block that did not begin, or has ended.
    NoOpenBlock {
        /// The block's place.
        index: usize,
    },
    /// A delta that this kind of block cannot take.
    WrongDelta {
        /// The block's place.
        index: usize,
        /// The type of the block.
        block: String,
        /// The type of the delta.
        delta: String,
    },
}

impl fmt::Display for AccumulateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeStart { event } => write!(f, "{event} before message_start"),
            Self::SecondStart => f.write_str("a second message_start"),
            Self::AfterStop { event } => write!(f, "{event} after message_stop"),
            Self::OutOfOrder { index, expected } => {
                write!(f, "block {index} began where block {expected} was due")
            }
            Self::NoOpenBlock { index } => write!(f, "no open block at index {index}"),
            Self::WrongDelta { index, block, delta } => {
                write!(f, "{delta} for the {block} block at index {index}")
            }
        }
    }
}

impl std::error::Error for AccumulateError {}
