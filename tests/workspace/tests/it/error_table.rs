//! Every row of `docs/errors.md` about refusals, sent through the client.

use bedrock_client::{Credentials, Error, ErrorKind, MessageCreateParams};
use bedrock_emulator::Emulator;

use crate::{
    cut::{chunk, exception},
    support::{Answer, STREAM, Scripted, answer, builder, client_of},
};

const PAGE: &str = include_str!("../../../../docs/errors.md");

const BEGUN: &str = r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#;

/// Of the account's own: it does not say its model.
const PROFILE: &str = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";

type Predicate = fn(&Error) -> bool;

/// Those that exclude each other.
const PREDICATES: [(&str, Predicate); 9] = [
    ("throttled", Error::is_throttled),
    ("overloaded", Error::is_overloaded),
    ("timeout", Error::is_timeout),
    ("unauthenticated", Error::is_unauthenticated),
    ("access denied", Error::is_access_denied),
    ("not found", Error::is_not_found),
    ("invalid request", Error::is_invalid_request),
    ("too large", Error::is_too_large),
    ("quota exceeded", Error::is_quota_exceeded),
];

#[tokio::test(start_paused = true)]
async fn refusals_are_what_the_page_says_and_tried_again_as_it_says() {
    let rows = table("## What each refusal is");
    assert!(rows.len() > 40, "{}", rows.len());
    for row in &rows {
        let [name, status, is, again] = row.as_slice() else { panic!("four cells: {row:?}") };
        let attempts = match again.as_str() {
            "yes" => 3,
            "no" => 1,
            other => panic!("{other:?} is neither yes nor no"),
        };
        let error = refused(name, status, "no", "us.anthropic.claude-opus-4-8", attempts).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, attempts), "{row:?}");
        assert_eq!(error.is_retryable(), attempts > 1, "{row:?}");
        assert_eq!(error.code().unwrap_or_default(), name, "{row:?}");
        assert_eq!(error.status().map(|status| status.to_string()).as_ref(), Some(status), "{row:?}");
        let held: Vec<_> =
            PREDICATES.iter().filter(|(_, holds)| holds(&error)).map(|(name, _)| *name).collect();
        let expected: Vec<_> =
            Some(is.as_str()).filter(|is| !["", "server error"].contains(is)).into_iter().collect();
        assert_eq!(held, expected, "{row:?}");
        assert_eq!(error.is_server_error(), status.as_str() >= "500", "{row:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn hints_are_those_of_the_page() {
    let rows = table("## Hints");
    assert!(rows.len() > 25, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let [name, status, says, model, expected] = row.as_slice() else { panic!("five cells: {row:?}") };
        let error = refused(name, status, says, model, 3).await;
        let hint = error.hint().unwrap_or("none");
        if hint != expected {
            wrong.push(format!("| `{name}` | {status} | {says} | `{model}` | {hint} |"));
        }
    }
    assert!(wrong.is_empty(), "what the client says instead:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn within_a_stream_the_hints_are_the_same() {
    let mut told = 0;
    for row in &table("## Hints") {
        let [name, _, says, model, expected] = row.as_slice() else { panic!("five cells: {row:?}") };
        let mut bytes = chunk(BEGUN).to_vec();
        match name.as_str() {
            "" => continue,
            // As an event of the model, in a frame.
            name if name.contains('_') => {
                let error = serde_json::json!({"type": name, "message": says});
                bytes.extend(chunk(&serde_json::json!({"type": "error", "error": error}).to_string()));
            }
            name => {
                let (first, rest) = name.split_at(1);
                let name = first.to_lowercase() + rest;
                bytes.extend(exception(&name, &serde_json::json!({ "message": says }).to_string()));
            }
        }
        let scripted = Scripted::new([answer(200, &STREAM, bytes)]);
        let long = if says.contains("25000000") { "x".repeat(21_000_000) } else { "hi".to_owned() };
        let params = MessageCreateParams::new(model, 256).user(long);
        let stream = scripted.client().messages().stream(&params).await.unwrap();
        let error = stream.final_message().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Stream(_)), "{error:?}");
        assert!(error.partial_message().is_some());
        let hint = error.hint().unwrap_or("none");
        // How long a request was is not said in it.
        if says != "too large" {
            assert_eq!(
                hint.replace("InvokeModelWithResponseStream", "InvokeModel"),
                expected.replace("InvokeModelWithResponseStream", "InvokeModel"),
                "{row:?}"
            );
        }
        told += 1;
    }
    assert!(told > 25, "{told}");
}

#[tokio::test]
async fn what_the_catalog_knew_against_a_request_is_the_hint_of_its_refusal() {
    let asks = |model: &str| MessageCreateParams::new(model, 64).user("hi");
    let sampling = "temperature: the model chooses its sampling itself; leave it out";
    for (params, says, expected) in [
        (asks("opus-4.8").temperature(0.5), "`temperature` is deprecated for this model.", Some(sampling)),
        (
            asks("opus-4.8").temperature(0.5),
            "Malformed input request, please reformat your input and try again.",
            Some(sampling),
        ),
        (
            asks("opus-4.8").temperature(0.5).top_k(5),
            "temperature: Extra inputs are not permitted",
            Some(sampling),
        ),
        (asks("opus-4.8"), "Malformed input request, please reformat your input and try again.", None),
        (
            asks("anthropic.claude-new-v1").temperature(0.5),
            "`temperature` is deprecated for this model.",
            None,
        ),
        (asks(PROFILE).temperature(0.5), "`temperature` is deprecated for this model.", None),
    ] {
        let refused = || refusal("ValidationException", "400", says);
        let scripted = Scripted::new([refused(), refused()]);
        let client = scripted.client();
        let whole = client.messages().create(&params).await.unwrap_err();
        let unchecked = client.messages().without_checks().stream(&params).await.unwrap_err();
        for error in [whole, unchecked] {
            assert_eq!((error.hint(), error.attempts()), (expected, 1), "{says}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_profile_whose_model_is_known_is_checked_by_it() {
    let emulator = Emulator::builder().application_profile("abcdefghij12", "us.anthropic.claude-opus-4-8");
    let emulator = emulator.start().await.unwrap();
    let client = client_of(&emulator);
    let params = MessageCreateParams::new(PROFILE, 64).user("hi").temperature(0.5);
    let hint = async || client.messages().create(&params).await.unwrap_err().hint().map(str::to_owned);
    assert_eq!(hint().await, None);
    client.inference_profiles().get("abcdefghij12").await.unwrap();
    assert_eq!(
        hint().await.as_deref(),
        Some("temperature: the model chooses its sampling itself; leave it out")
    );
}

/// The error of a call that is refused so, however often it asks.
async fn refused(name: &str, status: &str, says: &str, model: &str, attempts: u32) -> Error {
    let scripted = Scripted::new((0..attempts).map(|_| refusal(name, status, says)));
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().credentials(keys).http_client(scripted).build().unwrap();
    let length = if status == "413" {
        1_300_000
    } else if says.contains("25000000") {
        21_000_000
    } else {
        2
    };
    let long = "x".repeat(length);
    let params = MessageCreateParams::new(model, 256).user(long);
    client.messages().create(&params).await.unwrap_err()
}

/// In the envelope of the Messages API, if the name is one of its own; else as AWS does it.
fn refusal(name: &str, status: &str, says: &str) -> Answer {
    let status = status.parse().unwrap();
    if name.contains('_') {
        let error = serde_json::json!({"type": name, "message": says});
        let body = serde_json::json!({"type": "error", "error": error, "request_id": "req_1"});
        return answer(status, &[("content-type", "application/json")], body.to_string());
    }
    let body = serde_json::json!({ "message": says }).to_string();
    match name {
        "" => answer(status, &[], body),
        name => answer(status, &[("x-amzn-errortype", name)], body),
    }
}

/// The cells of the table under a heading, without marks.
fn table(heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = PAGE.split_once(heading).unwrap();
    let lines =
        rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let line = line.trim_start_matches('|').trim_end_matches('|').to_owned();
        line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    lines.skip(2).map(cells).collect()
}
