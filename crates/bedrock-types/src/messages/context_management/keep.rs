//! What an edit leaves alone, and what it takes along.

use crate::json::{
    object::wire_struct,
    union::tagged_union,
    value::{Form, Forms, Place, View, WireValue, put, serde_impls},
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

impl WireValue for ClearToolInputs {
    fn blank() -> Self {
        Self::All(false)
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::All(all) => all.view(),
            Self::Tools(tools) => tools.view(),
        }
    }

    fn place(&mut self) -> Place<'_> {
        Place::Forms(self)
    }
}

impl Forms for ClearToolInputs {
    fn choose(&mut self, form: Form) -> Option<Place<'_>> {
        let blank = match form {
            Form::Truth => Self::All(false),
            Form::Items => Self::Tools(Vec::new()),
            _ => return None,
        };
        put(self, blank);
        Some(match self {
            Self::All(all) => all.place(),
            Self::Tools(tools) => tools.place(),
        })
    }

    fn names(&self) -> &'static str {
        "a boolean or an array of names"
    }
}

serde_impls!(ClearToolInputs);

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

impl WireValue for ClearThinkingKeep {
    fn blank() -> Self {
        Self::Word(String::new())
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Word(word) => word.view(),
            Self::Turns(turns) => turns.view(),
        }
    }

    fn place(&mut self) -> Place<'_> {
        Place::Forms(self)
    }
}

impl Forms for ClearThinkingKeep {
    fn choose(&mut self, form: Form) -> Option<Place<'_>> {
        let blank = match form {
            Form::Text => Self::Word(String::new()),
            Form::Object => Self::Turns(ThinkingTurnsKeep::blank()),
            _ => return None,
        };
        put(self, blank);
        Some(match self {
            Self::Word(word) => word.place(),
            Self::Turns(turns) => turns.place(),
        })
    }

    fn names(&self) -> &'static str {
        "a string or an object"
    }
}

serde_impls!(ClearThinkingKeep);

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
