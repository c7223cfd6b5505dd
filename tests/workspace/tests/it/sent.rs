//! Requests that are sent as they are: authorised, answered with whatever status, and cleaned of secrets.

use bedrock_auth::Credentials;
use bedrock_client::{Error, transport::Service};
use bedrock_emulator::{Emulator, Fault};
use bytes::Bytes;
use http::{Request, StatusCode};

use crate::support::{MODEL, builder, client_of};

const BODY: &str = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]}"#;

fn invoke() -> Request<Bytes> {
    Request::post(format!("/model/{MODEL}/invoke")).body(BODY.into()).unwrap()
}

#[tokio::test]
async fn every_service_takes_a_request_of_any_operation() -> Result<(), Error> {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let answer = client.send(Service::Runtime, invoke()).await?;
    assert_eq!(answer.status(), 200);
    let body = answer.into_body().collect(10_000).await.unwrap();
    assert!(body.starts_with(b"{") && body.windows(8).any(|window| window == b"You said"));

    let list = Request::get("/inference-profiles?maxResults=1").body(Bytes::new()).unwrap();
    let answer = client.send(Service::ControlPlane, list).await?;
    assert!(
        answer.into_body().collect(10_000).await.unwrap().windows(9).any(|window| window == b"nextToken")
    );

    let body = BODY
        .replace(r#""anthropic_version":"bedrock-2023-05-31""#, r#""model":"anthropic.claude-haiku-4-5""#);
    let mantle =
        Request::post("/v1/messages").header("anthropic-version", "2023-06-01").body(body.into()).unwrap();
    assert_eq!(client.send(Service::Mantle, mantle).await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_tried_once() {
    let emulator =
        Emulator::builder().faults(["status:503".parse::<Fault>().unwrap()]).start().await.unwrap();
    let client = client_of(&emulator);
    for expected in [503, 200] {
        assert_eq!(client.send(Service::Runtime, invoke()).await.unwrap().status(), expected);
    }
    let unknown = Request::get("/nothing").body(Bytes::new()).unwrap();
    let answer = client.send(Service::Runtime, unknown).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(answer.headers().contains_key("x-amzn-errortype"));
}

#[tokio::test]
async fn a_refusal_that_repeats_what_was_signed_shows_no_session_token() {
    let signed_with = Credentials::new("AKIACANARY", "one-secret").session_token("canary-session-token");
    let known = Credentials::new("AKIACANARY", "another-secret").session_token("canary-session-token");
    let emulator = Emulator::builder().credentials(known).start().await.unwrap();
    let client = builder().endpoint_url(emulator.url()).credentials(signed_with).build().unwrap();
    let answer = client.send(Service::Runtime, invoke()).await.unwrap();
    assert_eq!(answer.status(), 403);
    let body = answer.into_body().collect(100_000).await.unwrap();
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("x-amz-security-token:[redacted]") && !body.contains("canary-session"), "{body}");
}
