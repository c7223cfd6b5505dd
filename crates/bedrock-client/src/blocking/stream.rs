//! A streamed answer, read by a thread that waits for each event.

use bedrock_types::{InvocationMetrics, Message, MessageStreamEvent};
use http::HeaderMap;

use super::driver::Driver;
use crate::{Error, ResponseDetails};

/// The events of an answer as they come, and the message they make: [`crate::MessageStream`], as an iterator.
///
/// The iterator ends with the message, or after the first error. Dropping it closes the connection at once.
#[derive(Debug)]
pub struct MessageStream {
    // Before the driver: closing the connection is its last work.
    stream: crate::MessageStream,
    driver: Driver,
    /// Whether the end, or the failure, was given.
    over: bool,
}

impl MessageStream {
    pub(super) fn new(stream: crate::MessageStream, driver: Driver) -> Self {
        Self { stream, driver, over: false }
    }

    /// The next event, or `None` once the message is complete.
    ///
    /// # Errors
    ///
    /// Those of [`crate::MessageStream::next_event`].
    pub fn next_event(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        self.driver.wait(self.stream.next_event())
    }

    /// The next piece of the answer's text, or `None` once the message is complete; what is not text is passed over.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub fn next_text(&mut self) -> Result<Option<String>, Error> {
        self.driver.wait(self.stream.next_text())
    }

    /// Reads to the end and gives the message.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event).
    pub fn final_message(self) -> Result<Message, Error> {
        self.driver.wait(self.stream.final_message())
    }

    /// The text alone, as it comes.
    pub fn into_text_stream(self) -> TextStream {
        TextStream { stream: self }
    }

    /// What came so far, from `message_start` on.
    pub fn snapshot(&self) -> Option<&Message> {
        self.stream.snapshot()
    }

    /// The message, if all events were read and the last was `message_stop`.
    ///
    /// # Errors
    ///
    /// The stream failed, or was not read to its end; the error has what came.
    pub fn into_message(self) -> Result<Message, Error> {
        self.stream.into_message()
    }

    /// What Bedrock measured, once the message is complete.
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.stream.invocation_metrics()
    }

    /// As [`crate::MessageStream::details`].
    pub fn details(&self) -> ResponseDetails {
        self.stream.details()
    }

    /// What AWS calls the request (`x-amzn-requestid`).
    pub fn request_id(&self) -> Option<&str> {
        self.stream.request_id()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        self.stream.headers()
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.stream.attempts()
    }
}

impl Iterator for MessageStream {
    type Item = Result<MessageStreamEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.next_event().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// The text of an answer, piece by piece: made by [`MessageStream::into_text_stream`].
///
/// ```no_run
/// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::MessageCreateParams;
///
/// let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
/// let mut texts = client.messages().stream(&params)?.into_text_stream();
/// for text in &mut texts {
///     print!("{}", text?);
/// }
/// println!("{:?}", texts.into_message()?.stop_reason);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TextStream {
    stream: MessageStream,
}

impl TextStream {
    /// What came so far, from `message_start` on.
    pub fn snapshot(&self) -> Option<&Message> {
        self.stream.snapshot()
    }

    /// The stream of events that the text is taken from: its request id, headers and metrics.
    pub fn message_stream(&self) -> &MessageStream {
        &self.stream
    }

    /// The message, if the text was read to its end and the message is complete.
    ///
    /// # Errors
    ///
    /// As [`MessageStream::into_message`].
    pub fn into_message(self) -> Result<Message, Error> {
        self.stream.into_message()
    }
}

impl Iterator for TextStream {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.stream.next()? {
                Ok(event) => {
                    if let Some(text) = event.text() {
                        return Some(Ok(text.to_owned()));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
