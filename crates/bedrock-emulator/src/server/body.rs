//! Bodies: a request's, collected within its bound, and an answer's, sent piece by piece.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bedrock_transport::TransportError;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::InFlight;
use crate::answer::Content;
use crate::play::Pauses;

/// Why a body is not there.
pub(super) enum BodyError {
    /// It is larger than allowed.
    TooLarge,
    /// The connection broke.
    Lost(hyper::Error),
}

/// Collects a body of at most `limit` bytes.
///
/// The rest of a larger one is read too and thrown away, up to a bound, because most clients read an answer only after they have
/// written their request.
pub(super) async fn receive(mut incoming: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let mut body = BytesMut::new();
    let mut only = Bytes::new();
    let mut seen = 0_usize;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(BodyError::Lost)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen > limit.saturating_mul(READ_ON) {
            break;
        }
        if seen <= limit {
            // Most bodies come in one piece, which need not be copied.
            if seen == data.len() {
                only = data;
                continue;
            }
            body.extend_from_slice(&std::mem::take(&mut only));
            body.extend_from_slice(&data);
        } else {
            body = BytesMut::new();
        }
    }
    if seen > limit {
        return Err(BodyError::TooLarge);
    }
    Ok(if body.is_empty() { only } else { body.freeze() })
}

/// The body of an answer.
///
/// Between two pieces it lets the connection write out what it has, so that frames travel apart as Bedrock's do.
pub(super) struct AnswerBody {
    pieces: VecDeque<Bytes>,
    /// How many pieces were sent.
    sent: usize,
    pauses: Pauses,
    /// Until the next piece may be sent.
    pause: Option<Pin<Box<Sleep>>>,
    length: Option<u64>,
    paused: bool,
    /// Only held.
    _in_flight: InFlight,
}

impl AnswerBody {
    pub(super) fn new(content: Content, pauses: Pauses, in_flight: InFlight) -> Self {
        let (length, pieces) = match content {
            Content::Whole(bytes) => (Some(bytes.len() as u64), VecDeque::from([bytes])),
            Content::Frames(_, frames) => (None, frames.into()),
        };
        let pause = pauses.before(0).map(wait);
        Self { pieces, sent: 0, pauses, pause, length, paused: true, _in_flight: in_flight }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        this.paused = !this.paused;
        if this.paused {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(pause) = &mut this.pause {
            if pause.as_mut().poll(context).is_pending() {
                this.paused = true; // nothing is due but the piece
                return Poll::Pending;
            }
            this.pause = None;
        }
        this.sent += 1;
        this.pause = this.pauses.before(this.sent).map(wait);
        Poll::Ready(this.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// The body of an answer that is somebody else's, sent as it comes. Dropping it ends that too.
///
/// Where it is cut, the connection first writes out what came before.
pub(super) struct LiveBody {
    body: bedrock_transport::Body,
    cut: Option<TransportError>,
    /// Only held.
    _in_flight: InFlight,
}

impl LiveBody {
    pub(super) fn new(body: bedrock_transport::Body, in_flight: InFlight) -> Self {
        Self { body, cut: None, _in_flight: in_flight }
    }
}

impl Body for LiveBody {
    type Data = Bytes;
    /// The connection to the client is cut where the answer was.
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = self.get_mut();
        if let Some(cut) = this.cut.take() {
            return Poll::Ready(Some(Err(cut)));
        }
        match ready!(this.body.poll_chunk(context)) {
            Some(Err(cut)) => {
                this.cut = Some(cut);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            next => Poll::Ready(next.map(|next| next.map(Frame::data))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body.remaining().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

fn wait(time: Duration) -> Pin<Box<Sleep>> {
    Box::pin(sleep(time))
}

/// How many times its bound of a too large body is read before the connection is given up.
const READ_ON: usize = 4;

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::frames::StreamFormat;

    /// What polling gives: a piece's length, or a pause, until the end.
    fn polled(content: Content) -> Vec<Option<usize>> {
        let (mut body, mut seen) = (AnswerBody::new(content, Pauses::default(), InFlight::none()), vec![]);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            match Pin::new(&mut body).poll_frame(&mut context) {
                Poll::Pending => seen.push(None),
                Poll::Ready(Some(Ok(frame))) => seen.push(frame.data_ref().map(Bytes::len)),
                Poll::Ready(Some(Err(never))) => match never {},
                Poll::Ready(None) => return seen,
            }
        }
    }

    #[test]
    fn the_connection_can_write_between_two_frames() {
        let frames = Content::Frames(StreamFormat::InvokeModel, vec!["a".into(), "bc".into(), "def".into()]);
        assert_eq!(polled(frames), [Some(1), None, Some(2), None, Some(3), None]);
        assert_eq!(polled(Content::Whole("abcd".into())), [Some(4), None]);
    }

    #[test]
    fn only_a_whole_answer_knows_its_length() {
        let length =
            |content| AnswerBody::new(content, Pauses::default(), InFlight::none()).size_hint().exact();
        assert_eq!(length(Content::Whole("abcd".into())), Some(4));
        assert_eq!(length(Content::Frames(StreamFormat::InvokeModel, vec!["abcd".into()])), None);
    }
}
