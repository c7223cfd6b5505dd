//! Why a command failed, as its exit code and its JSON.

use std::io;

use bedrock_client::{Error, ErrorKind, Message, MessageStream};
use serde::Serialize;

/// A command that did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed.
    Call(Error),
    /// Something that the caller can mend before anything is sent.
    Config { message: String, hint: String },
    /// The identity that was found is none for this command; nothing was sent.
    Credentials { message: String, hint: String },
    /// A service answered, but not what was wanted; of a call of Bedrock there is [`Call`](Self::Call).
    Service { message: String, hint: String },
    /// A service was not reached.
    #[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "only S3 is called past the client"))]
    Unreached { message: String, hint: String },
    /// A file or stream of this machine.
    Io { message: String, hint: String, input: bool },
    /// Stdout was closed: whoever read it has seen enough.
    ClosedPipe,
    /// What a report on stdout has told already.
    Reported(Box<Self>),
    /// One of which this command knows better than the library what to do about it.
    Advised { failure: Box<Self>, hint: String },
    /// Ctrl-C, with what had come.
    Interrupted(Interrupted),
}

/// What was known of a call when Ctrl-C came.
#[derive(Debug, Default)]
pub(crate) struct Interrupted {
    pub(crate) partial: Option<Box<Message>>,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: Option<u32>,
}

impl From<&MessageStream> for Interrupted {
    fn from(stream: &MessageStream) -> Self {
        Self {
            partial: stream.snapshot().cloned().map(Box::new),
            request_id: stream.request_id().map(str::to_owned),
            attempts: Some(stream.attempts()),
        }
    }
}

impl Failure {
    pub(crate) fn config(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Config { message: message.into(), hint: hint.into() }
    }

    pub(crate) fn credentials(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Credentials { message: message.into(), hint: hint.into() }
    }

    pub(crate) fn service(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Service { message: message.into(), hint: hint.into() }
    }

    #[cfg(feature = "s3")]
    pub(crate) fn unreached(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Unreached { message: message.into(), hint: hint.into() }
    }

    /// An input that cannot be read.
    pub(crate) fn input(what: &str, error: &io::Error) -> Self {
        Self::Io {
            message: format!("{what}: {error}"),
            hint: "name a file that exists and can be read, or - for stdin".to_owned(),
            input: true,
        }
    }

    /// Anything else of this machine that failed.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self::Io { message: format!("{what}: {error}"), hint: String::new(), input: false }
    }

    /// With another hint, if there is one.
    pub(crate) fn advised(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => Self::Advised { failure: Box::new(self), hint },
            None => self,
        }
    }

    /// A failed write of a result.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::io("stdout", error),
        }
    }

    /// 0 done, 1 api, 2 usage or config, 3 credentials, 4 connect or timeout, 5 a broken answer, 130 interrupted.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Call(error) => match error.kind() {
                ErrorKind::Api => 1,
                ErrorKind::Config => 2,
                ErrorKind::Credentials => 3,
                ErrorKind::Connect | ErrorKind::Timeout(_) => 4,
                _ => 5,
            },
            Self::Config { .. } | Self::Io { input: true, .. } => 2,
            Self::Credentials { .. } => 3,
            Self::Service { .. } => 1,
            Self::Unreached { .. } => 4,
            Self::Io { input: false, .. } => 1,
            Self::ClosedPipe => 0,
            Self::Reported(failure) | Self::Advised { failure, .. } => failure.exit_code(),
            Self::Interrupted(_) => 130,
        }
    }

    /// What happened, in one line: each level of the error after the other.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Call(error) => chain(error),
            Self::Config { message, .. }
            | Self::Credentials { message, .. }
            | Self::Service { message, .. }
            | Self::Unreached { message, .. }
            | Self::Io { message, .. } => message.clone(),
            Self::ClosedPipe => "stdout was closed".to_owned(),
            Self::Reported(failure) | Self::Advised { failure, .. } => failure.message(),
            Self::Interrupted(_) => "interrupted".to_owned(),
        }
    }

    /// What happened, in a line for people and, where there is a list, a line for each of its members.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::Call(error) if !error.tried().is_empty() => {
                let tried =
                    error.tried().iter().map(|attempt| format!("  {}: {}", attempt.source, attempt.reason));
                std::iter::once("no AWS identity found, but these were tried:".to_owned())
                    .chain(tried)
                    .collect()
            }
            _ => vec![self.message()],
        }
    }

    /// The same without the facts that have members of their own.
    fn plain_message(&self) -> String {
        match self {
            Self::Call(error) => with_sources(error.message().to_owned(), error),
            Self::Reported(failure) | Self::Advised { failure, .. } => failure.plain_message(),
            _ => self.message(),
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Call(error) => error.hint().map(str::to_owned),
            Self::Config { hint, .. }
            | Self::Credentials { hint, .. }
            | Self::Service { hint, .. }
            | Self::Unreached { hint, .. }
            | Self::Io { hint, .. }
            | Self::Advised { hint, .. } => Some(hint.clone()).filter(|hint| !hint.is_empty()),
            Self::Reported(failure) => failure.hint(),
            Self::ClosedPipe | Self::Interrupted(_) => None,
        }
    }

    /// The error object of `--output json`.
    pub(crate) fn report(&self) -> Report<'_> {
        match self {
            Self::Reported(failure) => return failure.report(),
            Self::Advised { failure, hint } => {
                let mut report = failure.report();
                report.error.hint = Some(hint.clone());
                return report;
            }
            _ => {}
        }
        let (call, interrupted) = match self {
            Self::Call(error) => (Some(error), None),
            Self::Interrupted(interrupted) => (None, Some(interrupted)),
            _ => (None, None),
        };
        let partial = match interrupted {
            Some(interrupted) => interrupted.partial.as_deref(),
            None => call.and_then(Error::partial_message),
        };
        let request_id = interrupted.and_then(|interrupted| interrupted.request_id.as_deref());
        let attempts = interrupted.and_then(|interrupted| interrupted.attempts);
        let wait = call.and_then(Error::retry_after);
        Report {
            error: Facts {
                kind: self.kind(),
                code: call.and_then(Error::code),
                status: call.and_then(Error::status),
                message: self.plain_message(),
                request_id: request_id.or_else(|| call.and_then(Error::request_id)),
                attempts: attempts.or_else(|| call.map(Error::attempts)).filter(|&attempts| attempts > 0),
                retryable: self.is_retryable(),
                retry_after_ms: wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
                hint: self.hint(),
                partial_message: partial,
            },
        }
    }

    /// Whether the same command may succeed later; nobody knows after Ctrl-C.
    fn is_retryable(&self) -> Option<bool> {
        match self {
            Self::Call(error) => Some(error.is_retryable()),
            Self::Reported(failure) | Self::Advised { failure, .. } => failure.is_retryable(),
            Self::Interrupted(_) => None,
            _ => Some(false),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Call(error) => error.kind().as_str(),
            Self::Config { .. } => "config",
            Self::Credentials { .. } => "credentials",
            Self::Service { .. } => "api",
            Self::Unreached { .. } => "connect",
            Self::Io { .. } | Self::ClosedPipe => "io",
            Self::Reported(failure) | Self::Advised { failure, .. } => failure.kind(),
            Self::Interrupted(_) => "interrupted",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// What `--output json` says of a failure, as one object.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    error: Facts<'a>,
}

/// The facts of a failure; those that are not there are left out.
#[derive(Debug, Serialize)]
struct Facts<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retryable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_message: Option<&'a Message>,
}

/// Every level of an error, from the top down.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    with_sources(error.to_string(), error)
}

fn with_sources(mut text: String, error: &dyn std::error::Error) -> String {
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
