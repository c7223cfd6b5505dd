//! Content: what a turn is made of.

mod cache_control;
mod citation;
mod compaction;
mod document;
mod image;
mod search_result;
mod source;
mod text;
mod thinking;
mod tool_change;
mod tool_result;
mod tool_search;
mod tool_use;

pub use cache_control::{CacheControl, CacheTtl};
pub use citation::{
    Citation, CitationCharLocation, CitationContentBlockLocation, CitationPageLocation,
    CitationSearchResultLocation, CitationWebSearchResultLocation, CitationsConfig,
};
pub use compaction::CompactionBlock;
pub use document::{ContentSource, DocumentBlock, DocumentSource};
pub use image::{ImageBlock, ImageSource, ImageTransformations, OversizedImage};
pub use search_result::SearchResultBlock;
pub use source::{Base64Source, TextSource, UrlSource};
pub use text::TextBlock;
pub use thinking::{RedactedThinkingBlock, ThinkingBlock};
pub use tool_change::{
    ToolAdditionBlock, ToolChange, ToolChangeTool, ToolChangeToolDefinition, ToolChangeToolReference,
    ToolRemovalBlock,
};
pub use tool_result::ToolResultBlock;
pub use tool_search::{
    ToolReferenceBlock, ToolSearchToolResultBlock, ToolSearchToolResultContent, ToolSearchToolResultError,
    ToolSearchToolResultErrorCode, ToolSearchToolSearchResult,
};
pub use tool_use::{Caller, DirectCaller, ServerToolName, ServerToolUseBlock, ToolInput, ToolUseBlock};

use crate::json::{forms::two_forms, union::tagged_union};

tagged_union! {
    /// One piece of content, in a request or in an answer.
    ///
    /// ```
    /// use bedrock_types::{ContentBlock, TextBlock};
    ///
    /// let block: ContentBlock = TextBlock::new("hi").into();
    /// assert_eq!(block.text(), Some("hi"));
    /// ```
    pub enum ContentBlock {
        /// Text.
        Text(TextBlock),
        /// A picture.
        Image(ImageBlock),
        /// A PDF, a text, or content given as a document.
        Document(DocumentBlock),
        /// A hit of a search of yours.
        SearchResult(SearchResultBlock),
        /// What the model thought.
        Thinking(ThinkingBlock),
        /// What the model thought, encrypted.
        RedactedThinking(RedactedThinkingBlock),
        /// The model asks for a tool.
        ToolUse(ToolUseBlock),
        /// What a tool gave.
        ToolResult(ToolResultBlock),
        /// The model uses a tool that the service runs.
        ServerToolUse(ServerToolUseBlock),
        /// What a search for tools gave.
        ToolSearchToolResult(ToolSearchToolResultBlock),
        /// A tool by its name.
        ToolReference(ToolReferenceBlock),
        /// From here on the model has another tool.
        ToolAddition(ToolAdditionBlock),
        /// From here on the model lacks a tool.
        ToolRemoval(ToolRemovalBlock),
        /// A summary of everything before it.
        Compaction(CompactionBlock),
    }
}

impl ContentBlock {
    /// The text of a text block.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(block) => Some(&block.text),
            _ => None,
        }
    }

    /// The block as a call of a tool of yours.
    pub fn as_tool_use(&self) -> Option<&ToolUseBlock> {
        match self {
            Self::ToolUse(block) => Some(block),
            _ => None,
        }
    }
}

/// Content as the API takes it: a plain text, or a list of blocks.
///
/// ```
/// use bedrock_types::{Content, TextBlock};
///
/// assert_eq!(Content::from("hi"), Content::Text("hi".into()));
/// let blocks = Content::Blocks(vec![TextBlock::new("hi").into()]);
/// assert_eq!(serde_json::to_string(&blocks).unwrap(), r#"[{"type":"text","text":"hi"}]"#);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// A plain text.
    Text(String),
    /// Blocks.
    Blocks(Vec<ContentBlock>),
}

impl Content {
    /// The blocks, a plain text made one of them.
    pub fn into_blocks(self) -> Vec<ContentBlock> {
        match self {
            Self::Text(text) => vec![TextBlock::new(text).into()],
            Self::Blocks(blocks) => blocks,
        }
    }

    /// The blocks; none for a plain text.
    pub fn blocks(&self) -> &[ContentBlock] {
        match self {
            Self::Text(_) => &[],
            Self::Blocks(blocks) => blocks,
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<ContentBlock>> for Content {
    fn from(blocks: Vec<ContentBlock>) -> Self {
        Self::Blocks(blocks)
    }
}

impl<const N: usize> From<[ContentBlock; N]> for Content {
    fn from(blocks: [ContentBlock; N]) -> Self {
        Self::Blocks(blocks.into())
    }
}

two_forms!(Content: Text as Text, Blocks as Items, "a string or an array of content blocks");
