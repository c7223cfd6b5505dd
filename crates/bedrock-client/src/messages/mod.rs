//! Messages: one request, one answer, whole or streamed.

mod decoder;
mod events;
mod request;
mod stream;

use bedrock_types::{Message, MessageCreateParams, json};

pub use decoder::{Framing, StreamDecoder};
pub use stream::MessageStream;

use crate::{Client, Error, ErrorKind, Response, Route};

/// The Messages API of a [`Client`].
#[derive(Debug, Clone, Copy)]
pub struct Messages<'a> {
    client: &'a Client,
    route: Route,
}

impl<'a> Messages<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, route: Route::default() }
    }

    /// Takes another way through Bedrock.
    #[must_use]
    pub fn with_route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Sends the request and waits for the whole answer.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::MessageCreateParams;
    ///
    /// let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
    /// let message = client.messages().create(&params).await?;
    /// println!("{} ({:?})", message.text(), message.request_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials` before anything is sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and
    /// `Protocol`. What is safe to try again was tried again.
    pub async fn create(&self, params: &MessageCreateParams) -> Result<Response<Message>, Error> {
        let shared = &self.client.shared;
        let call = request::invoke(shared, self.route, params, request::Operation::Whole)?;
        let answer = shared.whole(&call).await?;
        let message = json::from_slice(&answer.body).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the answer is no message: {error}"))
                .with_status(Some(answer.head.status.as_u16()))
                .with_request_id(answer.request_id())
                .with_attempts(answer.attempts)
                .scrubbed(&answer.scrubber)
        })?;
        let request_id = answer.request_id().map(str::to_owned);
        Ok(Response::new(message, answer.head.headers, request_id, answer.attempts))
    }

    /// Sends the request and gives the answer's events as they come.
    ///
    /// Dropping the stream closes its connection; what the model goes on to do, and what is billed, is AWS's to decide.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html>.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), up to the head of the answer; then the stream has its own.
    pub async fn stream(&self, params: &MessageCreateParams) -> Result<MessageStream, Error> {
        let shared = &self.client.shared;
        let call = request::invoke(shared, self.route, params, request::Operation::Streamed)?;
        let answer = shared.streamed(&call).await?;
        Ok(MessageStream::new(answer, Framing::EventStream, &shared.timeouts))
    }
}
