//! The client's connections, as `object_store` sends through them.

use std::{
    error::Error as StdError,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use bedrock_client::{Client, TimeoutPhase, TransportError};
use bedrock_transport::{BoxFuture, Exchange, HttpClient};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use hyper::body::{Body, Frame};
use object_store::{
    ClientOptions, Error,
    client::{
        HttpClient as StoreClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
        HttpResponse, HttpResponseBody, HttpService,
    },
};

/// Gives out the client's connections; what `object_store` would set is set already.
#[derive(Debug)]
pub(super) struct ClientConnector(Arc<dyn HttpClient>);

impl ClientConnector {
    pub(super) fn of(client: &Client) -> Self {
        Self(client.http_client())
    }
}

impl HttpConnector for ClientConnector {
    fn connect(&self, _: &ClientOptions) -> Result<StoreClient, Error> {
        Ok(StoreClient::new(Service(self.0.clone())))
    }
}

#[derive(Debug)]
struct Service(Arc<dyn HttpClient>);

impl Service {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let body = collected(body).await?;
        let exchange = Exchange::new(http::Request::from_parts(head, body));
        let (head, body) = self.0.send(exchange).await.map_err(failed)?.into_parts();
        let chunks = stream::try_unfold(body, |mut body| async move {
            let chunk = tokio::time::timeout(IDLE, body.chunk());
            let chunk =
                chunk.await.unwrap_or(Err(TransportError::Timeout(TimeoutPhase::Idle))).map_err(failed)?;
            Ok(chunk.map(|chunk| (chunk, body)))
        });
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(Chunks(Mutex::new(Box::pin(chunks))))))
    }
}

impl HttpService for Service {
    fn call<'a, 'f>(&'a self, request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
    where
        'a: 'f,
        Self: 'f,
    {
        Box::pin(self.send(request))
    }
}

/// All of a request's body: it is in memory already, in one piece or in several.
async fn collected(mut body: HttpRequestBody) -> Result<Bytes, HttpError> {
    if let Some(whole) = body.as_bytes() {
        return Ok(whole.clone());
    }
    let mut whole = BytesMut::with_capacity(body.content_length());
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        whole.extend(frame?.into_data().ok());
    }
    Ok(whole.freeze())
}

/// A body that comes. Behind a lock, which nobody waits for, because `object_store` wants bodies that threads may share.
struct Chunks(Mutex<ChunkStream>);

type ChunkStream = Pin<Box<dyn Stream<Item = Result<Bytes, HttpError>> + Send>>;

impl Body for Chunks {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let chunks = self.get_mut().0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        chunks.as_mut().poll_next(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

/// What `object_store` makes of a failure: by the kind it decides whether to try again.
fn failed(error: TransportError) -> HttpError {
    let kind = match &error {
        TransportError::Connect { .. } | TransportError::Timeout(TimeoutPhase::Connect)
            if error.is_retryable() =>
        {
            HttpErrorKind::Connect
        }
        TransportError::Timeout(_) => HttpErrorKind::Timeout,
        TransportError::Truncated { .. } => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}

/// Whether the transport failed, not the service.
pub(super) fn is_unreached(error: &Error) -> bool {
    let mut source: Option<&dyn StdError> = Some(error);
    while let Some(error) = source {
        if error.is::<TransportError>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// Between two pieces of a body.
const IDLE: Duration = Duration::from_secs(120);
