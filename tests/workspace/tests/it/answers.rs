//! One request, one answer, whole or streamed, over TCP with a signature that is checked.

use bedrock_auth::BearerToken;
use bedrock_client::{Guardrail, MessageStreamEvent, Route, Trace};
use bedrock_emulator::Emulator;
use bedrock_types::{MessageCreateParams, StopReason};

use crate::support::{builder, client_of, hello};

#[tokio::test]
async fn the_streamed_message_is_the_whole_one() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let whole = client.messages().create(&hello()).await.unwrap();
    assert!(whole.text().contains("Hello, wörld!"), "{}", whole.text());
    assert_eq!(whole.stop_reason, Some(StopReason::EndTurn));
    assert!(whole.request_id().is_some());
    assert_eq!(whole.attempts(), 1);
    assert_eq!(whole.headers()["x-amzn-bedrock-output-token-count"], whole.usage.output_tokens.to_string());

    let mut stream = client.messages().stream(&hello()).await.unwrap();
    assert!(stream.request_id().is_some());
    let (mut text, mut deltas, mut last) = (String::new(), 0, None);
    while let Some(event) = stream.next_event().await.unwrap() {
        if let Some(delta) = event.text() {
            text.push_str(delta);
            deltas += 1;
            assert_eq!(stream.snapshot().unwrap().text(), text, "the snapshot keeps up");
        }
        last = Some(event);
    }
    assert!(deltas > 2, "text comes in pieces");
    assert!(matches!(last, Some(MessageStreamEvent::MessageStop(_))));
    let metrics = stream.invocation_metrics().expect("Bedrock's metrics end the stream");
    assert_eq!(metrics.output_token_count, Some(whole.usage.output_tokens));
    let message = stream.into_message().unwrap();
    assert_eq!(message.text(), text);
    assert_eq!(message, whole.into_inner());
}

#[tokio::test]
async fn a_stream_that_was_not_read_to_its_end_is_no_message() {
    let emulator = Emulator::builder().start().await.unwrap();
    let mut stream = client_of(&emulator).messages().stream(&hello()).await.unwrap();
    stream.next_event().await.unwrap();
    let error = stream.into_message().unwrap_err();
    assert_eq!(error.kind().as_str(), "stream_incomplete");
    assert!(error.partial_message().is_some());
    // Nothing was cut, so asking again would not help.
    assert!(error.to_string().contains("was not read to its end") && !error.is_retryable(), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("final_message")), "{:?}", error.hint());
}

#[tokio::test]
async fn aliases_profile_ids_and_arns_reach_the_model() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    for (model, name) in [
        ("sonnet", "claude-sonnet-5-5"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-4-6-v1",
            "claude-opus-4-6",
        ),
    ] {
        let message =
            client.messages().create(&MessageCreateParams::new(model, 64).user("hi")).await.unwrap();
        assert!(message.model.starts_with(name), "{model} is {}", message.model);
    }
}

#[tokio::test]
async fn a_bearer_token_is_enough_and_tls_is_trusted_by_its_bundle() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    std::fs::write(&bundle, emulator.ca_pem().expect("a CA")).unwrap();
    let token = BearerToken::parse(emulator.bearer_token()).unwrap();
    let client = || builder().endpoint_url(emulator.url()).bearer_token(token.clone());

    let message = client().ca_bundle(&bundle).build().unwrap().messages().create(&hello()).await.unwrap();
    assert!(message.text().contains("emulator"));

    let error = client().max_retries(3).build().unwrap().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.attempts()), ("connect", 1), "an unknown CA is not tried again");
    assert!(error.hint().unwrap().contains("--ca-bundle"), "{error:?}");
}

#[tokio::test]
async fn dropping_a_stream_leaves_the_client_usable() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    for _ in 0..20 {
        let mut stream = client.messages().stream(&hello()).await.unwrap();
        stream.next_event().await.unwrap();
    }
    client.messages().create(&hello()).await.unwrap();
}

#[tokio::test]
async fn what_a_guardrail_did_is_a_detail_however_the_answer_came() {
    let emulator = Emulator::builder().start().await.unwrap();
    for route in [Route::InvokeModel, Route::Converse] {
        let messages = client_of(&emulator).messages().with_route(route);
        let guarded = messages.clone().with_guardrail(Guardrail::new("alwaysblocks", "DRAFT"));
        let traced = guarded.clone().with_trace(Trace::ENABLED);
        let whole = traced.create(&hello()).await.unwrap().details();
        assert!(whole.trace.as_ref().unwrap().as_str().contains(r#""alwaysblocks""#), "{route}: {whole:?}");

        let mut stream = traced.stream(&hello()).await.unwrap();
        assert_eq!(stream.details().trace, None, "it comes at the end");
        while stream.next_event().await.unwrap().is_some() {}
        let streamed = stream.details();
        assert_eq!(streamed.trace, whole.trace, "{route}");
        assert_eq!(
            (streamed.input_tokens, streamed.output_tokens),
            (whole.input_tokens, whole.output_tokens),
            "{route}"
        );
        assert!(streamed.latency_ms.is_some() && whole.latency_ms.is_some(), "{route}");

        for quiet in [guarded, messages] {
            assert_eq!(quiet.create(&hello()).await.unwrap().details().trace, None, "{route}");
        }
    }
}
