//! What the tests share: a client of an emulator, an HTTP client that follows a script, one that keeps what came.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, SystemTime},
};

use bedrock_auth::{BoxFuture, Credentials, MapEnv, MapFiles};
use bedrock_client::{
    Body, Client, ClientBuilder, Exchange, HttpClient, MessageCreateParams, TransportError,
};
use bedrock_emulator::Emulator;
use bedrock_transport::HyperClient;
use bytes::Bytes;
use tracing::{Dispatch, subscriber::NoSubscriber};

/// A model that every emulator knows.
pub(crate) const MODEL: &str = "us.anthropic.claude-opus-4-8";

/// A builder that looks at nothing of this machine, and not for a metadata service.
pub(crate) fn builder() -> ClientBuilder {
    let env = MapEnv::from([("AWS_EC2_METADATA_DISABLED", "true")]);
    Client::builder().env(env).files(MapFiles::default()).region("us-east-1")
}

/// A client with the keys that the emulator accepts.
pub(crate) fn client_of(emulator: &Emulator) -> Client {
    builder().endpoint_url(emulator.url()).credentials(emulator.credentials().clone()).build().unwrap()
}

/// A small request.
pub(crate) fn hello() -> MessageCreateParams {
    MessageCreateParams::new(MODEL, 256).user("Hello, wörld! Tell me something long enough for a few deltas.")
}

/// The bytes of a whole, valid stream, as the emulator sends them.
pub(crate) async fn recorded_stream() -> Bytes {
    let emulator = Emulator::builder().start().await.unwrap();
    let kept = Keeping::default();
    let client = builder()
        .endpoint_url(emulator.url())
        .credentials(emulator.credentials().clone())
        .http_client(kept.clone())
        .build()
        .unwrap();
    client.messages().stream(&hello()).await.unwrap().final_message().await.unwrap();
    kept.body()
}

/// Sends for real, and keeps the last body.
#[derive(Debug, Clone)]
pub(crate) struct Keeping {
    http: Arc<HyperClient>,
    body: Arc<Mutex<Bytes>>,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { http: Arc::new(HyperClient::builder().build().unwrap()), body: Arc::default() }
    }
}

impl Keeping {
    pub(crate) fn body(&self) -> Bytes {
        self.body.lock().unwrap().clone()
    }
}

impl HttpClient for Keeping {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = self.http.send(exchange).await?.into_parts();
            let body = body.collect(usize::MAX).await?;
            *self.body.lock().unwrap() = body.clone();
            Ok(http::Response::from_parts(head, Body::from_bytes(body)))
        })
    }
}

/// Makes what is listened to by one thread heard, whoever comes by first.
///
/// With a single subscriber in the process `tracing` asks only the thread that first comes by a callsite, and remembers its answer: that
/// may be a test next door, where nobody listens. With more than one it asks them all.
pub(crate) fn listen_together() {
    static OTHERS: OnceLock<[Dispatch; 2]> = OnceLock::new();
    OTHERS.get_or_init(|| [Dispatch::new(NoSubscriber::new()), Dispatch::new(NoSubscriber::new())]);
}

/// What a [`Scripted`] client answers.
pub(crate) type Answer = Result<http::Response<Body>, TransportError>;

/// Answers in order, and keeps the requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Scripted {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), requests: Arc::default() }
    }

    /// A client that gets these answers.
    pub(crate) fn client(&self) -> Client {
        let keys = Credentials::new("AKIDEXAMPLE", "secret");
        builder().credentials(keys).http_client(self.clone()).build().unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.requests.lock().unwrap().clone()
    }
}

impl HttpClient for Scripted {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Answer> {
        self.requests.lock().unwrap().push(exchange.request);
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(std::future::ready(answer.expect("the script has an answer for every request")))
    }
}

/// An answer with a status, headers and a body.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Body::from_bytes(body)).unwrap())
}

/// The head of a streamed answer.
pub(crate) const STREAM: [(&str, &str); 2] =
    [("content-type", "application/vnd.amazon.eventstream"), ("x-amzn-requestid", "r-1")];

/// A whole answer that is a message.
pub(crate) fn message() -> Answer {
    answer(
        200,
        &[("content-type", "application/json"), ("x-amzn-requestid", "r-ok")],
        r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"ok"}],
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"#,
    )
}

/// A refusal with a class.
pub(crate) fn refusal(code: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("x-amzn-errortype", code), ("x-amzn-requestid", "r-refused")];
    all.extend_from_slice(headers);
    answer(403, &all, r#"{"message":"no"}"#)
}

/// The access key id that a request is signed with, or the bearer token that it carries.
pub(crate) fn signer(request: &http::Request<Bytes>) -> String {
    let value = request.headers()["authorization"].to_str().unwrap();
    let (_, rest) = value.split_once("Credential=").unwrap_or(("", value));
    rest.split('/').next().unwrap().to_owned()
}

/// 2026-11-22T00:00:00Z.
pub(crate) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
}
