//! Tools of Converse: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html>.

use super::CachePointBlock;
use crate::json::{RawJson, member_union::member_union, object::wire_struct};

wire_struct! {
    /// The tools of a request. Anthropic's own stand in `additionalModelRequestFields` instead.
    pub struct ToolConfiguration {
        required {
            /// At least one.
            tools: Vec<Tool>,
        }
        optional {
            /// Which of them the model must call.
            tool_choice as "toolChoice": ToolChoice,
        }
    }
}

member_union! {
    /// A tool, or a mark between tools.
    pub enum Tool {
        /// A tool of yours.
        ToolSpec(ToolSpecification) = "toolSpec",
        /// A tool of the model's.
        SystemTool(SystemTool) = "systemTool",
        /// Cache everything up to here.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}

wire_struct! {
    /// A tool of yours, described to the model.
    pub struct ToolSpecification {
        required {
            /// 1 to 64 letters, digits, `_` and `-`.
            name: String,
            /// The form of its input.
            input_schema as "inputSchema": ToolInputSchema,
        }
        optional {
            /// What it does and when to use it.
            description: String,
            /// Whether the input keeps to the schema.
            strict: bool = exact,
        }
    }
}

member_union! {
    /// The form of a tool's input.
    pub enum ToolInputSchema {
        /// A JSON schema.
        Json(RawJson) = "json",
    }
}

wire_struct! {
    /// A tool of the model's.
    pub struct SystemTool {
        required {
            /// Its name.
            name: String,
        }
    }
}

member_union! {
    /// Which tool the model must or may call. There is no way to forbid all of them.
    pub enum ToolChoice {
        /// The model decides.
        Auto(AutoToolChoice) = "auto",
        /// Some tool.
        Any(AnyToolChoice) = "any",
        /// This tool.
        Tool(SpecificToolChoice) = "tool",
    }
}

wire_struct! {
    /// The model decides.
    pub struct AutoToolChoice {}
}

wire_struct! {
    /// Some tool must be called.
    pub struct AnyToolChoice {}
}

wire_struct! {
    /// This tool must be called.
    pub struct SpecificToolChoice {
        required {
            /// Its name.
            name: String,
        }
    }
}
