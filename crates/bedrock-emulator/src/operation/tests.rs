//! What each operation takes, refuses and adds, without a socket.

use bedrock_types::MessageStreamEvent;
use http::Response;
use serde_json::{Value, json};

use super::law::events;
use crate::answer::Content;
use crate::frames::StreamFormat;
use crate::testing::{TestRequest, body_with, refusal};

const MODEL: &str = "us.anthropic.claude-opus-4-6-v1";
const MANTLE: &str = "/mantle/anthropic/v1/messages";
const RUNTIME: &str = "/anthropic/v1/messages";

fn native(path: &str, body: &Value) -> TestRequest {
    let service = if path.starts_with("/mantle") { "bedrock-mantle" } else { "bedrock" };
    TestRequest::post(path, body.to_string()).header("anthropic-version", "2023-06-01").signed_for(service)
}

/// A native body for this model, with more members.
fn native_body(model: &str, members: Value) -> Value {
    with(
        json!({"model": model, "max_tokens": 256, "messages": [{"role": "user", "content": "Hello"}]}),
        members,
    )
}

fn converse(operation: &str, members: Value) -> TestRequest {
    let body = with(json!({"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}), members);
    TestRequest::post(&format!("/model/{MODEL}/{operation}"), body.to_string())
}

fn count(model: &str, input: Value) -> TestRequest {
    TestRequest::post(
        &format!("/model/{}/count-tokens", model.replace(':', "%3A")),
        json!({"input": input}).to_string(),
    )
}

fn with(mut body: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn json_of(response: &Response<Content>) -> Value {
    let Content::Whole(body) = response.body() else { panic!("a stream") };
    serde_json::from_slice(body).unwrap()
}

fn streamed(response: &Response<Content>) -> Vec<MessageStreamEvent> {
    let Content::Frames(format, frames) = response.body() else { panic!("no stream: {response:?}") };
    events(*format, &frames.concat())
}

/// Status, type and message of a refusal in the Messages API's envelope.
fn native_refusal(request: &TestRequest) -> (u16, String, String) {
    let response = request.answer();
    let body = json_of(&response);
    assert_eq!(body["type"], "error", "{body}");
    assert_eq!(body["request_id"], response.headers()["request-id"].to_str().unwrap());
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
    (response.status().as_u16(), text("type"), text("message"))
}

#[test]
fn a_native_answer_has_both_request_ids_and_the_models_own_name() {
    for (path, model) in [(RUNTIME, MODEL), (MANTLE, "anthropic.claude-opus-5-5")] {
        let response = native(path, &native_body(model, json!({"stream": false}))).answer();
        let body = json_of(&response);
        assert_eq!((response.status().as_u16(), &body["role"]), (200, &json!("assistant")));
        assert!(body["model"].as_str().unwrap().starts_with("claude-opus-"), "{body}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert!(response.headers()["request-id"].to_str().unwrap().starts_with("req_"));
        assert!(response.headers().contains_key("x-amzn-requestid"));
        assert!(!response.headers().contains_key("x-amzn-bedrock-input-token-count"));

        let stream = native(path, &native_body(model, json!({"stream": true}))).answer();
        assert_eq!(stream.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert!(matches!(stream.body(), Content::Frames(StreamFormat::Sse, _)));
        let Some(MessageStreamEvent::MessageStop(stop)) = streamed(&stream).pop() else { panic!("no end") };
        assert_eq!(stop.invocation_metrics, None);
    }
}

#[test]
fn the_same_host_is_mantle_for_what_is_signed_for_it() {
    let body = native_body("anthropic.claude-opus-5-5", json!({}));
    let signed = native(RUNTIME, &body).signed_for("bedrock-mantle").answer();
    assert_eq!(json_of(&signed)["content"], json_of(&native(MANTLE, &body).answer())["content"]);
    let profile = native(RUNTIME, &native_body(MODEL, json!({}))).signed_for("bedrock-mantle");
    assert!(native_refusal(&profile).2.contains("is an inference profile"));
    let elsewhere = native_refusal(&native(MANTLE, &body).signed_for("bedrock"));
    assert_eq!((elsewhere.0, elsewhere.1.as_str()), (401, "authentication_error"));
    assert!(elsewhere.2.contains("'bedrock-mantle'"), "{elsewhere:?}");
}

#[test]
fn what_a_native_route_refuses() {
    let invalid = "invalid_request_error";
    let strict = json!({"tools": [{"name": "t", "input_schema": {"type": "object"}, "strict": true}]});
    let format = json!({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}});
    let haiku = "anthropic.claude-haiku-4-5";
    for (path, body, status, kind, said) in [
        (RUNTIME, json!([]), 400, invalid, "not a JSON object"),
        (RUNTIME, json!({}), 400, invalid, "model: Field required"),
        (
            RUNTIME,
            native_body(MODEL, json!({"model": 7})),
            400,
            invalid,
            "model: Input should be a valid string",
        ),
        (RUNTIME, native_body("gpt-4", json!({})), 400, invalid, "model identifier is invalid"),
        (RUNTIME, native_body("anthropic.claude-v2", json!({})), 404, "not_found_error", "end of its life"),
        (MANTLE, native_body(MODEL, json!({})), 400, invalid, "is an inference profile"),
        (
            MANTLE,
            native_body("global.anthropic.claude-opus-5", json!({})),
            400,
            invalid,
            "is an inference profile",
        ),
        (MANTLE, native_body("gpt-4", json!({})), 404, "not_found_error", "'gpt-4' does not exist"),
        (
            MANTLE,
            native_body("anthropic.claude-haiku-4-5-20251001-v1:0", json!({})),
            404,
            "not_found_error",
            "exist",
        ),
        (RUNTIME, native_body(MODEL, json!({"stream": "yes"})), 400, invalid, "stream: Input should be"),
        (RUNTIME, native_body(MODEL, json!({"max_tokens": 0})), 400, invalid, "max_tokens: "),
        (RUNTIME, native_body(MODEL, json!({"surprise": 1})), 400, invalid, "surprise: Extra inputs"),
        (
            RUNTIME,
            native_body(MODEL, json!({"anthropic_version": "x"})),
            400,
            invalid,
            "anthropic_version: Extra",
        ),
        (RUNTIME, native_body(MODEL, json!({"anthropic_beta": []})), 400, invalid, "anthropic_beta: Extra"),
        (
            RUNTIME,
            native_body(MODEL, json!({"amazon-bedrock-guardrailConfig": {}})),
            400,
            invalid,
            "amazon-bedrock-guardrailConfig: Extra",
        ),
        (RUNTIME, native_body(MODEL, strict.clone()), 400, invalid, "tools.0.custom.strict: Extra"),
        (MANTLE, native_body(haiku, strict), 400, invalid, "tools.0.custom.strict: Extra"),
        (
            RUNTIME,
            native_body(MODEL, json!({"metadata": {"user_id": "a(b)"}})),
            400,
            invalid,
            "metadata.user_id",
        ),
        (MANTLE, native_body(haiku, format), 400, invalid, "output_config.format: Extra"),
    ] {
        let refused = native_refusal(&native(path, &body));
        assert_eq!((refused.0, refused.1.as_str()), (status, kind), "{body} {refused:?}");
        assert!(refused.2.contains(said), "{refused:?}");
    }
    let path = native("/anthropic/v1/messages/count_tokens", &native_body(MODEL, json!({})));
    assert_eq!(native_refusal(&path).1, "not_found_error");
}

#[test]
fn the_version_and_the_betas_are_headers() {
    let send = |path: &str, model: &str, headers: &[(&'static str, &str)]| {
        let service = if path == MANTLE { "bedrock-mantle" } else { "bedrock" };
        let mut request =
            TestRequest::post(path, native_body(model, json!({})).to_string()).signed_for(service);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request
    };
    let version = |version| [("anthropic-version", version)];
    assert_eq!(native_refusal(&send(RUNTIME, MODEL, &[])).2, "anthropic-version: header is required");
    assert_eq!(
        native_refusal(&send(RUNTIME, MODEL, &version("2026-10-21"))).2,
        "anthropic-version: Input should be '2023-06-01'"
    );
    let newer = "anthropic.claude-opus-5-5";
    assert_eq!(send(MANTLE, newer, &version("2026-10-21")).answer().status(), 200);
    assert_eq!(
        native_refusal(&send(MANTLE, newer, &version("bedrock-2023-05-31"))).2,
        "anthropic-version: Input should be '2023-06-01' or '2026-10-21'"
    );
    let with_beta =
        [("anthropic-version", "2023-06-01"), ("anthropic-beta", "context-management-2025-06-27, ")];
    assert_eq!(send(RUNTIME, MODEL, &with_beta).answer().status(), 200);
}

#[test]
fn the_newer_version_knows_no_sampling_on_native_routes_either() {
    let body = native_body("anthropic.claude-opus-5-5", json!({"temperature": 1}));
    let request = TestRequest::post(MANTLE, body.to_string())
        .header("anthropic-version", "2026-10-21")
        .signed_for("bedrock-mantle");
    assert_eq!(native_refusal(&request).2, "temperature: Extra inputs are not permitted");
}

#[test]
fn converse_answers_in_its_own_words() {
    let answer = json_of(&converse("converse", json!({})).answer());
    assert!(
        answer["output"]["message"]["content"][0]["text"].as_str().unwrap().contains("\"Hello\""),
        "{answer}"
    );
    assert_eq!((&answer["stopReason"], &answer["metrics"]["latencyMs"]), (&json!("end_turn"), &json!(250)));
    let usage = &answer["usage"];
    let total = usage["inputTokens"].as_u64().unwrap() + usage["outputTokens"].as_u64().unwrap();
    assert_eq!(usage["totalTokens"], total);
    assert_eq!(answer.get("additionalModelResponseFields"), None);

    let stream = converse("converse-stream", json!({})).answer();
    assert_eq!(stream.headers()["content-type"], "application/vnd.amazon.eventstream");
    assert!(!stream.headers().contains_key("x-amzn-bedrock-content-type"));
    assert!(matches!(stream.body(), Content::Frames(StreamFormat::Converse, _)));
    assert!(streamed(&stream).len() > 3);
}

#[test]
fn of_the_models_answer_converse_adds_what_is_asked_for() {
    let stopped = |paths: Value| {
        let members = json!({
            "inferenceConfig": {"stopSequences": ["emulator"]},
            "additionalModelResponseFieldPaths": paths,
        });
        json_of(&converse("converse", members).answer())
    };
    assert_eq!(stopped(json!([])).get("additionalModelResponseFields"), None);
    assert_eq!(stopped(json!(["/nothing"])).get("additionalModelResponseFields"), None);
    assert_eq!(
        stopped(json!(["/stop_sequence", "/stop_details/x"]))["additionalModelResponseFields"],
        json!({"stop_sequence": "emulator"})
    );
}

#[test]
fn what_converse_refuses() {
    let many: Vec<_> = (0..11).map(|number| format!("/{number}")).collect();
    let message = |message: Value| json!({"messages": [message]});
    for (members, code, said) in [
        (json!({"messages": "Hello"}), "SerializationException", "messages"),
        (
            json!({"messages": []}),
            "ValidationException",
            "errors: messages: at least one message is required",
        ),
        (
            message(json!({"role": "assistant", "content": [{"text": "a"}]})),
            "ValidationException",
            "must start with a user",
        ),
        (
            message(json!({"role": "user", "content": [{"text": " "}]})),
            "ValidationException",
            "at messages.0.content.0 is blank",
        ),
        (
            message(
                json!({"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "r"}]}}]}),
            ),
            "ValidationException",
            "toolConfig field must be defined",
        ),
        (
            message(json!({"role": "user", "content": [{"video": {}}]})),
            "ValidationException",
            "doesn't support the messages.0.content.0.video field",
        ),
        (
            json!({"inferenceConfig": {"maxTokens": 1_000_000}}),
            "ValidationException",
            "The model returned the following errors: max_tokens: 1000000 > ",
        ),
        (
            json!({"additionalModelRequestFields": {"surprise": 1}}),
            "ValidationException",
            "errors: surprise: Extra inputs",
        ),
        (json!({"additionalModelResponseFieldPaths": many}), "ValidationException", "more than 10"),
        (json!({"additionalModelResponseFieldPaths": ["stop"]}), "ValidationException", "no JSON pointer"),
        (
            json!({"performanceConfig": {"latency": "fast"}}),
            "ValidationException",
            "performanceConfig.latency",
        ),
    ] {
        for operation in ["converse", "converse-stream"] {
            let refused = refusal(&converse(operation, members.clone()).answer());
            assert_eq!((refused.0, refused.1.as_str()), (400, code), "{members} {refused:?}");
            assert!(refused.2.contains(said), "{members} {refused:?}");
        }
    }
}

#[test]
fn latency_and_tier_are_echoed_where_the_route_has_them() {
    const LATENCY: &str = "x-amzn-bedrock-performanceconfig-latency";
    const TIER: &str = "x-amzn-bedrock-service-tier";
    let hello = TestRequest::hello().header(LATENCY, "optimized").header(TIER, "default");
    for request in [hello.clone(), hello.streamed()] {
        let response = request.answer();
        assert_eq!(
            (&response.headers()[LATENCY], &response.headers()[TIER]),
            (&"optimized".parse().unwrap(), &"default".parse().unwrap())
        );
    }
    let members = json!({"performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "default"}});
    let answer = json_of(&converse("converse", members).answer());
    assert_eq!(answer["performanceConfig"], json!({"latency": "optimized"}));
    assert_eq!(answer["serviceTier"], json!({"type": "default"}));
    let plain = json_of(&converse("converse", json!({})).answer());
    assert_eq!((plain.get("performanceConfig"), plain.get("serviceTier")), (None, None));
}

#[test]
fn a_guardrail_steps_in_and_says_so() {
    let guarded = |id: &str, trace: &str| {
        TestRequest::hello()
            .header("x-amzn-bedrock-guardrailidentifier", id)
            .header("x-amzn-bedrock-guardrailversion", "1")
            .header("x-amzn-bedrock-trace", trace)
    };
    let blocked = json_of(&guarded("alwaysblocks", "ENABLED").answer());
    assert_eq!(blocked["amazon-bedrock-guardrailAction"], "INTERVENED");
    assert_eq!(
        (&blocked["stop_reason"], &blocked["usage"]["output_tokens"]),
        (&json!("end_turn"), &json!(0))
    );
    let word = &blocked["amazon-bedrock-trace"]["guardrail"]["input"]["alwaysblocks"]["wordPolicy"]["customWords"]
        [0];
    assert_eq!(word["action"], "BLOCKED");

    let passed = json_of(&guarded("another1", "DISABLED").answer());
    assert_eq!(passed["amazon-bedrock-guardrailAction"], "NONE");
    assert_eq!(passed.get("amazon-bedrock-trace"), None);
    assert_eq!(passed["content"], json_of(&TestRequest::hello().answer())["content"]);

    let events = streamed(&guarded("alwaysblocks", "ENABLED").streamed().answer());
    let ended = events.iter().find_map(|event| match event {
        MessageStreamEvent::MessageDelta(delta) => Some(delta),
        _ => None,
    });
    let action = ended.unwrap().extra.get("amazon-bedrock-guardrailAction").unwrap();
    assert_eq!(action.as_str(), "\"INTERVENED\"");

    let config =
        json!({"guardrailIdentifier": "alwaysblocks", "guardrailVersion": "DRAFT", "trace": "enabled"});
    let blocked = json_of(&converse("converse", json!({"guardrailConfig": config})).answer());
    assert_eq!(
        (&blocked["stopReason"], &blocked["usage"]["totalTokens"]),
        (&json!("guardrail_intervened"), &json!(0))
    );
    assert!(blocked["trace"]["guardrail"]["inputAssessment"]["alwaysblocks"].is_object(), "{blocked}");
    let stream = converse("converse-stream", json!({"guardrailConfig": config})).answer();
    let reason = streamed(&stream).into_iter().find_map(|event| match event {
        MessageStreamEvent::MessageDelta(delta) => delta.delta.stop_reason,
        _ => None,
    });
    assert_eq!(reason.unwrap().as_str(), "guardrail_intervened");
}

#[test]
fn the_config_of_a_guardrail_needs_the_headers() {
    let body = body_with(r#","amazon-bedrock-guardrailConfig":{"tagSuffix":"xyz"}"#);
    let refused = refusal(&TestRequest::invoke(body.as_str()).answer());
    assert_eq!((refused.0, refused.1.as_str()), (400, "ValidationException"));
    assert!(refused.2.contains("amazon-bedrock-guardrailConfig needs"), "{refused:?}");
    let guarded = TestRequest::invoke(body)
        .header("x-amzn-bedrock-guardrailidentifier", "another1")
        .header("x-amzn-bedrock-guardrailversion", "1");
    assert_eq!(guarded.answer().status(), 200);
}

#[test]
fn request_metadata_is_signed_and_kept_within_its_bounds() {
    const METADATA: &str = "x-amzn-bedrock-request-metadata";
    assert_eq!(TestRequest::hello().header(METADATA, r#"{"team":"a"}"#).answer().status(), 200);
    assert_eq!(refusal(&TestRequest::hello().header(METADATA, "[]").answer()).1, "ValidationException");
    assert_eq!(
        refusal(&converse("converse", json!({"requestMetadata": {"team": "(a)"}})).answer()).1,
        "ValidationException"
    );
}

#[test]
fn tokens_are_counted_as_the_answer_counts_them() {
    use base64::Engine as _;

    let base = "anthropic.claude-opus-4-6-v1";
    let invoked = json_of(&TestRequest::invoke(body_with(r#","system":"Be brief.""#)).answer())["usage"]["input_tokens"].clone();
    let body = base64::prelude::BASE64_STANDARD.encode(body_with(r#","system":"Be brief.""#));
    let arn = "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fanthropic.claude-opus-4-6-v1";
    for model in [base, arn] {
        let counted = json_of(&count(model, json!({"invokeModel": {"body": body}})).answer());
        assert_eq!(counted, json!({"inputTokens": invoked}));
    }
    let of_converse = json!({"converse": {
        "messages": [{"role": "user", "content": [{"text": "Hello, world"}]}],
        "system": [{"text": "Be brief."}],
    }});
    assert_eq!(json_of(&count(base, of_converse).answer()), json!({"inputTokens": invoked}));

    let newest = "anthropic.claude-opus-5-5";
    let mut request = native_body(newest, json!({}));
    let expected = json_of(&native(MANTLE, &request).answer())["usage"]["input_tokens"].clone();
    request.as_object_mut().unwrap().remove("max_tokens");
    let path = format!("{MANTLE}/count_tokens");
    assert_eq!(json_of(&native(&path, &request).answer()), json!({"input_tokens": expected}));
    let refused = native_refusal(&native(&path, &native_body(newest, json!({}))));
    assert_eq!(refused.2, "max_tokens: Extra inputs are not permitted");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let base = "anthropic.claude-opus-4-6-v1";
    let body = json!({"invokeModel": {"body": "e30="}});
    let uncountable = "The provided model doesn't support counting tokens.";
    for (model, input, code, said) in [
        (MODEL, body.clone(), "ValidationException", uncountable),
        ("anthropic.claude-opus-5-5", body.clone(), "ValidationException", uncountable),
        ("gpt-4", body.clone(), "ValidationException", "identifier is invalid"),
        (&"a".repeat(257), body.clone(), "ValidationException", "identifier is invalid"),
        (base, body, "ValidationException", "anthropic_version: Field required"),
        (base, json!({"invokeModel": {"body": "?"}}), "SerializationException", "base64"),
        (base, json!({}), "ValidationException", "one of invokeModel and converse"),
        (base, json!({"other": {}}), "ValidationException", "one of invokeModel and converse"),
        (base, json!([]), "SerializationException", "input"),
        (base, json!({"converse": {}}), "ValidationException", "at least one message"),
    ] {
        let refused = refusal(&count(model, input.clone()).answer());
        assert_eq!((refused.0, refused.1.as_str()), (400, code), "{model} {input} {refused:?}");
        assert!(refused.2.contains(said), "{model} {input} {refused:?}");
    }
}

#[test]
fn mantle_has_a_model_where_the_catalog_says() {
    let asked = |model: &str, region| {
        let request = native(MANTLE, &native_body(model, json!({})));
        native_refusal_of(&TestRequest { region, ..request })
    };
    for (model, region, is_there) in [
        ("anthropic.claude-haiku-4-5", "us-west-2", true),
        ("anthropic.claude-opus-5-5", "us-east-1", true),
        ("anthropic.claude-opus-5-5", "us-west-2", false),
        ("anthropic.claude-fable-5", "eu-west-1", false),
        // Where it is was not found.
        ("anthropic.claude-fable-5-2", "eu-west-1", true),
    ] {
        match asked(model, region) {
            None => assert!(is_there, "{model} {region}"),
            Some((status, kind, message)) => {
                assert!(!is_there, "{model} {region}: {message}");
                assert_eq!((status, kind.as_str()), (404, "not_found_error"));
                assert!(
                    message.contains(&format!("bedrock-mantle.{region}.api.aws; it is in ")),
                    "{message}"
                );
            }
        }
    }
}

/// The refusal, if it is one.
fn native_refusal_of(request: &TestRequest) -> Option<(u16, String, String)> {
    (request.answer().status() != 200).then(|| native_refusal(request))
}
