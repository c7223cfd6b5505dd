//! hyper with an answer that was made before: it reads the request and sends the answer, and that is all.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::asker::Answer;
use crate::Result;

/// Answers every request so, on a free port of loopback.
pub(super) async fn start(answer: Answer) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if stream.set_nodelay(true).is_err() {
                continue;
            }
            let answer = answer.clone();
            let respond = service_fn(move |request| respond(request, answer.clone()));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), respond));
        }
    });
    Ok(address)
}

async fn respond(
    request: Request<Incoming>,
    answer: Answer,
) -> std::result::Result<Response<Canned>, hyper::Error> {
    request.into_body().collect().await?;
    let mut response =
        Response::new(Canned { pieces: answer.pieces.into(), length: answer.length, paused: true });
    *response.headers_mut() = answer.headers;
    Ok(response)
}

/// The pieces, each written before the next, as those of a model that is still talking.
struct Canned {
    pieces: VecDeque<Bytes>,
    length: Option<u64>,
    paused: bool,
}

impl Body for Canned {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        this.paused = !this.paused;
        if this.paused && this.length.is_none() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(this.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
