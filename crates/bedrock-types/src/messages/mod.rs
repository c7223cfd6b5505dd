//! The Messages API: what is sent, what comes back, and how a stream becomes a message.
//!
//! Names are Anthropic's (<https://platform.claude.com/docs/en/api/messages>). One struct serves both directions where
//! the wire is the same, so that a [`Message`] goes back as history exactly as it came.

mod attachment;
mod cache_marks;
mod content;
mod context_management;
mod count_tokens;
mod input_transformation;
mod message;
mod output_config;
mod params;
mod schema;
mod stop;
mod stream;
mod thinking;
mod tools;
mod usage;

pub use attachment::{AttachmentError, MediaType, SizeLimit};
pub use content::{
    Base64Source, CacheControl, CacheTtl, Caller, Citation, CitationCharLocation,
    CitationContentBlockLocation, CitationPageLocation, CitationSearchResultLocation,
    CitationWebSearchResultLocation, CitationsConfig, CompactionBlock, Content, ContentBlock, ContentSource,
    DirectCaller, DocumentBlock, DocumentSource, ImageBlock, ImageSource, ImageTransformations,
    OversizedImage, RedactedThinkingBlock, SearchResultBlock, ServerToolName, ServerToolUseBlock, TextBlock,
    TextSource, ThinkingBlock, ToolAdditionBlock, ToolChange, ToolChangeTool, ToolChangeToolDefinition,
    ToolChangeToolReference, ToolInput, ToolReferenceBlock, ToolRemovalBlock, ToolResultBlock,
    ToolSearchToolResultBlock, ToolSearchToolResultContent, ToolSearchToolResultError,
    ToolSearchToolResultErrorCode, ToolSearchToolSearchResult, ToolUseBlock, UrlSource,
};
pub use context_management::{
    AllThinkingTurns, AppliedEdit, ClearAtLeast, ClearThinking20251015Edit,
    ClearThinking20251015EditResponse, ClearThinkingKeep, ClearToolInputs, ClearToolUses20250919Edit,
    ClearToolUses20250919EditResponse, ClearToolUsesKeep, Compact20260112Edit, CompactionConfig,
    CompactionSummarize, ContextManagementConfig, ContextManagementEdit, ContextManagementResponse,
    ContextManagementTrigger, InputTokensClearAtLeast, InputTokensTrigger, ThinkingTurns, ThinkingTurnsKeep,
    ToolUsesKeep, ToolUsesTrigger,
};
pub use count_tokens::{CountTokensContextManagementResponse, CountTokensParams, MessageTokensCount};
pub use input_transformation::{
    InputTransformation, ThinkingDroppedInputTransformation, ThinkingMismatchAllowedInputTransformation,
    ThinkingMismatchReason,
};
pub use message::{Container, Message, MessageParam, Role};
pub use output_config::{Effort, JsonOutputFormat, OutputConfig, OutputFormat, TaskBudget, TokenTaskBudget};
pub use params::{MessageCreateParams, Metadata, ServiceTier};
pub use schema::SchemaError;
pub use stop::{RefusalCategory, RefusalStopDetails, StopDetails, StopReason};
pub use stream::{
    AccumulateError, CitationsDelta, CompactionDelta, ContentBlockDeltaEvent, ContentBlockStartEvent,
    ContentBlockStopEvent, Delta, ErrorEvent, InputJsonDelta, InvocationMetrics, MessageAccumulator,
    MessageDelta, MessageDeltaEvent, MessageStartEvent, MessageStopEvent, MessageStreamEvent, PingEvent,
    SignatureDelta, TextDelta, ThinkingDelta,
};
pub use thinking::{
    ThinkingAdaptive, ThinkingBetweenTools, ThinkingBlockBinding, ThinkingConfig, ThinkingDisabled,
    ThinkingDisplay, ThinkingEnabled, ThinkingPrefixMismatchBehavior,
};
pub use tools::{
    AllowedCaller, CustomTool, MemoryTool20250818, Tool, ToolBash20250124, ToolChoice, ToolChoiceAny,
    ToolChoiceAuto, ToolChoiceNone, ToolChoiceTool, ToolComputerUse20241022, ToolComputerUse20250124,
    ToolComputerUse20251124, ToolSearchToolBm25_20251119, ToolSearchToolRegex20251119,
    ToolTextEditor20250124, ToolTextEditor20250429, ToolTextEditor20250728,
};
pub use usage::{
    CacheCreation, CompactionIterationUsage, MessageDeltaUsage, MessageIterationUsage, OutputTokensDetails,
    ServerToolUsage, Speed, Usage, UsageIteration, UsageServiceTier,
};
