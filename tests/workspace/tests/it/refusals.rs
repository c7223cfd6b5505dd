//! Refusals: of the emulator, and of the client before anything is sent.

use std::time::Duration;

use bedrock_auth::{Credentials, MapEnv};
use bedrock_client::{Client, ErrorKind, Guardrail, MessageCreateParams, Route, Timeouts};
use bedrock_emulator::Emulator;
use bedrock_types::{
    ContentBlock, MessageParam, RawJson, TextBlock, ToolInput, ToolUseBlock, converse::DocumentNames,
};

use crate::support::{MODEL, STREAM, Scripted, answer, builder, hello, message};

#[tokio::test]
async fn the_emulator_checks_who_asks_and_what() {
    let emulator = Emulator::builder().start().await.unwrap();
    let right = emulator.credentials();
    let id = right.access_key_id();
    let wrong_secret = Credentials::new(id, "not-the-secret");
    let unknown_key = Credentials::new("AKIAUNKNOWN", right.secret_access_key().expose());
    let cases = [
        (wrong_secret, hello(), 403, "InvalidSignatureException", "AWS_SECRET_ACCESS_KEY"),
        (unknown_key, hello(), 403, "UnrecognizedClientException", "AWS_ACCESS_KEY_ID"),
        (
            right.clone(),
            MessageCreateParams::new("anthropic.claude-99", 1).user("hi"),
            400,
            "ValidationException",
            "model id",
        ),
    ];
    for (keys, params, status, code, hint) in cases {
        let client = builder().endpoint_url(emulator.url()).credentials(keys).build().unwrap();
        for error in [
            client.messages().create(&params).await.map(drop).unwrap_err(),
            client.messages().stream(&params).await.map(drop).unwrap_err(),
        ] {
            assert_eq!(
                (error.kind(), error.status(), error.code()),
                (ErrorKind::Api, Some(status), Some(code))
            );
            assert!(error.request_id().is_some() && error.attempts() == 1 && !error.is_retryable());
            assert!(error.hint().is_some_and(|text| text.contains(hint)), "{error:?}");
        }
    }
    let mut strange = hello();
    strange.extra.insert("brand_new", RawJson::parse("1").unwrap());
    let client = builder().endpoint_url(emulator.url()).credentials(right.clone()).build().unwrap();
    let error = client.messages().create(&strange).await.unwrap_err();
    assert!(error.to_string().contains("brand_new: Extra inputs are not permitted"), "{error}");
}

#[tokio::test]
async fn a_document_that_converse_does_not_take_is_refused_with_what_mends_it() {
    let client = builder().http_client(Scripted::new([])).build().unwrap();
    let converse = client.messages().with_route(Route::Converse);
    let document = || ContentBlock::attachment("report.pdf", b"%PDF-1.7").unwrap();
    let question = TextBlock::new("What is it about?").into();
    for (turn, names, hint) in [
        (vec![document(), question], DocumentNames::Exact, "DocumentNames::Legal"),
        (vec![document()], DocumentNames::Legal, "a text block"),
    ] {
        let params = MessageCreateParams::new("sonnet", 1).user(turn);
        let error = converse.clone().with_document_names(names).create(&params).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
        assert!(error.hint().is_some_and(|text| text.contains(hint)), "{error:?}");
    }
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let refused = |params: MessageCreateParams| async move {
        let scripted = Scripted::new([]);
        let error = scripted.client().messages().create(&params).await.unwrap_err();
        assert!(scripted.requests().is_empty());
        (error.kind(), error.hint().is_some())
    };
    for model in ["", ".", "..", "..;x", "a\r\nb", "a\0b", &"x".repeat(2049)] {
        assert_eq!(
            refused(MessageCreateParams::new(model, 1).user("hi")).await,
            (ErrorKind::Config, true),
            "{model:?}"
        );
    }
    for params in [
        hello().temperature(f64::NAN),
        hello().top_p(f64::INFINITY),
        MessageCreateParams::new("opus-4.6", 9).user("hi").anthropic_version("2026-10-21"),
        hello().beta(""),
        hello().beta("a\nb"),
        hello().beta("übung"),
        MessageCreateParams::new(MODEL, 22_000).user("longer than ten minutes, and not streamed"),
    ] {
        assert_eq!(refused(params).await, (ErrorKind::Config, true));
    }
    // The same is sent where the wait was chosen, be it as long as it would have been.
    let long = || MessageCreateParams::new(MODEL, 22_000).user("longer than ten minutes, and not streamed");
    for chosen in [None, Some(Timeouts::default().with_response_head(Duration::from_secs(600)))] {
        let scripted = Scripted::new([message()]);
        let messages = scripted.client().messages();
        let messages = match chosen {
            Some(timeouts) => messages.with_timeouts(timeouts),
            None => messages.with_total_timeout(Duration::from_secs(3600)),
        };
        messages.create(&long()).await.unwrap();
    }
    let cut = ToolUseBlock::new("toolu_1", "add", ToolInput::Partial("{\"a\"".into()));
    let history = MessageParam::assistant(vec![ContentBlock::from(cut)]);
    assert_eq!(refused(hello().message(history)).await, (ErrorKind::Config, true));
}

#[tokio::test]
async fn a_model_id_stays_one_segment_of_the_path() {
    for (id, segment) in [
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a%2Fb", "a%252Fb"),
        ("../../etc", "..%2F..%2Fetc"),
        ("a/..", "a%2F.."),
        ("ü", "%C3%BC"),
    ] {
        for route in [Route::InvokeModel, Route::Converse] {
            let scripted = Scripted::new([answer(403, &[], "{}")]);
            let messages = scripted.client().messages().with_route(route);
            messages.create(&MessageCreateParams::new(id, 1).user("hi")).await.unwrap_err();
            let sent = scripted.requests();
            let action = if route == Route::Converse { "converse" } else { "invoke" };
            assert_eq!(sent[0].uri().path(), format!("/model/{segment}/{action}"));
            assert_eq!(sent[0].uri().query(), None);
        }
    }
}

#[tokio::test]
async fn texts_that_no_header_can_have_are_refused_by_name_and_nothing_is_sent() {
    for text in ["a\r\nx: y", "a\0", "é"] {
        let scripted = Scripted::new([]);
        let messages = scripted.client().messages();
        let guardrail =
            |id: &str, version: &str| messages.clone().with_guardrail(Guardrail::new(id, version));
        for (what, messages, params) in [
            ("the guardrail's id", guardrail(text, "1"), hello()),
            ("the guardrail's version", guardrail("abc123def456", text), hello()),
            ("the trace", messages.clone().with_trace(text), hello()),
            ("the latency", messages.clone().with_latency(text), hello()),
            ("the service tier", messages.clone().with_service_tier(text), hello()),
            ("request metadata", messages.clone().with_request_metadata("team", text), hello()),
            ("header x-team", messages.clone().with_header("x-team", text), hello()),
            ("betas[0]", messages.clone(), hello().beta(text)),
        ] {
            let error = messages.create(&params).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0), "{what}: {error}");
            assert!(error.to_string().contains(what), "{what}: {error}");
        }
        let error = builder().app_id(text).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "the user agent: {error}");
    }
    for name in ["host", "authorization", "x-amz-date", "content-length", "transfer-encoding"] {
        let scripted = Scripted::new([]);
        let messages = scripted.client().messages().with_header(name, "mine");
        let error = messages.create(&hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0), "{name}: {error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let keys = || Credentials::new("AKIDEXAMPLE", "secret");
    let cases: [(&str, bedrock_client::ClientBuilder); 6] = [
        ("plain http elsewhere", builder().endpoint_url("http://example.com")),
        ("a password in the endpoint", builder().endpoint_url("https://me:pw@example.com")),
        ("a query in the endpoint", builder().endpoint_url("https://example.com/?a=b")),
        ("a file", builder().endpoint_url("file:///etc/passwd")),
        ("a region that leaves its host name", builder().region("x.evil.com/")),
        ("a custom endpoint with FIPS", {
            let env = MapEnv::from([("AWS_USE_FIPS_ENDPOINT", "true")]);
            builder().env(env).endpoint_url("https://example.com")
        }),
    ];
    for (rule, builder) in cases {
        let error = builder.credentials(keys()).build().expect_err(rule);
        assert_eq!(error.kind(), ErrorKind::Config, "{rule}");
        assert!(!error.to_string().contains("pw"), "{rule}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_never_an_empty_message() {
    let json = ("content-type", "application/json");
    for (rule, status, headers, body) in [
        ("a page", 200, vec![("content-type", "text/html")], "<html>"),
        ("no content", 204, vec![], ""),
        ("an empty body", 200, vec![json], ""),
        ("no content type", 200, vec![], "{}"),
        ("cut JSON", 200, vec![json], r#"{"id":"m","#),
        ("a member missing", 200, vec![json], r#"{"id":"m","role":"assistant","content":[]}"#),
        ("compressed", 200, vec![json, ("content-encoding", "gzip")], "{}"),
        ("a stream where a message was due", 200, STREAM.to_vec(), ""),
    ] {
        let client = Scripted::new([answer(status, &headers, body)]).client();
        let error = client.messages().create(&hello()).await.expect_err(rule);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{rule}: {error}");
    }
    for (rule, status, headers) in [
        ("JSON where a stream was due", 200, vec![json]),
        ("no content", 204, vec![]),
        ("a compressed stream", 200, vec![STREAM[0], ("content-encoding", "gzip")]),
    ] {
        let client: Client = Scripted::new([answer(status, &headers, "{}")]).client();
        let error = client.messages().stream(&hello()).await.expect_err(rule);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{rule}: {error}");
    }
}
