//! hyper's response as ours.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::{Body as _, Incoming};

use super::failure;
use super::pool::Lease;
use crate::{Body, ChunkSource, TransportError};

/// The response with a head of its own, and the body read from the socket as it is asked for: nothing is read ahead of a slow reader but the one
/// buffer that hyper holds.
///
/// The connection goes back to the pool with the end of the body, or when that is dropped.
pub(super) fn response(response: Response<Incoming>, lease: Lease) -> Response<Body> {
    let mut response = response.map(|incoming| Body::new(Source { incoming, _lease: lease }));
    detach(response.headers_mut());
    response
}

/// Copies the values into memory of their own. As hyper gives them, they are slices of the buffer that the head was read into; whoever
/// keeps a head for as long as its stream would keep those 8 KiB too, and hyper would need another 8 KiB to read on.
fn detach(headers: &mut HeaderMap) {
    let mut values = BytesMut::with_capacity(headers.values().map(HeaderValue::len).sum());
    for value in headers.values_mut() {
        values.extend_from_slice(value.as_bytes());
        if let Ok(mut copy) = HeaderValue::from_maybe_shared(values.split().freeze()) {
            copy.set_sensitive(value.is_sensitive());
            *value = copy;
        }
    }
}

struct Source {
    /// Dropped before the lease: hyper must know that what is left of the body is not wanted.
    incoming: Incoming,
    _lease: Lease,
}

impl ChunkSource for Source {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
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
        self.incoming.size_hint().exact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detached_head_says_the_same_and_keeps_no_buffer() {
        let buffer = Bytes::from(b"one, two".to_vec());
        let slice = |range| HeaderValue::from_maybe_shared(buffer.slice(range)).unwrap();
        let mut secret = slice(5..8);
        secret.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.append("a", slice(0..3));
        headers.append("a", secret);
        headers.append("b", slice(0..0));
        let before = headers.clone();
        assert!(!buffer.is_unique());

        detach(&mut headers);
        assert_eq!(headers, before);
        let sensitive: Vec<_> = headers.values().map(HeaderValue::is_sensitive).collect();
        assert_eq!(sensitive, [false, true, false]);
        drop(before);
        assert!(buffer.is_unique());
    }
}
