//! The client that dials: HTTP/1.1 over hyper, TLS by rustls, a pool of kept connections.
//!
//! [`connector`] makes connections and knows why one could not be made, [`failure`] says what hyper's errors mean,
//! [`roots`] decides whom to trust, [`incoming`] is the body. No redirects, no decompression, no cookies, and no retry
//! but hyper's own, of requests that were not written at all because a kept connection had died.

mod connector;
mod failure;
mod incoming;
mod roots;

use std::fmt;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::CryptoProvider;
use tokio::time::{Instant, sleep, timeout_at};

use self::connector::Connector;
pub use self::roots::BuildError;
use self::roots::Roots;
use crate::{Body, BoxFuture, Exchange, HttpClient, TimeoutPhase, TransportError};

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
    client: legacy::Client<Connector, Full<Bytes>>,
    user_agent: HeaderValue,
}

impl HyperClient {
    /// Begins to set one up.
    pub fn builder() -> HyperClientBuilder {
        HyperClientBuilder { roots: Roots::System, user_agent: DEFAULT_USER_AGENT.to_owned() }
    }

    async fn exchange(&self, exchange: Exchange) -> Result<Response<Body>, TransportError> {
        let Exchange { request, timeouts, deadline } = exchange;
        let host = host_of(&request)?;
        let mut request = request.map(Full::new);
        let headers = request.headers_mut();
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));

        let connected = capture_connection(&mut request);
        let answer = connector::within(timeouts.connect, self.client.request(request));
        let answer = head_in_time(answer, connected.clone(), timeouts.response_head);
        let answer = match deadline.map(Instant::from_std) {
            Some(deadline) => timeout_at(deadline, answer).await.unwrap_or(Err(TimeoutPhase::Total)),
            None => answer.await,
        };
        match answer {
            Ok(Ok(response)) => {
                if response.status().is_server_error() {
                    give_up(&connected);
                }
                Ok(response.map(incoming::body))
            }
            Ok(Err(error)) => Err(failure::before_head(error, host)),
            Err(phase) => Err(TransportError::Timeout(phase)),
        }
    }
}

impl HttpClient for HyperClient {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self.exchange(exchange))
    }
}

impl fmt::Debug for HyperClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperClient").field("user_agent", &self.user_agent).finish_non_exhaustive()
    }
}

/// What a [`HyperClient`] is set up with.
#[derive(Clone, Debug)]
pub struct HyperClientBuilder {
    roots: Roots,
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

    /// The `user-agent` of requests that bring none.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Reads the certificates and sets the client up; nothing is dialled yet.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the CA bundle cannot be used, the user agent is not a header value, or no cryptography was
    /// compiled in.
    pub fn build(self) -> Result<HyperClient, BuildError> {
        let user_agent = HeaderValue::try_from(self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let provider = crypto_provider().ok_or(BuildError::NoCryptoProvider)?;
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| BuildError::Tls { source: source.into() })?
            .with_root_certificates(self.roots.load()?)
            .with_no_client_auth();
        let client = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(Connector::new(tls));
        Ok(HyperClient { client, user_agent })
    }
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
fn host_of(request: &Request<Bytes>) -> Result<String, TransportError> {
    let uri = request.uri();
    let refused = |why: &str| Err(TransportError::InvalidRequest { source: why.into() });
    match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => {
            refused("the URI has a user or password in it")
        }
        (Some("http" | "https"), Some(authority)) => Ok(authority.to_string()),
        _ => refused("the URI is not an absolute http or https one"),
    }
}

/// The cryptography of this build: ring, else what the process has installed as rustls's default.
fn crypto_provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "ring")]
    return Some(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(feature = "ring"))]
    return CryptoProvider::get_default().cloned();
}

const DEFAULT_USER_AGENT: &str = concat!("bedrock-rust/", env!("CARGO_PKG_VERSION"));

/// Shorter than what load balancers in front of services keep (often 60 s), so that we close first.
const POOL_IDLE: Duration = Duration::from_secs(30);
