//! The Messages API: what is sent, what comes back, and how a stream becomes a message.
//!
//! Names are Anthropic's (<https://platform.claude.com/docs/en/api/messages>). One struct serves both directions where
//! the wire is the same, so that a [`Message`] goes back as history exactly as it came.

mod attachment;
mod cache_marks;
mod content;
mod message;
mod params;
mod stream;
mod thinking;
mod tools;
mod usage;

pub use attachment::{AttachmentError, MediaType, SizeLimit};
pub use content::{
    Base64Source, CacheControl, CacheTtl, Caller, Citation, CitationCharLocation,
    CitationContentBlockLocation, CitationPageLocation, CitationSearchResultLocation,
    CitationWebSearchResultLocation, CitationsConfig, Content, ContentBlock, ContentSource, DirectCaller,
    DocumentBlock, DocumentSource, ImageBlock, ImageSource, RedactedThinkingBlock, SearchResultBlock,
    ServerToolName, ServerToolUseBlock, TextBlock, TextSource, ThinkingBlock, ToolInput, ToolReferenceBlock,
    ToolResultBlock, ToolSearchToolResultBlock, ToolSearchToolResultContent, ToolSearchToolResultError,
    ToolSearchToolResultErrorCode, ToolSearchToolSearchResult, ToolUseBlock, UrlSource,
};
pub use message::{Message, MessageParam, Role, StopReason};
pub use params::{JsonOutputFormat, MessageCreateParams, Metadata, OutputConfig, OutputFormat};
pub use stream::{
    AccumulateError, CitationsDelta, ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent,
    Delta, ErrorEvent, InputJsonDelta, InvocationMetrics, MessageAccumulator, MessageDelta,
    MessageDeltaEvent, MessageStartEvent, MessageStopEvent, MessageStreamEvent, PingEvent, SignatureDelta,
    TextDelta, ThinkingDelta,
};
pub use thinking::{
    Effort, ThinkingAdaptive, ThinkingBetweenTools, ThinkingConfig, ThinkingDisabled, ThinkingDisplay,
    ThinkingEnabled,
};
pub use tools::{
    CustomTool, Tool, ToolChoice, ToolChoiceAny, ToolChoiceAuto, ToolChoiceNone, ToolChoiceTool,
};
pub use usage::{MessageDeltaUsage, Usage};
