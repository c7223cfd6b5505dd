//! A server of the Messages API answers in the emulator's place. It is another emulator, whose route of the Messages API can do wrong
//! whatever a fault says.

use std::time::Duration;

use bedrock_auth::SecretString;
use bedrock_client::{Client, Error, ErrorKind, Guardrail, Message, Route, StreamFailure};
use bedrock_emulator::{Emulator, Upstream, UpstreamError};
use bedrock_transport::HyperClient;

use crate::support::{MODEL, builder, client_of, hello};

const ROUTES: [Route; 4] = [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse];

/// The emulator that is asked, and the one behind it.
struct Pair {
    asked: Emulator,
    behind: Emulator,
}

impl Pair {
    async fn with(fault: &str) -> Self {
        let builder = Emulator::builder();
        let builder = if fault.is_empty() { builder } else { builder.fault(fault.parse().unwrap()) };
        let behind = builder.start().await.unwrap();
        let upstream = to(&behind, "/anthropic").model(MODEL);
        Self { asked: Emulator::builder().upstream(upstream).start().await.unwrap(), behind }
    }

    fn client(&self) -> Client {
        let builder = builder().endpoint_url(self.asked.url()).max_retries(0);
        builder.credentials(self.asked.credentials().clone()).build().unwrap()
    }
}

fn to(behind: &Emulator, path: &str) -> Upstream {
    let http = HyperClient::builder().build().unwrap();
    let upstream = Upstream::new(&format!("{}{path}", behind.url()), http).unwrap();
    upstream.api_key(&SecretString::from(behind.bearer_token())).unwrap()
}

/// What is left of a message on any route, Converse included.
fn told(message: &Message) -> (String, Option<String>, u64, u64) {
    let reason = message.stop_reason.as_ref().map(|reason| reason.as_str().to_owned());
    (message.text(), reason, message.usage.input_tokens, message.usage.output_tokens)
}

/// A request that every route takes; mantle has ids of its own.
fn asking(route: Route) -> bedrock_client::MessageCreateParams {
    let mut params = hello();
    if route == Route::Mantle {
        params.model = "anthropic.claude-opus-4-8".into();
    }
    params
}

#[tokio::test]
async fn every_route_tells_what_the_server_says() -> Result<(), Error> {
    let pair = Pair::with("").await;
    let direct = client_of(&pair.behind).messages().with_route(Route::Messages).create(&hello()).await?;
    for route in ROUTES {
        let messages = pair.client().messages().with_route(route);
        let created = messages.create(&asking(route)).await?;
        assert_eq!(told(&created), told(&direct), "{route}");
        let mut stream = messages.stream(&asking(route)).await?;
        let mut deltas = 0;
        while let Some(event) = stream.next_event().await? {
            deltas += usize::from(event.text().is_some());
        }
        assert!(deltas > 3, "{route}");
        assert_eq!(told(&stream.into_message()?), told(&direct), "{route}");
    }
    Ok(())
}

#[tokio::test]
async fn errors_of_the_server_are_bedrocks() {
    for (fault, code, status) in [
        ("status:400", "ValidationException", 400),
        ("status:401", "AccessDeniedException", 403),
        ("status:404", "ResourceNotFoundException", 404),
        ("status:429:2", "ThrottlingException", 429),
        ("status:500", "InternalServerException", 500),
        ("status:529", "ServiceUnavailableException", 503),
        ("content-type", "ModelErrorException", 424),
        ("reset-before-answer", "ServiceUnavailableException", 503),
    ] {
        let pair = Pair::with(fault).await;
        for route in [Route::InvokeModel, Route::Converse] {
            let error = pair.client().messages().with_route(route).stream(&hello()).await.unwrap_err();
            assert_eq!((error.code(), error.status()), (Some(code), Some(status)), "{fault}: {error}");
            let wait = (fault == "status:429:2").then(|| Duration::from_secs(2));
            assert_eq!(error.retry_after(), wait, "{fault}");
        }
        let error = pair.client().messages().with_route(Route::Messages).create(&hello()).await;
        if fault != "content-type" {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(status)), "{fault}: {error}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_exception_and_keeps_what_came() {
    for (fault, code) in [
        ("cut:900", "modelStreamErrorException"),
        ("bad-payload", "modelStreamErrorException"),
        ("no-stop", "modelStreamErrorException"),
        ("error-event", "serviceUnavailableException"),
        ("exception:throttlingException", "throttlingException"),
    ] {
        let pair = Pair::with(fault).await;
        for route in [Route::InvokeModel, Route::Converse] {
            let stream = pair.client().messages().with_route(route).stream(&hello()).await.unwrap();
            let error = stream.final_message().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Exception), "{fault}: {error}");
            assert_eq!(error.code(), Some(code), "{fault}: {error}");
            assert!(error.partial_message().is_some(), "{fault}");
        }
        let stream = pair.client().messages().with_route(Route::Messages).stream(&hello()).await.unwrap();
        let error = stream.final_message().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Api), "{fault}: {error}");
    }
}

#[tokio::test]
async fn what_needs_no_model_and_what_is_refused_does_not_go_there() {
    let pair = Pair::with("status:500").await;
    let client = pair.client();
    let error =
        client.messages().create(&bedrock_client::MessageCreateParams::new(MODEL, 0).user("Hi")).await;
    assert_eq!(error.unwrap_err().code(), Some("ValidationException"));
    let stopped =
        client.messages().with_guardrail(Guardrail::new("alwaysblocks", "1")).create(&hello()).await;
    assert!(stopped.unwrap().text().contains("guardrail"));
    assert!(client.inference_profiles().get(MODEL).await.is_ok());
    assert!(client.identity().whoami().await.is_ok());
}

#[tokio::test]
async fn tokens_are_counted_by_the_server_if_it_can() {
    // The runtime's Messages API cannot count, so the emulator does; mantle's can.
    let pair = Pair::with("").await;
    let mut params = hello();
    params.model = "anthropic.claude-haiku-4-5-20251001-v1:0".into();
    let own = pair.client().messages().count_tokens(&params).await.unwrap().input_tokens;
    let upstream = to(&pair.behind, "/mantle/anthropic").model("anthropic.claude-haiku-4-5");
    let asked = Emulator::builder().upstream(upstream).start().await.unwrap();
    assert_eq!(client_of(&asked).messages().count_tokens(&params).await.unwrap().input_tokens, own);
    let gone = Emulator::builder().start().await.unwrap();
    let upstream = to(&gone, "/mantle/anthropic");
    gone.shutdown().await;
    let asked = Emulator::builder().upstream(upstream).start().await.unwrap();
    let client = builder().endpoint_url(asked.url()).max_retries(0).credentials(asked.credentials().clone());
    let error = client.build().unwrap().messages().count_tokens(&params).await.unwrap_err();
    assert_eq!(error.code(), Some("ServiceUnavailableException"));
}

#[test]
fn prompts_do_not_go_over_plain_http() {
    let upstream = |url| Upstream::new(url, HyperClient::builder().build().unwrap()).map(drop);
    assert_eq!(upstream("http://example.com"), Err(UpstreamError::PlainHttp));
    assert!(matches!(upstream("127.0.0.1:8080"), Err(UpstreamError::Url(_))));
    assert_eq!(upstream("https://example.com/base"), Ok(()));
    assert_eq!(upstream("http://127.0.0.1:8080"), Ok(()));
    let http = HyperClient::builder().build().unwrap();
    let upstream =
        Upstream::new("http://127.0.0.1:1", http).unwrap().api_key(&SecretString::from("canary-key"));
    assert!(!format!("{:?}", upstream.unwrap()).contains("canary"));
}
