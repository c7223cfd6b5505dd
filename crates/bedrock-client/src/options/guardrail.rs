//! A guardrail for a call.

/// A guardrail that looks at what goes in and what comes out.
///
/// InvokeModel and Converse have it; the Messages API does not.
///
/// ```
/// use bedrock_client::{Guardrail, StreamProcessingMode};
///
/// let guardrail = Guardrail::new("abc123def456", "1").stream_processing_mode(StreamProcessingMode::Asynchronous);
/// assert_eq!(guardrail.version, "1");
/// ```
///
/// Models <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guardrail {
    /// Its id or ARN.
    pub identifier: String,
    /// Its version, like `1`, or `DRAFT`.
    pub version: String,
    /// Of a stream: whether text is held back until it was looked at.
    pub stream_processing_mode: Option<StreamProcessingMode>,
    /// On InvokeModel, the end of the tags that stand around what is to be looked at; left out, all is.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tagging.html>
    pub tag_suffix: Option<String>,
}

impl Guardrail {
    /// A guardrail by its id or ARN, and its version, like `1` or `DRAFT`.
    pub fn new(identifier: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            version: version.into(),
            stream_processing_mode: None,
            tag_suffix: None,
        }
    }

    /// Whether a stream's text is held back until it was looked at.
    #[must_use]
    pub fn stream_processing_mode(mut self, mode: StreamProcessingMode) -> Self {
        self.stream_processing_mode = Some(mode);
        self
    }

    /// On InvokeModel, looks only at what stands in tags that end so.
    #[must_use]
    pub fn tag_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.tag_suffix = Some(suffix.into());
        self
    }
}

/// When a guardrail looks at a stream: <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-streaming.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamProcessingMode {
    /// Before the text is given out.
    Synchronous,
    /// While it is given out: faster, and something may get through.
    Asynchronous,
}
