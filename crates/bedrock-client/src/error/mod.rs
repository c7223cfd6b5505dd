//! What can go wrong, and who can mend it.

mod kind;
mod response;
mod scrub;

use std::{error, fmt, sync::Arc, time::Duration};

use bedrock_auth::IdentityError;
use bedrock_transport::{TimeoutPhase, TransportError};
use bedrock_types::Message;

pub use kind::{ErrorKind, StreamFailure};
pub(crate) use response::{modelled_status, refusal, request_id};
pub(crate) use scrub::Scrubber;

/// Any failure of a call.
///
/// Three facts are kept apart: AWS's exception name or Anthropic's `error.type` ([`code`](Self::code)), the HTTP status
/// ([`status`](Self::status)), and which part failed ([`kind`](Self::kind)).
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
pub struct Error(Box<Facts>);

#[derive(Clone)]
struct Facts {
    kind: ErrorKind,
    message: String,
    code: Option<String>,
    status: Option<u16>,
    request_id: Option<String>,
    attempts: u32,
    retryable: bool,
    retry_after: Option<Duration>,
    hint: Option<String>,
    partial: Option<Message>,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Facts {
            kind,
            message: message.into(),
            code: None,
            status: None,
            request_id: None,
            attempts: 0,
            retryable: false,
            retry_after: None,
            hint: None,
            partial: None,
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message).with_hint(hint)
    }

    /// The same failure, seen as another part of a call.
    pub(crate) fn of_kind(kind: ErrorKind, error: impl Into<Self>) -> Self {
        let mut error = error.into();
        error.0.kind = kind;
        error
    }

    /// Cleans every text that the server may have written.
    pub(crate) fn scrubbed(mut self, scrubber: &Scrubber) -> Self {
        self.0.message = scrubber.clean(&self.0.message, KEPT);
        self.0.code = self.0.code.map(|code| scrubber.clean(&code, KEPT_NAME));
        self.0.request_id = self.0.request_id.map(|id| scrubber.clean(&id, KEPT_NAME));
        self
    }

    pub(crate) fn with_source(mut self, source: impl error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
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

    /// Which part failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What the server said, or what went wrong, without code and status.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// AWS's exception name, like `ThrottlingException`, or Anthropic's error type, as it was on the wire.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The HTTP status; for an exception in a stream, the one AWS models for it.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What AWS calls the request, to be given to its support; there whenever the server gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What a stream had given before it failed, from `message_start` on: a snapshot, not a message.
    pub fn partial_message(&self) -> Option<&Message> {
        self.0.partial.as_ref()
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the same call may succeed later. The client has already retried what it retries by itself; after the
    /// first event of a stream it never does, because a second answer is paid for again.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether there were too many requests or tokens: wait, or ask for a higher quota. A model that is still being loaded
    /// (`ModelNotReadyException`, 429 too) is not that.
    pub fn is_throttled(&self) -> bool {
        self.0.status == Some(429)
            && !self.0.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("ModelNotReadyException"))
    }

    /// Whether a time limit passed; [`kind`](Self::kind) says which.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(_))
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
        let hint = hint_for(&error);
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
        facts.0.source = error::Error::source(&error).map(|source| Arc::new(Cause::of(source)) as _);
        facts
    }
}

fn hint_for(error: &TransportError) -> Option<&'static str> {
    use bedrock_transport::ConnectFailure;

    match error {
        TransportError::Connect { reason, .. } => Some(match reason {
            ConnectFailure::Dns => {
                "check the region and the endpoint's name, and that this machine can resolve it"
            }
            ConnectFailure::Tcp => "check that the endpoint is right and that something listens there",
            ConnectFailure::Tls => "check that the endpoint speaks TLS 1.2 or later on this port",
            ConnectFailure::TlsTrust => {
                "check the endpoint's name, or name the CA that signed its certificate with --ca-bundle or AWS_CA_BUNDLE"
            }
            ConnectFailure::TlsRefused => {
                "check that the endpoint speaks TLS 1.2 or later, and whether it asks for a client certificate"
            }
            ConnectFailure::Proxy => "check the proxy in HTTPS_PROXY, or exempt the endpoint in NO_PROXY",
            ConnectFailure::ProxyAuthentication => {
                "check user and password in HTTPS_PROXY; what is special in them must be percent-encoded"
            }
            ConnectFailure::NotHttp => "check that the endpoint is an HTTP server",
            _ => "try again; if it persists, check what stands between here and the endpoint",
        }),
        TransportError::Timeout(phase) => Some(match phase {
            TimeoutPhase::Connect => "check the network and the endpoint, or allow more time to connect",
            TimeoutPhase::ResponseHead => {
                "stream the answer, or allow more time: the call may have been paid for"
            }
            TimeoutPhase::Idle => {
                "allow more time between events, or try again: the call may have been paid for"
            }
            _ => "allow more time: the call may have been paid for",
        }),
        _ => None,
    }
}

/// How much of a server's text is kept, in bytes.
const KEPT: usize = 8 * 1024;

/// How much of a code or an id.
const KEPT_NAME: usize = 256;

/// A source that is a copy of its text, so that an error can be cloned.
struct Cause {
    text: String,
    source: Option<Box<Self>>,
}

impl Cause {
    fn of(error: &(dyn error::Error + 'static)) -> Self {
        Self { text: error.to_string(), source: error.source().map(|source| Box::new(Self::of(source))) }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl error::Error for Cause {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.code, self.0.status) {
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
            .field("code", &self.0.code)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
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
    fn an_error_is_the_size_of_a_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
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
