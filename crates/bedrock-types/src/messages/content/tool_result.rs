//! What a tool gave.

use super::{CacheControl, Content};
use crate::json::object::wire_struct;

wire_struct! {
    /// The answer to a tool call.
    ///
    /// ```
    /// use bedrock_types::ToolResultBlock;
    ///
    /// let result = ToolResultBlock::new("toolu_1").content("42");
    /// # assert!(result.is_error.is_none());
    /// ```
    pub struct ToolResultBlock tag "tool_result" {
        required {
            /// The `id` of the call.
            tool_use_id: String,
        }
        optional {
            /// What came out; may be left out.
            content: Content,
            /// Whether the tool failed; `content` then says how.
            is_error: bool = exact,
            /// The toolset that the tool is of (not on Bedrock).
            toolset_name: String,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}
