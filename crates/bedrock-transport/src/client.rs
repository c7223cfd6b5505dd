//! The seam between those who have a request and whoever puts it on a wire.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Uri;

use crate::{Body, Reached, TransportError};

/// A future on the heap that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes one exchange: sends a request as it is and gives back the head of the response and its body.
///
/// [`HyperClient`](crate::HyperClient) is the one that dials; tests script their own:
///
/// ```
/// use bedrock_transport::{Body, BoxFuture, Exchange, HttpClient, TransportError};
///
/// #[derive(Debug)]
/// struct AlwaysBusy;
///
/// impl HttpClient for AlwaysBusy {
///     fn send(&self, _exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         let mut response = http::Response::new(Body::from_bytes(r#"{"message":"busy"}"#));
///         *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
///         Box::pin(std::future::ready(Ok(response)))
///     }
/// }
/// ```
///
/// An implementation follows no redirects, decompresses nothing, retries nothing that may have been sent, and stops
/// when the future or the body is dropped; it uses no proxy where the exchange forbids it. It keeps the connect and
/// response-head limits and the deadline up to the head; whoever reads the body keeps them from there on.
///
/// An [`Arc`] of one is one too: keep a clone to ask afterwards what was sent.
pub trait HttpClient: fmt::Debug + Send + Sync {
    /// Sends the request of `exchange`.
    ///
    /// # Errors
    ///
    /// Any [`TransportError`]; every HTTP status is a success here.
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;

    /// Makes a connection as an exchange with `uri` would, and says what it is like; nothing is requested on it. `None` where that
    /// cannot be said, as of an HTTP client that answers by itself.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) that mean that there is no connection.
    fn probe(&self, uri: &Uri, timeouts: Timeouts) -> BoxFuture<'_, Result<Option<Reached>, TransportError>> {
        let _ = (uri, timeouts);
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl<H: HttpClient + ?Sized> HttpClient for Arc<H> {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        (**self).send(exchange)
    }

    fn probe(&self, uri: &Uri, timeouts: Timeouts) -> BoxFuture<'_, Result<Option<Reached>, TransportError>> {
        (**self).probe(uri, timeouts)
    }
}

/// One request and the time it may take.
///
/// Its `Debug` shows neither headers, query nor body: they hold the signature and the prompt.
#[derive(Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The request, with an absolute URI; signed, if it is to be.
    pub request: http::Request<Bytes>,
    /// How long each step may take.
    pub timeouts: Timeouts,
    /// When the exchange as a whole must be over, if ever.
    pub deadline: Option<Instant>,
    /// Whether a proxy may be used.
    pub path: NetworkPath,
}

impl Exchange {
    /// An exchange with the default timeouts and no deadline, through a proxy where one is set for its host.
    pub fn new(request: http::Request<Bytes>) -> Self {
        Self { request, timeouts: Timeouts::default(), deadline: None, path: NetworkPath::Proxied }
    }

    /// Replaces the timeouts.
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Replaces the deadline.
    pub fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Uses no proxy, whatever is set: for the metadata services of containers and instances, which a proxy cannot reach
    /// and must not hear of.
    pub fn direct(mut self) -> Self {
        self.path = NetworkPath::Direct;
        self
    }
}

/// How an exchange may reach its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NetworkPath {
    /// Through a proxy, if one is set for the host.
    #[default]
    Proxied,
    /// Without a proxy.
    Direct,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (request, uri) = (&self.request, self.request.uri());
        f.debug_struct("Exchange")
            .field("method", request.method())
            .field("host", &uri.host().unwrap_or_default())
            .field("path", &uri.path())
            .field("headers", &request.headers().len())
            .field("body_bytes", &request.body().len())
            .field("timeouts", &self.timeouts)
            .field("deadline", &self.deadline)
            .field("path", &self.path)
            .finish()
    }
}

/// How long each step of an exchange may take: as far as it was chosen, else the default.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_transport::Timeouts;
///
/// let timeouts = Timeouts::default().with_connect(Duration::from_secs(2));
/// assert_eq!(timeouts.connect_limit(), Duration::from_secs(2));
/// assert_eq!((timeouts.idle, timeouts.idle_limit()), (None, Duration::from_secs(120)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Name lookup, TCP and TLS together; 5 s unless set.
    pub connect: Option<Duration>,
    /// From the connection to the head of the response; 10 min unless set, because a unary answer comes after all thinking.
    pub response_head: Option<Duration>,
    /// Between two whole frames of a stream, or two pieces of a unary body; 120 s unless set.
    pub idle: Option<Duration>,
}

impl Timeouts {
    /// Sets the limit for making a connection.
    pub fn with_connect(mut self, connect: Duration) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Sets the limit for the head of the response.
    pub fn with_response_head(mut self, response_head: Duration) -> Self {
        self.response_head = Some(response_head);
        self
    }

    /// Sets the limit between two frames or pieces.
    pub fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// These, and where one is not set that of `others`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use bedrock_transport::Timeouts;
    ///
    /// let of_client = Timeouts::default().with_connect(Duration::from_secs(1)).with_idle(Duration::from_secs(1));
    /// let of_call = Timeouts::default().with_idle(Duration::from_secs(9)).or(of_client);
    /// assert_eq!(of_call, of_client.with_idle(Duration::from_secs(9)));
    /// ```
    pub fn or(self, others: Self) -> Self {
        Self {
            connect: self.connect.or(others.connect),
            response_head: self.response_head.or(others.response_head),
            idle: self.idle.or(others.idle),
        }
    }

    /// How long making a connection may take.
    pub fn connect_limit(&self) -> Duration {
        self.connect.unwrap_or(Duration::from_secs(5))
    }

    /// How long the head of the response may take.
    pub fn response_head_limit(&self) -> Duration {
        self.response_head.unwrap_or(Duration::from_secs(600))
    }

    /// How long the silence between two frames or pieces may last.
    pub fn idle_limit(&self) -> Duration {
        self.idle.unwrap_or(Duration::from_secs(120))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_where_to_and_how_much_and_nothing_else() {
        let request = http::Request::post("https://me:hidden@example.com:1/model/m?token=hidden")
            .header("authorization", "Bearer hidden")
            .body("hidden".into())
            .unwrap();
        let text = format!("{:?}", Exchange::new(request));
        assert!(!text.contains("hidden"), "{text}");
        for fact in ["POST", "example.com", "/model/m", "headers: 1", "body_bytes: 6"] {
            assert!(text.contains(fact), "{fact} in {text}");
        }
    }
}
