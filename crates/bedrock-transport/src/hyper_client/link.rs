//! A connection that speaks HTTP: a request goes in, the head of a response comes out.

use std::pin::Pin;

use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
#[cfg(feature = "http2")]
use hyper::client::conn::http2;
use hyper::client::conn::{TrySendError, http1};
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::connector::Connected;
use super::dial::port_of_scheme;
use super::kept::{History, Kept};
use crate::BoxFuture;

/// One end of a connection; the other is a task that reads and writes. The connection ends when this is dropped and what was
/// asked for has come, or as soon as nobody wants that any more.
pub(super) struct Link {
    sender: Sender,
    /// What is asked for is named with its host, for a proxy reads it.
    names_host: bool,
    history: History,
    runtime: Handle,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    #[cfg(feature = "http2")]
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Link {
    /// Begins to speak HTTP, in the version that was agreed on.
    pub(super) async fn new(connected: Connected) -> Result<Self, hyper::Error> {
        let history = History::default();
        let io = TokioIo::new(Kept::new(connected.stream, history.clone()));
        let sender = match connected.session {
            #[cfg(feature = "http2")]
            Some(session) if session.is_http2 => Sender::Http2(speak_http2(io).await?),
            _ => Sender::Http1(speak_http1(io).await?),
        };
        Ok(Self { sender, names_host: connected.is_forwarded, history, runtime: Handle::current() })
    }

    /// Sends a request with an absolute URI, and waits for the head of its response. Beside the error is the request if
    /// nothing of it was sent, its URI and headers changed.
    pub(super) async fn send(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, (hyper::Error, Option<Request<Full<Bytes>>>)> {
        let answer = match &mut self.sender {
            Sender::Http1(sender) => {
                add_host(&mut request);
                if !self.names_host {
                    *request.uri_mut() = path_of(request.uri());
                }
                sender.try_send_request(request).await
            }
            #[cfg(feature = "http2")]
            Sender::Http2(sender) => sender.try_send_request(request).await,
        };
        let response = answer.map_err(|mut failed: TrySendError<_>| {
            let unsent = failed.take_message();
            (failed.into_error(), unsent)
        })?;
        self.history.answered();
        Ok(response)
    }

    /// Waits until a request can be sent; `false` where none can be any more.
    pub(super) async fn is_ready(&mut self) -> bool {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await.is_ok(),
            #[cfg(feature = "http2")]
            Sender::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Whether it ended, or was [given up](Self::give_up).
    pub(super) fn is_over(&self) -> bool {
        let is_closed = match &self.sender {
            Sender::Http1(sender) => sender.is_closed(),
            #[cfg(feature = "http2")]
            Sender::Http2(sender) => sender.is_closed(),
        };
        is_closed || self.history.is_given_up()
    }

    /// Another handle to the same connection, where it carries many requests at once.
    pub(super) fn shared(&self) -> Option<Self> {
        match &self.sender {
            Sender::Http1(_) => None,
            #[cfg(feature = "http2")]
            Sender::Http2(sender) => Some(Self {
                sender: Sender::Http2(sender.clone()),
                names_host: self.names_host,
                history: self.history.clone(),
                runtime: self.runtime.clone(),
            }),
        }
    }

    /// Has no more requests sent on it, by whoever holds it.
    pub(super) fn give_up(&self) {
        self.history.give_up();
    }

    /// Whether it had answered before, and then not a byte more.
    pub(super) fn is_stale(&self) -> bool {
        self.history.is_stale()
    }

    /// Where the connection lives.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

async fn speak_http1(io: TokioIo<Kept>) -> Result<http1::SendRequest<Full<Bytes>>, hyper::Error> {
    let (sender, connection) = http1::handshake(io).await?;
    drive(Box::pin(connection));
    Ok(sender)
}

#[cfg(feature = "http2")]
async fn speak_http2(io: TokioIo<Kept>) -> Result<http2::SendRequest<Full<Bytes>>, hyper::Error> {
    use std::time::Duration;

    use hyper_util::rt::{TokioExecutor, TokioTimer};

    // A connection that carries many streams must be known to be dead sooner than TCP knows it.
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20))
        .handshake(io)
        .await?;
    drive(Box::pin(connection));
    Ok(sender)
}

fn drive(connection: Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>) {
    let driven = async {
        if let Err(error) = connection.await {
            // Whoever has a request on it is told as well.
            tracing::debug!(%error, "a connection has failed");
        }
    };
    drop(spawn(&Handle::current(), Box::pin(driven)));
}

/// Begins a task, which is boxed, since tokio's tasks are compiled for each type of work.
pub(super) fn spawn(runtime: &Handle, work: BoxFuture<'static, ()>) -> JoinHandle<()> {
    runtime.spawn(work)
}

/// Adds the host that the request goes to, unless it says another: without the port where that is its scheme's own.
fn add_host(request: &mut Request<Full<Bytes>>) {
    let uri = request.uri();
    let host = uri.host().unwrap_or_default();
    let value = match uri.port_u16() {
        Some(port) if port != port_of_scheme(uri) => HeaderValue::try_from(format!("{host}:{port}")),
        _ => HeaderValue::from_str(host),
    };
    // What is a host is a header value too; without one the server says what is missing.
    if let Ok(value) = value {
        set_absent(request.headers_mut(), HOST, value);
    }
}

/// Sets a header unless it is there.
pub(super) fn set_absent(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        set(headers, name, value);
    }
}

/// Sets a header; what there was of the name is gone. (The map's own method is compiled for each module that calls it.)
#[inline(never)]
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.insert(name, value);
}

/// What a server is asked for, which knows its own name.
fn path_of(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")).into()
}
