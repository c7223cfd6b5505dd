//! Tools that the model may call: yours, and those of Anthropic's that Bedrock takes.

mod anthropic;
mod choice;
mod custom;

pub use anthropic::{
    MemoryTool20250818, ToolBash20250124, ToolComputerUse20241022, ToolComputerUse20250124,
    ToolComputerUse20251124, ToolSearchToolBm25_20251119, ToolSearchToolRegex20251119,
    ToolTextEditor20250124, ToolTextEditor20250429, ToolTextEditor20250728,
};
pub use choice::{ToolChoice, ToolChoiceAny, ToolChoiceAuto, ToolChoiceNone, ToolChoiceTool};
pub use custom::CustomTool;

use crate::json::{open_enum::open_enum, union::tagged_union};

tagged_union! {
    /// A tool: one of yours, or one of Anthropic's by its dated type. Those that Bedrock does not have are kept raw.
    pub enum Tool
    untagged
    /// A tool of yours.
    Custom(CustomTool) = "custom"
    {
        /// A shell.
        Bash20250124(ToolBash20250124),
        /// An editor of files: Claude 3.7.
        TextEditor20250124(ToolTextEditor20250124),
        /// An editor of files: the first Claude 4.
        TextEditor20250429(ToolTextEditor20250429),
        /// An editor of files: Claude 4 and later.
        TextEditor20250728(ToolTextEditor20250728),
        /// A screen: Claude 3.5.
        ComputerUse20241022(ToolComputerUse20241022),
        /// A screen: Claude 3.7 to 4.5.
        ComputerUse20250124(ToolComputerUse20250124),
        /// A screen: Claude Opus 4.5 and later.
        ComputerUse20251124(ToolComputerUse20251124),
        /// A folder of notes.
        Memory20250818(MemoryTool20250818),
        /// A search for tools by regular expression.
        ToolSearchRegex20251119(ToolSearchToolRegex20251119),
        /// A search for tools by words.
        ToolSearchBm25_20251119(ToolSearchToolBm25_20251119),
    }
}

impl Tool {
    /// The name that calls carry; `None` for an unknown kind.
    pub fn name(&self) -> Option<&str> {
        Some(match self {
            Self::Custom(tool) => &tool.name,
            Self::Bash20250124(tool) => &tool.name,
            Self::TextEditor20250124(tool) => &tool.name,
            Self::TextEditor20250429(tool) => &tool.name,
            Self::TextEditor20250728(tool) => &tool.name,
            Self::ComputerUse20241022(tool) => &tool.name,
            Self::ComputerUse20250124(tool) => &tool.name,
            Self::ComputerUse20251124(tool) => &tool.name,
            Self::Memory20250818(tool) => &tool.name,
            Self::ToolSearchRegex20251119(tool) => &tool.name,
            Self::ToolSearchBm25_20251119(tool) => &tool.name,
            Self::Unknown(_) => return None,
        })
    }
}

open_enum! {
    /// Who may call a tool. Code that the service runs is the other caller there is: not on Bedrock.
    pub enum AllowedCaller {
        /// The model itself.
        Direct = "direct",
    }
}
