//! Which tool the model must or may call.

use crate::json::{object::wire_struct, union::tagged_union};

tagged_union! {
    /// Which tool the model must or may call.
    pub enum ToolChoice {
        /// The model decides.
        Auto(ToolChoiceAuto),
        /// Some tool.
        Any(ToolChoiceAny),
        /// This tool.
        Tool(ToolChoiceTool),
        /// No tool.
        None(ToolChoiceNone),
    }
}

wire_struct! {
    /// The model decides.
    pub struct ToolChoiceAuto tag "auto" {
        optional {
            /// At most one call in a turn.
            disable_parallel_tool_use: bool = exact,
        }
    }
}

wire_struct! {
    /// Some tool must be called.
    pub struct ToolChoiceAny tag "any" {
        optional {
            /// Exactly one call in a turn.
            disable_parallel_tool_use: bool = exact,
        }
    }
}

wire_struct! {
    /// This tool must be called.
    pub struct ToolChoiceTool tag "tool" {
        required {
            /// Its name.
            name: String,
        }
        optional {
            /// Exactly one call in a turn.
            disable_parallel_tool_use: bool = exact,
        }
    }
}

wire_struct! {
    /// No tool may be called.
    pub struct ToolChoiceNone tag "none" {}
}
