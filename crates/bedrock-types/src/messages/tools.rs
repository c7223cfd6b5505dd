//! Tools that the model may call.

use crate::{
    json::{RawJson, object::wire_struct, union::tagged_union},
    messages::CacheControl,
};

tagged_union! {
    /// A tool: one of yours, or (kept raw) one of Anthropic's by its versioned type.
    pub enum Tool
    untagged
    /// A tool of yours.
    Custom(CustomTool) = "custom"
    {
    }
}

wire_struct! {
    /// A tool of yours, described to the model.
    ///
    /// ```
    /// use bedrock_types::{CustomTool, RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#)?;
    /// let tool = CustomTool::new("weather", schema).description("The weather in a city");
    /// # assert_eq!(tool.name, "weather");
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct CustomTool {
        required {
            /// 1 to 64 letters, digits, `_` and `-`.
            name: String,
            /// JSON Schema of the input, of type `object`.
            input_schema: RawJson,
        }
        optional {
            /// `custom`, or left out.
            kind as "type": String,
            /// What it does and when to use it: the more the better.
            description: String,
            /// Cache everything up to and including this tool.
            cache_control: CacheControl,
        }
    }
}

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
