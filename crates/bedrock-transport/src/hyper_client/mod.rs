//! The client that dials: HTTP/1.1 over hyper, TLS by rustls, a pool of kept connections.
//!
//! [`connector`] makes connections and knows why one could not be made: [`dial`] finds an address that answers, over the
//! [`hop`] to the server or to a [`proxy`], and through it by a [`tunnel`]. A [`link`] speaks HTTP over one, and the [`pool`] keeps
//! it for the next request; [`kept`] knows whether it had answered before, and [`failure`] says what hyper's errors mean.
//! [`probe`] makes a connection for its own sake, [`roots`] decides whom to trust, [`client_certificate`] says who we are, [`incoming`]
//! is the response. No redirects, no decompression, no cookies, and no retry but of requests that were not written at all because a
//! kept connection had died.
//!
//! hyper-util has a pool too, and is not asked: compiled for our connections it was a fifth of this crate, and when a request had
//! its connection, and which, could be learnt from it by detours alone.

mod build_error;
mod client_certificate;
mod connector;
mod dial;
mod failure;
mod hop;
mod incoming;
mod kept;
mod link;
mod pool;
mod probe;
mod proxy;
mod roots;
mod tunnel;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use http::header::{ACCEPT_ENCODING, PROXY_AUTHORIZATION, USER_AGENT};
use http::uri::Scheme;
use http::{HeaderValue, Response, StatusCode, Uri};
use http_body_util::Full;
use rustls::crypto::CryptoProvider;
use tokio::time::Instant;

pub use self::build_error::BuildError;
use self::client_certificate::ClientCertificate;
use self::connector::{Connector, Tls};
use self::link::{set, set_absent};
use self::pool::{Origin, Pool};
use self::proxy::{Proxies, Proxy, Route};
pub use self::proxy::{ProxyProblem, ProxySettings};
use self::roots::Roots;
use crate::{
    Body, BoxFuture, Exchange, HttpClient, NetworkPath, Reached, Timeouts, TransportError, TrustedRoots,
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
    proxied: Arc<Pool>,
    proxies: Proxies,
    direct: Arc<Pool>,
    trusted: TrustedRoots,
    user_agent: HeaderValue,
}

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
        let origin = origin_of(request.uri())?;
        let (pool, route) = match path {
            NetworkPath::Proxied => (&self.proxied, self.proxies.route(request.uri())),
            NetworkPath::Direct => (&self.direct, Route::Direct),
        };
        let mut request = request.map(Full::new);
        let headers = request.headers_mut();
        set_absent(headers, USER_AGENT, self.user_agent.clone());
        set_absent(headers, ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        // A proxy that makes a tunnel is told who asks when that is made.
        if let Route::Forward(Proxy { authorization: Some(authorization), .. }) = &route {
            set(headers, PROXY_AUTHORIZATION, authorization.clone());
        }

        let deadline = deadline.map(Instant::from_std);
        let (response, lease) = pool.send(&origin, request, &timeouts, deadline).await?;
        let status = response.status();
        if status.is_server_error() {
            // Behind one name stand many hosts, and a retry shall not meet the ill one again.
            lease.give_up();
        }
        match route {
            Route::Forward(proxy) if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(failure::proxy_refused(&proxy.uri, status, origin.authority.to_string()))
            }
            _ => Ok(incoming::response(response, lease)),
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
        let tls = match self.certificate.map(ClientCertificate::load).transpose()? {
            Some((certificates, key)) => tls
                .with_client_auth_cert(certificates, key)
                .map_err(|error| BuildError::InvalidClientCertificate { source: error.into() })?,
            None => tls.with_no_client_auth(),
        };
        let tls = Tls::new(tls, self.protocols.offered());
        let proxies = Proxies::new(&self.proxies)?;
        let direct = Pool::new(Connector::new(tls.clone(), Proxies::NONE));
        let proxied =
            if proxies.are_none() { direct.clone() } else { Pool::new(Connector::new(tls, proxies.clone())) };
        Ok(HyperClient { proxied, proxies, direct, trusted, user_agent })
    }
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

/// Where a request goes. A URI with a password is refused, so that no error shows one.
fn origin_of(uri: &Uri) -> Result<Origin, TransportError> {
    let refused = |why: &str| Err(TransportError::InvalidRequest { source: why.into() });
    match (uri.scheme(), uri.authority()) {
        (Some(scheme), Some(authority)) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => {
            if authority.as_str().as_bytes().contains(&b'@') {
                return refused("the URI has a user or password in it");
            }
            Ok(Origin { scheme: scheme.clone(), authority: authority.clone() })
        }
        _ => refused("the URI is not an absolute http or https one"),
    }
}

const DEFAULT_USER_AGENT: &str = concat!("bedrock-rust/", env!("CARGO_PKG_VERSION"));
