//! Content of Converse: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html>.

use super::{CitationsContentBlock, DocumentBlock, ImageBlock, SearchResultBlock};
use crate::json::{RawJson, member_union::member_union, object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// One turn of a conversation.
    pub struct Message {
        required {
            /// Who speaks.
            role: ConversationRole,
            /// What is said.
            content: Vec<ContentBlock>,
        }
    }
}

open_enum! {
    /// Who speaks.
    pub enum ConversationRole {
        /// The person or program.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions in the middle of a conversation.
        System = "system",
    }
}

member_union! {
    /// One piece of content. Audio, video and guarded content, which have no counterpart in Messages, are kept raw.
    pub enum ContentBlock {
        /// Text.
        Text(String) = "text",
        /// A picture.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// The model asks for a tool.
        ToolUse(ToolUseBlock) = "toolUse",
        /// What a tool gave.
        ToolResult(ToolResultBlock) = "toolResult",
        /// Cache everything up to here.
        CachePoint(CachePointBlock) = "cachePoint",
        /// What the model thought.
        ReasoningContent(ReasoningContentBlock) = "reasoningContent",
        /// Text with citations.
        CitationsContent(CitationsContentBlock) = "citationsContent",
        /// A search result of yours.
        SearchResult(SearchResultBlock) = "searchResult",
        /// A tool becomes available from here on.
        ToolAddition(ToolAdditionBlock) = "toolAddition",
        /// A tool is no longer available.
        ToolRemoval(ToolRemovalBlock) = "toolRemoval",
    }
}

member_union! {
    /// One piece of the instructions above the conversation.
    pub enum SystemContentBlock {
        /// Text.
        Text(String) = "text",
        /// Cache everything up to here.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}

wire_struct! {
    /// A mark for prompt caching: what stands before it is cached.
    pub struct CachePointBlock {
        required {
            /// Always `default` today.
            kind as "type": String,
        }
        optional {
            /// How long the entry lives without being read: `5m` (the default) or `1h`.
            ttl: String,
        }
    }
}

wire_struct! {
    /// The model asks for a tool.
    pub struct ToolUseBlock {
        required {
            /// Names this call.
            tool_use_id as "toolUseId": String,
            /// The tool's name.
            name: String,
            /// The input.
            input: RawJson,
        }
        optional {
            /// `server_tool_use` for a tool that runs on the server.
            kind as "type": String,
        }
    }
}

wire_struct! {
    /// What a tool gave.
    pub struct ToolResultBlock {
        required {
            /// The id of the call.
            tool_use_id as "toolUseId": String,
            /// What came out.
            content: Vec<ToolResultContentBlock>,
        }
        optional {
            /// Whether the tool failed.
            status: ToolResultStatus,
            /// The kind of result of a tool that runs on the server.
            kind as "type": String,
        }
    }
}

open_enum! {
    /// Whether a tool failed.
    pub enum ToolResultStatus {
        /// It did what was asked.
        Success = "success",
        /// It failed.
        Error = "error",
    }
}

member_union! {
    /// One piece of a tool's result.
    pub enum ToolResultContentBlock {
        /// Any JSON.
        Json(RawJson) = "json",
        /// Text.
        Text(String) = "text",
        /// A picture.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A search result.
        SearchResult(SearchResultBlock) = "searchResult",
    }
}

member_union! {
    /// What the model thought.
    pub enum ReasoningContentBlock {
        /// In the clear.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Encrypted: the `data` of Messages, once more in base64.
        RedactedContent(String) = "redactedContent",
    }
}

wire_struct! {
    /// What the model thought, with the proof that it did.
    pub struct ReasoningTextBlock {
        required {
            /// The text.
            text: String,
        }
        optional {
            /// Covers the text.
            signature: String,
        }
    }
}

wire_struct! {
    /// A tool becomes available in the middle of a conversation.
    pub struct ToolAdditionBlock {
        required {
            /// Which.
            tool: ToolReference,
        }
    }
}

wire_struct! {
    /// A tool is no longer available.
    pub struct ToolRemovalBlock {
        required {
            /// Which.
            tool: ToolReference,
        }
    }
}

wire_struct! {
    /// Names a tool.
    pub struct ToolReference {
        optional {
            /// The kind of reference.
            kind as "type": String,
            /// The tool's name.
            name: String,
            /// The server that has it.
            server_name as "serverName": String,
        }
    }
}
