//! Hooks around an attempt: before it is signed, and after it was answered.

use std::{error, fmt, sync::Arc};

use bedrock_auth::BoxFuture;
use bedrock_types::Route;
use bytes::Bytes;
use http::{Extensions, HeaderMap, Method, Uri, response::Parts};
use tokio::time::Instant;

use crate::{
    Error,
    call::{Call, within},
    headers,
    options::{callers_header, header_value},
};

/// Looks at each attempt of a client's calls, and may add to it.
///
/// [`before`](Self::before) is called before the request is authorised, so that what it adds is signed too, and may wait or refuse;
/// [`after`](Self::after) is told what came. Several are called like layers: `before` in the order in which they were added, `after`
/// in the other.
///
/// ```
/// use bedrock_client::{AttemptRequest, BoxFuture, Client, Credentials, Error, Middleware};
///
/// /// Tells the gateway in front of Bedrock which team is calling.
/// struct Team(String);
///
/// impl Middleware for Team {
///     fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
///         Box::pin(async move { request.set_header("x-team", &self.0) })
///     }
///
///     fn after(&self, request: &AttemptRequest, answer: Result<&http::response::Parts, &Error>) {
///         match answer {
///             Ok(head) => println!("attempt {}: {}", request.number(), head.status),
///             Err(error) => println!("attempt {}: {error}", request.number()),
///         }
///     }
/// }
///
/// let client = Client::builder()
///     .region("us-east-1")
///     .credentials(Credentials::new("AKIA…", "secret"))
///     .middleware(Team("search".to_owned()))
///     .build()?;
/// # drop(client);
/// # Ok::<(), bedrock_client::Error>(())
/// ```
///
/// It sees no identity: keys and tokens come after it. What the request is as it goes on the wire, signature included, is for
/// [`HttpClient`](crate::HttpClient), the seam below it: an HTTP client that wraps another sees each exchange, and must change nothing
/// that was signed.
pub trait Middleware: Send + Sync {
    /// May add to a request before it is signed. Each attempt starts from the same headers.
    ///
    /// What it waits for counts as part of the call: a call's total time ends it.
    ///
    /// # Errors
    ///
    /// Ends the call, and is given to the caller: nothing was sent in this attempt. See [`AttemptRequest::refuse`].
    /// Who refuses is not told of the attempt: it knows.
    fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        let _ = request;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Is told what became of an attempt: the head of a good answer, else the error. Of a stream, the events come later.
    ///
    /// Each attempt that [`before`](Self::before) saw is told of once, here or, where nobody waits for it any more, in
    /// [`dropped`](Self::dropped). A total time that ends the call during `before` is such an error, and then that `before` was dropped.
    fn after(&self, request: &AttemptRequest, answer: Result<&Parts, &Error>) {
        let _ = (request, answer);
    }

    /// Is told that an attempt was given up: its future was dropped, during `before` or later, so whether it was sent is not known.
    ///
    /// It is called in a drop, so it must neither block nor panic.
    fn dropped(&self, request: &AttemptRequest) {
        let _ = request;
    }
}

/// A request before it is signed.
pub struct AttemptRequest {
    number: u32,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    about: Option<(Route, String)>,
    extensions: Extensions,
}

impl AttemptRequest {
    /// Sets a header, which is signed with the rest.
    ///
    /// # Errors
    ///
    /// `Config`: it is no header, or one that is the client's to set: what says who calls, where, and in what form.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let name = callers_header(name)?;
        let value = header_value(&format!("header {name}"), value)?;
        headers::set(&mut self.headers, name, value);
        Ok(())
    }

    /// Takes a header away.
    ///
    /// # Errors
    ///
    /// As [`set_header`](Self::set_header).
    pub fn remove_header(&mut self, name: &str) -> Result<(), Error> {
        headers::remove(&mut self.headers, &callers_header(name)?);
        Ok(())
    }

    /// What goes with the attempt until it is over, or dropped: a start, a permit that is given back.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// What was put in by [`extensions_mut`](Self::extensions_mut).
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The error with which a middleware ends a call.
    ///
    /// ```
    /// use bedrock_client::{AttemptRequest, BoxFuture, Error, Middleware};
    ///
    /// struct Closed;
    ///
    /// impl Middleware for Closed {
    ///     fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
    ///         Box::pin(async { Err(request.refuse("the budget of this month is spent")) })
    ///     }
    /// }
    /// ```
    pub fn refuse(&self, why: impl Into<Box<dyn error::Error + Send + Sync>>) -> Error {
        Error::config(
            format!("a middleware refused attempt {}", self.number),
            "the cause says why; the client's middleware is what the program gave it",
        )
        .with_source(Why(why.into()))
    }

    /// Which attempt of its call it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The address.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The headers so far: none of them says who calls.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body: prompts and files are in it.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The route, for calls to a model.
    pub fn route(&self) -> Option<Route> {
        self.about.as_ref().map(|(route, _)| *route)
    }

    /// The model's id as it is sent, for calls to a model.
    pub fn model(&self) -> Option<&str> {
        self.about.as_ref().map(|(_, model)| model.as_str())
    }
}

impl fmt::Debug for AttemptRequest {
    /// Neither headers, query nor body: a prompt is in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptRequest")
            .field("number", &self.number)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The middleware of a client, in the order in which it was added.
#[derive(Clone, Default)]
pub(crate) struct MiddlewareChain(Vec<Arc<dyn Middleware>>);

impl MiddlewareChain {
    pub(crate) fn push(&mut self, middleware: Arc<dyn Middleware>) {
        self.0.push(middleware);
    }

    /// An attempt for them to look at; `None` where there are none.
    pub(crate) fn attempt(&self, call: &Call, number: u32) -> Option<MiddlewareAttempt<'_>> {
        let request = || AttemptRequest {
            number,
            method: call.method.clone(),
            uri: call.uri.clone(),
            headers: call.headers.clone(),
            body: call.body.clone(),
            about: call.subject.as_ref().map(|subject| (subject.route, subject.model.as_str().to_owned())),
            extensions: Extensions::new(),
        };
        (!self.0.is_empty()).then(|| MiddlewareAttempt { chain: &self.0, asked: 0, request: request() })
    }
}

/// One attempt as the middleware see it. Each that was asked about it is told what became of it, the last first, whichever way it ends.
pub(crate) struct MiddlewareAttempt<'a> {
    chain: &'a [Arc<dyn Middleware>],
    /// How many were asked and not told yet.
    asked: usize,
    request: AttemptRequest,
}

impl MiddlewareAttempt<'_> {
    /// Asks each; the first that refuses ends it, and those before it are told.
    pub(crate) async fn before(&mut self, deadline: Option<Instant>) -> Result<(), Error> {
        for middleware in self.chain {
            self.asked += 1;
            match within(deadline, middleware.before(&mut self.request)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    self.asked -= 1;
                    self.after(Err(&error));
                    return Err(error);
                }
                Err(error) => {
                    self.after(Err(&error));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The headers that they made of the call's.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.request.headers
    }

    /// Tells each that was asked.
    pub(crate) fn after(&mut self, answer: Result<&Parts, &Error>) {
        self.tell(|middleware, request| middleware.after(request, answer));
    }

    fn tell(&mut self, what: impl Fn(&dyn Middleware, &AttemptRequest)) {
        let asked = std::mem::take(&mut self.asked);
        self.chain.iter().take(asked).rev().for_each(|middleware| what(&**middleware, &self.request));
    }
}

impl Drop for MiddlewareAttempt<'_> {
    fn drop(&mut self) {
        self.tell(|middleware, request| middleware.dropped(request));
    }
}

/// Why a middleware refused.
#[derive(Debug)]
struct Why(Box<dyn error::Error + Send + Sync>);

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl error::Error for Why {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source()
    }
}
