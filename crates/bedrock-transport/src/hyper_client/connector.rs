//! Making a connection, within a time, and knowing at which step it failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
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
pub(super) struct Connector<R = Resolver> {
    tcp: HttpConnector<R>,
    tls: Arc<rustls::ClientConfig>,
}

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig) -> Self {
        Self::resolving(Resolver(GaiResolver::new()), tls)
    }
}

impl<R> Connector<R> {
    fn resolving(resolver: R, tls: rustls::ClientConfig) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // NAT gateways and load balancers forget a quiet connection after 350 s, while a model may think for longer.
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(60)));
        tcp.set_keepalive_retries(Some(5));
        Self { tcp, tls: Arc::new(tls) }
    }
}

impl<R> Service<Uri> for Connector<R>
where
    HttpConnector<R>:
        Service<Uri, Response = TokioIo<TcpStream>, Future: Send + 'static, Error: Into<Cause>> + Clone,
{
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.tcp.poll_ready(context).map_err(|error| ConnectError::of(error.into()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let limit = LIMIT.try_get().unwrap_or(Timeouts::default().connect);
        let mut tcp = self.tcp.clone();
        // It is divided among the addresses of a name, so that a dead one does not take the time of the next.
        tcp.set_connect_timeout(Some(limit));
        let connecting = timeout(limit, HttpsConnector::from((tcp, self.tls.clone())).call(destination));
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
        // The time of the last address may be over a moment before that of the whole.
        if find::<io::Error>(&*error).is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
            return Self::TimedOut;
        }
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
pub(super) struct Resolver(GaiResolver);

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
pub(super) struct LookupError(io::Error);

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

// What a full queue of a listener does, and 127.0.0.2, differ elsewhere.
#[cfg(test)]
#[cfg(all(feature = "ring", target_os = "linux"))]
mod tests {
    use std::net::SocketAddr;

    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Every name has these addresses.
    #[derive(Clone)]
    struct Fixed(Vec<SocketAddr>);

    impl Service<Name> for Fixed {
        type Response = std::vec::IntoIter<SocketAddr>;
        type Error = io::Error;
        type Future = std::future::Ready<io::Result<Self::Response>>;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _name: Name) -> Self::Future {
            std::future::ready(Ok(self.0.clone().into_iter()))
        }
    }

    /// An address that neither accepts nor refuses: its queue is full for as long as the sockets are held.
    async fn dead() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
            waiting.push(stream.unwrap());
        }
        (address, listener, waiting)
    }

    async fn connect(addresses: Vec<SocketAddr>, limit: Duration) -> Result<(), ConnectError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let mut connector = Connector::resolving(Fixed(addresses), tls);
        let uri = "http://two.example/".parse().unwrap();
        within(limit, async { connector.call(uri).await.map(|_| ()) }).await
    }

    #[tokio::test]
    async fn a_dead_address_leaves_time_for_the_next() {
        let (dead, _listener, _waiting) = dead().await;
        let alive = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let addresses = vec![dead, alive.local_addr().unwrap()];
        connect(addresses, Duration::from_secs(2)).await.unwrap();

        let error = connect(vec![dead], Duration::from_millis(100)).await.unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut), "{error}");
        let error = connect(vec![dead, dead], Duration::from_millis(100)).await.unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut), "{error}");
    }
}
