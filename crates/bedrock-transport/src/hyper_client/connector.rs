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
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::TokioIo;
use rustls::pki_types::InvalidDnsNameError;
use tokio::time::timeout;
use tower_service::Service;

use super::dial::{Dialler, LookupError, Resolve};
use super::failure::find;
use super::hop::Hop;
use super::kept::Kept;
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

/// Name lookup and TCP, the way through a proxy, and TLS where the scheme is `https`.
#[derive(Clone, Debug)]
pub(super) struct Connector<R = GaiResolver> {
    hops: Hops<R>,
    tls: Arc<rustls::ClientConfig>,
}

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig, proxies: Proxies) -> Self {
        Self::resolving(GaiResolver::new(), tls, proxies)
    }
}

impl<R> Connector<R> {
    fn resolving(resolver: R, tls: rustls::ClientConfig, proxies: Proxies) -> Self {
        // What is spoken to a proxy is HTTP/1.1, whatever is offered to servers.
        let mut proxy_tls = tls.clone();
        proxy_tls.alpn_protocols.clear();
        Self {
            hops: Hops { tcp: Dialler::new(resolver), proxy_tls: Arc::new(proxy_tls), proxies },
            tls: Arc::new(tls),
        }
    }
}

impl<R> Service<Uri> for Connector<R>
where
    R: Resolve + Clone + Send + 'static,
{
    type Response = TokioIo<Kept<TokioIo<MaybeHttpsStream<Hop>>>>;
    type Error = ConnectError;
    type Future = Connecting<Self::Response, ConnectError>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.hops.poll_ready(context).map_err(ConnectError::of)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let limit = LIMIT.try_get().unwrap_or(Timeouts::default().connect_limit());
        let https = HttpsConnector::from((self.hops.clone(), self.tls.clone())).call(destination);
        let connecting = timeout(limit, https);
        Box::pin(async move {
            let stream = connecting.await.map_err(|_| ConnectError::TimedOut)?.map_err(ConnectError::of)?;
            Ok(TokioIo::new(Kept::new(TokioIo::new(stream))))
        })
    }
}

type Connecting<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// The way to a server, before TLS with it.
#[derive(Clone, Debug)]
struct Hops<R> {
    tcp: Dialler<R>,
    proxy_tls: Arc<rustls::ClientConfig>,
    proxies: Proxies,
}

impl<R> Service<Uri> for Hops<R>
where
    R: Resolve + Clone + Send + 'static,
{
    type Response = Hop;
    type Error = Cause;
    type Future = Connecting<Hop, Cause>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.tcp.poll_ready(context)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let (proxy, is_tunnel) = match self.proxies.route(&destination) {
            Route::Direct => {
                let connecting = self.tcp.call(destination);
                return Box::pin(async move { Ok(Hop::to_server(connecting.await?)) });
            }
            Route::Forward(proxy) => (proxy, false),
            Route::Tunnel(proxy) => (proxy, true),
        };
        // The way to a proxy is a hop of its own, which goes straight there.
        let straight = Self { proxies: Proxies::NONE, ..self.clone() };
        let connecting = HttpsConnector::from((straight, self.proxy_tls.clone())).call(proxy.uri.clone());
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

/// Why there is no connection. It is cloned out of hyper's error, which only lends it.
#[derive(Clone, Debug)]
pub(super) enum ConnectError {
    TimedOut,
    Failed { reason: ConnectFailure, source: Arc<dyn Error + Send + Sync> },
}

impl ConnectError {
    fn of(error: Cause) -> Self {
        // The system has a limit of its own, and may have been asked before us.
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
        // What dials has an error type of its own; a plain IO error is that of a handshake.
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

// What a full queue of a listener does, and 127.0.0.2, differ elsewhere.
#[cfg(test)]
#[cfg(all(feature = "ring", target_os = "linux"))]
mod tests {
    use std::net::SocketAddr;

    use hyper_util::client::legacy::connect::dns::Name;
    use tokio::net::{TcpListener, TcpSocket, TcpStream};

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

    /// All together have an hour: what hangs fails by the patience of the test.
    #[tokio::test]
    async fn dead_addresses_do_not_hold_up_the_others() {
        let (dead_v6, _listener_v6, _waiting_v6) = dead("[::1]:0").await;
        let (dead, _listener, _waiting) = dead("127.0.0.1:0").await;
        let alive = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let alive = alive.local_addr().unwrap();
        for addresses in [vec![dead, dead, alive], vec![dead_v6, alive], vec![dead_v6, dead_v6, dead, alive]]
        {
            let connecting = connect(addresses, Duration::from_secs(3600));
            timeout(Duration::from_secs(20), connecting).await.expect("it falls over").unwrap();
        }
    }

    #[tokio::test]
    async fn dead_addresses_alone_are_a_timeout() {
        let (dead, _listener, _waiting) = dead("127.0.0.1:0").await;
        for addresses in [vec![dead], vec![dead, dead]] {
            let error = connect(addresses, Duration::from_millis(100)).await.unwrap_err();
            assert!(matches!(error, ConnectError::TimedOut), "{error}");
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_dns() {
        let error = connect(vec![], Duration::from_secs(20)).await.unwrap_err();
        assert!(
            matches!(error, ConnectError::Failed { reason: ConnectFailure::Dns, .. }),
            "{error}: {:?}",
            error.source()
        );
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
