//! A streamed answer as a `futures_core::Stream`: of its events, or of its text alone. What they mean is `stream.rs`'s to say.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bedrock_types::{Message, MessageStreamEvent};
use futures_core::{FusedStream, Stream};

use super::MessageStream;
use crate::Error;

/// The events as items, up to the end or the first error; afterwards there are none.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::MessageCreateParams;
/// use futures_util::TryStreamExt; // or any other crate that works on streams
///
/// let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
/// let mut stream = client.messages().stream(&params).await?;
/// while let Some(event) = stream.try_next().await? {
///     print!("{}", event.text().unwrap_or_default());
/// }
/// let message = stream.into_message()?;
/// # drop(message);
/// # Ok(())
/// # }
/// ```
///
/// From a poll that was pending on, the silence counts towards the [idle limit](crate::Timeouts::idle); the time before a poll does not.
impl Stream for MessageStream {
    type Item = Result<MessageStreamEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = ready!(self.poll_event(context)).transpose();
        self.over = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }
}

impl FusedStream for MessageStream {
    fn is_terminated(&self) -> bool {
        self.over
    }
}

impl MessageStream {
    /// The text alone, as it comes. What was read already is not in it, but in its [`snapshot`](TextStream::snapshot).
    pub fn into_text_stream(self) -> TextStream {
        TextStream { stream: self }
    }
}

/// The text of an answer, piece by piece: made by [`MessageStream::into_text_stream`].
///
/// Thinking and tool calls are passed over, and are in the message afterwards.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::MessageCreateParams;
/// use futures_util::TryStreamExt;
///
/// let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
/// let mut texts = client.messages().stream(&params).await?.into_text_stream();
/// while let Some(text) = texts.try_next().await? {
///     print!("{text}");
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

impl Stream for TextStream {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.stream).poll_next(context)) {
                Some(Ok(event)) => {
                    if let Some(text) = event.text() {
                        return Poll::Ready(Some(Ok(text.to_owned())));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl FusedStream for TextStream {
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}
