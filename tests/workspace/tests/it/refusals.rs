//! Refusals: of the emulator, and of the client before anything is sent.

use bedrock_auth::{Credentials, MapEnv};
use bedrock_client::{Client, ErrorKind, MessageCreateParams, Route};
use bedrock_emulator::Emulator;
use bedrock_types::{
    ContentBlock, MessageParam, RawJson, TextBlock, ToolInput, ToolUseBlock, converse::DocumentNames,
};

use crate::support::{STREAM, Scripted, answer, builder, hello};

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
        MessageCreateParams::new(crate::support::MODEL, 22_000)
            .user("longer than ten minutes, and not streamed"),
    ] {
        assert_eq!(refused(params).await, (ErrorKind::Config, true));
    }
    let cut = ToolUseBlock::new("toolu_1", "add", ToolInput::Partial("{\"a\"".into()));
    let history = MessageParam::assistant(vec![ContentBlock::from(cut)]);
    assert_eq!(refused(hello().message(history)).await, (ErrorKind::Config, true));
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
