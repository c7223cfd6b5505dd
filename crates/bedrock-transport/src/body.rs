//! A response body: chunks that come one after another, whoever makes them.
//!
//! No time limits here; see [`FrameReader`](crate::FrameReader) and [`read_body`](crate::read_body).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use bytes::{Bytes, BytesMut};

use crate::TransportError;

/// Where the chunks of a body come from.
///
/// Dropping the source gives up the rest of the body; a source on a socket closes it.
pub trait ChunkSource: Send {
    /// The next chunk, `None` at the proper end. Not called again after `None` or an error.
    fn poll_chunk(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>>;

    /// How many bytes are still to come, where that is known.
    fn remaining(&self) -> Option<u64> {
        None
    }
}

/// The body of a response.
///
/// ```
/// # async fn example() -> Result<(), bedrock_transport::TransportError> {
/// use bedrock_transport::Body;
///
/// let body = Body::from_chunks(vec![Ok("hello, ".into()), Ok("world".into())]);
/// assert_eq!(body.collect(1024).await?, "hello, world");
/// # Ok(())
/// # }
/// ```
///
/// The default body is empty.
#[derive(Default)]
pub struct Body {
    /// `None` once the body has ended or failed: the source is dropped as soon as it is of no more use.
    source: Option<Pin<Box<dyn ChunkSource>>>,
}

impl Body {
    /// A body that reads from `source`.
    pub fn new(source: impl ChunkSource + 'static) -> Self {
        Self { source: Some(Box::pin(source)) }
    }

    /// A body that is there as a whole.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self::from_chunks(vec![Ok(bytes.into())])
    }

    /// A body that yields these chunks in order, up to the first error: a script for tests.
    pub fn from_chunks(chunks: Vec<Result<Bytes, TransportError>>) -> Self {
        Self::new(Script(chunks.into_iter()))
    }

    /// The next chunk, never an empty one; `None` at the end and after an error.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// What the source says: mostly [`TransportError::Truncated`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    /// The whole body, if it is no longer than `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`TransportError::TooLarge`] as soon as it is known, from the announced length already; else as
    /// [`chunk`](Self::chunk).
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut collected = Collected::new(limit);
        collected.expect(self.remaining())?;
        while let Some(chunk) = self.chunk().await? {
            collected.add(chunk)?;
        }
        Ok(collected.finish())
    }

    /// How many bytes are still to come, where that is known.
    pub fn remaining(&self) -> Option<u64> {
        self.source.as_ref().and_then(|source| source.remaining())
    }

    /// The next chunk, for who is polled: a body around this one, which watches or rewrites what comes.
    pub fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            let Some(source) = &mut self.source else { return Poll::Ready(None) };
            let next = ready!(source.as_mut().poll_chunk(context));
            match next {
                Some(Ok(chunk)) if chunk.is_empty() => continue,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => self.source = None,
            }
            return Poll::Ready(next);
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("remaining", &self.remaining()).finish_non_exhaustive()
    }
}

/// Chunks put together up to a limit; a body that is one chunk is not copied.
pub(crate) struct Collected {
    limit: usize,
    first: Bytes,
    all: BytesMut,
}

impl Collected {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, first: Bytes::new(), all: BytesMut::new() }
    }

    pub(crate) fn expect(&self, announced: Option<u64>) -> Result<(), TransportError> {
        match announced {
            Some(length) if length > self.limit as u64 => Err(TransportError::TooLarge { limit: self.limit }),
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn add(&mut self, chunk: Bytes) -> Result<(), TransportError> {
        let length = self.first.len().max(self.all.len());
        if chunk.len() > self.limit.saturating_sub(length) {
            return Err(TransportError::TooLarge { limit: self.limit });
        }
        if length == 0 {
            self.first = chunk;
            return Ok(());
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&chunk);
        Ok(())
    }

    pub(crate) fn finish(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

struct Script(vec::IntoIter<Result<Bytes, TransportError>>);

impl ChunkSource for Script {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        Poll::Ready(self.0.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Announces more than it has.
    struct Announced(u64);

    impl ChunkSource for Announced {
        fn poll_chunk(
            self: Pin<&mut Self>,
            _context: &mut Context<'_>,
        ) -> Poll<Option<Result<Bytes, TransportError>>> {
            Poll::Pending
        }

        fn remaining(&self) -> Option<u64> {
            Some(self.0)
        }
    }

    fn chunks(texts: &[&'static str]) -> Body {
        Body::from_chunks(texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes()))).collect())
    }

    #[tokio::test]
    async fn collect_takes_up_to_the_limit_and_not_a_byte_more() {
        assert_eq!(chunks(&[]).collect(0).await.unwrap(), "");
        assert_eq!(chunks(&["abc", "", "de"]).collect(5).await.unwrap(), "abcde");
        for (texts, limit) in [(&["abc", "de"][..], 4), (&["abc"], 2), (&["a"], 0)] {
            let error = chunks(texts).collect(limit).await.unwrap_err();
            assert!(matches!(error, TransportError::TooLarge { limit: said } if said == limit), "{error}");
        }
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_refused_before_a_byte_comes() {
        let error = Body::new(Announced(11)).collect(10).await.unwrap_err();
        assert!(matches!(error, TransportError::TooLarge { limit: 10 }), "{error}");
    }

    #[tokio::test]
    async fn a_body_is_not_asked_again_after_an_error() {
        let cut = TransportError::Truncated { source: "cut".into() };
        let mut body = Body::from_chunks(vec![Ok("a".into()), Err(cut), Ok("b".into())]);
        assert_eq!(body.chunk().await.unwrap().unwrap(), "a");
        assert!(matches!(body.chunk().await, Err(TransportError::Truncated { .. })));
        assert!(body.chunk().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_body_in_one_chunk_is_not_copied() {
        let bytes = Bytes::from(vec![7; 100]);
        let collected = Body::from_bytes(bytes.clone()).collect(100).await.unwrap();
        assert_eq!(collected.as_ptr(), bytes.as_ptr());
    }
}
