//! A streamed answer on its connection.

#[cfg(feature = "stream")]
use std::task::{Context, Poll, ready};

use bedrock_transport::{Body, FrameReader, ReadError, Timeouts, TransportError};
use bedrock_types::{InvocationMetrics, Message, MessageStreamEvent};
use http::{HeaderMap, response::Parts};

use super::{
    decoder::{Frames, Framing},
    events::{Events, Exchange, Frame, framing_error},
};
use crate::{
    Error, ErrorKind, ResponseDetails, StreamFailure, call::Answer, error::request_id, hint::KeptSituation,
    observe::Observation,
};

/// The events of an answer, as they come, and the message they make.
///
/// The socket is read only when an event is asked for, so a caller that is slow slows the server, and nothing piles up.
/// Dropping it closes the connection.
///
/// It is `Send`: a stream that was begun in one task can be read to its end in another. It need not be `Sync`, since one reads it at a
/// time; who wants to share it puts it behind a mutex.
///
/// While it runs, [`snapshot`](Self::snapshot) is the message as far as it came. A tool call whose input still arrives has a
/// [`ToolInput::Partial`](bedrock_types::ToolInput::Partial) there, and its
/// [`partial_value`](bedrock_types::ToolInput::partial_value) is what of it can be shown already.
///
/// With the feature `stream` it is a `futures_core::Stream`, too.
#[derive(Debug)]
pub struct MessageStream {
    reader: FrameReader<Frames>,
    events: Events,
    head: Parts,
    attempts: u32,
    /// Whether the end, or the failure, was given to who polls: a stream gives it once.
    #[cfg(feature = "stream")]
    pub(super) over: bool,
}

impl MessageStream {
    pub(crate) fn new(
        answer: Answer<Body>,
        framing: Framing,
        model: &str,
        timeouts: &Timeouts,
        situation: KeptSituation,
        observation: Observation,
    ) -> Self {
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
            situation: Some(situation),
            observation,
        };
        Self {
            reader,
            events: Events::of(exchange),
            head: answer.head,
            attempts: answer.attempts,
            #[cfg(feature = "stream")]
            over: false,
        }
    }

    /// The next event, or `None` once the message is complete.
    ///
    /// Dropping the future loses nothing, as in `tokio::select!`: the next call goes on where it was, and the time already waited
    /// counts.
    ///
    /// # Errors
    ///
    /// `Stream`, `Timeout`, `Decode`, `TooLarge` or `Protocol`: the answer did not end well; the error has what came
    /// ([`partial_message`](Error::partial_message)), and is given again when asked again.
    ///
    /// The client does not try again by itself, because a second answer is paid for again, and what was shown would be said twice.
    /// Where [`partial_message`](Error::partial_message) is `None` nothing had come, and asking again repeats nothing; whether it may
    /// help says [`is_retryable`](Error::is_retryable).
    pub async fn next_event(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        if let Some(event) = self.next_ready()? {
            return Ok(Some(event));
        }
        // After `message_stop` the message is safe, whatever follows.
        while !self.events.is_complete() {
            let frame = self.reader.next().await;
            if let Some(event) = self.take(frame)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// The same for who polls.
    #[cfg(feature = "stream")]
    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<MessageStreamEvent>, Error>> {
        if let Some(event) = self.next_ready()? {
            return Poll::Ready(Ok(Some(event)));
        }
        while !self.events.is_complete() {
            let frame = ready!(self.reader.poll_next(context));
            if let Some(event) = self.take(frame)? {
                return Poll::Ready(Ok(Some(event)));
            }
        }
        Poll::Ready(Ok(None))
    }

    /// What is there without reading: the failure that ended the stream, or an event that came together with another.
    fn next_ready(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        match self.events.failure() {
            Some(failure) => Err(failure.clone()),
            None => self.events.next_ready(),
        }
    }

    /// The event in what was read; `None` for a frame without one.
    fn take(&mut self, read: Result<Option<Frame>, ReadError>) -> Result<Option<MessageStreamEvent>, Error> {
        match read {
            Ok(Some(frame)) => self.events.take(frame),
            Ok(None) => self.events.end(),
            Err(error) => Err(self.events.fail(read_error(error))),
        }
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

    /// What came so far, from `message_start` on; its usage is the newest of what `message_start`, `message_delta` and `message_stop` say.
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

    /// What Bedrock measured and did, as far as it has said it: most of it comes with the last events.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// # let params = bedrock_client::MessageCreateParams::new("sonnet", 256).user("Hello, world");
    /// use bedrock_client::{Guardrail, Trace};
    ///
    /// let guarded = client.messages().with_guardrail(Guardrail::new("abc123def456", "1")).with_trace(Trace::ENABLED);
    /// let mut stream = guarded.stream(&params).await?;
    /// while stream.next_event().await?.is_some() {}
    /// println!("the guardrail did: {:?}", stream.details().trace);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// On Converse the latency and the service tier of a stream are not told here.
    pub fn details(&self) -> ResponseDetails {
        ResponseDetails::of_stream(&self.head.headers, self.snapshot(), self.invocation_metrics())
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
