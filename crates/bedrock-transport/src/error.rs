//! Why an exchange failed: what went wrong, and whether anything was answered.

use std::error::Error;
use std::fmt;

/// Any error, as the cause of one of ours.
pub type Cause = Box<dyn Error + Send + Sync>;

/// One exchange failed.
///
/// # Troubleshooting
///
/// [`Connect`](Self::Connect) and `Timeout(Connect)` point at the network or the endpoint's name; `TlsTrust` at the
/// CA bundle, `Proxy` at the proxy. [`Truncated`](Self::Truncated) is usually a proxy or a server that closed a long answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// The request cannot be sent as it is; nothing was sent.
    InvalidRequest {
        /// What is wrong with it.
        source: Cause,
    },
    /// The server was not reached, or its connection ended before a response head came: nothing was answered.
    Connect {
        /// At which step.
        reason: ConnectFailure,
        /// Host and port that were asked for.
        host: String,
        /// The error of that step.
        source: Cause,
    },
    /// A time limit passed.
    Timeout(TimeoutPhase),
    /// The connection was lost after the response head, before the body was complete.
    Truncated {
        /// How the connection ended.
        source: Cause,
    },
    /// The server broke HTTP.
    Protocol {
        /// In what way.
        violation: Violation,
        /// The parser's error.
        source: Cause,
    },
    /// The body is longer than the caller allows.
    TooLarge {
        /// What the caller allows, in bytes.
        limit: usize,
    },
}

impl TransportError {
    /// Whether the same request may be sent again: the server was not reached, or gave no answer.
    ///
    /// True for connect timeouts and for connect failures that may pass ([`ConnectFailure::is_retryable`]). A request whose
    /// connection ended without an answer may have been processed all the same ([`ConnectFailure::was_sent`]): to send
    /// it again changes nothing at Bedrock, but may be paid for twice. The other timeouts are not retryable by
    /// themselves, because the model has probably worked in the meantime.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Connect { reason, .. } => reason.is_retryable(),
            Self::Timeout(phase) => *phase == TimeoutPhase::Connect,
            Self::InvalidRequest { .. }
            | Self::Truncated { .. }
            | Self::Protocol { .. }
            | Self::TooLarge { .. } => false,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest { .. } => f.write_str("the request cannot be sent"),
            Self::Connect { reason, host, .. } => write!(f, "no answer from {host}: {reason}"),
            Self::Timeout(phase) => write!(f, "timed out: {phase}"),
            Self::Truncated { .. } => f.write_str("the connection was lost before the response was complete"),
            Self::Protocol { violation, .. } => write!(f, "the server broke the HTTP protocol: {violation}"),
            Self::TooLarge { limit } => write!(f, "the response body is larger than {limit} bytes"),
        }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::InvalidRequest { source }
            | Self::Connect { source, .. }
            | Self::Truncated { source }
            | Self::Protocol { source, .. } => Some(source.as_ref()),
            Self::Timeout(_) | Self::TooLarge { .. } => None,
        }
    }
}

/// The step at which no answer was to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The host name has no address.
    Dns,
    /// No TCP connection.
    Tcp,
    /// The TLS handshake failed.
    Tls,
    /// The server's certificate is not trusted, or not for this host.
    TlsTrust,
    /// The two sides have no version of TLS and no cipher in common, or the server does not take the client's certificate.
    TlsRefused,
    /// The proxy was not reached, or made no connection.
    Proxy,
    /// The proxy answered 407: it wants a user and password, or others than those it was given.
    ProxyAuthentication,
    /// The connection ended before a whole response head came. Part of one is no more than none: it tells nothing of
    /// what the model did.
    Closed,
    /// The connection had answered before and was kept, and ended before a byte of this response came. Servers close kept
    /// connections when they like; the request on its way at that moment was most likely read by nobody.
    Stale,
    /// What answered does not speak HTTP.
    NotHttp,
}

impl ConnectFailure {
    /// Whether another attempt may go better. It may not where certificates, TLS or the password of the proxy are no
    /// good: [`TlsTrust`](Self::TlsTrust), [`TlsRefused`](Self::TlsRefused),
    /// [`ProxyAuthentication`](Self::ProxyAuthentication).
    pub fn is_retryable(self) -> bool {
        match self {
            Self::TlsTrust | Self::TlsRefused | Self::ProxyAuthentication => false,
            Self::Dns | Self::Tcp | Self::Tls | Self::Proxy | Self::Closed | Self::Stale | Self::NotHttp => {
                true
            }
        }
    }

    /// Whether the request, or part of it, may have reached a server: [`Closed`](Self::Closed), [`Stale`](Self::Stale) and
    /// [`NotHttp`](Self::NotHttp). Then it may have been processed, and be paid for.
    pub fn was_sent(self) -> bool {
        match self {
            Self::Closed | Self::Stale | Self::NotHttp => true,
            Self::Dns
            | Self::Tcp
            | Self::Tls
            | Self::TlsTrust
            | Self::TlsRefused
            | Self::Proxy
            | Self::ProxyAuthentication => false,
        }
    }
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the name cannot be resolved",
            Self::Tcp => "the connection cannot be made",
            Self::Tls => "the TLS handshake failed",
            Self::TlsTrust => "the certificate is not trusted",
            Self::TlsRefused => "the two sides do not agree on TLS",
            Self::Proxy => "the proxy failed",
            Self::ProxyAuthentication => "the proxy asks for a user and password (407)",
            Self::Closed => "the connection was closed before a response came",
            Self::Stale => "the kept connection was closed before a response came",
            Self::NotHttp => "what came is not HTTP",
        })
    }
}

/// Which time limit passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// Name lookup, TCP and TLS took too long; nothing was sent.
    Connect,
    /// The head of the response did not come.
    ResponseHead,
    /// The next whole frame of a stream, or piece of a body, did not come.
    Idle,
    /// The exchange as a whole took too long.
    Total,
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection was made",
            Self::ResponseHead => "no response head came",
            Self::Idle => "the response stalled",
            Self::Total => "the exchange was not finished by its deadline",
        })
    }
}

/// How a server broke HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Violation {
    /// The response head has too many headers, or too long ones.
    HeadTooLarge,
    /// The body's framing is malformed.
    MalformedBody,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HeadTooLarge => "the response head is too large",
            Self::MalformedBody => "the body's framing is malformed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(reason: ConnectFailure) -> TransportError {
        TransportError::Connect { reason, host: "example.com:443".into(), source: "the cause".into() }
    }

    #[test]
    fn only_what_was_not_answered_is_retryable() {
        for (error, retryable) in [
            (connect(ConnectFailure::Dns), true),
            (connect(ConnectFailure::Tcp), true),
            (connect(ConnectFailure::Closed), true),
            (connect(ConnectFailure::Stale), true),
            (connect(ConnectFailure::TlsTrust), false),
            (connect(ConnectFailure::TlsRefused), false),
            (connect(ConnectFailure::Proxy), true),
            (connect(ConnectFailure::ProxyAuthentication), false),
            (TransportError::Timeout(TimeoutPhase::Connect), true),
            (TransportError::Timeout(TimeoutPhase::ResponseHead), false),
            (TransportError::Timeout(TimeoutPhase::Idle), false),
            (TransportError::Timeout(TimeoutPhase::Total), false),
            (TransportError::Truncated { source: "x".into() }, false),
            (TransportError::TooLarge { limit: 1 }, false),
        ] {
            assert_eq!(error.is_retryable(), retryable, "{error}");
        }
    }

    #[test]
    fn only_what_went_over_a_connection_was_sent() {
        for (reason, sent) in [
            (ConnectFailure::Dns, false),
            (ConnectFailure::Tcp, false),
            (ConnectFailure::Tls, false),
            (ConnectFailure::TlsTrust, false),
            (ConnectFailure::TlsRefused, false),
            (ConnectFailure::Proxy, false),
            (ConnectFailure::ProxyAuthentication, false),
            (ConnectFailure::Closed, true),
            (ConnectFailure::Stale, true),
            (ConnectFailure::NotHttp, true),
        ] {
            assert_eq!(reason.was_sent(), sent, "{reason}");
        }
    }

    #[test]
    fn display_is_one_level_and_source_the_next() {
        let error = connect(ConnectFailure::TlsTrust);
        assert_eq!(error.to_string(), "no answer from example.com:443: the certificate is not trusted");
        assert_eq!(error.source().unwrap().to_string(), "the cause");
    }
}
