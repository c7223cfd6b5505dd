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
//! The wire is open: objects keep members that this version does not know ([`ExtraFields`]), unions keep kinds that it
//! does not know ([`UnknownObject`]), sets of texts keep texts that it does not know, and all of them are written back.

mod beta;
pub mod check;
mod errors;
mod invoke;
pub mod json;
mod messages;
pub mod models;
mod route;

pub use beta::{Beta, BetaFacts, BetaModels, FlagStatus, betas};
pub use errors::{ErrorBody, ErrorDetail, ErrorType};
pub use invoke::{ANTHROPIC_VERSION, InvokeModelBody};
pub use json::{ExtraFields, JsonError, Number, RawJson, UnknownObject};
pub use messages::{
    AccumulateError, AttachmentError, Base64Source, CacheControl, CacheTtl, Caller, Citation,
    CitationCharLocation, CitationContentBlockLocation, CitationPageLocation, CitationSearchResultLocation,
    CitationWebSearchResultLocation, CitationsConfig, CitationsDelta, Content, ContentBlock,
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, ContentSource, CustomTool, Delta,
    DirectCaller, DocumentBlock, DocumentSource, Effort, ErrorEvent, ImageBlock, ImageSource, InputJsonDelta,
    InvocationMetrics, JsonOutputFormat, MediaType, Message, MessageAccumulator, MessageCreateParams,
    MessageDelta, MessageDeltaEvent, MessageDeltaUsage, MessageParam, MessageStartEvent, MessageStopEvent,
    MessageStreamEvent, Metadata, OutputConfig, OutputFormat, PingEvent, RedactedThinkingBlock, Role,
    SearchResultBlock, ServerToolName, ServerToolUseBlock, SignatureDelta, SizeLimit, StopReason, TextBlock,
    TextDelta, TextSource, ThinkingAdaptive, ThinkingBetweenTools, ThinkingBlock, ThinkingConfig,
    ThinkingDelta, ThinkingDisabled, ThinkingDisplay, ThinkingEnabled, Tool, ToolChoice, ToolChoiceAny,
    ToolChoiceAuto, ToolChoiceNone, ToolChoiceTool, ToolInput, ToolReferenceBlock, ToolResultBlock,
    ToolSearchToolResultBlock, ToolSearchToolResultContent, ToolSearchToolResultError,
    ToolSearchToolResultErrorCode, ToolSearchToolSearchResult, ToolUseBlock, UrlSource, Usage,
};
pub use route::Route;
