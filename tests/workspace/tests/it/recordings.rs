//! A second emulator is the real side: what is recorded of it is replayed byte for byte, and no file holds a credential.

use std::{fs, path::Path, time::Duration};

use bedrock_auth::Credentials;
use bedrock_client::{Client, ErrorKind, Route, transport::Service};
use bedrock_emulator::{Emulator, EmulatorBuilder, Fault, Recorder, Recordings};
use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{MODEL, builder, client_of, hello};

const CANARIES: [&str; 6] = [
    "AKIACANARYCLIENT",
    "canary-client-secret",
    "canary-client-token",
    "AKIACANARYREAL",
    "canary-real-secret",
    "canary-real-token",
];

/// Client, recorder and real side, with keys of their own.
struct Chain {
    real: Emulator,
    recorder: Emulator,
    folder: TempDir,
}

fn real() -> EmulatorBuilder {
    Emulator::builder().credentials(real_keys())
}

fn real_keys() -> Credentials {
    Credentials::new("AKIACANARYREAL", "canary-real-secret").session_token("canary-real-token")
}

fn client_keys() -> Credentials {
    Credentials::new("AKIACANARYCLIENT", "canary-client-secret").session_token("canary-client-token")
}

impl Chain {
    async fn of(real: EmulatorBuilder) -> Self {
        let real = real.start().await.unwrap();
        let client = client_of(&real);
        Self::with(real, client).await
    }

    async fn with(real: Emulator, client: Client) -> Self {
        let folder = TempDir::new().unwrap();
        let recorder = Recorder::open(folder.path()).unwrap();
        let recorder = Emulator::builder().credentials(client_keys()).record(client, recorder);
        Self { real, recorder: recorder.start().await.unwrap(), folder }
    }

    async fn replayed(&self) -> Emulator {
        let recordings = Recordings::read(self.folder.path()).unwrap();
        assert!(recordings.partial().is_empty());
        Emulator::builder().credentials(client_keys()).replay(recordings, 0.0).start().await.unwrap()
    }

    /// The last recording's `meta.json`.
    fn meta(&self) -> Value {
        let files = files(self.folder.path());
        let last = files.iter().rev().find(|(name, _)| name.ends_with(".meta.json"));
        serde_json::from_slice(&last.expect("a recording").1).unwrap()
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}

/// What a client sees: status, headers that do not change from call to call, and the bytes until the end or the cut.
async fn seen(
    emulator: &Emulator,
    service: Service,
    request: &Request<Bytes>,
) -> (u16, HeaderMap, Vec<u8>, bool) {
    let client = client_of(emulator);
    let mut sent = Request::new(request.body().clone());
    *sent.method_mut() = request.method().clone();
    *sent.uri_mut() = request.uri().clone();
    *sent.headers_mut() = request.headers().clone();
    let (head, mut body) = client.send(service, sent).await.unwrap().into_parts();
    let mut bytes = Vec::new();
    let whole = loop {
        match body.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    let mut headers = head.headers;
    for name in ["date", "x-amzn-requestid", "request-id"] {
        headers.remove(name);
    }
    (head.status.as_u16(), headers, bytes, whole)
}

fn post(path: &str, body: Value) -> Request<Bytes> {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .header("anthropic-version", "2023-06-01");
    request.body(body.to_string().into()).unwrap()
}

/// Whole and streamed on every route, counting, the control plane, and refusals.
fn requests() -> Vec<(Service, Request<Bytes>)> {
    let messages = json!([{"role": "user", "content": "Hello, wörld"}]);
    let invoke = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": messages});
    let converse = json!({"messages": [{"role": "user", "content": [{"text": "Hello, wörld"}]}]});
    let native =
        |stream: bool| json!({"model": MODEL, "max_tokens": 64, "messages": messages, "stream": stream});
    let mantle = |stream: bool| json!({"model": "anthropic.claude-haiku-4-5", "max_tokens": 64, "messages": messages, "stream": stream});
    let get = |path: &str| Request::get(path).body(Bytes::new()).unwrap();
    vec![
        (Service::Runtime, post(&format!("/model/{MODEL}/invoke"), invoke.clone())),
        (Service::Runtime, post(&format!("/model/{MODEL}/invoke-with-response-stream"), invoke.clone())),
        (Service::Runtime, post(&format!("/model/{MODEL}/converse"), converse.clone())),
        (Service::Runtime, post(&format!("/model/{MODEL}/converse-stream"), converse)),
        (Service::Runtime, post("/anthropic/v1/messages", native(false))),
        (Service::Runtime, post("/anthropic/v1/messages", native(true))),
        (Service::Mantle, post("/v1/messages", mantle(false))),
        (Service::Mantle, post("/v1/messages", mantle(true))),
        (Service::ControlPlane, get("/inference-profiles?maxResults=2")),
        (Service::Runtime, post("/model/anthropic.nobody/invoke", invoke)),
        (Service::Runtime, post("/anthropic/v1/messages", json!({"model": MODEL}))),
        (Service::ControlPlane, get("/guardrails")),
        // Its answer is empty.
        (Service::ControlPlane, Request::delete("/logging/modelinvocations").body(Bytes::new()).unwrap()),
    ]
}

#[tokio::test]
async fn what_was_recorded_is_replayed_byte_for_byte_without_the_real_side() {
    let chain = Chain::of(real()).await;
    let mut recorded = Vec::new();
    for (service, request) in requests() {
        let direct = seen(&chain.real, service, &request).await;
        let passed = seen(&chain.recorder, service, &request).await;
        // An error of the Messages API names its request, by the second in which it was signed.
        if !passed.2.windows(12).any(|window| window == b"\"request_id\"") {
            assert_eq!(passed, direct, "{}", request.uri());
        }
        recorded.push((service, request, passed));
    }
    for (name, bytes) in files(chain.folder.path()) {
        let is_complete = String::from_utf8_lossy(&bytes).contains(r#""end": "complete""#);
        assert!(is_complete || !name.ends_with(".meta.json"), "{name}");
    }
    let replayed = chain.replayed().await;
    drop((chain.real, chain.recorder));
    for (service, request, (status, headers, bytes, whole)) in recorded {
        let again = seen(&replayed, service, &request).await;
        assert_eq!((again.0, again.2, again.3), (status, bytes, whole), "{}", request.uri());
        assert_eq!(again.1, headers, "{}", request.uri());
    }
    assert_eq!(Recordings::read(chain.folder.path()).unwrap().len(), requests().len());
}

#[tokio::test]
async fn no_file_holds_a_credential() {
    let chain = Chain::of(real()).await;
    for (service, mut request) in requests() {
        for name in ["cookie", "x-unheard-of", "x-amzn-bedrock-request-metadata"] {
            if name != "x-amzn-bedrock-request-metadata" {
                request.headers_mut().insert(name, "canary-client-secret".parse().unwrap());
            }
        }
        seen(&chain.recorder, service, &request).await;
    }
    // An API key, in both places that it can stand in.
    let api_key = chain.recorder.bearer_token().to_owned();
    let bearer = builder().endpoint_url(chain.recorder.url());
    let bearer = bearer.bearer_token(bedrock_auth::BearerToken::parse(&api_key).unwrap()).build().unwrap();
    bearer.messages().create(&hello()).await.unwrap();
    let files = files(chain.folder.path());
    assert!(files.len() > 3 * 11);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for canary in
            CANARIES.iter().chain([&api_key.as_str(), &"authorization", &"x-amz-", &"cookie", &"x-api-key"])
        {
            assert!(!text.contains(&canary.to_lowercase()), "{canary} in {name}: {text}");
        }
    }
}

#[tokio::test]
async fn a_real_side_that_repeats_what_was_signed_leaves_no_token_behind() {
    let known = Credentials::new("AKIACANARYREAL", "another-secret").session_token("canary-real-token");
    let real = Emulator::builder().credentials(known).start().await.unwrap();
    let client = builder().endpoint_url(real.url()).credentials(real_keys()).build().unwrap();
    let chain = Chain::with(real, client).await;
    let error = client_of(&chain.recorder).messages().create(&hello()).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSignatureException"));
    let files = files(chain.folder.path());
    let answer = files.iter().find(|(name, _)| name.ends_with(".response.json")).unwrap();
    let answer = String::from_utf8_lossy(&answer.1);
    assert!(answer.contains("x-amz-security-token:[redacted]") && !answer.contains("canary"), "{answer}");
}

#[tokio::test]
async fn a_cut_stream_is_passed_on_and_replayed_as_cut() {
    let chain = Chain::of(real().fault(Fault::Cut(700))).await;
    let (service, request) = requests().remove(1);
    let cut = seen(&chain.recorder, service, &request).await;
    assert_eq!((cut.2.len(), cut.3), (700, false));
    assert_eq!(chain.meta()["end"], "cut");
    assert_eq!(seen(&chain.replayed().await, service, &request).await, cut);
}

#[tokio::test]
async fn frames_are_passed_on_before_the_stream_ends_and_a_client_that_leaves_is_noted() {
    let chain = Chain::of(real().fault("stall:900".parse().unwrap())).await;
    let (service, request) = requests().remove(1);
    let mut body = client_of(&chain.recorder).send(service, request).await.unwrap().into_body();
    let mut bytes = 0;
    while bytes < 900 {
        bytes += body.chunk().await.unwrap().expect("more comes").len();
    }
    drop(body);
    for _ in 0..500 {
        if files(chain.folder.path()).iter().any(|(name, _)| name.ends_with(".meta.json")) {
            let meta = chain.meta();
            assert_eq!(meta["end"], "abandoned");
            let lengths =
                meta["frames"].as_array().unwrap().iter().map(|frame| frame["bytes"].as_u64().unwrap());
            assert_eq!(lengths.sum::<u64>(), 900);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the connection to the real side stayed open");
}

#[tokio::test]
async fn a_real_side_that_cannot_be_reached_is_told_and_leaves_no_file() {
    let gone = real().start().await.unwrap();
    let client = client_of(&gone);
    gone.shutdown().await;
    let chain = Chain::with(real().start().await.unwrap(), client).await;
    let mut direct = builder().endpoint_url(chain.recorder.url()).credentials(client_keys());
    direct = direct.max_retries(0);
    let error = direct.build().unwrap().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), (Some("ServiceUnavailableException"), true));
    assert!(error.message().starts_with("The real side behind this recorder was not reached: "), "{error}");
    assert_eq!(files(chain.folder.path()), []);
}

#[tokio::test]
async fn who_may_not_call_is_not_passed_on() {
    let chain = Chain::of(real()).await;
    let stranger = builder().endpoint_url(chain.recorder.url()).credentials(real_keys()).build().unwrap();
    let error = stranger.messages().with_route(Route::Converse).create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(403)));
    assert_eq!(files(chain.folder.path()), []);
}

#[tokio::test]
async fn keys_come_from_the_emulator_and_are_not_recorded() {
    let chain = Chain::of(real()).await;
    let who = client_of(&chain.recorder).identity().whoami().await.unwrap();
    assert!(who.arn.contains("bedrock-emulator"), "{}", who.arn);
    assert_eq!(files(chain.folder.path()), []);
}
