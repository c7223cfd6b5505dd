//! What an edit leaves alone, and what it takes along.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{
    from_serde::deserialize,
    object::wire_struct,
    reader::{Misread, ReadJson, Reader},
    union::tagged_union,
};

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

impl Serialize for ClearToolInputs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All(all) => serializer.serialize_bool(*all),
            Self::Tools(tools) => tools.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ClearToolInputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

impl ReadJson for ClearToolInputs {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        match reader.peek() {
            Some(b't' | b'f') => reader.read().map(Self::All),
            Some(b'[') => reader.read().map(Self::Tools),
            _ => Err(reader.wrong_type("a boolean or an array of names")),
        }
    }
}

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

impl Serialize for ClearThinkingKeep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::Turns(turns) => turns.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ClearThinkingKeep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

impl ReadJson for ClearThinkingKeep {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        match reader.peek() {
            Some(b'"') => reader.read().map(Self::Word),
            Some(b'{') => reader.read().map(Self::Turns),
            _ => Err(reader.wrong_type("a string or an object")),
        }
    }
}

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
