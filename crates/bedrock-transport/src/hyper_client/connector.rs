//! Making a connection, within a time, and knowing at which step it failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::rt::TokioIo;
use rustls::pki_types::InvalidDnsNameError;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use super::failure::find;
use crate::{Cause, ConnectFailure, Timeouts};

tokio::task_local! {
    /// The connector is shared by all requests, and the pool between it and them passes no options on.
    static LIMIT: Duration;
}

/// Runs `request` so that a connection it makes has `limit` to be made.
pub(super) fn within<F: Future>(limit: Duration, request: F) -> impl Future<Output = F::Output> {
    LIMIT.scope(limit, request)
}

/// Name lookup, TCP (happy eyeballs), and TLS where the scheme is `https`.
#[derive(Clone, Debug)]
pub(super) struct Connector(HttpsConnector<HttpConnector<Resolver>>);

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // NAT gateways and load balancers forget a quiet connection after 350 s, while a model may think for longer.
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(60)));
        tcp.set_keepalive_retries(Some(5));
        Self(
            HttpsConnectorBuilder::new()
                .with_tls_config(tls)
                .https_or_http()
                .enable_http1()
                .wrap_connector(tcp),
        )
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.0.poll_ready(context).map_err(ConnectError::of)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let limit = LIMIT.try_get().unwrap_or(Timeouts::default().connect);
        let connecting = timeout(limit, self.0.call(destination));
        Box::pin(
            async move { connecting.await.map_err(|_| ConnectError::TimedOut)?.map_err(ConnectError::of) },
        )
    }
}

/// Why there is no connection. It is cloned out of hyper's error, which only lends it.
#[derive(Clone, Debug)]
pub(super) enum ConnectError {
    TimedOut,
    Failed { reason: ConnectFailure, source: Arc<dyn Error + Send + Sync> },
}

impl ConnectError {
    fn of(error: Cause) -> Self {
        Self::Failed { reason: reason(&*error), source: error.into() }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no connection in time"),
            Self::Failed { reason, .. } => reason.fmt(f),
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TimedOut => None,
            Self::Failed { source, .. } => Some(source.as_ref()),
        }
    }
}

/// Which step an error of the connectors below comes from.
fn reason(error: &(dyn Error + 'static)) -> ConnectFailure {
    if find::<LookupError>(error).is_some() || find::<InvalidDnsNameError>(error).is_some() {
        return ConnectFailure::Dns;
    }
    match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(_)) => ConnectFailure::TlsTrust,
        Some(_) => ConnectFailure::Tls,
        // The TCP connector has an error type of its own; a plain IO error is that of a handshake.
        None if error.is::<io::Error>() => ConnectFailure::Tls,
        None => ConnectFailure::Tcp,
    }
}

/// The system's resolver, whose failures can be told from those of TCP.
#[derive(Clone, Debug)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = LookupError;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, LookupError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), LookupError>> {
        self.0.poll_ready(context).map_err(LookupError)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let lookup = self.0.call(name);
        Box::pin(async move { lookup.await.map_err(LookupError) })
    }
}

#[derive(Debug)]
struct LookupError(io::Error);

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("name lookup failed")
    }
}

impl Error for LookupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
