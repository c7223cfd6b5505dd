//! Making a connection, and knowing at which step it failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use rustls::{ProtocolVersion, SupportedCipherSuite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::dial::{self, LookupError};
use super::failure::find;
use super::hop::{Hop, Stream};
use super::proxy::{Proxies, Proxy, Route};
use super::tunnel::{self, ProxyError, ProxyProblem};
use crate::{BoxFuture, Cause, ConnectFailure};

/// Name lookup and TCP, the way through a proxy, and TLS where the scheme is `https`.
#[derive(Clone)]
pub(super) struct Connector {
    proxies: Proxies,
    tls: Tls,
}

/// How TLS is spoken.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    /// What servers are offered. With a proxy HTTP/1.1 is spoken, whatever they are offered.
    protocols: Vec<Vec<u8>>,
}

/// A connection on which requests can be made.
pub(super) struct Connected {
    pub(super) stream: Box<dyn Stream>,
    /// There with `https`.
    pub(super) session: Option<Session>,
    /// At its other end is a proxy that reads requests: it must be told the whole URI.
    pub(super) is_forwarded: bool,
}

/// What was agreed on in a handshake.
pub(super) struct Session {
    pub(super) version: Option<ProtocolVersion>,
    pub(super) suite: Option<SupportedCipherSuite>,
    #[cfg(feature = "http2")]
    pub(super) is_http2: bool,
}

impl Connector {
    pub(super) fn new(tls: Tls, proxies: Proxies) -> Self {
        Self { proxies, tls }
    }

    /// A connection on which `destination` can be asked for.
    pub(super) fn connect<'a>(
        &'a self,
        destination: &'a Uri,
    ) -> BoxFuture<'a, Result<Connected, ConnectError>> {
        Box::pin(async { self.way_to(destination).await.map_err(ConnectError::of) })
    }

    async fn way_to(&self, destination: &Uri) -> Result<Connected, Cause> {
        let route = self.proxies.route(destination);
        let mut stream: Box<dyn Stream> = match &route {
            Route::Direct => Box::new(dial::dial(destination).await?),
            Route::Forward(proxy) | Route::Tunnel(proxy) => self.way_to_proxy(proxy).await?,
        };
        if let Route::Tunnel(proxy) = &route {
            tunnel::open(&mut *stream, proxy, destination).await?;
        }
        let is_forwarded = matches!(route, Route::Forward(_));
        let hop = Hop::new(stream);
        if destination.scheme() != Some(&Scheme::HTTPS) {
            return Ok(Connected { stream: Box::new(hop), session: None, is_forwarded });
        }
        let stream = self.tls.handshake(destination, hop, self.tls.protocols.clone()).await?;
        let (_, agreed) = stream.get_ref();
        let session = Session {
            version: agreed.protocol_version(),
            suite: agreed.negotiated_cipher_suite(),
            #[cfg(feature = "http2")]
            is_http2: agreed.alpn_protocol() == Some(b"h2"),
        };
        Ok(Connected { stream: Box::new(stream), session: Some(session), is_forwarded })
    }

    async fn way_to_proxy(&self, proxy: &Proxy) -> Result<Box<dyn Stream>, ProxyError> {
        let unreachable = |cause| ProxyError::unreachable(&proxy.uri, cause);
        let stream = dial::dial(&proxy.uri).await.map_err(unreachable)?;
        if proxy.uri.scheme() != Some(&Scheme::HTTPS) {
            return Ok(Box::new(stream));
        }
        let hop = Hop::new(Box::new(stream));
        let stream = self.tls.handshake(&proxy.uri, hop, Vec::new()).await.map_err(unreachable)?;
        Ok(Box::new(stream))
    }
}

impl Tls {
    pub(super) fn new(config: rustls::ClientConfig, protocols: Vec<Vec<u8>>) -> Self {
        Self { connector: Arc::new(config).into(), protocols }
    }

    /// TLS with a host that has a certificate for its name, or its address.
    async fn handshake(
        &self,
        peer: &Uri,
        hop: Hop,
        protocols: Vec<Vec<u8>>,
    ) -> Result<TlsStream<Hop>, Cause> {
        let host = peer.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned())?;
        Ok(self.connector.with_alpn(protocols).connect(name, hop).await?)
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// By the system's own limit.
    TimedOut,
    Failed {
        reason: ConnectFailure,
        source: Cause,
    },
}

impl ConnectError {
    fn of(error: Cause) -> Self {
        // The system has a limit of its own, and may have been asked before us.
        if find::<io::Error>(&*error).is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
            return Self::TimedOut;
        }
        Self::Failed { reason: reason(&*error), source: error }
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

/// Which step an error comes from.
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
#[cfg(target_os = "linux")]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::time::timeout;

    use super::*;

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

    async fn connect(addresses: Vec<SocketAddr>) -> Result<TcpStream, ConnectError> {
        let connecting = timeout(Duration::from_secs(20), dial::first_of(addresses));
        connecting.await.expect("it falls over").map_err(ConnectError::of)
    }

    #[tokio::test]
    async fn dead_addresses_do_not_hold_up_the_others() {
        let (dead_v6, _listener_v6, _waiting_v6) = dead("[::1]:0").await;
        let (dead, _listener, _waiting) = dead("127.0.0.1:0").await;
        let alive = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let alive = alive.local_addr().unwrap();
        for addresses in [vec![dead, dead, alive], vec![dead_v6, alive], vec![dead_v6, dead_v6, dead, alive]]
        {
            connect(addresses).await.unwrap();
        }
    }

    #[tokio::test]
    async fn dead_addresses_alone_are_waited_for() {
        let (dead, _listener, _waiting) = dead("127.0.0.1:0").await;
        for addresses in [vec![dead], vec![dead, dead]] {
            assert!(timeout(Duration::from_millis(100), dial::first_of(addresses)).await.is_err());
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_dns() {
        let error = connect(vec![]).await.unwrap_err();
        assert!(
            matches!(error, ConnectError::Failed { reason: ConnectFailure::Dns, .. }),
            "{error}: {:?}",
            error.source()
        );
    }

    #[tokio::test]
    async fn a_name_may_have_an_ipv6_address_only() {
        let alive = TcpListener::bind("[::1]:0").await.unwrap();
        connect(vec![alive.local_addr().unwrap()]).await.unwrap();
    }

    #[tokio::test]
    async fn connections_send_at_once_and_are_kept_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = connect(vec![listener.local_addr().unwrap()]).await.unwrap();
        let socket = socket2::SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(60));
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(60));
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 5);
    }
}
