//! Inference profiles: what is behind them, and tokens counted for those that do not say it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bedrock_client::{
    BearerToken, Body, BoxFuture, Client, Credentials, ErrorKind, Exchange, HttpClient, MessageCreateParams,
    Route, TimeoutPhase, Timeouts, TransportError,
};
use bedrock_emulator::{Emulator, EmulatorBuilder};
use bedrock_transport::HyperClient;
use bedrock_types::control::InferenceProfileType;

use crate::support::builder;

const ID: &str = "abcdefghij12";
const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";

/// Sends for real, and keeps the paths.
#[derive(Debug, Clone)]
struct Paths {
    http: Arc<HyperClient>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl HttpClient for Paths {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.seen.lock().unwrap().push(exchange.request.uri().path().to_owned());
        self.http.send(exchange)
    }
}

impl Paths {
    fn new() -> Self {
        Self { http: Arc::new(HyperClient::builder().build().unwrap()), seen: Arc::default() }
    }

    fn of_profiles(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|path| path.starts_with("/inference-profiles/")).cloned().collect()
    }
}

fn with_profile() -> EmulatorBuilder {
    Emulator::builder().application_profile(ID, "us.anthropic.claude-haiku-4-5-20251001-v1:0")
}

fn client(emulator: &Emulator, paths: &Paths) -> Client {
    let keys = emulator.credentials().clone();
    builder().endpoint_url(emulator.url()).credentials(keys).http_client(paths.clone()).build().unwrap()
}

fn asks(model: &str) -> MessageCreateParams {
    MessageCreateParams::new(model, 64).user("Hello, world")
}

#[tokio::test]
async fn a_profile_tells_the_models_behind_it_to_keys_and_tokens() {
    let emulator = with_profile().start().await.unwrap();
    let token = BearerToken::parse(emulator.bearer_token()).unwrap();
    let by_token = builder().endpoint_url(emulator.url()).bearer_token(token).build().unwrap();
    for client in [client(&emulator, &Paths::new()), by_token] {
        for id in [ID, ARN] {
            let profile = client.inference_profiles().get(id).await.unwrap();
            assert_eq!(
                (profile.kind.clone(), profile.inference_profile_arn.as_str()),
                (InferenceProfileType::Application, ARN)
            );
            assert!(profile.request_id().is_some());
        }
        let of_aws = client.inference_profiles().get("us.anthropic.claude-opus-4-8").await.unwrap();
        assert_eq!(of_aws.kind, InferenceProfileType::SystemDefined);
        assert!(of_aws.models.iter().all(|model| {
            model
                .model_arn
                .as_deref()
                .is_some_and(|arn| arn.ends_with("foundation-model/anthropic.claude-opus-4-8"))
        }));
    }
}

#[tokio::test]
async fn what_there_is_not_is_refused_in_awss_words() {
    let emulator = with_profile().start().await.unwrap();
    let client = client(&emulator, &Paths::new());
    let other = ARN.replace(ID, "zzzzzzzzzz99");
    for error in [
        client.inference_profiles().get(&other).await.unwrap_err(),
        client.messages().count_tokens(&asks(&other)).await.unwrap_err(),
        client.messages().count_tokens(&asks(&other)).await.unwrap_err(), // a refusal is not kept
    ] {
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(404)));
        assert_eq!(error.code(), Some("ResourceNotFoundException"));
        assert!(error.message().contains("zzzzzzzzzz99"), "{error}");
    }
    assert_eq!(client.inference_profiles().get("").await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn tokens_are_counted_by_the_model_behind_which_is_asked_for_once() {
    let emulator = with_profile().start().await.unwrap();
    let paths = Paths::new();
    let client = client(&emulator, &paths);
    let expected = client.messages().count_tokens(&asks("haiku-4.5")).await.unwrap().input_tokens;
    assert!(paths.of_profiles().is_empty(), "an id that says its model is not asked about");

    let (messages, params) = (client.messages(), asks(ARN));
    let (one, two) = tokio::join!(messages.count_tokens(&params), messages.count_tokens(&params));
    assert_eq!((one.unwrap().input_tokens, two.unwrap().input_tokens), (expected, expected));
    let on_converse = client.messages().with_route(Route::Converse).count_tokens(&params).await.unwrap();
    assert_eq!(on_converse.input_tokens, expected);
    let encoded = "/inference-profiles/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabcdefghij12";
    assert_eq!(paths.of_profiles(), [encoded]);

    assert_eq!(client.messages().count_tokens(&asks(ID)).await.unwrap().input_tokens, expected);
    assert_eq!(paths.of_profiles().len(), 2, "the id alone is another name");
}

#[tokio::test]
async fn what_was_asked_for_by_hand_is_not_asked_for_again() {
    let emulator = with_profile().start().await.unwrap();
    let paths = Paths::new();
    let client = client(&emulator, &paths);
    client.inference_profiles().get(ARN).await.unwrap();
    for name in [ID, ARN] {
        client.messages().count_tokens(&asks(name)).await.unwrap();
    }
    assert_eq!(paths.of_profiles().len(), 1);
}

#[tokio::test]
async fn a_model_is_called_by_the_arn_of_the_accounts_profile() {
    let emulator = with_profile().start().await.unwrap();
    let paths = Paths::new();
    let client = client(&emulator, &paths);
    for route in [Route::InvokeModel, Route::Converse, Route::Messages] {
        let messages = client.messages().with_route(route);
        let whole = messages.create(&asks(ARN)).await.unwrap();
        assert!(whole.text().contains("Hello, world"), "{route}");
        let streamed = messages.stream(&asks(ARN)).await.unwrap().final_message().await.unwrap();
        assert_eq!(streamed.text(), whole.text(), "{route}");
    }
    assert!(paths.of_profiles().is_empty(), "a call needs no other permission than that to call");
}

/// Answers only after so long.
#[derive(Debug)]
struct Slow(Duration);

impl HttpClient for Slow {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let late = tokio::time::sleep(self.0);
            match exchange.deadline {
                Some(deadline) => tokio::time::timeout_at(deadline.into(), late)
                    .await
                    .map_err(|_| TransportError::Timeout(TimeoutPhase::Total))?,
                None => late.await,
            }
            crate::support::answer(
                200,
                &[("content-type", "application/json")],
                format!(
                    r#"{{"inferenceProfileName":"n","inferenceProfileArn":"{ARN}","inferenceProfileId":"{ID}","models":[
                        {{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0"}}
                    ],"status":"ACTIVE","type":"APPLICATION"}}"#
                ),
            )
        })
    }
}

#[tokio::test(start_paused = true)]
async fn asking_for_the_model_behind_is_part_of_the_calls_time() {
    for (seconds, of_call) in [(60, 1), (6, 10)] {
        let client = builder()
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .http_client(Slow(Duration::from_secs(seconds)))
            .build()
            .unwrap();
        let total = Duration::from_secs(of_call);
        let started = tokio::time::Instant::now();
        let messages = client.messages().with_total_timeout(total);
        let error = messages.count_tokens(&asks(ARN)).await.unwrap_err();
        assert_eq!((error.kind(), started.elapsed()), (ErrorKind::Timeout(TimeoutPhase::Total), total));
    }
}

/// Refuses whatever is asked, and keeps how long it might have taken.
#[derive(Debug, Clone, Default)]
struct Refusing(Arc<Mutex<Vec<Timeouts>>>);

impl HttpClient for Refusing {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.lock().unwrap().push(exchange.timeouts);
        let busy = [("x-amzn-errortype", "ServiceUnavailableException")];
        Box::pin(std::future::ready(crate::support::answer(503, &busy, "{}")))
    }
}

#[tokio::test(start_paused = true)]
async fn asking_for_the_model_behind_has_the_calls_own_limits() {
    let of_client =
        Timeouts::default().with_connect(Duration::from_secs(1)).with_idle(Duration::from_secs(1));
    let of_call = Timeouts::default().with_connect(Duration::from_secs(9));
    for (retries, attempts) in [(Some(0), 1), (Some(1), 2), (None, 4)] {
        let refusing = Refusing::default();
        let client = builder()
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .http_client(refusing.clone())
            .timeouts(of_client)
            .max_retries(3)
            .build()
            .unwrap();
        let mut messages = client.messages().with_timeouts(of_call);
        if let Some(retries) = retries {
            messages = messages.with_max_retries(retries);
        }
        let error = messages.count_tokens(&asks(ARN)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, attempts));
        let expected = of_client.with_connect(Duration::from_secs(9));
        assert_eq!(*refusing.0.lock().unwrap(), vec![expected; attempts as usize]);
    }
}
