//! What can go wrong, and who can mend it.

mod cause;
mod kept;
mod kind;
mod predicates;
mod response;
mod scrub;

use std::{error, fmt, sync::Arc, time::Duration};

use bedrock_auth::{Attempt, IdentityError};
use bedrock_transport::TransportError;
use bedrock_types::{ErrorType, Message};

use cause::Cause;
pub use kind::{ErrorKind, StreamFailure};
pub(crate) use response::{modelled_status, refusal, request_id};
pub(crate) use scrub::Scrubber;

use crate::{hint, observe::Caller};

/// Any failure of a call.
///
/// [`kind`](Self::kind) says which part failed. Of a refusal three facts are kept apart: AWS's exception name
/// ([`exception`](Self::exception)), the HTTP status ([`status`](Self::status)) and Anthropic's `error.type`
/// ([`error_type`](Self::error_type)); predicates like [`is_throttled`](Self::is_throttled) read them together.
/// A stream that failed also gives back what had come ([`partial_message`](Self::partial_message)).
///
/// `Display` is one level, [`source`](error::Error::source) the next; neither shows a header or a body that was sent.
///
/// ```
/// use bedrock_client::{Client, ErrorKind};
///
/// let error = Client::builder().region("us-east-1").endpoint_url("http://example.com").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Config);
/// assert!(error.hint().is_some_and(|hint| hint.contains("https")));
/// ```
#[derive(Clone)]
pub struct Error(kept::Kept);

#[derive(Clone)]
struct Facts {
    kind: ErrorKind,
    message: String,
    exception: Option<String>,
    error_type: Option<ErrorType>,
    status: Option<u16>,
    request_id: Option<String>,
    anthropic_request_id: Option<String>,
    attempts: u32,
    retryable: bool,
    retry_after: Option<Duration>,
    hint: Option<String>,
    partial: Option<Message>,
    caller: Option<Arc<Caller>>,
    tried: Vec<Attempt>,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::with_message(kind, message.into())
    }

    #[inline(never)]
    fn with_message(kind: ErrorKind, message: String) -> Self {
        Self(kept::Kept::new(Facts {
            kind,
            message,
            exception: None,
            error_type: None,
            status: None,
            request_id: None,
            anthropic_request_id: None,
            attempts: 0,
            retryable: false,
            retry_after: None,
            hint: None,
            partial: None,
            caller: None,
            tried: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::with_message(ErrorKind::Config, message.into()).hinted(hint.into())
    }

    /// The same failure, seen as another part of a call.
    pub(crate) fn of_kind(kind: ErrorKind, error: impl Into<Self>) -> Self {
        let mut error = error.into();
        error.0.kind = kind;
        error
    }

    /// Cleans every text that the server may have written.
    pub(crate) fn scrubbed(mut self, scrubber: &Scrubber) -> Self {
        let facts = &mut *self.0;
        facts.message = scrubber.clean(&facts.message, KEPT);
        let name = |name: String| scrubber.clean(&name, KEPT_NAME);
        facts.exception = facts.exception.take().map(name);
        let error_type = facts.error_type.take();
        facts.error_type = error_type.map(|kind| name(kind.as_str().to_owned()).as_str().into());
        facts.request_id = facts.request_id.take().map(name);
        facts.anthropic_request_id = facts.anthropic_request_id.take().map(name);
        // A hint may name what the message names.
        facts.hint = facts.hint.take().map(|hint| scrubber.clean(&hint, KEPT));
        self
    }

    pub(crate) fn with_source(self, source: impl error::Error + Send + Sync + 'static) -> Self {
        self.caused_by(Arc::new(source))
    }

    #[inline(never)]
    pub(crate) fn caused_by(mut self, source: Arc<dyn error::Error + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        self.hinted(hint.into())
    }

    #[inline(never)]
    fn hinted(mut self, hint: String) -> Self {
        self.0.hint = Some(hint);
        self
    }

    pub(crate) fn with_exception(mut self, exception: Option<String>) -> Self {
        self.0.exception = exception;
        self
    }

    pub(crate) fn with_error_type(mut self, error_type: Option<ErrorType>) -> Self {
        self.0.error_type = error_type;
        self
    }

    pub(crate) fn with_status(mut self, status: Option<u16>) -> Self {
        self.0.status = status;
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<&str>) -> Self {
        self.0.request_id = request_id.map(str::to_owned);
        self
    }

    pub(crate) fn with_anthropic_request_id(mut self, id: Option<&str>) -> Self {
        self.0.anthropic_request_id = id.map(str::to_owned);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_partial(mut self, partial: Option<&Message>) -> Self {
        self.0.partial = partial.cloned();
        self
    }

    pub(crate) fn with_caller(mut self, caller: Option<Arc<Caller>>) -> Self {
        self.0.caller = caller;
        self
    }

    /// As whom the call was made, where somebody keeps a record of it.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.0.caller.as_deref()
    }

    /// Which part failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What the server said, or what went wrong, without code and status.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The name of the refusal as it was on the wire: AWS's exception name, like `ThrottlingException`, else Anthropic's `error.type`,
    /// like `overloaded_error`.
    pub fn code(&self) -> Option<&str> {
        self.exception().or_else(|| Some(self.error_type()?.as_str()))
    }

    /// AWS's exception name, like `ThrottlingException`; in a stream it begins with a small letter.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html>
    pub fn exception(&self) -> Option<&str> {
        self.0.exception.as_deref()
    }

    /// Anthropic's `error.type`, where the answer or the stream had one. <https://platform.claude.com/docs/en/api/errors>
    pub fn error_type(&self) -> Option<&ErrorType> {
        self.0.error_type.as_ref()
    }

    /// The HTTP status; for an exception in a stream, the one AWS models for it.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What AWS calls the request (`x-amzn-requestid`), to be given to its support; Anthropic's name for it where there is no other.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref().or_else(|| self.anthropic_request_id())
    }

    /// What the Messages API behind AWS calls the request (`request-id`), where it says so.
    pub fn anthropic_request_id(&self) -> Option<&str> {
        self.0.anthropic_request_id.as_deref()
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Where no identity was found: each source, in the order tried, with the reason it gave nothing. The message has them in one line.
    pub fn tried(&self) -> &[Attempt] {
        &self.0.tried
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What had come before the failure. Of a stream, a snapshot from `message_start` on; of an answer that came whole and could not
    /// be read as a value (`parse_with_schema`), all of it.
    pub fn partial_message(&self) -> Option<&Message> {
        self.0.partial.as_ref()
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match &error {
            TransportError::InvalidRequest { .. } => ErrorKind::Config,
            TransportError::Connect { .. } => ErrorKind::Connect,
            // What a truncated body means depends on what was read; on its own it is a lost connection.
            TransportError::Truncated { .. } => ErrorKind::Connect,
            TransportError::Timeout(phase) => ErrorKind::Timeout(*phase),
            TransportError::Protocol { .. } => ErrorKind::Protocol,
            TransportError::TooLarge { .. } => ErrorKind::TooLarge,
            _ => ErrorKind::Protocol,
        };
        let retryable = error.is_retryable() || matches!(error, TransportError::Truncated { .. });
        let hint = hint::for_transport(&error);
        let mut facts = Self::new(kind, error.to_string()).with_retryable(retryable);
        facts.0.hint = hint.map(str::to_owned);
        facts.0.source = error::Error::source(&error).map(|source| Arc::new(Cause::of(source)) as _);
        facts
    }
}

impl From<IdentityError> for Error {
    fn from(error: IdentityError) -> Self {
        let hint = error.hint();
        let mut facts = Self::new(ErrorKind::Credentials, error.to_string())
            .with_hint(hint)
            .with_retryable(error.is_transient());
        if let IdentityError::NoneFound { tried } = &error {
            facts.0.tried.clone_from(tried);
        }
        facts.0.source = error::Error::source(&error).map(|source| Arc::new(Cause::of(source)) as _);
        facts
    }
}

/// How much of a server's text is kept, in bytes.
const KEPT: usize = 8 * 1024;

/// How much of a code or an id.
const KEPT_NAME: usize = 256;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code(), self.status()) {
            (Some(code), Some(status)) => write!(f, "{code} ({status}): {}", self.0.message),
            (Some(code), None) => write!(f, "{code}: {}", self.0.message),
            (None, Some(status)) => write!(f, "HTTP {status}: {}", self.0.message),
            (None, None) => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    /// Every fact but the content: a partial message may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("exception", &self.0.exception)
            .field("error_type", &self.0.error_type)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("anthropic_request_id", &self.0.anthropic_request_id)
            .field("attempts", &self.0.attempts)
            .field("retryable", &self.0.retryable)
            .field("retry_after", &self.0.retry_after)
            .field("hint", &self.0.hint)
            .field("partial_message", &self.0.partial.as_ref().map(|_| "…"))
            .field("source", &self.0.source)
            .finish()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_no_larger_than_a_slice() {
        assert_eq!(size_of::<Error>(), size_of::<&[u8]>());
    }

    #[test]
    fn display_is_one_level() {
        let source = TransportError::Truncated { source: "reset by peer".into() };
        let error = Error::from(source);
        assert_eq!(error.to_string(), "the connection was lost before the response was complete");
        assert_eq!(error::Error::source(&error).map(ToString::to_string).as_deref(), Some("reset by peer"));
    }

    #[test]
    fn a_failed_identity_is_retryable_where_its_provider_says_so() {
        let failure = || IdentityError::custom("vault", "it is sealed");
        for transient in [true, false] {
            let error = Error::from(failure().transient(transient));
            assert_eq!(error.is_retryable(), transient);
            assert_eq!(
                error::Error::source(&error).map(ToString::to_string).as_deref(),
                Some("it is sealed")
            );
        }
    }
}
