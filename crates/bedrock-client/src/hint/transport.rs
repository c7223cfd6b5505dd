//! What to do when the exchange itself failed.

use bedrock_transport::{ConnectFailure, TimeoutPhase, TransportError};

/// Where to look; `None` where the error says all there is.
pub(crate) fn for_transport(error: &TransportError) -> Option<&'static str> {
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
