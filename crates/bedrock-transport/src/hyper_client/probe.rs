//! A connection for its own sake: whether there is one, and what it is like.

use http::Uri;
use rustls::ProtocolVersion;

use super::proxy::Route;
use super::{HyperClient, failure, origin_of, pool};
use crate::{Reached, TimeoutPhase, Timeouts, TlsFacts, TransportError};

impl HyperClient {
    /// Connects as a request would, beside the pool, and closes again.
    pub(super) async fn reach(&self, uri: Uri, timeouts: Timeouts) -> Result<Reached, TransportError> {
        let host = origin_of(&uri)?.authority;
        let proxy = match self.proxies.route(&uri) {
            Route::Direct => None,
            Route::Forward(proxy) | Route::Tunnel(proxy) => Some(origin(&proxy.uri)),
        };
        let connecting = self.proxied.connector().connect(&uri);
        let connected =
            pool::in_time(connecting, timeouts.connect_limit(), TimeoutPhase::Connect, None).await?;
        let connected = connected.map_err(|error| failure::no_connection(error, host.to_string()))?;
        let tls = connected.session.map(|session| TlsFacts {
            version: version(session.version),
            cipher_suite: session.suite.and_then(|suite| suite.suite().as_str()),
            trusted: self.trusted.clone(),
        });
        Ok(Reached { proxy, tls })
    }
}

/// Scheme, host and port: whoever wrote the proxy into a variable may have put a password beside them.
fn origin(proxy: &Uri) -> String {
    let host = proxy.host().unwrap_or_default();
    let port = proxy.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}", proxy.scheme_str().unwrap_or("http"))
}

fn version(agreed: Option<ProtocolVersion>) -> &'static str {
    match agreed {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_proxy_its_origin_is_told() {
        for (uri, expected) in [
            ("http://me:canary@proxy.example:3128/", "http://proxy.example:3128"),
            ("https://proxy.example", "https://proxy.example"),
        ] {
            assert_eq!(origin(&uri.parse().unwrap()), expected);
        }
    }
}
