//! What an edit leaves alone, and what it takes along.

use crate::json::{forms::two_forms, object::wire_struct, union::tagged_union};

tagged_union! {
    /// Which tool calls are left alone.
    pub enum ClearToolUsesKeep {
        /// The last ones.
        ToolUses(ToolUsesKeep),
    }
}

wire_struct! {
    /// The last tool calls.
    pub struct ToolUsesKeep tag "tool_uses" {
        required {
            /// How many.
            value: u64 = exact,
        }
    }
}

tagged_union! {
    /// The least that clearing must bring.
    pub enum ClearAtLeast {
        /// So much input.
        InputTokens(InputTokensClearAtLeast),
    }
}

wire_struct! {
    /// So much input.
    pub struct InputTokensClearAtLeast tag "input_tokens" {
        required {
            /// In tokens.
            value: u64 = exact,
        }
    }
}

/// Which tool inputs are cleared with the results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClearToolInputs {
    /// All or none.
    All(bool),
    /// Those of the tools of these names.
    Tools(Vec<String>),
}

impl From<bool> for ClearToolInputs {
    fn from(all: bool) -> Self {
        Self::All(all)
    }
}

impl From<Vec<String>> for ClearToolInputs {
    fn from(tools: Vec<String>) -> Self {
        Self::Tools(tools)
    }
}

two_forms!(ClearToolInputs: All as Truth, Tools as Items, "a boolean or an array of names");

/// Whose thinking is left alone: a word, or turns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ClearThinkingKeep {
    /// `all` is the one word there is.
    Word(String),
    /// Turns.
    Turns(ThinkingTurnsKeep),
}

impl From<&str> for ClearThinkingKeep {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<ThinkingTurns> for ClearThinkingKeep {
    fn from(turns: ThinkingTurns) -> Self {
        Self::Turns(turns.into())
    }
}

impl From<AllThinkingTurns> for ClearThinkingKeep {
    fn from(turns: AllThinkingTurns) -> Self {
        Self::Turns(turns.into())
    }
}

two_forms!(ClearThinkingKeep: Word as Text, Turns as Object, "a string or an object");

tagged_union! {
    /// Turns whose thinking is left alone.
    pub enum ThinkingTurnsKeep {
        /// The last ones.
        Turns(ThinkingTurns),
        /// All of them.
        All(AllThinkingTurns),
    }
}

wire_struct! {
    /// The last turns that have thinking.
    pub struct ThinkingTurns tag "thinking_turns" {
        required {
            /// How many.
            value: u64 = exact,
        }
    }
}

wire_struct! {
    /// All turns that have thinking.
    pub struct AllThinkingTurns tag "all" {}
}
