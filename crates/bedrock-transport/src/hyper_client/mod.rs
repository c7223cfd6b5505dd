//! The client that dials: HTTP/1.1 over hyper, TLS by rustls, a pool of kept connections.
//!
//! [`connector`] makes connections and knows why one could not be made: [`dial`] finds an address that answers, over the
//! [`hop`] to the server or to a [`proxy`], and through it by a [`tunnel`]; [`failure`] says what hyper's errors mean, [`kept`]
//! whether a connection had answered before, [`probe`] makes one for its own sake, [`roots`] decides whom to trust,
//! [`client_certificate`] says who we are, [`incoming`] is the response. No redirects, no decompression, no cookies, and no retry
//! but hyper's own, of requests that were not written at all because a kept connection had died.

mod build_error;
mod client_certificate;
mod connector;
mod dial;
mod failure;
mod hop;
mod incoming;
mod kept;
mod probe;
mod proxy;
mod roots;
mod tunnel;

use std::fmt;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::CryptoProvider;
use tokio::time::{Instant, sleep, timeout_at};

pub use self::build_error::BuildError;
use self::client_certificate::ClientCertificate;
use self::connector::Connector;
use self::kept::History;
use self::probe::Probe;
use self::proxy::{Proxies, Proxy, Route};
pub use self::proxy::{ProxyProblem, ProxySettings};
use self::roots::Roots;
use crate::{
    Body, BoxFuture, Exchange, HttpClient, NetworkPath, Reached, TimeoutPhase, Timeouts, TransportError,
    TrustedRoots,
};

/// An [`HttpClient`] on hyper and rustls.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use bedrock_transport::{Exchange, HttpClient, HyperClient, read_body};
///
/// let client = HyperClient::builder().build()?;
/// let request = http::Request::get("https://bedrock.us-east-1.amazonaws.com/foundation-models").body("".into())?;
/// let exchange = Exchange::new(request);
/// let timeouts = exchange.timeouts;
/// let (head, body) = client.send(exchange).await?.into_parts();
/// println!("{}: {} bytes", head.status, read_body(body, 1 << 20, &timeouts, None).await?.len());
/// # Ok(())
/// # }
/// ```
///
/// Clones share one pool of connections. Where the request has them not, it adds `host`, `content-length`, `user-agent`
/// and `accept-encoding: identity`; a header that the request brings goes out as it is, because it may be signed.
/// Dropping the response future or the body closes the connection; a body read to its end gives it back to the pool,
/// unless the status is 5xx: the next attempt shall meet another host behind the same name. It must run inside a tokio
/// runtime with time and IO.
#[derive(Clone)]
pub struct HyperClient {
    /// By the proxies that are set. It has a pool of its own: what reaches a host through a proxy is no direct connection.
    proxied: Pool,
    proxies: Proxies,
    direct: Pool,
    probe: Probe,
    user_agent: HeaderValue,
}

type Pool = legacy::Client<Connector, Full<Bytes>>;

impl HyperClient {
    /// Begins to set one up.
    pub fn builder() -> HyperClientBuilder {
        HyperClientBuilder {
            roots: Roots::System,
            certificate: None,
            protocols: Protocols::Http1,
            crypto: Crypto::OfTheBuild,
            proxies: ProxySettings::default(),
            user_agent: DEFAULT_USER_AGENT.to_owned(),
        }
    }

    async fn exchange(&self, exchange: Exchange) -> Result<Response<Body>, TransportError> {
        let Exchange { request, timeouts, deadline, path } = exchange;
        let host = host_of(request.uri())?;
        let (pool, route) = match path {
            NetworkPath::Proxied => (&self.proxied, self.proxies.route(request.uri())),
            NetworkPath::Direct => (&self.direct, Route::Direct),
        };
        let mut request = request.map(Full::new);
        let headers = request.headers_mut();
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
        // A proxy that makes a tunnel is told who asks when that is made.
        if let Route::Forward(Proxy { authorization: Some(authorization), .. }) = &route {
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }

        let connected = capture_connection(&mut request);
        let answer = connector::within(timeouts.connect_limit(), pool.request(request));
        let answer = head_in_time(answer, connected.clone(), timeouts.response_head_limit());
        let answer = match deadline.map(Instant::from_std) {
            Some(deadline) => timeout_at(deadline, answer).await.unwrap_or(Err(TimeoutPhase::Total)),
            None => answer.await,
        };
        match answer {
            Ok(Ok(mut response)) => {
                History::answered(&mut response);
                if response.status().is_server_error() {
                    give_up(&connected);
                }
                match route {
                    Route::Forward(proxy)
                        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED =>
                    {
                        Err(failure::proxy_refused(&proxy.uri, response.status(), host))
                    }
                    _ => Ok(incoming::response(response)),
                }
            }
            Ok(Err(error)) => Err(failure::before_head(error, host, History::is_stale(&connected))),
            Err(phase) => {
                // HTTP/1.1 closes it anyway; what is silent to one stream of HTTP/2 may be so to the next.
                give_up(&connected);
                Err(TransportError::Timeout(phase))
            }
        }
    }
}

impl HttpClient for HyperClient {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self.exchange(exchange))
    }

    fn probe(&self, uri: &Uri, timeouts: Timeouts) -> BoxFuture<'_, Result<Option<Reached>, TransportError>> {
        let uri = uri.clone();
        Box::pin(async move { self.reach(uri, timeouts).await.map(Some) })
    }
}

impl fmt::Debug for HyperClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperClient")
            .field("user_agent", &self.user_agent)
            .field("proxies", &self.proxies)
            .finish_non_exhaustive()
    }
}

/// What a [`HyperClient`] is set up with.
#[derive(Clone, Debug)]
pub struct HyperClientBuilder {
    roots: Roots,
    certificate: Option<ClientCertificate>,
    protocols: Protocols,
    crypto: Crypto,
    proxies: ProxySettings,
    user_agent: String,
}

impl HyperClientBuilder {
    /// Trusts the certificates in this PEM file, and no others; those that cannot be read are ignored with a warning.
    pub fn ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Roots::File(path.into());
        self
    }

    /// Trusts these certificates in PEM, and no others; those that cannot be read are ignored with a warning.
    pub fn ca_bundle_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots = Roots::Pem(pem.into());
        self
    }

    /// Trusts Mozilla's list of certificate authorities, as it was when this was built, instead of the system's.
    #[cfg(feature = "webpki-roots")]
    pub fn webpki_roots(mut self) -> Self {
        self.roots = Roots::Webpki;
        self
    }

    /// Shows this certificate to servers that ask for one: a PEM file with it and those between it and its CA, and one
    /// with its private key.
    pub fn client_certificate(mut self, certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        let (certificates, key) = (certificates.into(), key.into());
        self.certificate = Some(ClientCertificate::Files { certificates, key });
        self
    }

    /// Shows this certificate, as [`client_certificate`](Self::client_certificate) does, from PEM.
    pub fn client_certificate_pem(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        let (certificates, key) = (certificates.into(), key.into());
        self.certificate = Some(ClientCertificate::Pem { certificates, key });
        self
    }

    /// Offers HTTP/2 to servers that speak TLS, and uses it with those that take it; else it is HTTP/1.1 with all.
    #[cfg(feature = "http2")]
    pub fn http2(mut self) -> Self {
        self.protocols = Protocols::Http2;
        self
    }

    /// Uses the cryptography of aws-lc-rs, where this was built with ring too, which is used otherwise.
    #[cfg(feature = "aws-lc-rs")]
    pub fn aws_lc_rs(mut self) -> Self {
        self.crypto = Crypto::AwsLcRs;
        self
    }

    /// Goes through these proxies, but for exchanges that are [`direct`](Exchange::direct); none unless set.
    pub fn proxies(mut self, proxies: ProxySettings) -> Self {
        self.proxies = proxies;
        self
    }

    /// The `user-agent` of requests that bring none.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Reads the certificates and sets the client up; nothing is dialled yet.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the CA bundle, the client certificate or a proxy cannot be used, the user agent is not a header value, or no cryptography was
    /// compiled in.
    pub fn build(self) -> Result<HyperClient, BuildError> {
        let user_agent = HeaderValue::try_from(self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let provider = self.crypto.provider().ok_or(BuildError::NoCryptoProvider)?;
        let source = self.roots.source();
        let roots = self.roots.load()?;
        let trusted = TrustedRoots { source, certificates: roots.len() };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| BuildError::Tls { source: source.into() })?
            .with_root_certificates(roots);
        let mut tls = match self.certificate.map(ClientCertificate::load).transpose()? {
            Some((certificates, key)) => tls
                .with_client_auth_cert(certificates, key)
                .map_err(|error| BuildError::InvalidClientCertificate { source: error.into() })?,
            None => tls.with_no_client_auth(),
        };
        tls.alpn_protocols = self.protocols.offered();
        let proxies = Proxies::new(&self.proxies)?;
        let direct = pool(Connector::new(tls.clone(), Proxies::NONE));
        let connector = Connector::new(tls, proxies.clone());
        let proxied = if proxies.are_none() { direct.clone() } else { pool(connector.clone()) };
        Ok(HyperClient { proxied, proxies, direct, probe: Probe { connector, trusted }, user_agent })
    }
}

fn pool(connector: Connector) -> Pool {
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new()).pool_idle_timeout(POOL_IDLE);
    // A connection that carries many streams must be known to be dead sooner than TCP knows it.
    #[cfg(feature = "http2")]
    builder.http2_keep_alive_interval(HTTP2_PING).http2_keep_alive_timeout(HTTP2_PONG);
    builder.build(connector)
}

/// What is offered to servers in the TLS handshake.
#[derive(Clone, Copy, Debug)]
enum Protocols {
    Http1,
    #[cfg(feature = "http2")]
    Http2,
}

impl Protocols {
    /// Nothing is offered where there is no choice: that is HTTP/1.1.
    fn offered(self) -> Vec<Vec<u8>> {
        match self {
            Self::Http1 => vec![],
            #[cfg(feature = "http2")]
            Self::Http2 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        }
    }
}

/// Which cryptography to use.
#[derive(Clone, Copy, Debug)]
enum Crypto {
    /// ring, else aws-lc-rs, else what the process has installed as rustls's default.
    OfTheBuild,
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs,
}

impl Crypto {
    fn provider(self) -> Option<Arc<CryptoProvider>> {
        match self {
            Self::OfTheBuild => of_the_build(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider())),
        }
    }
}

fn of_the_build() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "ring")]
    return Some(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(all(not(feature = "ring"), feature = "aws-lc-rs"))]
    return Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    return CryptoProvider::get_default().cloned();
}

/// The head, if it comes within `limit` after there is a connection. Making the connection has a limit of its own.
async fn head_in_time<T>(
    answer: impl Future<Output = T>,
    mut connected: CaptureConnection,
    limit: Duration,
) -> Result<T, TimeoutPhase> {
    let mut answer = pin!(answer);
    let mut stalled = pin!(async {
        connected.wait_for_connection_metadata().await;
        sleep(limit).await;
    });
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Ok(answer)),
        Poll::Pending => stalled.as_mut().poll(context).map(|()| Err(TimeoutPhase::ResponseHead)),
    })
    .await
}

/// Keeps a connection out of the pool: behind one name stand many hosts, and a retry shall not meet the ill one again.
fn give_up(connected: &CaptureConnection) {
    if let Some(connection) = connected.connection_metadata().as_ref() {
        connection.poison();
    }
}

/// Host and port that the request goes to, for errors. A URI with a password is refused, so that none is shown.
fn host_of(uri: &Uri) -> Result<String, TransportError> {
    let refused = |why: &str| Err(TransportError::InvalidRequest { source: why.into() });
    match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => {
            refused("the URI has a user or password in it")
        }
        (Some("http" | "https"), Some(authority)) => Ok(authority.to_string()),
        _ => refused("the URI is not an absolute http or https one"),
    }
}

const DEFAULT_USER_AGENT: &str = concat!("bedrock-rust/", env!("CARGO_PKG_VERSION"));

/// Shorter than what load balancers in front of services keep (often 60 s), so that we close first.
const POOL_IDLE: Duration = Duration::from_secs(30);

#[cfg(feature = "http2")]
const HTTP2_PING: Duration = Duration::from_secs(30);
#[cfg(feature = "http2")]
const HTTP2_PONG: Duration = Duration::from_secs(20);
