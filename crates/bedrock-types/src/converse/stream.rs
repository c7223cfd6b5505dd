//! The events of ConverseStream.

use super::{
    Citation, ConversationRole, ConverseMetrics, PerformanceConfiguration, ServiceTier, StopReason,
    TokenUsage,
};
use crate::json::{
    ExtraFields, JsonError, RawJson, as_text,
    member_union::{MemberUnion, OneMember, member_union},
    object::wire_struct,
    read::{read_into, read_slice},
    value::{View, WireValue},
};

member_union! {
    /// One event: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>.
    ///
    /// In the stream the name of the event is a header of its frame and the rest the payload: see
    /// [`from_frame`](Self::from_frame). In logs and SDKs it is an object with one member, which is the JSON form of this type.
    pub enum ConverseStreamEvent {
        /// The message begins.
        MessageStart(MessageStartEvent) = "messageStart",
        /// A block begins that is not text or thinking.
        ContentBlockStart(ContentBlockStartEvent) = "contentBlockStart",
        /// A block grows; text and thinking begin with this.
        ContentBlockDelta(ContentBlockDeltaEvent) = "contentBlockDelta",
        /// A block is finished.
        ContentBlockStop(ContentBlockStopEvent) = "contentBlockStop",
        /// The message is complete.
        MessageStop(MessageStopEvent) = "messageStop",
        /// What it cost: behind the message.
        Metadata(ConverseStreamMetadataEvent) = "metadata",
    }
}

impl ConverseStreamEvent {
    /// Parses one event from the `:event-type` of its frame and the payload.
    ///
    /// ```
    /// use bedrock_types::converse::ConverseStreamEvent;
    ///
    /// let event = ConverseStreamEvent::from_frame("messageStop", br#"{"stopReason":"end_turn","p":"abcd"}"#)?;
    /// assert_eq!(event.member(), "messageStop");
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The payload is not JSON, or not that of an event of this type. An unknown type is no error.
    pub fn from_frame(event_type: &str, payload: &[u8]) -> Result<Self, JsonError> {
        let mut event = Self::blank();
        match event.choose(event_type) {
            Some(place) => read_into(place, as_text(payload)?)?,
            None => {
                let mut members = ExtraFields::default();
                members.insert(event_type, read_slice(payload)?);
                event.keep(members);
            }
        }
        Ok(event)
    }

    /// The payload of its frame; the `:event-type` is [`member`](Self::member).
    ///
    /// # Errors
    ///
    /// A number has no JSON form, like a NaN that a caller put there.
    pub fn to_payload(&self) -> Result<RawJson, JsonError> {
        let first = match self {
            Self::Unknown(members) => members.iter().next(),
            _ => None,
        };
        match (first, self.view()) {
            (Some((_, value)), _) => Ok(value.clone()),
            (None, View::Member(event)) => RawJson::of_view(event.written().1),
            (None, view) => RawJson::of_view(view),
        }
    }
}

wire_struct! {
    /// The message begins.
    pub struct MessageStartEvent {
        required {
            /// Who speaks.
            role: ConversationRole,
        }
    }
}

wire_struct! {
    /// A block begins.
    pub struct ContentBlockStartEvent {
        required {
            /// What is known of it.
            start: ContentBlockStart,
            /// Its place in the message.
            content_block_index as "contentBlockIndex": usize = exact,
        }
    }
}

member_union! {
    /// The beginning of a block.
    pub enum ContentBlockStart {
        /// A tool call.
        ToolUse(ToolUseBlockStart) = "toolUse",
    }
}

wire_struct! {
    /// The beginning of a tool call.
    pub struct ToolUseBlockStart {
        required {
            /// Names this call.
            tool_use_id as "toolUseId": String,
            /// The tool's name.
            name: String,
        }
        optional {
            /// `server_tool_use` for a tool that runs on the server.
            kind as "type": String,
        }
    }
}

wire_struct! {
    /// A block grows.
    pub struct ContentBlockDeltaEvent {
        required {
            /// The addition.
            delta: ContentBlockDelta,
            /// Its place in the message.
            content_block_index as "contentBlockIndex": usize = exact,
        }
    }
}

member_union! {
    /// An addition to a block.
    pub enum ContentBlockDelta {
        /// To a text.
        Text(String) = "text",
        /// To the input of a tool call.
        ToolUse(ToolUseBlockDelta) = "toolUse",
        /// To what the model thought.
        ReasoningContent(ReasoningContentBlockDelta) = "reasoningContent",
        /// A place that the text comes from.
        Citation(Citation) = "citation",
    }
}

wire_struct! {
    /// An addition to the input of a tool call.
    pub struct ToolUseBlockDelta {
        required {
            /// A piece of JSON text, cut anywhere.
            input: String,
        }
    }
}

member_union! {
    /// An addition to what the model thought.
    pub enum ReasoningContentBlockDelta {
        /// To the text.
        Text(String) = "text",
        /// All of it, encrypted: the `data` of Messages, once more in base64.
        RedactedContent(String) = "redactedContent",
        /// The signature of the text before it.
        Signature(String) = "signature",
    }
}

wire_struct! {
    /// A block is finished.
    pub struct ContentBlockStopEvent {
        required {
            /// Its place in the message.
            content_block_index as "contentBlockIndex": usize = exact,
        }
    }
}

wire_struct! {
    /// The message is complete.
    pub struct MessageStopEvent {
        required {
            /// Why the model stopped.
            stop_reason as "stopReason": StopReason,
        }
        optional {
            /// What was asked for by `additionalModelResponseFieldPaths`.
            additional_model_response_fields as "additionalModelResponseFields": RawJson,
        }
    }
}

wire_struct! {
    /// What the message cost.
    pub struct ConverseStreamMetadataEvent {
        optional {
            /// In tokens.
            usage: TokenUsage,
            /// In time.
            metrics: ConverseMetrics,
            /// What guardrails and prompt routers did.
            trace: RawJson,
            /// Latency it was answered with.
            performance_config as "performanceConfig": PerformanceConfiguration,
            /// Service tier it was answered with.
            service_tier as "serviceTier": ServiceTier,
        }
    }
}
