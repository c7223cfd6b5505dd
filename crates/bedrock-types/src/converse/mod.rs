//! The Converse API of Amazon Bedrock: its requests, answers and stream events, and what they mean in Messages.
//!
//! Names are AWS's (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>), which is why they
//! live in a module of their own: both APIs have a `ContentBlock` and a `Tool`.
//!
//! Each direction has its function: [`ConverseRequest::from_params`] and [`ConverseRequest::to_params`],
//! [`ConverseResponse::to_message`] and [`ConverseResponse::from_message`], [`FromConverseStream`] and [`ToConverseStream`].
//! What Converse cannot carry is an error that names the place; nothing is dropped.
//!
//! ```
//! use bedrock_types::{MessageCreateParams, converse::{ConverseOptions, ConverseRequest}};
//!
//! let params = MessageCreateParams::new("us.anthropic.claude-opus-4-6-v1", 64).user("hi").top_k(5);
//! let request = ConverseRequest::from_params(&params, &ConverseOptions::default())?;
//! assert_eq!(
//!     serde_json::to_string(&request).unwrap(),
//!     r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":64},"#.to_owned()
//!         + r#""additionalModelRequestFields":{"top_k":5},"additionalModelResponseFieldPaths":["/stop_sequence"]}"#,
//! );
//! # Ok::<(), bedrock_types::converse::ConverseError>(())
//! ```
//!
//! What is not here: the model id, which stands in the path, and frames of the event stream.

mod citations;
mod content;
mod error;
mod mapping;
mod media;
mod request;
mod response;
mod stream;
mod tools;

pub use citations::{
    Citation, CitationGeneratedContent, CitationLocation, CitationSourceContent, CitationsConfig,
    CitationsContentBlock, DocumentCharLocation, DocumentChunkLocation, DocumentPageLocation,
    SearchResultLocation, WebLocation,
};
pub use content::{
    CachePointBlock, ContentBlock, ConversationRole, Message, ReasoningContentBlock, ReasoningTextBlock,
    SystemContentBlock, ToolAdditionBlock, ToolReference, ToolRemovalBlock, ToolResultBlock,
    ToolResultContentBlock, ToolResultStatus, ToolUseBlock,
};
pub use error::{ConverseError, ConverseErrorKind};
pub use mapping::{ConverseOptions, DocumentNames, FromConverseStream, PdfReading, ToConverseStream};
pub use media::{
    DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource, ImageBlock, ImageFormat,
    ImageSource, S3Location, SearchResultBlock, SearchResultContentBlock,
};
pub use request::{
    ConverseRequest, GuardrailConfiguration, InferenceConfiguration, JsonSchemaDefinition, OutputConfig,
    OutputFormat, OutputFormatStructure, PerformanceConfiguration, ServiceTier,
};
pub use response::{CacheDetail, ConverseMetrics, ConverseOutput, ConverseResponse, StopReason, TokenUsage};
pub use stream::{
    ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStart, ContentBlockStartEvent,
    ContentBlockStopEvent, ConverseStreamEvent, ConverseStreamMetadataEvent, MessageStartEvent,
    MessageStopEvent, ReasoningContentBlockDelta, ToolUseBlockDelta, ToolUseBlockStart,
};
pub use tools::{
    AnyToolChoice, AutoToolChoice, SpecificToolChoice, SystemTool, Tool, ToolChoice, ToolConfiguration,
    ToolInputSchema, ToolSpecification,
};
