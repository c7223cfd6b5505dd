//! Requests answered whole, without a socket.

use bedrock_transport::event_stream::{Decoder, decode_payload_part};
use bedrock_types::models::LifecycleStatus;
use bedrock_types::{Message, MessageAccumulator, MessageStreamEvent};

use super::*;
use crate::testing::{TestRequest, answer, body_with, hello_body, now, refusal};

fn message(response: &Response<Content>) -> Message {
    match response.body() {
        Content::Whole(body) => serde_json::from_slice(body).unwrap(),
        Content::Frames(_, frames) => {
            let (mut decoder, mut accumulator) = (Decoder::new(), MessageAccumulator::new());
            frames.iter().for_each(|frame| decoder.push(frame.clone()));
            while let Some(frame) = decoder.next_message().unwrap() {
                let json = decode_payload_part(&frame.payload).unwrap();
                accumulator.push(&MessageStreamEvent::from_chunk(&json).unwrap().unwrap()).unwrap();
            }
            assert!(accumulator.is_complete());
            accumulator.into_snapshot().unwrap()
        }
    }
}

#[test]
fn a_whole_answer_has_the_headers_of_a_recorded_one() {
    let response = TestRequest::hello().answer();
    let message = message(&response);
    assert_eq!(response.status(), 200);
    let mut names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-type",
            "date",
            "x-amzn-bedrock-input-token-count",
            "x-amzn-bedrock-invocation-latency",
            "x-amzn-bedrock-output-token-count",
            "x-amzn-requestid",
        ]
    );
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["date"], "Sun, 22 Nov 2026 00:00:00 GMT");
    assert_eq!(
        response.headers()["x-amzn-bedrock-output-token-count"],
        message.usage.output_tokens.to_string()
    );
    assert_eq!(message.model, "claude-opus-4-6");
    assert!(message.id.starts_with("msg_bdrk_01"), "{}", message.id);
}

#[test]
fn a_stream_is_the_same_message() {
    let (whole, stream) = (TestRequest::hello().answer(), TestRequest::hello().streamed().answer());
    assert_eq!(message(&whole), message(&stream));
    assert_eq!(stream.headers()["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(stream.headers()["x-amzn-bedrock-content-type"], "application/json");
    assert!(!stream.headers().contains_key("x-amzn-bedrock-input-token-count"));
}

#[test]
fn an_answer_is_a_function_of_the_request() {
    let hello = TestRequest::hello();
    for request in [hello.clone(), hello.clone().streamed()] {
        let (first, again) = (request.answer(), request.answer());
        assert_eq!(first.body(), again.body());
        assert_eq!(first.headers(), again.headers());
    }
    let later = TestRequest { signed_at: now() + std::time::Duration::from_secs(1), ..hello.clone() };
    assert_ne!(hello.answer().headers()[REQUEST_ID], later.answer().headers()[REQUEST_ID]);
    assert_eq!(message(&hello.answer()), message(&later.answer()));
    let other = TestRequest::invoke(hello_body().replace("world", "moon"));
    assert_ne!(message(&hello.answer()).id, message(&other.answer()).id);
}

#[test]
fn every_profile_of_a_model_is_answered_in_its_regions() {
    let arn = "arn%3Aaws%3Abedrock%3Aus-east-1%3A";
    let here = |profile: &&bedrock_types::models::Profile| profile.serves("us-east-1");
    let models = bedrock_types::models::catalog()
        .iter()
        .filter(|model| model.lifecycle.status != LifecycleStatus::Eol);
    for id in models.flat_map(|model| model.profiles).filter(here).map(|profile| profile.id) {
        let id = id.replace(':', "%3A");
        for segment in [id.clone(), format!("{arn}123456789012%3Ainference-profile%2F{id}")] {
            assert_eq!(TestRequest::hello().model(&segment).answer().status(), 200, "{segment}");
        }
    }
}

#[test]
fn a_model_answers_where_it_is_and_while_it_is() {
    let base = TestRequest::hello().model("anthropic.claude-opus-4-6-v1");
    assert_eq!(TestRequest { region: "eu-west-2", ..base.clone() }.answer().status(), 200);
    let refused = refusal(&base.answer());
    assert_eq!((refused.0, refused.1.as_str()), (400, "ValidationException"));
    assert!(refused.2.contains("with on-demand throughput isn’t supported"), "{refused:?}");
    let elsewhere = TestRequest { region: "eu-west-1", ..TestRequest::hello() };
    assert_eq!(refusal(&elsewhere.answer()).2, "The provided model identifier is invalid.");
    let gone = refusal(&TestRequest::hello().model("us.anthropic.claude-3-haiku-20240307-v1%3A0").answer());
    assert_eq!((gone.0, gone.1.as_str()), (404, "ResourceNotFoundException"));
}

#[test]
fn a_marked_request_is_read_from_the_cache_when_it_comes_again() {
    let system = r#","system":[{"type":"text","text":"WORDS","cache_control":{"type":"ephemeral"}}]"#;
    let (head, body) =
        TestRequest::invoke(body_with(&system.replace("WORDS", &"word ".repeat(4000)))).signed();
    let account = Account::default();
    let usage = || message(&answer(&head, &body, now(), &account)).usage;
    let (first, again) = (usage(), usage());
    assert!(first.cache_creation_input_tokens.is_some_and(|written| written > 4096));
    assert_eq!(first.cache_creation_input_tokens, again.cache_read_input_tokens);
    assert_eq!((again.cache_creation_input_tokens, again.input_tokens), (Some(0), first.input_tokens));
    let headers = answer(&head, &body, now(), &account);
    let read =
        headers.headers()["x-amzn-bedrock-cache-read-input-token-count"].to_str().unwrap().parse().ok();
    assert_eq!(read, again.cache_read_input_tokens);
}

#[test]
fn what_names_no_model_is_refused() {
    for segment in [
        "gpt-4",
        "claude-opus-4-6",
        "opus",
        "anthropic.claude-opus-4-6",
        "xx.anthropic.claude-opus-4-6-v1",
        "jp.anthropic.claude-opus-4-5-20251101-v1%3A0", // a prefix that other models have
        "..",
        "%2E%2E",
        "a%00b",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fabcdefghijkl",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude-opus-9",
    ] {
        // `sign` folds dot segments as the verifier does, so these reach the model check.
        let refused = refusal(&TestRequest::hello().model(segment).answer());
        assert_eq!((refused.0, refused.1.as_str()), (400, "ValidationException"), "{segment}");
        assert_eq!(refused.2, "The provided model identifier is invalid.", "{segment}");
    }
}

#[test]
fn the_first_thing_wrong_is_what_is_refused() {
    let unsigned_elsewhere = TestRequest { method: "GET", ..TestRequest::invoke("not JSON") };
    let (head, body) = unsigned_elsewhere.unsigned();
    let response = answer(&head, &body, now(), &Account::default());
    assert_eq!(refusal(&response).1, "UnknownOperationException");
    assert!(response.headers().contains_key(REQUEST_ID));

    let (head, body) = TestRequest::invoke("not JSON").model("gpt-4").unsigned();
    assert_eq!(
        refusal(&answer(&head, &body, now(), &Account::default())).1,
        "MissingAuthenticationTokenException"
    );

    let model_first = TestRequest::invoke("not JSON").model("gpt-4").answer();
    assert_eq!(refusal(&model_first).2, "The provided model identifier is invalid.");
}

#[test]
fn a_refused_stream_is_an_ordinary_error() {
    let refused = refusal(&TestRequest::invoke("{}").streamed().answer());
    assert_eq!(refused, (400, "ValidationException".into(), "anthropic_version: Field required".into()));
}

#[test]
fn a_clock_out_of_range_leaves_the_date_away() {
    let (head, body) = TestRequest::hello().signed();
    let early = std::time::UNIX_EPOCH - std::time::Duration::from_secs(1);
    let response = answer(&head, &body, early, &Account::default());
    assert!(!response.headers().contains_key(DATE));
}
