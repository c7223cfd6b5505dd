//! A connection for its own sake: whether there is one, and what it is like.

use std::future::poll_fn;

use http::Uri;
use hyper_rustls::MaybeHttpsStream;
use rustls::ProtocolVersion;
use tower_service::Service;

use super::connector::{self, Connector};
use super::proxy::Route;
use super::{HyperClient, failure};
use crate::{Reached, Timeouts, TlsFacts, TransportError, TrustedRoots};

/// Connects as a request would, beside the pool, and closes again.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) connector: Connector,
    pub(super) trusted: TrustedRoots,
}

impl HyperClient {
    pub(super) async fn reach(&self, uri: Uri, timeouts: Timeouts) -> Result<Reached, TransportError> {
        let Probe { mut connector, trusted } = self.probe.clone();
        let host = super::host_of(&uri)?;
        let proxy = match self.proxies.route(&uri) {
            Route::Direct => None,
            Route::Forward(proxy) | Route::Tunnel(proxy) => Some(origin(&proxy.uri)),
        };
        let connecting = async {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(uri).await
        };
        let connected = connector::within(timeouts.connect_limit(), connecting).await;
        let stream = connected.map_err(|error| failure::no_connection(error, host))?;
        let tls = match stream.inner().stream().inner() {
            MaybeHttpsStream::Http(_) => None,
            MaybeHttpsStream::Https(stream) => {
                let (_, session) = stream.inner().get_ref();
                let suite = session.negotiated_cipher_suite();
                Some(TlsFacts {
                    version: version(session.protocol_version()),
                    cipher_suite: suite.and_then(|suite| suite.suite().as_str()),
                    trusted,
                })
            }
        };
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
