//! Which part failed.

use std::fmt;

use bedrock_transport::TimeoutPhase;

/// Which part of a call failed, and so who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller: a setting is missing or contradicts another, or an id is not one. Nothing was sent.
    Config,
    /// The environment: no identity was found, or the one that was found is no good. Nothing was sent.
    Credentials,
    /// The network: nobody answered, or a whole answer was cut.
    Connect,
    /// A time limit passed.
    Timeout(TimeoutPhase),
    /// Bedrock or the model said no.
    Api,
    /// A stream began and did not end well.
    Stream(StreamFailure),
    /// The answer is not what it should be: another content type, not JSON, a member missing.
    Decode,
    /// The answer is larger than this client takes.
    TooLarge,
    /// The peer broke the protocol: impossible HTTP, or events out of order.
    Protocol,
}

/// How a stream failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamFailure {
    /// It ended inside a frame, or the connection was lost.
    Truncated,
    /// A checksum or the structure of a frame is wrong.
    Corrupt,
    /// It ended between frames, without `message_stop`.
    Incomplete,
    /// Bedrock sent an exception.
    Exception,
    /// The model sent an `error` event.
    Api,
}

impl ErrorKind {
    /// Its name in the program's JSON errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Credentials => "credentials",
            Self::Connect => "connect",
            Self::Timeout(TimeoutPhase::Connect) => "timeout_connect",
            Self::Timeout(TimeoutPhase::ResponseHead) => "timeout_read",
            Self::Timeout(TimeoutPhase::Idle) => "timeout_idle",
            Self::Timeout(_) => "timeout_total",
            Self::Api => "api",
            Self::Stream(StreamFailure::Truncated) => "stream_truncated",
            Self::Stream(StreamFailure::Corrupt) => "stream_corrupt",
            Self::Stream(StreamFailure::Incomplete) => "stream_incomplete",
            Self::Stream(StreamFailure::Exception) => "stream_exception",
            Self::Stream(StreamFailure::Api) => "stream_api",
            Self::Decode => "decode",
            Self::TooLarge => "too_large",
            Self::Protocol => "protocol",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
