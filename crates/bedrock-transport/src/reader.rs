//! A response body held to its time limits: frame by frame for streams, as a whole for everything else.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::body::Collected;
use crate::{Body, Decode, DecodeError, TimeoutPhase, Timeouts, TransportError};

/// Reads a stream of frames from a body.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use bedrock_transport::sse::SseDecoder;
/// use bedrock_transport::{Body, FrameReader, Timeouts};
///
/// let body = Body::from_bytes("data: 1\n\ndata: 2\n\n");
/// let mut events = FrameReader::new(body, SseDecoder::new(), &Timeouts::default(), None);
/// while let Some(event) = events.next().await? {
///     println!("{:?}", event.data);
/// }
/// # Ok(())
/// # }
/// ```
///
/// The idle limit counts the time spent waiting for the next *whole* frame: bytes that dribble in do not extend it, and
/// what the caller does between two calls is not counted. At the end, after an error, and when the reader is dropped,
/// the body is dropped with its connection; nothing is read ahead of the frame that is asked for.
#[derive(Debug)]
pub struct FrameReader<D> {
    /// `None` once the stream has ended or failed.
    body: Option<Body>,
    decoder: D,
    patience: Patience,
}

impl<D: Decode> FrameReader<D> {
    /// A reader that decodes `body` within `timeouts.idle` a frame and `deadline` for all of it.
    pub fn new(body: Body, decoder: D, timeouts: &Timeouts, deadline: Option<std::time::Instant>) -> Self {
        Self { body: Some(body), decoder, patience: Patience::new(timeouts, deadline) }
    }

    /// The next frame; `None` at the end of the body between two frames, and after an error.
    ///
    /// Dropping the future loses nothing: the next call goes on where it was, with the time already waited.
    ///
    /// # Errors
    ///
    /// [`ReadError::Decode`] when the bytes are not whole, legal frames; [`ReadError::Transport`] when no more of them
    /// come: a lost connection, or `Timeout(Idle)` or `Timeout(Total)`.
    pub async fn next(&mut self) -> Result<Option<D::Item>, ReadError> {
        self.patience.pending_since = None;
        let next = self.read().await;
        if !matches!(next, Ok(Some(_))) {
            self.body = None;
        }
        next
    }

    /// [`next`](Self::next) for those who poll: a poll that is pending waits until it is polled again, so that time counts.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<D::Item>, ReadError>> {
        self.patience.wake();
        let polled = pin!(self.next()).poll(context);
        if polled.is_pending() {
            self.patience.pending_since = Some(Instant::now());
        }
        polled
    }

    /// The decoder, which knows how far the stream was read.
    pub fn decoder(&self) -> &D {
        &self.decoder
    }

    async fn read(&mut self) -> Result<Option<D::Item>, ReadError> {
        let Some(body) = &mut self.body else { return Ok(None) };
        if let Some(frame) = self.decoder.next_item()? {
            return Ok(Some(frame));
        }
        let mut wait = self.patience.wait();
        while let Some(chunk) = wait.chunk(body).await? {
            self.decoder.push(chunk);
            if let Some(frame) = self.decoder.next_item()? {
                wait.is_over();
                return Ok(Some(frame));
            }
            wait.check()?;
        }
        self.decoder.finish()?;
        Ok(None)
    }
}

/// The whole body, no longer than `limit` bytes, with `timeouts.idle` for each piece and `deadline` for all of it.
///
/// # Errors
///
/// [`TransportError::TooLarge`] as soon as it is known, `Timeout(Idle)` and `Timeout(Total)`, and what the body says.
pub async fn read_body(
    mut body: Body,
    limit: usize,
    timeouts: &Timeouts,
    deadline: Option<std::time::Instant>,
) -> Result<Bytes, TransportError> {
    let mut patience = Patience::new(timeouts, deadline);
    let mut collected = Collected::new(limit);
    collected.expect(body.remaining())?;
    loop {
        let mut wait = patience.wait();
        let Some(chunk) = wait.chunk(&mut body).await? else { return Ok(collected.finish()) };
        collected.add(chunk)?;
        wait.check()?;
        wait.is_over(); // each piece has the whole limit
    }
}

/// A stream of frames could not be read on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// No more bytes come.
    Transport(TransportError),
    /// The bytes that came are not whole, legal frames.
    Decode(DecodeError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transport(_) => "the stream could not be read",
            Self::Decode(_) => "the stream could not be decoded",
        })
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Decode(error) => Some(error),
        }
    }
}

impl From<TransportError> for ReadError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// The time limits of one body.
///
/// A limit moves with every frame, and most are never reached: so the timer is not moved along, but left where it is until it rings,
/// and then set again to what is left.
#[derive(Debug)]
struct Patience {
    idle: Duration,
    deadline: Option<Instant>,
    /// How long the callers have waited for what is next.
    waited: Duration,
    /// Since when somebody waits without a future that could tell.
    pending_since: Option<Instant>,
    /// Set to the limit of this wait or an earlier one; none as long as nothing had to be waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn new(timeouts: &Timeouts, deadline: Option<std::time::Instant>) -> Self {
        let deadline = deadline.map(Instant::from_std);
        Self {
            idle: timeouts.idle_limit(),
            deadline,
            waited: Duration::ZERO,
            pending_since: None,
            timer: None,
        }
    }

    /// Counts the time since a poll that was pending.
    fn wake(&mut self) {
        if let Some(since) = self.pending_since.take() {
            self.waited = self.waited.saturating_add(since.elapsed());
        }
    }

    /// Begins to wait for bytes, or goes on where the last wait was given up.
    fn wait(&mut self) -> Wait<'_> {
        let since = Instant::now();
        // `None`: too far away for the clock to tell, so never.
        let idle_until = since.checked_add(self.idle.saturating_sub(self.waited));
        let (until, phase) = match (idle_until, self.deadline) {
            (Some(idle), Some(deadline)) if idle <= deadline => (Some(idle), TimeoutPhase::Idle),
            (_, Some(deadline)) => (Some(deadline), TimeoutPhase::Total),
            (idle, None) => (idle, TimeoutPhase::Idle),
        };
        Wait { patience: self, since: Some(since), until, phase }
    }

    /// Ready when it is `until`.
    fn poll_until(&mut self, until: Instant, context: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() > until {
            timer.as_mut().reset(until);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline() >= until {
                return Poll::Ready(());
            }
            timer.as_mut().reset(until);
        }
    }
}

/// One wait for bytes. It adds its time to what was waited when it is dropped before it is over: a caller that gives up and
/// asks again (`select!`) does not wait longer for a dead server than one that stays.
struct Wait<'a> {
    patience: &'a mut Patience,
    /// `None` when what was waited for has come.
    since: Option<Instant>,
    until: Option<Instant>,
    phase: TimeoutPhase,
}

impl Wait<'_> {
    /// Whether there is time for another chunk. A body that always has one ready would never be asked otherwise: a
    /// timer is looked at only when there is something to wait for.
    fn check(&self) -> Result<(), TransportError> {
        match self.until {
            Some(until) if Instant::now() >= until => Err(TransportError::Timeout(self.phase)),
            Some(_) | None => Ok(()),
        }
    }

    async fn chunk(&mut self, body: &mut Body) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|context| {
            // A chunk that is there is taken, even when the time is over: it may be what was waited for.
            if let Poll::Ready(chunk) = body.poll_chunk(context) {
                return Poll::Ready(chunk.transpose());
            }
            let Some(until) = self.until else { return Poll::Pending };
            ready!(self.patience.poll_until(until, context));
            Poll::Ready(Err(TransportError::Timeout(self.phase)))
        })
        .await
    }

    /// What was waited for has come; the next wait has the whole limit.
    fn is_over(&mut self) {
        self.since = None;
        self.patience.waited = Duration::ZERO;
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(since) = self.since {
            self.patience.waited = self.patience.waited.saturating_add(since.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use tokio::time::{Sleep, sleep, timeout};

    use super::*;
    use crate::ChunkSource;
    use crate::event_stream::{Decoder, encode};
    use crate::sse::SseDecoder;

    /// Chunks that come after a while each; then silence.
    struct Slow {
        chunks: VecDeque<(Duration, Bytes)>,
        sleep: Option<Pin<Box<Sleep>>>,
    }

    fn slow<'a>(chunks: impl IntoIterator<Item = (u64, &'a [u8])>) -> Body {
        let chunks = chunks
            .into_iter()
            .map(|(seconds, chunk)| (Duration::from_secs(seconds), Bytes::copy_from_slice(chunk)));
        Body::new(Slow { chunks: chunks.collect(), sleep: None })
    }

    impl ChunkSource for Slow {
        fn poll_chunk(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Bytes, TransportError>>> {
            let Some((pause, chunk)) = self.chunks.front().cloned() else { return Poll::Pending };
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(sleep.as_mut().poll(context));
            self.sleep = None;
            self.chunks.pop_front();
            Poll::Ready(Some(Ok(chunk)))
        }
    }

    const TIMEOUTS: Timeouts = Timeouts {
        connect: Some(Duration::ZERO),
        response_head: Some(Duration::ZERO),
        idle: Some(Duration::from_secs(10)),
    };

    fn events(body: Body) -> FrameReader<SseDecoder> {
        FrameReader::new(body, SseDecoder::new(), &TIMEOUTS, None)
    }

    fn is_timeout<T: fmt::Debug>(result: &Result<T, ReadError>, phase: TimeoutPhase) -> bool {
        matches!(result, Err(ReadError::Transport(TransportError::Timeout(said))) if *said == phase)
    }

    #[tokio::test(start_paused = true)]
    async fn whole_frames_that_keep_coming_never_time_out() {
        let mut events =
            events(slow([(9, &b"data: 1\n\n"[..]), (9, b"data: 2\n\ndata: 3\n\n"), (9, b"data: 4\n\n")]));
        for data in ["1", "2", "3", "4"] {
            assert_eq!(events.next().await.unwrap().unwrap().data, data);
            // The caller's own time does not count.
            sleep(Duration::from_secs(60)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_that_dribble_do_not_extend_the_idle_limit() {
        let dribble = b"data: a very slow event".chunks(1).map(|byte| (1, byte));
        let mut events = events(slow(dribble));
        let start = Instant::now();
        let next = events.next().await;
        assert!(is_timeout(&next, TimeoutPhase::Idle), "{next:?}");
        assert_eq!(start.elapsed().as_secs(), 10);
        assert!(events.next().await.unwrap().is_none(), "the body is gone");
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_asks_again_and_again_waits_no_longer() {
        let mut events = events(slow([]));
        for _ in 0..4 {
            assert!(timeout(Duration::from_secs(2), events.next()).await.is_err(), "not yet");
        }
        let next = timeout(Duration::from_secs(3), events.next()).await.expect("ten seconds are over");
        assert!(is_timeout(&next, TimeoutPhase::Idle), "{next:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_polls_waits_no_longer_and_loses_no_byte() {
        let polled =
            |events: &mut FrameReader<SseDecoder>, context: &mut Context<'_>| events.poll_next(context);
        let dribble = b"data: a very slow event".chunks(1).map(|byte| (1, byte));
        let mut dead = events(slow(dribble));
        let start = Instant::now();
        let next = poll_fn(|context| polled(&mut dead, context)).await;
        assert!(is_timeout(&next, TimeoutPhase::Idle), "{next:?}");
        assert_eq!(start.elapsed().as_secs(), 10);

        let mut alive = events(slow([(9, &b"data:"[..]), (0, b" 1\n\n"), (9, b"data: 2\n\n")]));
        for data in ["1", "2"] {
            assert_eq!(poll_fn(|context| polled(&mut alive, context)).await.unwrap().unwrap().data, data);
            // The caller's own time does not count.
            sleep(Duration::from_secs(60)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_a_wait_loses_no_byte() {
        let mut events = events(slow([(1, &b"data:"[..]), (1, b" 1\n"), (1, b"\n")]));
        for _ in 0..2 {
            assert!(timeout(Duration::from_millis(1_200), events.next()).await.is_err());
        }
        assert_eq!(events.next().await.unwrap().unwrap().data, "1");
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_a_stream_that_is_alive() {
        let pings = (0..100).map(|_| (5, &b"data: ping\n\n"[..]));
        let deadline = std::time::Instant::now() + Duration::from_secs(32);
        let mut events = FrameReader::new(slow(pings), SseDecoder::new(), &TIMEOUTS, Some(deadline));
        let mut seen = 0;
        let end = loop {
            match events.next().await {
                Ok(Some(_)) => seen += 1,
                other => break other,
            }
        };
        assert!(is_timeout(&end, TimeoutPhase::Total), "{end:?}");
        assert_eq!(seen, 6);
    }

    /// Always has another chunk at once; gives up by itself only so that a test of it ends.
    struct Busy {
        chunk: &'static [u8],
        end: std::time::Instant,
    }

    fn busy(chunk: &'static [u8]) -> Body {
        Body::new(Busy { chunk, end: std::time::Instant::now() + Duration::from_secs(5) })
    }

    impl ChunkSource for Busy {
        fn poll_chunk(
            self: Pin<&mut Self>,
            _context: &mut Context<'_>,
        ) -> Poll<Option<Result<Bytes, TransportError>>> {
            let over = std::time::Instant::now() > self.end;
            Poll::Ready((!over).then(|| Ok(Bytes::from_static(self.chunk))))
        }
    }

    #[tokio::test]
    async fn a_body_that_is_never_silent_keeps_the_limits_too() {
        let short = Duration::from_millis(20);
        let timeouts = TIMEOUTS.with_idle(short);
        let next = FrameReader::new(busy(b":\n"), SseDecoder::new(), &timeouts, None).next().await;
        assert!(is_timeout(&next, TimeoutPhase::Idle), "{next:?}");

        let deadline = || Some(std::time::Instant::now() + short);
        let next = FrameReader::new(busy(b":\n"), SseDecoder::new(), &TIMEOUTS, deadline()).next().await;
        assert!(is_timeout(&next, TimeoutPhase::Total), "{next:?}");

        let error = read_body(busy(b"a"), usize::MAX, &TIMEOUTS, deadline()).await.unwrap_err();
        assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Total)), "{error}");
    }

    #[tokio::test]
    async fn an_idle_limit_beyond_the_clock_is_none() {
        let timeouts = TIMEOUTS.with_idle(Duration::MAX);
        let mut events =
            FrameReader::new(Body::from_bytes("data: 1\n\n"), SseDecoder::new(), &timeouts, None);
        assert_eq!(events.next().await.unwrap().unwrap().data, "1");
    }

    #[tokio::test]
    async fn frames_before_a_lost_connection_are_given_out_first() {
        let frame = encode([(":event-type", "chunk".into())], "{}").unwrap();
        let lost = TransportError::Truncated { source: "reset".into() };
        let body = Body::from_chunks(vec![Ok([&frame[..], &frame, &frame[..5]].concat().into()), Err(lost)]);
        let mut reader = FrameReader::new(body, Decoder::new(), &TIMEOUTS, None);
        for _ in 0..2 {
            assert_eq!(reader.next().await.unwrap().unwrap().event_type(), Some("chunk"));
        }
        let error = reader.next().await.unwrap_err();
        assert!(matches!(error, ReadError::Transport(TransportError::Truncated { .. })), "{error}");
        assert_eq!(reader.decoder().frames_decoded(), 2);
        assert!(reader.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_clean_end_inside_a_frame_is_truncated() {
        let frame = encode([], "{}").unwrap();
        let body = Body::from_bytes(frame.slice(..12));
        let error = FrameReader::new(body, Decoder::new(), &TIMEOUTS, None).next().await.unwrap_err();
        assert!(matches!(error, ReadError::Decode(DecodeError::Truncated { received: 12, .. })), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_within_its_size_and_time() {
        let whole = slow([(9, &b"ab"[..]), (9, b"cd")]);
        let error = read_body(whole, 4, &TIMEOUTS, None).await.unwrap_err();
        assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Idle)), "{error}");
        let error = read_body(slow([(9, &b"ab"[..]), (9, b"cd")]), 3, &TIMEOUTS, None).await.unwrap_err();
        assert!(matches!(error, TransportError::TooLarge { limit: 3 }), "{error}");
        let deadline = Some(std::time::Instant::now() + Duration::from_secs(12));
        let error = read_body(slow([(9, &b"ab"[..]), (9, b"cd")]), 4, &TIMEOUTS, deadline).await.unwrap_err();
        assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Total)), "{error}");
        assert_eq!(read_body(Body::from_bytes("abcd"), 4, &TIMEOUTS, None).await.unwrap(), "abcd");
    }
}
