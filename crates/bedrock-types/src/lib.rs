//! Anthropic Messages schema and Amazon Bedrock model catalog, without IO.
//!
//! ```
//! use bedrock_types::{InvokeModelBody, MessageCreateParams};
//!
//! let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 256).user("Hello, world");
//! let body = serde_json::to_vec(&InvokeModelBody(&params)).unwrap();
//! assert!(body.starts_with(br#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":256"#));
//! ```
//!
//! What this crate does not do: read or write bytes anywhere, look at a clock or the environment, sign, frame or retry.
//! Other tools embed it alone; its dependencies are serde, serde_json and base64.
//!
//! Features: `converse` has the schema of Converse and its mapping, `control-plane` that of models, access, logging and batches,
//! `schemars` makes JSON schemas of Rust types.
//!
//! The wire is open: objects keep members that this version does not know ([`ExtraFields`]), unions keep kinds that it
//! does not know ([`UnknownObject`]), sets of texts keep texts that it does not know, and all of them are written back.

#[cfg(feature = "control-plane")]
mod batch;
mod beta;
pub mod check;
pub mod control;
#[cfg(feature = "converse")]
pub mod converse;
mod count_tokens;
mod errors;
mod invoke;
mod joined;
pub mod json;
mod messages;
pub mod models;
mod native;
mod route;
#[cfg(feature = "control-plane")]
mod s3_uri;

#[cfg(feature = "control-plane")]
pub use batch::{
    BatchError, BatchInputRecord, BatchJoin, BatchLineError, BatchManifest, BatchOutcome, BatchOutputRecord,
    DuplicateRecordId, JoinedBatch, batch_output_name,
};
pub use beta::{Beta, BetaFacts, BetaModels, FlagStatus, betas};
#[cfg(feature = "converse")]
pub use count_tokens::ConverseTokensRequest;
pub use count_tokens::{CountTokensInput, CountTokensRequest, CountTokensResponse, InvokeModelTokensRequest};
pub use errors::{ErrorBody, ErrorCode, ErrorDetail, ErrorDetails, ErrorType};
pub use invoke::{ANTHROPIC_VERSION, ANTHROPIC_VERSION_2026_10_21, ApiVersionError, InvokeModelBody};
pub use json::{ExtraFields, JsonError, Number, RawJson, UnknownObject};
pub use messages::{
    AccumulateError, AllThinkingTurns, AllowedCaller, AppliedEdit, AttachmentError, Base64Source,
    CacheControl, CacheCreation, CacheTtl, Caller, Citation, CitationCharLocation,
    CitationContentBlockLocation, CitationPageLocation, CitationSearchResultLocation,
    CitationWebSearchResultLocation, CitationsConfig, CitationsDelta, ClearAtLeast,
    ClearThinking20251015Edit, ClearThinking20251015EditResponse, ClearThinkingKeep, ClearToolInputs,
    ClearToolUses20250919Edit, ClearToolUses20250919EditResponse, ClearToolUsesKeep, Compact20260112Edit,
    CompactionBlock, CompactionConfig, CompactionDelta, CompactionIterationUsage, CompactionSummarize,
    Container, Content, ContentBlock, ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent,
    ContentSource, ContextManagementConfig, ContextManagementEdit, ContextManagementResponse,
    ContextManagementTrigger, CountTokensContextManagementResponse, CountTokensParams, CustomTool, Delta,
    DirectCaller, DocumentBlock, DocumentSource, Effort, ErrorEvent, ImageBlock, ImageSource,
    ImageTransformations, InputJsonDelta, InputTokensClearAtLeast, InputTokensTrigger, InputTransformation,
    InvocationMetrics, JsonOutputFormat, MediaType, MemoryTool20250818, Message, MessageAccumulator,
    MessageCreateParams, MessageDelta, MessageDeltaEvent, MessageDeltaUsage, MessageIterationUsage,
    MessageParam, MessageStartEvent, MessageStopEvent, MessageStreamEvent, MessageTokensCount, Metadata,
    OutputConfig, OutputFormat, OutputTokensDetails, OversizedImage, PingEvent, RedactedThinkingBlock,
    RefusalCategory, RefusalStopDetails, Role, SchemaError, SearchResultBlock, ServerToolName,
    ServerToolUsage, ServerToolUseBlock, ServiceTier, SignatureDelta, SizeLimit, Speed, StopDetails,
    StopReason, TaskBudget, TextBlock, TextDelta, TextSource, ThinkingAdaptive, ThinkingBetweenTools,
    ThinkingBlock, ThinkingBlockBinding, ThinkingConfig, ThinkingDelta, ThinkingDisabled, ThinkingDisplay,
    ThinkingDroppedInputTransformation, ThinkingEnabled, ThinkingMismatchAllowedInputTransformation,
    ThinkingMismatchReason, ThinkingPrefixMismatchBehavior, ThinkingTurns, ThinkingTurnsKeep,
    TokenTaskBudget, Tool, ToolAdditionBlock, ToolBash20250124, ToolChange, ToolChangeTool,
    ToolChangeToolDefinition, ToolChangeToolReference, ToolChoice, ToolChoiceAny, ToolChoiceAuto,
    ToolChoiceNone, ToolChoiceTool, ToolComputerUse20241022, ToolComputerUse20250124,
    ToolComputerUse20251124, ToolInput, ToolReferenceBlock, ToolRemovalBlock, ToolResultBlock,
    ToolSearchToolBm25_20251119, ToolSearchToolRegex20251119, ToolSearchToolResultBlock,
    ToolSearchToolResultContent, ToolSearchToolResultError, ToolSearchToolResultErrorCode,
    ToolSearchToolSearchResult, ToolTextEditor20250124, ToolTextEditor20250429, ToolTextEditor20250728,
    ToolUseBlock, ToolUsesKeep, ToolUsesTrigger, UrlSource, Usage, UsageIteration, UsageServiceTier,
};
pub use native::{MessagesBody, NATIVE_ANTHROPIC_VERSION, messages_headers};
pub use route::Route;
#[cfg(feature = "control-plane")]
pub use s3_uri::{ParseS3UriError, S3Uri};
