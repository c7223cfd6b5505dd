//! Messages: one request, one answer, whole or streamed.

#[cfg(feature = "converse")]
mod converse;
mod count_tokens;
mod decoder;
mod events;
mod options;
#[cfg(feature = "stream")]
mod polled;
mod stream;

use std::{fmt::Display, sync::Arc};

use bedrock_auth::BoxFuture;
use bedrock_transport::Body;
use bedrock_types::{Message, MessageCreateParams, Route, json::Wire, models::ModelId};
use bytes::Bytes;
use tracing::Instrument;

pub use decoder::{Framing, StreamDecoder};
#[cfg(feature = "stream")]
pub use polled::TextStream;
pub use stream::MessageStream;

use crate::{
    Client, Error, Response, ResponseDetails,
    call::{Answer, Call},
    client::CallDefaults,
    hint::KeptSituation,
    observe::{About, CallOperation, Observation},
    options::CallOptions,
    route::{self, AnswerForm, Operation, Prepared},
};

/// The Messages API of a [`Client`], with the options of its calls.
///
/// It is cheap to clone and to keep: one with the options of a part of a program can be made once and used for all its calls.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_client::{Client, Credentials, Guardrail, Route};
///
/// let client = Client::builder().region("us-east-1").credentials(Credentials::new("AKIA…", "secret")).build()?;
/// let guarded = client
///     .messages()
///     .with_route(Route::Converse)
///     .with_guardrail(Guardrail::new("abc123def456", "DRAFT"))
///     .with_total_timeout(Duration::from_secs(60));
/// # drop(guarded);
/// # Ok::<(), bedrock_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Messages {
    client: Client,
    route: Route,
    options: Arc<CallOptions>,
}

impl Messages {
    pub(crate) fn new(client: Client) -> Self {
        let CallDefaults { route, options } = client.shared.defaults.clone();
        Self { client, route, options }
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
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>,
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html> and
    /// <https://platform.claude.com/docs/en/api/messages>.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials` before anything is sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and
    /// `Protocol`. What is safe to try again was tried again.
    pub async fn create(&self, params: &MessageCreateParams) -> Result<Response<Message>, Error> {
        self.created(params).await
    }

    /// Sends the request and gives the answer's events as they come.
    ///
    /// Dropping the stream closes its connection; what the model goes on to do, and what is billed, is AWS's to decide.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::MessageCreateParams;
    ///
    /// let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
    /// let mut stream = client.messages().stream(&params).await?;
    /// while let Some(text) = stream.next_text().await? {
    ///     print!("{text}");
    /// }
    /// let message = stream.into_message()?;
    /// # drop(message);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html>,
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html> and
    /// <https://platform.claude.com/docs/en/build-with-claude/streaming>.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), up to the head of the answer; then the stream has its own.
    pub async fn stream(&self, params: &MessageCreateParams) -> Result<MessageStream, Error> {
        self.opened(params).await
    }

    /// What [`create`](Self::create) does, boxed: so it is compiled once and here, not in each crate that awaits it, and takes little
    /// room in the task that does.
    fn created<'a>(
        &'a self,
        params: &'a MessageCreateParams,
    ) -> BoxFuture<'a, Result<Response<Message>, Error>> {
        Box::pin(async move {
            let prepared = self.prepare(params, Operation::Whole);
            let sent = prepared.as_ref().ok().map(|prepared| (&prepared.call, &prepared.model));
            let mut observation = self.observe(CallOperation::Create, params, sent);
            let span = observation.span();
            let created = self.exchange(prepared, &mut observation).instrument(span).await;
            if let Ok(message) = &created {
                observation.message(message);
            }
            observation.end(created.as_ref().err());
            created
        })
    }

    async fn exchange(
        &self,
        prepared: Result<Prepared, Error>,
        observation: &mut Observation,
    ) -> Result<Response<Message>, Error> {
        let prepared = prepared?;
        let answer = self.client.shared.whole(&prepared.call).await?;
        observation.answered(&answer);
        read(&prepared, answer)
    }

    /// That of [`stream`](Self::stream), which needs more until the head of the answer than it does afterwards.
    fn opened<'a>(&'a self, params: &'a MessageCreateParams) -> BoxFuture<'a, Result<MessageStream, Error>> {
        Box::pin(async move {
            let prepared = self.prepare(params, Operation::Streamed);
            let sent = prepared.as_ref().ok().map(|prepared| (&prepared.call, &prepared.model));
            let mut observation = self.observe(CallOperation::Stream, params, sent);
            let span = observation.span();
            let opened = self.open(prepared).instrument(span).await;
            let (prepared, answer) = opened.inspect_err(|error| observation.end(Some(error)))?;
            observation.answered(&answer);
            let framing = prepared.form.framing();
            let situation = KeptSituation {
                subject: prepared.call.subject,
                region: self.client.shared.region.clone(),
                source: answer.source.clone(),
                body: prepared.call.body.len(),
            };
            let timeouts = &prepared.call.limits.timeouts;
            Ok(MessageStream::new(answer, framing, prepared.model.as_str(), timeouts, situation, observation))
        })
    }

    async fn open(&self, prepared: Result<Prepared, Error>) -> Result<(Prepared, Answer<Body>), Error> {
        let prepared = prepared?;
        let answer = self.client.shared.streamed(&prepared.call).await?;
        Ok((prepared, answer))
    }

    /// The way that calls take.
    #[cfg(feature = "tools")]
    pub(crate) fn route(&self) -> Route {
        self.route
    }

    /// Whether prompts and answers are told to who listens to `tracing`.
    #[cfg(feature = "tools")]
    pub(crate) fn records_content(&self) -> bool {
        self.client.shared.observers.content
    }

    fn prepare(&self, params: &MessageCreateParams, operation: Operation) -> Result<Prepared, Error> {
        route::prepare(&self.client.shared, self.route, &self.options, params, operation)
    }

    fn observe(
        &self,
        operation: CallOperation,
        params: &MessageCreateParams,
        sent: Option<(&Call, &ModelId)>,
    ) -> Observation {
        let (call, model) = sent.unzip();
        let about = About { operation, route: self.route, options: &self.options, params, call, model };
        Observation::begin(&self.client.shared, about)
    }
}

/// The message in a whole answer.
fn read(prepared: &Prepared, answer: Answer<Bytes>) -> Result<Response<Message>, Error> {
    let undecoded = |error: &dyn Display| answer.undecoded(format!("the answer is no message: {error}"));
    match prepared.form {
        AnswerForm::Message(_) => {
            let message = Message::from_json(&answer.body).map_err(|error| undecoded(&error))?;
            let details = ResponseDetails::of_message(&answer.head.headers, &message);
            Ok(Response::of(message, answer).with_details(details))
        }
        #[cfg(feature = "converse")]
        AnswerForm::Converse => {
            let (message, details) =
                converse::read(prepared, &answer).map_err(|error| undecoded(error.as_ref()))?;
            Ok(Response::of(message, answer).with_details(details))
        }
    }
}
