//! What is known of a connection that has failed: whether it was a kept one, which the server had given up.
//!
//! A server closes kept connections when it likes, and a request may be on its way at that moment. Such a request was most
//! likely read by nobody. hyper tells it from no other that was not answered: it says that the message is incomplete.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::hop::Stream;

/// What a connection has brought so far. It is shared by the connection and the requests on it.
#[derive(Clone, Default)]
pub(super) struct History(Arc<Facts>);

#[derive(Default)]
struct Facts {
    /// A request was answered.
    has_answered: AtomicBool,
    /// The last bytes on it were the server's, not ours.
    was_heard: AtomicBool,
    /// No request shall go out on it any more.
    is_given_up: AtomicBool,
}

impl History {
    /// Remembers that a request was answered.
    pub(super) fn answered(&self) {
        self.0.has_answered.store(true, Ordering::Relaxed);
    }

    /// Whether the connection had answered before, and then not a byte more.
    pub(super) fn is_stale(&self) -> bool {
        self.0.has_answered.load(Ordering::Relaxed) && !self.0.was_heard.load(Ordering::Relaxed)
    }

    /// Remembers that the connection is not to be used again.
    pub(super) fn give_up(&self) {
        self.0.is_given_up.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.0.is_given_up.load(Ordering::Relaxed)
    }
}

/// A connection with its history; above TLS, whose own messages are no answer.
pub(super) struct Kept {
    stream: Box<dyn Stream>,
    history: History,
}

impl Kept {
    pub(super) fn new(stream: Box<dyn Stream>, history: History) -> Self {
        Self { stream, history }
    }

    /// Remembers which way the last bytes went.
    fn was_heard(&self, heard: bool) {
        self.history.0.was_heard.store(heard, Ordering::Relaxed);
    }
}

impl AsyncRead for Kept {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.was_heard(true);
        }
        read
    }
}

impl AsyncWrite for Kept {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.was_heard(false);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.was_heard(false);
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
