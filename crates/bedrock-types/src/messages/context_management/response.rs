//! What was done with the context.

use crate::json::{object::wire_struct, union::tagged_union};

wire_struct! {
    /// What was done with the context, in an answer.
    pub struct ContextManagementResponse {
        required {
            /// The edits that took place.
            applied_edits: Vec<AppliedEdit>,
        }
    }
}

tagged_union! {
    /// An edit that took place.
    pub enum AppliedEdit {
        /// Tool results were cleared.
        ClearToolUses20250919(ClearToolUses20250919EditResponse),
        /// Thinking was cleared.
        ClearThinking20251015(ClearThinking20251015EditResponse),
    }
}

wire_struct! {
    /// Tool results were cleared.
    pub struct ClearToolUses20250919EditResponse tag "clear_tool_uses_20250919" {
        required {
            /// How much the context lost, in tokens.
            cleared_input_tokens: u64 = exact,
            /// Of how many calls.
            cleared_tool_uses: u64 = exact,
        }
    }
}

wire_struct! {
    /// Thinking was cleared.
    pub struct ClearThinking20251015EditResponse tag "clear_thinking_20251015" {
        required {
            /// How much the context lost, in tokens.
            cleared_input_tokens: u64 = exact,
            /// Of how many turns.
            cleared_thinking_turns: u64 = exact,
        }
    }
}
