//! The answer, and one turn of a conversation.

use crate::{
    json::{object::wire_struct, open_enum::open_enum},
    messages::{
        Content, ContentBlock, ContextManagementResponse, InputTransformation, StopDetails, StopReason,
        ToolUseBlock, Usage,
    },
};

wire_struct! {
    /// The model's answer: <https://platform.claude.com/docs/en/api/messages>.
    ///
    /// ```
    /// use bedrock_types::{json, Message, StopReason};
    ///
    /// let message: Message = json::from_slice(br#"{"id":"msg_1","type":"message","role":"assistant","model":"m",
    ///     "content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,
    ///     "usage":{"input_tokens":3,"output_tokens":1}}"#)?;
    /// assert_eq!(message.text(), "Hello");
    /// assert_eq!(message.stop_reason, Some(StopReason::EndTurn));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct Message tag "message" {
        required {
            /// Like `msg_bdrk_…`.
            id: String,
            /// Always the assistant.
            role: Role,
            /// The model's Anthropic name, which is not the Bedrock id that was asked for.
            model: String,
            /// What the model said, thought and asked for.
            content: Vec<ContentBlock>,
            /// What it cost, in tokens.
            usage: Usage,
        }
        optional {
            /// More about why it stopped.
            stop_details: StopDetails,
            /// What was done with the context (beta).
            context_management: ContextManagementResponse,
            /// What was changed in the request (beta).
            input_transformations: Vec<InputTransformation>,
            /// Where code ran (not on Bedrock).
            container: Container,
        }
        nullable {
            /// Why the model stopped; `None` only while a stream has not said so.
            stop_reason: StopReason,
            /// The stop sequence that was met, if any.
            stop_sequence: String,
        }
    }
}

impl Message {
    /// The text of all text blocks, one after the other.
    pub fn text(&self) -> String {
        self.content.iter().filter_map(ContentBlock::text).collect()
    }

    /// The tool calls.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.content.iter().filter_map(ContentBlock::as_tool_use)
    }
}

wire_struct! {
    /// One turn of a conversation, as it is sent.
    ///
    /// ```
    /// use bedrock_types::MessageParam;
    ///
    /// let turn = MessageParam::user("Hello");
    /// assert_eq!(serde_json::to_string(&turn).unwrap(), r#"{"role":"user","content":"Hello"}"#);
    /// ```
    pub struct MessageParam {
        required {
            /// Who speaks.
            role: Role,
            /// What is said.
            content: Content,
        }
    }
}

impl MessageParam {
    /// A turn of the user.
    pub fn user(content: impl Into<Content>) -> Self {
        Self::new(Role::User, content)
    }

    /// A turn of the model.
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::new(Role::Assistant, content)
    }
}

impl From<Message> for MessageParam {
    /// The answer as history, with every block as it came.
    fn from(message: Message) -> Self {
        Self::new(message.role, message.content)
    }
}

wire_struct! {
    /// Where code ran. Bedrock runs none; histories from elsewhere have it.
    pub struct Container {
        required {
            /// Names it.
            id: String,
            /// Until when, in RFC 3339.
            expires_at: String,
        }
    }
}

open_enum! {
    /// Who speaks.
    pub enum Role {
        /// The person or program.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions in the middle of a conversation (Claude Opus 4.8 and some later models).
        System = "system",
    }
}
