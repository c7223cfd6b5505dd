//! The connection to whoever is nearest: the server, or a proxy before it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// TCP, or TLS to a proxy.
///
/// A server that refuses a large request before it has all of it answers, closes, and resets what still comes. Its answer is
/// then here, in the system's buffer, but hyper asks for it no more once a write has failed. So a write that nobody takes any
/// more counts as done, and reading tells what became of the request: the answer, or the end of the connection.
pub(super) struct Hop {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    reads_requests: bool,
    /// Nobody takes what is written.
    is_deaf: bool,
}

impl Hop {
    /// To the server itself, or through a tunnel.
    pub(super) fn to_server(stream: impl Into<MaybeHttpsStream<TokioIo<TcpStream>>>) -> Self {
        Self { stream: stream.into(), reads_requests: false, is_deaf: false }
    }

    /// To a proxy that reads requests: it must be told the whole URI.
    pub(super) fn to_forwarder(stream: MaybeHttpsStream<TokioIo<TcpStream>>) -> Self {
        Self { stream, reads_requests: true, is_deaf: false }
    }

    /// What came of writing `length` bytes, if that is not known before.
    fn written(
        &mut self,
        length: usize,
        write: impl FnOnce(Pin<&mut MaybeHttpsStream<TokioIo<TcpStream>>>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Ready(Ok(length));
        }
        match write(Pin::new(&mut self.stream)) {
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
        Pin::new(&mut self.stream).poll_read(context, buffer)
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
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(Err(error)) if self.is_deaf || is_deafness(&error) => {
                self.is_deaf = true;
                Poll::Ready(Ok(()))
            }
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
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
