//! The bytes to whoever is nearest, the server or a proxy before it, and what becomes of those that nobody takes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What bytes go over: TCP, TLS, or either through a proxy.
///
/// Which it is stands behind a pointer, so that TLS and all above it is one type and is compiled once.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection below TLS.
///
/// A server that refuses a large request before it has all of it answers, closes, and resets what still comes. Its answer is
/// then here, in the system's buffer, but hyper asks for it no more once a write has failed. So a write that nobody takes any
/// more counts as done, and reading tells what became of the request: the answer, or the end of the connection.
pub(super) struct Hop {
    stream: Box<dyn Stream>,
    /// Nobody takes what is written.
    is_deaf: bool,
}

impl Hop {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, is_deaf: false }
    }

    /// What came of writing `length` bytes.
    fn written(&mut self, length: usize, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Err(error)) if is_deafness(&error) => {
                tracing::debug!(%error, "the peer takes no more of the request; it may have answered");
                self.is_deaf = true;
                Poll::Ready(Ok(length))
            }
            written => written,
        }
    }
}

impl AsyncRead for Hop {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Hop {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut *self.stream).poll_write(context, bytes);
        self.written(bytes.len(), written)
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
        if self.is_deaf {
            return Poll::Ready(Ok(length));
        }
        let written = Pin::new(&mut *self.stream).poll_write_vectored(context, bytes);
        self.written(length, written)
    }
}

/// Whether a write failed because the other side has closed.
fn is_deafness(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)
}
