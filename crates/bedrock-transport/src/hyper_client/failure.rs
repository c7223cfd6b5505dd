//! What hyper's errors mean for one exchange.

use std::error::Error;
use std::io;

use http::{StatusCode, Uri};

use super::connector::{ConnectError, tls_reason};
use super::tunnel::ProxyError;
use crate::{ConnectFailure, TimeoutPhase, TransportError, Violation};

/// An error that came instead of a response head, on a connection that is stale or not.
pub(super) fn before_head(error: hyper::Error, host: String, is_stale: bool) -> TransportError {
    if is_head_too_large(&error) {
        return TransportError::Protocol { violation: Violation::HeadTooLarge, source: error.into() };
    }
    if error.is_user() {
        return TransportError::InvalidRequest { source: error.into() };
    }
    let reason = if error.is_parse() {
        ConnectFailure::NotHttp
    } else {
        let tls = find::<rustls::Error>(&error).map(tls_reason);
        let closed = if is_stale { ConnectFailure::Stale } else { ConnectFailure::Closed };
        tls.filter(|reason| !reason.is_retryable()).unwrap_or(closed)
    };
    TransportError::Connect { reason, host, source: error.into() }
}

/// Whether the head was longer than hyper reads.
///
/// hyper has a predicate for it where it is compiled as a server too, which would add a second and a half to every build, so the text
/// has to do: each of hyper's kinds of errors has its own.
fn is_head_too_large(error: &hyper::Error) -> bool {
    error.is_parse() && error.to_string() == "message head is too large"
}

/// An error that came instead of a connection.
pub(super) fn no_connection(error: ConnectError, host: String) -> TransportError {
    match error {
        ConnectError::TimedOut => TransportError::Timeout(TimeoutPhase::Connect),
        ConnectError::Failed { reason, source } => TransportError::Connect { reason, host, source },
    }
}

/// A proxy that reads requests wants to know who asks.
pub(super) fn proxy_refused(proxy: &Uri, status: StatusCode, host: String) -> TransportError {
    let source = ProxyError::refused(proxy, status).into();
    TransportError::Connect { reason: ConnectFailure::ProxyAuthentication, host, source }
}

/// An error that came instead of the rest of a body.
pub(super) fn in_body(error: hyper::Error) -> TransportError {
    // hyper's chunk parser and TLS below it give errors of the same kinds; what breaks below HTTP is a lost connection.
    let malformed = find::<rustls::Error>(&error).is_none()
        && find::<io::Error>(&error)
            .is_some_and(|io| matches!(io.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput));
    let source = error.into();
    if malformed {
        TransportError::Protocol { violation: Violation::MalformedBody, source }
    } else {
        TransportError::Truncated { source }
    }
}

/// The first error of type `E` in a chain.
///
/// `source()` alone does not find everything: an IO error made of another error skips that one and gives its source.
pub(super) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_inside_io_errors_is_found() {
        let inner = ConnectError::TimedOut;
        let error = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, inner));
        assert!(matches!(find::<ConnectError>(&error), Some(ConnectError::TimedOut)));
        assert!(find::<hyper::Error>(&error).is_none());
    }
}
