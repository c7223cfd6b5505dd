//! A body whose pieces come when they came.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bedrock_transport::{ChunkSource, TransportError};
use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Speed;
use crate::recording::{End, Framing, Recorded};

/// The pieces of a recorded answer, each with its time.
pub(super) struct Paced {
    begun: Instant,
    pieces: VecDeque<(Duration, Bytes)>,
    end: End,
    /// Whether the head says how long the body is: of one that is whole, but not of a stream.
    is_announced: bool,
    /// Whether the connection had the turn to write out the last piece.
    paused: bool,
    waiting: Pin<Box<Sleep>>,
}

impl Paced {
    pub(super) fn new(recorded: &Recorded, speed: Speed) -> Self {
        let mut rest = recorded.body.clone();
        let pieces = recorded.frames.iter().map(|frame| {
            // Reading has seen to it that frames are together as long as the body.
            let piece = rest.split_to(frame.bytes.min(rest.len()));
            (speed.of(frame.at_us), piece)
        });
        let begun = Instant::now();
        let pieces = pieces.collect();
        let is_announced = recorded.framing == Framing::Whole && recorded.end == End::Complete;
        Self {
            begun,
            pieces,
            end: recorded.end,
            is_announced,
            paused: true,
            waiting: Box::pin(sleep_until(begun)),
        }
    }
}

impl ChunkSource for Paced {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        // Frames travel apart, so that a client sees each when it came.
        if !self.paused {
            self.paused = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some((at, _)) = self.pieces.front() else {
            return Poll::Ready(match self.end {
                End::Complete => None,
                End::Cut | End::Abandoned => Some(Err(TransportError::Truncated { source: CUT.into() })),
            });
        };
        if let Some(due) = self.begun.checked_add(*at)
            && due > Instant::now()
        {
            if self.waiting.deadline() != due {
                self.waiting.as_mut().reset(due);
            }
            ready!(self.waiting.as_mut().poll(context));
        }
        self.paused = false;
        Poll::Ready(self.pieces.pop_front().map(|(_, piece)| Ok(piece)))
    }

    fn remaining(&self) -> Option<u64> {
        let left = || self.pieces.iter().map(|(_, piece)| piece.len() as u64).sum();
        self.is_announced.then(left)
    }
}

const CUT: &str = "the recorded answer ends here";
