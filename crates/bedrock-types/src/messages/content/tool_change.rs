//! Tools that come and go in the middle of a conversation: blocks of a system message
//! (beta `mid-conversation-tool-changes-2026-07-01`).

use super::CacheControl;
use crate::{
    json::{object::wire_struct, union::tagged_union},
    messages::Tool,
};

tagged_union! {
    /// A tool comes or goes.
    pub enum ToolChange {
        /// It comes.
        Addition(ToolAdditionBlock),
        /// It goes.
        Removal(ToolRemovalBlock),
    }
}

wire_struct! {
    /// From here on the model has this tool.
    ///
    /// ```
    /// use bedrock_types::{MessageParam, Role, ToolAdditionBlock, ToolChangeToolReference};
    ///
    /// let change = ToolAdditionBlock::new(ToolChangeToolReference::new("weather"));
    /// let turn = MessageParam::new(Role::System, [change.into()]);
    /// # assert_eq!(turn.role, Role::System);
    /// ```
    pub struct ToolAdditionBlock tag "tool_addition" {
        required {
            /// Which.
            tool: ToolChangeTool,
        }
        optional {
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

wire_struct! {
    /// From here on the model has this tool no more.
    pub struct ToolRemovalBlock tag "tool_removal" {
        required {
            /// Which.
            tool: ToolChangeTool,
        }
        optional {
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

tagged_union! {
    /// The tool that comes or goes. Those of MCP servers are not on Bedrock and kept raw.
    pub enum ToolChangeTool {
        /// One of the request's `tools`.
        ToolReference(ToolChangeToolReference),
        /// A new one; only to add.
        ToolDefinition(ToolChangeToolDefinition),
    }
}

wire_struct! {
    /// A tool by its name. On the wire this is another object than [`ToolReferenceBlock`](super::ToolReferenceBlock).
    pub struct ToolChangeToolReference tag "tool_reference" {
        required {
            /// The name of one of the request's `tools`.
            name: String,
        }
    }
}

wire_struct! {
    /// A tool that the request's `tools` do not have.
    pub struct ToolChangeToolDefinition tag "tool_definition" {
        required {
            /// The tool.
            definition: Box<Tool>,
        }
    }
}
