//! A streamed answer on its connection.

use bedrock_transport::{Body, FrameReader, ReadError, Timeouts, TransportError};
use bedrock_types::{InvocationMetrics, Message, MessageStreamEvent};
use http::{HeaderMap, response::Parts};

use super::{
    decoder::{Frames, Framing},
    events::{Events, Exchange, framing_error},
};
use crate::{Error, ErrorKind, StreamFailure, call::Answer, error::request_id};

/// The events of an answer, as they come, and the message they make.
///
/// The socket is read only when an event is asked for, so a caller that is slow slows the server, and nothing piles up.
/// Dropping it closes the connection.
#[derive(Debug)]
pub struct MessageStream {
    reader: FrameReader<Frames>,
    events: Events,
    head: Parts,
    attempts: u32,
}

impl MessageStream {
    pub(crate) fn new(answer: Answer<Body>, framing: Framing, model: &str, timeouts: &Timeouts) -> Self {
        let reader = FrameReader::new(
            answer.body,
            Frames::new(framing),
            timeouts,
            answer.deadline.map(tokio::time::Instant::into_std),
        );
        let exchange = Exchange {
            attempts: answer.attempts,
            request_id: request_id(&answer.head).map(str::to_owned),
            model: model.to_owned(),
            scrubber: answer.scrubber,
        };
        Self { reader, events: Events::of(exchange), head: answer.head, attempts: answer.attempts }
    }

    /// The next event, or `None` once the message is complete.
    ///
    /// # Errors
    ///
    /// `Stream`, `Timeout`, `Decode`, `TooLarge` or `Protocol`: the answer did not end well; the error has what came, and is
    /// given again when asked again. The client does not try again by itself, because a second answer is paid for again.
    pub async fn next_event(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        if let Some(failure) = self.events.failure() {
            return Err(failure.clone());
        }
        if let Some(event) = self.events.next_ready()? {
            return Ok(Some(event));
        }
        // After `message_stop` the message is safe, whatever follows.
        while !self.events.is_complete() {
            let step = match self.reader.next().await {
                Ok(Some(frame)) => self.events.take(frame),
                Ok(None) => self.events.end(),
                Err(error) => Err(self.events.fail(read_error(error))),
            };
            if let Some(event) = step? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// The next piece of the answer's text, or `None` once the message is complete; what is not text is passed over.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub async fn next_text(&mut self) -> Result<Option<String>, Error> {
        while let Some(event) = self.next_event().await? {
            if let Some(text) = event.text() {
                return Ok(Some(text.to_owned()));
            }
        }
        Ok(None)
    }

    /// Reads to the end and gives the message.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub async fn final_message(mut self) -> Result<Message, Error> {
        while self.next_event().await?.is_some() {}
        self.into_message()
    }

    /// What came so far, from `message_start` on.
    pub fn snapshot(&self) -> Option<&Message> {
        self.events.snapshot()
    }

    /// The message, if all events were read and the last was `message_stop`.
    ///
    /// # Errors
    ///
    /// The stream failed, or was not read to its end; the error has what came.
    pub fn into_message(self) -> Result<Message, Error> {
        self.events.into_message()
    }

    /// What Bedrock measured, once the message is complete.
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.events.invocation_metrics()
    }

    /// What AWS calls the request (`x-amzn-requestid`).
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.head)
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

fn read_error(error: ReadError) -> Error {
    match error {
        ReadError::Decode(error) => framing_error(&error),
        // On a stream a lost connection means that the rest of the answer is lost.
        ReadError::Transport(error @ TransportError::Truncated { .. }) => {
            Error::of_kind(ErrorKind::Stream(StreamFailure::Truncated), error)
        }
        ReadError::Transport(error) => error.into(),
        error => Error::new(ErrorKind::Protocol, error.to_string()),
    }
}
