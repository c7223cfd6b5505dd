//! One HTTP exchange, for the sources of identities that are asked over the network.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::identity::BoxFuture;

/// The most that a source of identities may answer, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// An HTTP client, as far as credentials need one: a request goes out whole, the answer comes back whole.
///
/// `bedrock-client` brings one. Another is a few lines:
///
/// ```
/// use bedrock_auth::{BoxFuture, Http, HttpError, HttpOptions};
/// use bytes::Bytes;
/// use http::{Request, Response};
///
/// /// Answers everything with 404, where a real one would ask `reqwest`, `ureq` on a thread, or a service mesh.
/// #[derive(Debug)]
/// struct Offline;
///
/// impl Http for Offline {
///     fn exchange(
///         &self,
///         _request: Request<Bytes>,
///         _options: HttpOptions,
///     ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
///         Box::pin(async { Response::builder().status(404).body(Bytes::new()).map_err(HttpError::new) })
///     }
/// }
/// ```
pub trait Http: fmt::Debug + Send + Sync {
    /// Sends the request, whose URI is absolute, and reads the whole answer: at most [`MAX_RESPONSE_BYTES`], within
    /// [`HttpOptions::timeout`], following no redirect. Any status is an answer.
    ///
    /// # Errors
    ///
    /// [`HttpError`]: there is no answer, or it is too large.
    fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>>;
}

/// How an exchange is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// How long all of it may take, connecting included.
    pub timeout: Duration,
    /// Which way it goes.
    pub path: NetworkPath,
}

/// Which way an exchange goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkPath {
    /// Through a proxy where one is configured.
    Proxied,
    /// Never through a proxy: metadata and container endpoints are only themselves on this machine.
    Direct,
}

/// Why an exchange brought no answer.
#[derive(Clone, Debug)]
pub struct HttpError {
    source: Arc<dyn std::error::Error + Send + Sync>,
}

impl HttpOptions {
    /// Within `timeout`, through a proxy where one is configured.
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, path: NetworkPath::Proxied }
    }

    /// The same, never through a proxy.
    pub fn direct(mut self) -> Self {
        self.path = NetworkPath::Direct;
        self
    }
}

impl HttpError {
    /// What the HTTP client said, or a text; it is shown to people and must not hold a secret.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Arc::from(source.into()) }
    }
}

impl<H: Http + ?Sized> Http for Arc<H> {
    fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        (**self).exchange(request, options)
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the exchange brought no answer")
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
