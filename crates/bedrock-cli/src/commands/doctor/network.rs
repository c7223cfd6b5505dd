//! Where requests go, and whether they get there.

use bedrock_client::{Client, ConnectFailure, Error, Reached, TransportError};

use super::report::Check;
use crate::failure::Failure;

pub(super) fn endpoint(client: &Client) -> Check {
    let endpoint = client.endpoint().to_string();
    let source = client.endpoint_source().to_string();
    Check::ok("endpoint", format!("{endpoint} ({source})")).fact("endpoint", endpoint).fact("source", source)
}

/// Whether the endpoint could be connected to, and how.
pub(super) fn connection(client: &Client, reached: Result<Option<Reached>, TransportError>) -> Check {
    match reached {
        Ok(Some(reached)) => connected(&reached),
        Ok(None) => Check::ok("connection", "not looked at"),
        Err(error) => {
            let (code, hint) = cause(&error, &client.endpoint().origin());
            let failure = Failure::from(Error::from(error));
            Check::fail("connection", code, failure.advised(Some(hint)))
        }
    }
}

fn connected(reached: &Reached) -> Check {
    let through = reached.proxy.as_ref().map(|proxy| format!(", through {proxy}")).unwrap_or_default();
    let check = match &reached.tls {
        None => Check::ok("connection", format!("made, without TLS{through}")),
        Some(tls) => Check::ok("connection", format!("{}, trusted by {}{through}", tls.version, tls.trusted))
            .fact("tls", tls.version)
            .fact("cipher_suite", tls.cipher_suite)
            .fact("trusted", tls.trusted.to_string()),
    };
    check.fact("proxy", reached.proxy.as_deref())
}

/// What stands in the way, and what mends it.
fn cause(error: &TransportError, endpoint: &str) -> (&'static str, String) {
    match error {
        TransportError::Connect { reason: ConnectFailure::TlsTrust, .. } => (
            "ca_unknown",
            format!(
                "if a proxy or gateway of yours signed it, name its CA with --ca-bundle FILE or AWS_CA_BUNDLE; see who signed it: \
                 openssl s_client -showcerts -connect {}",
                authority(endpoint)
            ),
        ),
        TransportError::Connect { reason: ConnectFailure::Tls | ConnectFailure::TlsRefused, .. } => (
            "tls_failed",
            format!(
                "{endpoint} must speak TLS 1.2 or later; if it does not, it is another server: check --endpoint-url and AWS_ENDPOINT_URL"
            ),
        ),
        TransportError::Connect { reason: ConnectFailure::ProxyAuthentication, .. } => (
            "proxy_failed",
            "write user and password into HTTPS_PROXY, percent-encoded: http://USER:PASSWORD@HOST:PORT"
                .to_owned(),
        ),
        TransportError::Connect { reason: ConnectFailure::Proxy, .. } => (
            "proxy_failed",
            format!("correct HTTPS_PROXY, or go past it: export NO_PROXY={}", host(endpoint)),
        ),
        TransportError::Connect { reason: ConnectFailure::Dns, .. } => (
            "endpoint_unreachable",
            format!(
                "check the region (`bedrock models list` works in those that are known) and this machine's DNS: nslookup {}",
                host(endpoint)
            ),
        ),
        _ => (
            "endpoint_unreachable",
            format!(
                "check the network, and that a firewall lets this through: curl -v {endpoint}; a company's network may need HTTPS_PROXY"
            ),
        ),
    }
}

fn authority(endpoint: &str) -> String {
    let authority = endpoint.split_once("://").map_or(endpoint, |(_, authority)| authority);
    if authority.contains(':') { authority.to_owned() } else { format!("{authority}:443") }
}

fn host(endpoint: &str) -> String {
    let authority = authority(endpoint);
    authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_endpoint_as_they_take_it() {
        for (endpoint, authority_of, host_of) in [
            ("https://a.example", "a.example:443", "a.example"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1"),
        ] {
            assert_eq!((authority(endpoint).as_str(), host(endpoint).as_str()), (authority_of, host_of));
        }
    }
}
