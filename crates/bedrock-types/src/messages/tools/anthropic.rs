//! Anthropic's own tools that Bedrock takes: the model knows them by their type, and the caller runs them (the search
//! for tools is run by the service).
//!
//! Types are dated; a model takes the date it was trained with:
//! <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference>.

use super::AllowedCaller;
use crate::{
    json::{RawJson, object::wire_struct},
    messages::CacheControl,
};

/// Declares a tool with the members that each of them has; its name is fixed.
macro_rules! anthropic_tool {
    (
        $(#[$meta:meta])*
        pub struct $name:ident tag $tag:literal named $tool_name:literal {
            $( required { $($required:tt)* } )?
            $( optional { $($optional:tt)* } )?
        }
    ) => {
        wire_struct! {
            $(#[$meta])*
            pub struct $name tag $tag {
                $( required { $($required)* } )?
                growing {
                    /// The name that goes with the type.
                    name: String = $tool_name,
                }
                optional {
                    $( $($optional)* )?
                    /// The input obeys the tool's schema to the letter.
                    strict: bool = exact,
                    /// Inputs to learn from.
                    input_examples: Vec<RawJson>,
                    /// Left out of the model's sight until a search for tools finds it.
                    defer_loading: bool = exact,
                    /// Who may call it: the model alone if left out.
                    allowed_callers: Vec<AllowedCaller>,
                    /// Cache everything up to and including this tool.
                    cache_control: CacheControl,
                }
            }
        }
    };
}

anthropic_tool! {
    /// A shell: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/bash-tool>.
    ///
    /// ```
    /// use bedrock_types::ToolBash20250124;
    ///
    /// let tool = ToolBash20250124::new();
    /// assert_eq!(serde_json::to_string(&tool).unwrap(), r#"{"type":"bash_20250124","name":"bash"}"#);
    /// ```
    pub struct ToolBash20250124 tag "bash_20250124" named "bash" {}
}

anthropic_tool! {
    /// An editor of files: Claude 3.7.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool>
    pub struct ToolTextEditor20250124 tag "text_editor_20250124" named "str_replace_editor" {}
}

anthropic_tool! {
    /// An editor of files without undo: the first Claude 4.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool>
    pub struct ToolTextEditor20250429 tag "text_editor_20250429" named "str_replace_based_edit_tool" {}
}

anthropic_tool! {
    /// An editor of files: Claude 4 and later.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool>
    pub struct ToolTextEditor20250728 tag "text_editor_20250728" named "str_replace_based_edit_tool" {
        optional {
            /// The most that is shown of a file, in characters.
            max_characters: u64 = exact,
        }
    }
}

anthropic_tool! {
    /// A screen, a mouse and a keyboard: Claude 3.5 (beta `computer-use-2024-10-22`).
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/computer-use-tool>
    pub struct ToolComputerUse20241022 tag "computer_20241022" named "computer" {
        required {
            /// Width of the screen, in pixels.
            display_width_px: u32 = exact,
            /// Height of the screen, in pixels.
            display_height_px: u32 = exact,
        }
        optional {
            /// The X11 display.
            display_number: u32 = exact,
        }
    }
}

anthropic_tool! {
    /// A screen, a mouse and a keyboard: Claude 3.7 to 4.5 (beta `computer-use-2025-01-24`).
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/computer-use-tool>
    pub struct ToolComputerUse20250124 tag "computer_20250124" named "computer" {
        required {
            /// Width of the screen, in pixels.
            display_width_px: u32 = exact,
            /// Height of the screen, in pixels.
            display_height_px: u32 = exact,
        }
        optional {
            /// The X11 display.
            display_number: u32 = exact,
        }
    }
}

anthropic_tool! {
    /// A screen, a mouse and a keyboard, with a magnifier: Claude Opus 4.5 and later (beta `computer-use-2025-11-24`).
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/computer-use-tool>
    ///
    /// ```
    /// use bedrock_types::{Tool, ToolComputerUse20251124};
    ///
    /// let tool = Tool::from(ToolComputerUse20251124::new(1280, 800).enable_zoom(true));
    /// assert_eq!(tool.name(), Some("computer"));
    /// ```
    pub struct ToolComputerUse20251124 tag "computer_20251124" named "computer" {
        required {
            /// Width of the screen, in pixels.
            display_width_px: u32 = exact,
            /// Height of the screen, in pixels.
            display_height_px: u32 = exact,
        }
        optional {
            /// The X11 display.
            display_number: u32 = exact,
            /// The model may look closer at a part of the screen.
            enable_zoom: bool = exact,
        }
    }
}

anthropic_tool! {
    /// A folder of notes that outlives the conversation.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/memory-tool>
    pub struct MemoryTool20250818 tag "memory_20250818" named "memory" {}
}

anthropic_tool! {
    /// A search for tools by regular expression, run by the service (beta `tool-search-tool-2025-10-19`).
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool>
    pub struct ToolSearchToolRegex20251119 tag "tool_search_tool_regex_20251119" named "tool_search_tool_regex" {}
}

anthropic_tool! {
    /// A search for tools by words, run by the service; InvokeModel has only the one by regular expression.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool>
    pub struct ToolSearchToolBm25_20251119 tag "tool_search_tool_bm25_20251119" named "tool_search_tool_bm25" {}
}
