//! The connection to whoever is nearest: the server, or a proxy before it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

/// TCP, or what leads through a proxy: TCP or TLS over a hop to that.
///
/// Which it is stands behind a pointer, so that TLS and all above it is one type and is compiled once.
///
/// A server that refuses a large request before it has all of it answers, closes, and resets what still comes. Its answer is
/// then here, in the system's buffer, but hyper asks for it no more once a write has failed. So a write that nobody takes any
/// more counts as done, and reading tells what became of the request: the answer, or the end of the connection.
pub(super) struct Hop {
    stream: Box<dyn Stream>,
    reads_requests: bool,
    /// Nobody takes what is written.
    is_deaf: bool,
}

/// What a hop may go over.
pub(super) trait Stream: Read + Write + Connection + Send + Unpin {}

impl<S: Read + Write + Connection + Send + Unpin> Stream for S {}

impl Hop {
    /// To the server itself, or through a tunnel.
    pub(super) fn to_server(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), reads_requests: false, is_deaf: false }
    }

    /// To a proxy that reads requests: it must be told the whole URI.
    pub(super) fn to_forwarder(stream: impl Stream + 'static) -> Self {
        Self { reads_requests: true, ..Self::to_server(stream) }
    }

    /// What came of writing `length` bytes, if that is not known before.
    fn written(
        &mut self,
        length: usize,
        write: impl FnOnce(Pin<&mut dyn Stream>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Ready(Ok(length));
        }
        match write(Pin::new(&mut *self.stream)) {
            Poll::Ready(Err(error)) if is_deafness(&error) => {
                tracing::debug!(%error, "the peer takes no more of the request; it may have answered");
                self.is_deaf = true;
                Poll::Ready(Ok(length))
            }
            written => written,
        }
    }
}

impl Connection for Hop {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.reads_requests)
    }
}

impl Read for Hop {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_read(context, buffer)
    }
}

impl Write for Hop {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.written(bytes.len(), |stream| stream.poll_write(context, bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut *self.stream).poll_flush(context) {
            Poll::Ready(Err(error)) if self.is_deaf || is_deafness(&error) => {
                self.is_deaf = true;
                Poll::Ready(Ok(()))
            }
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = bytes.iter().map(|bytes| bytes.len()).sum();
        self.written(length, |stream| stream.poll_write_vectored(context, bytes))
    }
}

/// Whether a write failed because the other side has closed.
fn is_deafness(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)
}
