//! The events of a streamed answer: <https://platform.claude.com/docs/en/build-with-claude/streaming>.

use super::{Delta, canonical};
use crate::{
    errors::ErrorDetail,
    json::{
        self, JsonError, Number,
        object::wire_struct,
        reader::{Misread, Reader, Tag},
        union::{read_as, tagged_union},
        value::WireValue,
    },
    messages::{
        Container, ContentBlock, ContextManagementResponse, InputTransformation, Message, MessageDeltaUsage,
        StopDetails, StopReason,
    },
};

tagged_union! {
    /// One event of a streamed answer.
    pub enum MessageStreamEvent {
        /// The message begins: everything but content.
        MessageStart(MessageStartEvent),
        /// A block begins.
        ContentBlockStart(ContentBlockStartEvent),
        /// A block grows.
        ContentBlockDelta(ContentBlockDeltaEvent),
        /// A block is finished.
        ContentBlockStop(ContentBlockStopEvent),
        /// The message's own members change: why it stopped, what it cost.
        MessageDelta(MessageDeltaEvent),
        /// The message is complete: the only event that says so.
        MessageStop(MessageStopEvent),
        /// A sign of life.
        Ping(PingEvent),
        /// The answer failed midway.
        Error(ErrorEvent),
    }
}

impl MessageStreamEvent {
    /// Parses one event from its JSON, or gives `None` for an object without a `type` of its own.
    ///
    /// Gateways put such objects between events to keep a connection alive, and the completions of Claude 2 have none.
    ///
    /// ```
    /// use bedrock_types::MessageStreamEvent;
    ///
    /// let event = MessageStreamEvent::from_chunk(br#"{"type":"ping"}"#)?;
    /// assert!(matches!(event, Some(MessageStreamEvent::Ping(_))));
    /// assert_eq!(MessageStreamEvent::from_chunk(br#"{"completion":" Hi"}"#)?, None);
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The bytes are no JSON object, or an event of a known type whose members are not as they should be.
    pub fn from_chunk(json: &[u8]) -> Result<Option<Self>, JsonError> {
        if let Some(event) = canonical::delta(json) {
            return Ok(Some(Self::ContentBlockDelta(event)));
        }
        if let Some(event) = canonical::around_deltas(json) {
            return Ok(Some(event));
        }
        let text = json::as_text(json)?;
        read_event(&mut Reader::new(text)).map_err(|error| JsonError::misread(error, json))
    }

    /// The text that this event adds to the answer.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::ContentBlockDelta(ContentBlockDeltaEvent { delta: Delta::Text(delta), .. }) => {
                Some(&delta.text)
            }
            _ => None,
        }
    }
}

fn read_event(reader: &mut Reader<'_>) -> Result<Option<MessageStreamEvent>, Misread> {
    let event = match reader.tag()? {
        Tag::Text(tag) => {
            let mut event = MessageStreamEvent::blank();
            read_as(&mut event, &tag, reader)?;
            Some(event)
        }
        Tag::Other | Tag::Absent => {
            reader.skip()?;
            None
        }
    };
    reader.end()?;
    Ok(event)
}

wire_struct! {
    /// The message begins.
    pub struct MessageStartEvent tag "message_start" {
        required {
            /// The message so far, without content.
            message: Message,
        }
    }
}

wire_struct! {
    /// A block begins.
    pub struct ContentBlockStartEvent tag "content_block_start" {
        required {
            /// Its place in `content`.
            index: usize = exact,
            /// The block, empty.
            content_block: ContentBlock,
        }
    }
}

wire_struct! {
    /// A block grows.
    pub struct ContentBlockDeltaEvent tag "content_block_delta" {
        required {
            /// Its place in `content`.
            index: usize = exact,
            /// The addition.
            delta: Delta,
        }
    }
}

wire_struct! {
    /// A block is finished.
    pub struct ContentBlockStopEvent tag "content_block_stop" {
        required {
            /// Its place in `content`.
            index: usize = exact,
        }
    }
}

wire_struct! {
    /// The message's own members change.
    pub struct MessageDeltaEvent tag "message_delta" {
        required {
            /// What changes.
            delta: MessageDelta,
        }
        optional {
            /// The counts so far: totals, not additions.
            usage: MessageDeltaUsage,
            /// What was done with the context (beta).
            context_management: ContextManagementResponse,
            /// What was changed in the request (beta); replaces what `message_start` said.
            input_transformations: Vec<InputTransformation>,
        }
    }
}

wire_struct! {
    /// Members of the message that are known only at its end.
    pub struct MessageDelta {
        optional {
            /// More about why it stopped.
            stop_details: StopDetails,
            /// Where code ran (not on Bedrock).
            container: Container,
        }
        nullable {
            /// Why the model stopped.
            stop_reason: StopReason,
            /// The stop sequence that was met.
            stop_sequence: String,
        }
    }
}

wire_struct! {
    /// The message is complete.
    pub struct MessageStopEvent tag "message_stop" {
        optional {
            /// What Bedrock measured.
            invocation_metrics as "amazon-bedrock-invocationMetrics": InvocationMetrics,
            /// Counts that some streams give only here.
            usage: MessageDeltaUsage,
        }
    }
}

wire_struct! {
    /// What Bedrock measured of one invocation; times in milliseconds.
    pub struct InvocationMetrics {
        optional {
            /// Input tokens, without cached ones.
            input_token_count as "inputTokenCount": u64 = exact,
            /// Output tokens.
            output_token_count as "outputTokenCount": u64 = exact,
            /// From the request to the last byte.
            invocation_latency as "invocationLatency": Number,
            /// From the request to the first byte.
            first_byte_latency as "firstByteLatency": Number,
            /// Input tokens read from the cache.
            cache_read_input_token_count as "cacheReadInputTokenCount": u64 = exact,
            /// Input tokens written to the cache.
            cache_write_input_token_count as "cacheWriteInputTokenCount": u64 = exact,
        }
    }
}

wire_struct! {
    /// A sign of life.
    pub struct PingEvent tag "ping" {}
}

wire_struct! {
    /// The answer failed midway.
    pub struct ErrorEvent tag "error" {
        required {
            /// How.
            error: ErrorDetail,
        }
    }
}
