//! Answers of a server that speaks the Anthropic Messages API, in Bedrock's clothes.
//!
//! Requests are checked as ever, and what is refused is refused here; what passes goes to `/v1/messages` of the server, on whichever route
//! it came. What becomes of its errors is in `refusal`, of its events in `stream`.
//! <https://platform.claude.com/docs/en/api/messages>

mod refusal;
mod stream;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bedrock_auth::SecretString;
use bedrock_auth::sigv4::PayloadHash;
use bedrock_transport::{Body, Endpoint, EndpointError, Exchange, HttpClient, Timeouts, read_body};
use bedrock_types::{ExtraFields, Message, MessageCreateParams, MessagesBody, json, messages_headers};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use tokio::time::Instant;

use crate::account::Account;
use crate::answer::refuse;
use crate::auth::authenticate;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::operation::{Asked, Clothes, Count, Dresser, Scene, Want};
use crate::reply::model_name;
use crate::route::route;
use stream::Translated;

/// A server of the Anthropic Messages API that answers in the emulator's place: a model on this machine, say.
///
/// ```no_run
/// use bedrock_client::transport::HyperClient;
/// use bedrock_emulator::{Emulator, Upstream};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let upstream = Upstream::new("http://127.0.0.1:8080", HyperClient::builder().build()?)?.model("qwen3");
/// let emulator = Emulator::builder().upstream(upstream).start().await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Upstream {
    endpoint: Endpoint,
    http: Arc<dyn HttpClient>,
    api_key: Option<HeaderValue>,
    model: Option<String>,
}

/// A URL or key that no upstream has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamError {
    /// The URL is none.
    Url(EndpointError),
    /// Prompts do not go over plain http to another machine.
    PlainHttp,
    /// The key has characters that a header cannot have.
    ApiKey,
}

impl Upstream {
    /// The server at this URL, which ends before `/v1`.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`]: it is no URL, or one of plain http to another machine.
    pub fn new(url: &str, http: impl HttpClient + 'static) -> Result<Self, UpstreamError> {
        let endpoint = Endpoint::parse(url).map_err(UpstreamError::Url)?;
        if !endpoint.may_carry_credentials() {
            return Err(UpstreamError::PlainHttp);
        }
        Ok(Self { endpoint, http: Arc::new(http), api_key: None, model: None })
    }

    /// Sends this key in `x-api-key`.
    ///
    /// # Errors
    ///
    /// [`UpstreamError::ApiKey`]: it cannot stand in a header.
    pub fn api_key(mut self, key: &SecretString) -> Result<Self, UpstreamError> {
        let mut key = HeaderValue::try_from(key.expose()).map_err(|_| UpstreamError::ApiKey)?;
        key.set_sensitive(true);
        self.api_key = Some(key);
        Ok(self)
    }

    /// Asks for this model, whichever is asked for here; without it for the one that is asked for, by Anthropic's name.
    #[must_use]
    pub fn model(mut self, name: impl Into<String>) -> Self {
        self.model = Some(name.into());
        self
    }

    /// The answer; `None` where it is the emulator's to give: refusals, the control plane, guardrails that step in.
    pub(crate) async fn answer(
        &self,
        head: &Parts,
        body: &Bytes,
        now: SystemTime,
        account: &Account,
    ) -> Option<Response<Body>> {
        let Asked { params, model, want } = read(head, body, now, account)?;
        let name = self.model.as_deref().unwrap_or_else(|| model_name(model));
        let answered = match want {
            Want::Message(clothes) => self.message(&params, name, &clothes).await,
            Want::Stream(clothes) => self.stream(&params, name, clothes).await,
            Want::Count(count) => self.count(&params, name, count).await.transpose()?,
        };
        Some(answered.unwrap_or_else(|refused| {
            let mut response = refuse(head, refused.error, now);
            if let Some(wait) = refused.retry_after {
                response.headers_mut().insert(RETRY_AFTER, wait);
            }
            response.map(Into::into)
        }))
    }

    async fn message(
        &self,
        params: &MessageCreateParams,
        name: &str,
        clothes: &Clothes,
    ) -> Result<Response<Body>, Refused> {
        let begun = Instant::now();
        let response = self.ask(MESSAGES, &json_of(&MessagesBody::new(params).model(name)), params).await?;
        let body = collect(response.into_body(), ANSWER_BYTES).await?;
        let mut message: Message =
            json::from_slice(&body).map_err(|error| broken(format!("its answer is no message: {error}")))?;
        Ok(clothes.dressed(&mut message, milliseconds(begun.elapsed()))?.map(Into::into))
    }

    async fn stream(
        &self,
        params: &MessageCreateParams,
        name: &str,
        clothes: Clothes,
    ) -> Result<Response<Body>, Refused> {
        let begun = Instant::now();
        let asked = json_of(&MessagesBody::streaming(params).model(name));
        let (head, body) = self.ask(MESSAGES, &asked, params).await?.into_parts();
        let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/event-stream") {
            return Err(broken(format!("it answered {kind} where a stream was due")).into());
        }
        let dresser = Dresser::new(clothes, Digest::of(&[&asked]));
        let headers = dresser.head();
        let mut response = Response::new(Body::new(Translated::new(body, dresser, begun)));
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// What the server counts; `None` if it cannot.
    async fn count(
        &self,
        params: &MessageCreateParams,
        name: &str,
        count: Count,
    ) -> Result<Option<Response<Body>>, Refused> {
        let body: Result<ExtraFields, _> = json::from_slice(&json_of(&MessagesBody::new(params).model(name)));
        let mut body = body.expect("what was written as JSON is read as JSON");
        body.remove("max_tokens");
        let response = match self.ask("/v1/messages/count_tokens", &json_of(&body), params).await {
            Ok(response) => response,
            Err(refused) if refused.is_of_a_path_that_there_is_not() => return Ok(None),
            Err(refused) => return Err(refused),
        };
        let body = collect(response.into_body(), ANSWER_BYTES).await?;
        let counted: Value = serde_json::from_slice(&body).unwrap_or_default();
        match counted.get("input_tokens").and_then(Value::as_u64) {
            Some(tokens) => Ok(Some(count.dressed(tokens).map(Into::into))),
            None => Err(broken("its count has no input_tokens").into()),
        }
    }

    /// Asks the server, with the version and the betas of a request.
    async fn ask(
        &self,
        path: &str,
        body: &[u8],
        params: &MessageCreateParams,
    ) -> Result<Response<Body>, Refused> {
        let headers = messages_headers(params).map_err(|error| AwsError::validation(error.to_string()))?;
        let uri = self.endpoint.uri(path).map_err(|error| broken(error.to_string()))?;
        let mut request = Request::post(uri).header(CONTENT_TYPE, JSON).header(ACCEPT, ACCEPTED);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(key) = &self.api_key {
            request = request.header(X_API_KEY, key);
        }
        // Betas are the caller's words, and may be none that a header can have.
        let request = request.body(Bytes::copy_from_slice(body));
        self.send(request.map_err(|error| AwsError::validation(error.to_string()))?).await
    }

    /// Sends a request; anything but 200 is a refusal.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, Refused> {
        let sent = self.http.send(Exchange::new(request)).await;
        let response = sent.map_err(|error| {
            let text = with_sources(&error);
            tracing::warn!("{} was not reached: {text}", self.endpoint.origin());
            AwsError::unavailable(format!("The upstream {} was not reached: {text}", self.endpoint.origin()))
        })?;
        if response.status() == StatusCode::OK {
            return Ok(response);
        }
        let (head, body) = response.into_parts();
        // A body that is cut or does not end says less, and the status still says what it is.
        let body = collect(body, REFUSAL_BYTES).await.unwrap_or_default();
        let refused = Refused {
            error: refusal::of(head.status, &body),
            retry_after: head.headers.get(RETRY_AFTER).cloned(),
            status: Some(head.status),
        };
        tracing::debug!(status = head.status.as_u16(), code = refused.error.code(), "the upstream refused");
        Err(refused)
    }
}

/// A refusal, with what belongs to its head.
struct Refused {
    error: AwsError,
    retry_after: Option<HeaderValue>,
    status: Option<StatusCode>,
}

impl Refused {
    fn is_of_a_path_that_there_is_not(&self) -> bool {
        matches!(self.status.map(|status| status.as_u16()), Some(404 | 405 | 501))
    }
}

impl From<AwsError> for Refused {
    fn from(error: AwsError) -> Self {
        Self { error, retry_after: None, status: None }
    }
}

/// The request, if it is one for a model that may be made.
fn read(head: &Parts, body: &Bytes, now: SystemTime, account: &Account) -> Option<Asked> {
    let route = route(head).ok()?;
    let region = authenticate(head, &PayloadHash::of(body), now, account, &route).ok()?;
    Asked::of(&route, head, body, &Scene::new(account, &region, now))
}

fn json_of(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("what was read from JSON is written as JSON")
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, AwsError> {
    let read = read_body(body, limit, &Timeouts::default(), None).await;
    read.map_err(|error| broken(format!("its answer was not read: {}", with_sources(&error))))
}

/// What the model behind Bedrock does when it breaks.
fn broken(what: impl fmt::Display) -> AwsError {
    AwsError::model_error(format!("The upstream broke the Messages API: {what}"))
}

fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}

fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "the URL of the upstream is none",
            Self::PlainHttp => "an upstream on another machine is reached by https alone",
            Self::ApiKey => "the upstream's API key has characters that no header can have",
        })
    }
}

impl Error for UpstreamError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Url(error) => Some(error),
            Self::PlainHttp | Self::ApiKey => None,
        }
    }
}

const MESSAGES: &str = "/v1/messages";
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
const REFUSAL_BYTES: usize = 1024 * 1024;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
