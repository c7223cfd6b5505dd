//! What the service does with a context that grows (beta): clearing parts of it, and compacting it.
//!
//! <https://platform.claude.com/docs/en/build-with-claude/context-editing>,
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-compaction.html>

mod keep;
mod response;

pub use keep::{
    AllThinkingTurns, ClearAtLeast, ClearThinkingKeep, ClearToolInputs, ClearToolUsesKeep,
    InputTokensClearAtLeast, ThinkingTurns, ThinkingTurnsKeep, ToolUsesKeep,
};
pub use response::{
    AppliedEdit, ClearThinking20251015EditResponse, ClearToolUses20250919EditResponse,
    ContextManagementResponse,
};

use crate::json::{object::wire_struct, union::tagged_union};

wire_struct! {
    /// What to do with the context before the model sees it.
    ///
    /// ```
    /// use bedrock_types::{
    ///     ClearToolUses20250919Edit, ContextManagementConfig, InputTokensTrigger, ToolUsesKeep,
    /// };
    ///
    /// let edit = ClearToolUses20250919Edit::new()
    ///     .trigger(InputTokensTrigger::new(100_000))
    ///     .keep(ToolUsesKeep::new(3));
    /// let config = ContextManagementConfig::new().edits([edit.into()]);
    /// # assert!(config.edits.is_some());
    /// ```
    pub struct ContextManagementConfig {
        optional {
            /// One after the other.
            edits: Vec<ContextManagementEdit>,
        }
    }
}

tagged_union! {
    /// One thing to do with the context.
    pub enum ContextManagementEdit {
        /// Clear old tool results (beta `context-management-2025-06-27`).
        ClearToolUses20250919(ClearToolUses20250919Edit),
        /// Clear old thinking (beta `context-management-2025-06-27`).
        ClearThinking20251015(ClearThinking20251015Edit),
        /// Replace the context by a summary of it (beta `compact-2026-01-12`).
        Compact20260112(Compact20260112Edit),
    }
}

wire_struct! {
    /// Clears the results of old tool calls.
    pub struct ClearToolUses20250919Edit tag "clear_tool_uses_20250919" {
        optional {
            /// When.
            trigger: ContextManagementTrigger,
            /// How many of the last calls are left alone.
            keep: ClearToolUsesKeep,
            /// Clear this much or nothing: clearing costs the cache.
            clear_at_least: ClearAtLeast,
            /// Tools that are left alone.
            exclude_tools: Vec<String>,
            /// Whether the inputs of the calls go as well.
            clear_tool_inputs: ClearToolInputs,
        }
    }
}

wire_struct! {
    /// Clears old thinking. Bedrock takes it only where thinking is on.
    pub struct ClearThinking20251015Edit tag "clear_thinking_20251015" {
        optional {
            /// Whose thinking is left alone.
            keep: ClearThinkingKeep,
        }
    }
}

wire_struct! {
    /// Replaces the context by a summary, in a [`CompactionBlock`](super::CompactionBlock).
    pub struct Compact20260112Edit tag "compact_20260112" {
        optional {
            /// When: at 50,000 input tokens or more.
            trigger: ContextManagementTrigger,
            /// How to summarize, in place of the service's own words.
            instructions: String,
            /// Stop behind the summary, with the stop reason `compaction`.
            pause_after_compaction: bool = exact,
        }
    }
}

tagged_union! {
    /// What sets off an edit.
    pub enum ContextManagementTrigger {
        /// So much input.
        InputTokens(InputTokensTrigger),
        /// So many tool calls.
        ToolUses(ToolUsesTrigger),
    }
}

wire_struct! {
    /// So much input.
    pub struct InputTokensTrigger tag "input_tokens" {
        required {
            /// In tokens.
            value: u64 = exact,
        }
    }
}

wire_struct! {
    /// So many tool calls.
    pub struct ToolUsesTrigger tag "tool_uses" {
        required {
            /// How many.
            value: u64 = exact,
        }
    }
}

tagged_union! {
    /// Compacting on demand, the later of the two ways (beta `compact-2026-09-04`): the answer is a signed
    /// [`CompactionBlock`](super::CompactionBlock) and nothing else, to be sent first in place of what it summarizes.
    pub enum CompactionConfig {
        /// Summarize the whole conversation.
        Summarize(CompactionSummarize),
    }
}

wire_struct! {
    /// Summarize the whole conversation.
    pub struct CompactionSummarize tag "summarize" {
        optional {
            /// How to summarize, in place of the service's own words.
            instructions: String,
        }
    }
}
