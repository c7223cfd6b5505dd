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
use super::hop::Hop;
use super::proxy::{Proxies, Route};
use super::tunnel::{self, ProxyError, ProxyProblem};
use crate::{Cause, ConnectFailure, Timeouts};

tokio::task_local! {
    /// The connector is shared by all requests, and the pool between it and them passes no options on.
    static LIMIT: Duration;
}

/// Runs `request` so that a connection it makes has `limit` to be made.
pub(super) fn within<F: Future>(limit: Duration, request: F) -> impl Future<Output = F::Output> {
    LIMIT.scope(limit, request)
}

/// Name lookup, TCP (happy eyeballs), the way through a proxy, and TLS where the scheme is `https`.
#[derive(Clone, Debug)]
pub(super) struct Connector<R = Resolver> {
    hops: Hops<R>,
    tls: Arc<rustls::ClientConfig>,
}

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig, proxies: Proxies) -> Self {
        Self::resolving(Resolver(GaiResolver::new()), tls, proxies)
    }
}

impl<R> Connector<R> {
    fn resolving(resolver: R, tls: rustls::ClientConfig, proxies: Proxies) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // NAT gateways and load balancers forget a quiet connection after 350 s, while a model may think for longer.
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(60)));
        tcp.set_keepalive_retries(Some(5));
        // What is spoken to a proxy is HTTP/1.1, whatever is offered to servers.
        let mut proxy_tls = tls.clone();
        proxy_tls.alpn_protocols.clear();
        Self { hops: Hops { tcp, proxy_tls: Arc::new(proxy_tls), proxies }, tls: Arc::new(tls) }
    }
}

impl<R> Service<Uri> for Connector<R>
where
    HttpConnector<R>: Tcp,
    R: Clone,
{
    type Response = MaybeHttpsStream<Hop>;
    type Error = ConnectError;
    type Future = Connecting<Self::Response, ConnectError>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.hops.poll_ready(context).map_err(ConnectError::of)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let limit = LIMIT.try_get().unwrap_or(Timeouts::default().connect);
        let mut hops = self.hops.clone();
        // It is divided among the addresses of a name, so that a dead one does not take the time of the next.
        hops.tcp.set_connect_timeout(Some(limit));
        let connecting = timeout(limit, HttpsConnector::from((hops, self.tls.clone())).call(destination));
        Box::pin(
            async move { connecting.await.map_err(|_| ConnectError::TimedOut)?.map_err(ConnectError::of) },
        )
    }
}

type Connecting<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// The way to a server, before TLS with it.
#[derive(Clone, Debug)]
struct Hops<R> {
    tcp: HttpConnector<R>,
    proxy_tls: Arc<rustls::ClientConfig>,
    proxies: Proxies,
}

impl<R> Service<Uri> for Hops<R>
where
    HttpConnector<R>: Tcp,
{
    type Response = Hop;
    type Error = Cause;
    type Future = Connecting<Hop, Cause>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let (proxy, is_tunnel) = match self.proxies.route(&destination) {
            Route::Direct => {
                let connecting = self.tcp.call(destination);
                return Box::pin(async move { Ok(Hop::to_server(connecting.await.map_err(Into::into)?)) });
            }
            Route::Forward(proxy) => (proxy, false),
            Route::Tunnel(proxy) => (proxy, true),
        };
        let connecting =
            HttpsConnector::from((self.tcp.clone(), self.proxy_tls.clone())).call(proxy.uri.clone());
        Box::pin(async move {
            let connection = connecting.await.map_err(|cause| ProxyError::unreachable(&proxy.uri, cause))?;
            if is_tunnel {
                Ok(Hop::to_server(tunnel::open(connection, &proxy, &destination).await?))
            } else {
                Ok(Hop::to_forwarder(connection))
            }
        })
    }
}

/// A maker of TCP connections: what hyper-util's is with any resolver.
trait Tcp:
    Service<Uri, Response = TokioIo<TcpStream>, Future: Send + 'static, Error: Into<Cause>> + Clone
{
}

impl<T> Tcp for T where
    T: Service<Uri, Response = TokioIo<TcpStream>, Future: Send + 'static, Error: Into<Cause>> + Clone
{
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

/// Which step an error of the connectors comes from.
fn reason(error: &(dyn Error + 'static)) -> ConnectFailure {
    if let Some(proxy) = find::<ProxyError>(error) {
        return proxy_reason(proxy);
    }
    if find::<LookupError>(error).is_some() || find::<InvalidDnsNameError>(error).is_some() {
        return ConnectFailure::Dns;
    }
    match find::<rustls::Error>(error) {
        Some(error) => tls_reason(error),
        // The TCP connector has an error type of its own; a plain IO error is that of a handshake.
        None if error.is::<io::Error>() => ConnectFailure::Tls,
        None => ConnectFailure::Tcp,
    }
}

fn proxy_reason(error: &ProxyError) -> ConnectFailure {
    match &error.problem {
        ProxyProblem::Refused(407) => ConnectFailure::ProxyAuthentication,
        ProxyProblem::Unreachable(cause) => match find::<rustls::Error>(&**cause).map(tls_reason) {
            Some(reason @ (ConnectFailure::TlsTrust | ConnectFailure::TlsRefused)) => reason,
            _ => ConnectFailure::Proxy,
        },
        ProxyProblem::Refused(_) | ProxyProblem::Closed | ProxyProblem::NotHttp => ConnectFailure::Proxy,
    }
}

/// What TLS tells, of a handshake or after it: the alert that refuses a client's certificate comes late in TLS 1.3.
pub(super) fn tls_reason(error: &rustls::Error) -> ConnectFailure {
    use rustls::AlertDescription as Alert;
    match error {
        rustls::Error::InvalidCertificate(_) => ConnectFailure::TlsTrust,
        rustls::Error::PeerIncompatible(_) => ConnectFailure::TlsRefused,
        rustls::Error::AlertReceived(
            Alert::ProtocolVersion
            | Alert::HandshakeFailure
            | Alert::InsufficientSecurity
            | Alert::UnrecognisedName
            | Alert::NoApplicationProtocol
            | Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied,
        ) => ConnectFailure::TlsRefused,
        _ => ConnectFailure::Tls,
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
    async fn dead(address: &str) -> (SocketAddr, TcpListener, Vec<TcpStream>) {
        let address: SocketAddr = address.parse().unwrap();
        let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }.unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
            waiting.push(stream.unwrap());
        }
        (address, listener, waiting)
    }

    async fn connect(addresses: Vec<SocketAddr>, limit: Duration) -> Result<(), ConnectError> {
        let mut connector = connector(addresses);
        let uri = "http://two.example/".parse().unwrap();
        within(limit, async { connector.call(uri).await.map(|_| ()) }).await
    }

    fn connector(addresses: Vec<SocketAddr>) -> Connector<Fixed> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        Connector::resolving(Fixed(addresses), tls, Proxies::NONE)
    }

    #[tokio::test]
    async fn a_dead_address_leaves_time_for_the_next() {
        let (dead, _listener, _waiting) = dead("127.0.0.1:0").await;
        let alive = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let addresses = vec![dead, alive.local_addr().unwrap()];
        connect(addresses, Duration::from_secs(2)).await.unwrap();

        let error = connect(vec![dead], Duration::from_millis(100)).await.unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut), "{error}");
        let error = connect(vec![dead, dead], Duration::from_millis(100)).await.unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut), "{error}");
    }
    /// The other kind of address is tried after 300 ms, long before the time of the first is over.
    #[tokio::test]
    async fn a_dead_address_of_one_kind_does_not_hold_up_the_other() {
        let (dead, _listener, _waiting) = dead("[::1]:0").await;
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Both kinds together have an hour: what hangs fails by the patience of the test.
        let connecting = connect(vec![dead, alive.local_addr().unwrap()], Duration::from_secs(3600));
        timeout(Duration::from_secs(20), connecting).await.expect("it falls over").unwrap();
    }

    #[tokio::test]
    async fn a_name_may_have_an_ipv6_address_only() {
        let alive = TcpListener::bind("[::1]:0").await.unwrap();
        connect(vec![alive.local_addr().unwrap()], Duration::from_secs(20)).await.unwrap();
    }

    #[tokio::test]
    async fn connections_send_at_once_and_are_kept_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut hops = connector(vec![listener.local_addr().unwrap()]).hops;
        let stream = hops.tcp.call("http://any.example/".parse().unwrap()).await.unwrap().into_inner();
        let socket = socket2::SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(60));
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(60));
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 5);
    }
}
