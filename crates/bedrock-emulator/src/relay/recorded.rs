//! A body that is passed on as it comes, and recorded on its way.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bedrock_transport::{Body, ChunkSource, TransportError};
use bytes::Bytes;

use super::{end, lost};
use crate::recording::{End, Recording};

/// The real side's answer. Dropped before its end, it is recorded as abandoned, and the connection to the real side is closed.
pub(super) struct RecordedBody {
    body: Body,
    /// What is still to come, where the head has announced it: who has that much asks no more.
    announced: Option<u64>,
    /// Until it has ended, or cannot be written.
    recording: Option<Recording>,
}

impl RecordedBody {
    pub(super) fn new(body: Body, announced: Option<u64>, recording: Option<Recording>) -> Self {
        let mut passed = Self { body, announced, recording };
        if announced == Some(0) {
            passed.end(End::Complete);
        }
        passed
    }

    fn end(&mut self, how: End) {
        if let Some(recording) = self.recording.take() {
            end(recording, how);
        }
    }
}

impl ChunkSource for RecordedBody {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        let next = ready!(self.body.poll_chunk(context));
        match &next {
            Some(Ok(bytes)) => {
                if let Some(Err(error)) = self.recording.as_mut().map(|recording| recording.bytes(bytes)) {
                    lost(&error);
                    self.recording = None;
                }
                self.announced = self.announced.map(|left| left.saturating_sub(bytes.len() as u64));
                if self.announced == Some(0) {
                    self.end(End::Complete);
                }
            }
            Some(Err(_)) => self.end(End::Cut),
            None => self.end(End::Complete),
        }
        Poll::Ready(next)
    }

    fn remaining(&self) -> Option<u64> {
        self.body.remaining()
    }
}

impl Drop for RecordedBody {
    fn drop(&mut self) {
        self.end(End::Abandoned);
    }
}
