//! hyper's body as ours.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};

use super::failure;
use crate::{Body, ChunkSource, TransportError};

/// The body of a response, read from the socket as it is asked for: nothing is read ahead of a slow reader but the one
/// buffer that hyper holds.
pub(super) fn body(incoming: Incoming) -> Body {
    Body::new(Source(incoming))
}

struct Source(Incoming);

impl ChunkSource for Source {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(failure::in_body(error)))),
                None => return Poll::Ready(None),
            };
            // Trailers say nothing that is used here.
            if let Ok(chunk) = frame.into_data() {
                return Poll::Ready(Some(Ok(chunk)));
            }
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.0.size_hint().exact()
    }
}
