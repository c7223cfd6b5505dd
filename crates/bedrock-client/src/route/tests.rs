//! What each route makes of a request.

use std::{collections::BTreeMap, time::Duration};

use bedrock_auth::{Credentials, MapEnv, MapFiles};
use bedrock_transport::Timeouts;
use bedrock_types::{
    Base64Source, DocumentBlock, ImageBlock, JsonOutputFormat, OutputConfig, RawJson, TextBlock, UrlSource,
    converse::{DocumentNames, PdfReading},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    Client, ErrorKind, Guardrail, PerformanceConfigLatency, ServiceTierType, StreamProcessingMode, Trace,
};

const ALL: [Route; 4] = [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse];

fn client() -> Client {
    Client::builder()
        .env(MapEnv::default())
        .files(MapFiles::default())
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .http_client(NoHttp)
        .build()
        .expect("sound settings")
}

/// Nothing is sent here.
#[derive(Debug)]
struct NoHttp;

impl bedrock_transport::HttpClient for NoHttp {
    fn send(
        &self,
        _: bedrock_transport::Exchange,
    ) -> crate::BoxFuture<
        '_,
        Result<http::Response<bedrock_transport::Body>, bedrock_transport::TransportError>,
    > {
        Box::pin(std::future::pending())
    }
}

fn made(route: Route, options: &CallOptions, params: &MessageCreateParams) -> Result<Prepared, Error> {
    prepare(&client().shared, route, options, params, Operation::Whole)
}

fn streamed(route: Route, options: &CallOptions, params: &MessageCreateParams) -> Result<Prepared, Error> {
    prepare(&client().shared, route, options, params, Operation::Streamed)
}

fn body(prepared: &Prepared) -> Value {
    serde_json::from_slice(&prepared.call.body).expect("a body is JSON")
}

fn headers(prepared: &Prepared) -> BTreeMap<&str, &str> {
    let headers = prepared.call.headers.iter();
    headers.map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect()
}

/// A model that every route has.
fn hello() -> MessageCreateParams {
    MessageCreateParams::new("haiku-4.5", 64).user("Hello")
}

#[test]
fn the_route_decides_address_and_form() {
    let id = "global.anthropic.claude-haiku-4-5-20251001-v1%3A0";
    for (route, whole, streamed_to, service, accept) in [
        (
            Route::InvokeModel,
            format!("https://bedrock-runtime.us-east-1.amazonaws.com/model/{id}/invoke"),
            format!("https://bedrock-runtime.us-east-1.amazonaws.com/model/{id}/invoke-with-response-stream"),
            "bedrock",
            EVENT_STREAM_TYPE,
        ),
        (
            Route::Messages,
            "https://bedrock-runtime.us-east-1.amazonaws.com/anthropic/v1/messages".to_owned(),
            "https://bedrock-runtime.us-east-1.amazonaws.com/anthropic/v1/messages".to_owned(),
            "bedrock",
            SSE_TYPE,
        ),
        (
            Route::Mantle,
            "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages".to_owned(),
            "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages".to_owned(),
            "bedrock-mantle",
            SSE_TYPE,
        ),
        (
            Route::Converse,
            format!("https://bedrock-runtime.us-east-1.amazonaws.com/model/{id}/converse"),
            format!("https://bedrock-runtime.us-east-1.amazonaws.com/model/{id}/converse-stream"),
            "bedrock",
            EVENT_STREAM_TYPE,
        ),
    ] {
        let of_whole = made(route, &CallOptions::default(), &hello()).expect("sound");
        assert_eq!(of_whole.call.uri.to_string(), whole);
        assert_eq!(of_whole.call.service.signing_name(), service);
        assert_eq!((of_whole.call.method.as_str(), of_whole.call.accept), ("POST", JSON_TYPE));
        let of_stream = streamed(route, &CallOptions::default(), &hello()).expect("sound");
        assert_eq!(of_stream.call.uri.to_string(), streamed_to);
        assert_eq!(of_stream.call.accept, accept);
    }
}

#[test]
fn the_route_decides_where_model_version_and_flags_stand() {
    let params = hello().beta("a-flag-2026-01-01");
    let flags = json!(["a-flag-2026-01-01"]);
    let turns = json!([{"role": "user", "content": "Hello"}]);
    let of = |route| made(route, &CallOptions::default(), &params).expect("sound");

    let invoke = of(Route::InvokeModel);
    assert_eq!(
        body(&invoke),
        json!({"anthropic_version": "bedrock-2023-05-31", "anthropic_beta": flags, "max_tokens": 64, "messages": turns})
    );
    assert_eq!(
        headers(&invoke),
        BTreeMap::from([("accept", "application/json"), ("content-type", "application/json")])
    );

    for (route, model) in [
        (Route::Messages, "global.anthropic.claude-haiku-4-5-20251001-v1:0"),
        (Route::Mantle, "anthropic.claude-haiku-4-5"),
    ] {
        let native = of(route);
        assert_eq!(body(&native), json!({"model": model, "max_tokens": 64, "messages": turns}));
        let headers = headers(&native);
        assert_eq!(headers["anthropic-version"], "2023-06-01");
        assert_eq!(headers["anthropic-beta"], "a-flag-2026-01-01");
        let stream = streamed(route, &CallOptions::default(), &params).expect("sound");
        assert_eq!(body(&stream)["stream"], json!(true));
    }

    let converse = body(&of(Route::Converse));
    assert_eq!(converse["messages"], json!([{"role": "user", "content": [{"text": "Hello"}]}]));
    assert_eq!(converse["inferenceConfig"], json!({"maxTokens": 64}));
    assert_eq!(converse["additionalModelRequestFields"], json!({"anthropic_beta": flags}));
}

fn with_every_option() -> CallOptions {
    let guardrail = Guardrail::new("abc123", "1").stream_processing_mode(StreamProcessingMode::Asynchronous);
    let mut options = CallOptions {
        guardrail: Some(guardrail),
        trace: Some(Trace::ENABLED_FULL),
        latency: Some(PerformanceConfigLatency::OPTIMIZED),
        service_tier: Some(ServiceTierType::PRIORITY),
        ..CallOptions::default()
    };
    options.request_metadata.insert("team".to_owned(), "search".to_owned());
    options
}

#[test]
fn bedrocks_options_are_headers_of_invoke_model() {
    let mut options = with_every_option();
    options.guardrail = options.guardrail.map(|guardrail| guardrail.tag_suffix("xyz"));
    let prepared = streamed(Route::InvokeModel, &options, &hello()).expect("sound");
    let headers = headers(&prepared);
    for (name, value) in [
        ("x-amzn-bedrock-accept", "application/json"),
        ("x-amzn-bedrock-guardrailidentifier", "abc123"),
        ("x-amzn-bedrock-guardrailversion", "1"),
        ("x-amzn-bedrock-trace", "ENABLED_FULL"),
        ("x-amzn-bedrock-performanceconfig-latency", "optimized"),
        ("x-amzn-bedrock-service-tier", "priority"),
        ("x-amzn-bedrock-request-metadata", r#"{"team":"search"}"#),
    ] {
        assert_eq!(headers.get(name), Some(&value), "{name}");
    }
    assert_eq!(headers.get("accept"), None);
    assert_eq!(
        body(&prepared)["amazon-bedrock-guardrailConfig"],
        json!({"streamProcessingMode": "ASYNCHRONOUS", "tagSuffix": "xyz"})
    );
}

#[test]
fn bedrocks_options_are_members_of_converse() {
    let options = with_every_option();
    let guardrail =
        json!({"guardrailIdentifier": "abc123", "guardrailVersion": "1", "trace": "enabled_full"});
    let whole = body(&made(Route::Converse, &options, &hello()).expect("sound"));
    assert_eq!(whole["guardrailConfig"], guardrail);
    assert_eq!(whole["performanceConfig"], json!({"latency": "optimized"}));
    assert_eq!(whole["serviceTier"], json!({"type": "priority"}));
    assert_eq!(whole["requestMetadata"], json!({"team": "search"}));
    let stream = body(&streamed(Route::Converse, &options, &hello()).expect("sound"));
    assert_eq!(stream["guardrailConfig"]["streamProcessingMode"], json!("async"));
}

#[test]
fn what_a_route_cannot_carry_is_refused_before_anything_is_sent() {
    let plain = CallOptions::default();
    let picture = |source: UrlSource| {
        MessageCreateParams::new("haiku-4.5", 64).user(vec![ImageBlock::new(source).into()])
    };
    let format = || {
        let schema = RawJson::parse(r#"{"type":"object","additionalProperties":false}"#).expect("JSON");
        hello().output_config(OutputConfig::new().format(JsonOutputFormat::new(schema)))
    };
    let traced = CallOptions { trace: Some(Trace::ENABLED), ..CallOptions::default() };
    let tagged =
        CallOptions { guardrail: Some(Guardrail::new("a", "1").tag_suffix("b")), ..CallOptions::default() };
    let mut cases: Vec<(Route, &CallOptions, MessageCreateParams, &str)> = vec![
        (Route::Mantle, &plain, MessageCreateParams::new("us.anthropic.claude-opus-5", 9).user("a"), "no id"),
        (Route::Mantle, &plain, MessageCreateParams::new("haiku-3", 9).user("a"), "no id"),
        (Route::Mantle, &plain, format(), "output_config.format"),
        (Route::Converse, &traced, hello(), "no guardrail"),
        (Route::Converse, &tagged, hello(), "no tags"),
    ];
    for route in ALL {
        cases.push((route, &plain, picture(UrlSource::new("https://example.com/a.png")), "source"));
    }
    let every = with_every_option();
    for route in [Route::Messages, Route::Mantle] {
        cases.push((route, &every, hello(), "does not take a guardrail"));
    }
    for (route, options, params, expected) in cases {
        let error = made(route, options, &params).err().expect(expected);
        assert_eq!(error.kind(), ErrorKind::Config, "{expected}");
        assert!(error.to_string().contains(expected), "{route}: {error}");
        assert!(error.hint().is_some(), "{error}");
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(!cause.contains(&error.to_string()), "said twice: {error}: {cause}");
    }
    // A model that the catalog does not know has the rules of the routes all the same.
    let unknown = MessageCreateParams::new("anthropic.claude-new-v1", 9)
        .user(vec![ImageBlock::new(UrlSource::new("https://example.com/a.png")).into()]);
    assert!(made(Route::InvokeModel, &plain, &unknown).is_err());
    let unchecked = CallOptions { unchecked: true, ..CallOptions::default() };
    assert!(made(Route::InvokeModel, &unchecked, &unknown).is_ok());
    // What only the model would refuse is the service's to say.
    let hot = MessageCreateParams::new("opus-4.8", 64).user("a").temperature(0.5);
    assert!(made(Route::InvokeModel, &plain, &hot).is_ok());
}

#[test]
fn texts_that_no_header_can_have_are_refused_by_name() {
    let of = |options: &CallOptions| made(Route::InvokeModel, options, &hello()).err();
    for text in ["a\r\nx: y", "a\0", "é"] {
        let options = |set: &dyn Fn(&mut CallOptions)| {
            let mut options = CallOptions::default();
            set(&mut options);
            options
        };
        for (what, options) in [
            ("guardrail's id", options(&|o| o.guardrail = Some(Guardrail::new(text, "1")))),
            ("guardrail's version", options(&|o| o.guardrail = Some(Guardrail::new("a", text)))),
            ("trace", options(&|o| o.trace = Some(text.into()))),
            ("latency", options(&|o| o.latency = Some(text.into()))),
            ("service tier", options(&|o| o.service_tier = Some(text.into()))),
            ("request metadata", options(&|o| o.request_metadata.insert("a".into(), text.into()))),
            ("header x-mine", options(&|o| o.headers.push(("x-mine".into(), text.into())))),
            ("no name of a header", options(&|o| o.headers.push((text.into(), "a".into())))),
        ] {
            let error = of(&options).expect(what);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(what), "{error}");
            if what != "no name of a header" && what != "request metadata" {
                // The same text is refused where it would not be a header.
                assert!(made(Route::Converse, &options, &hello()).is_err(), "{what}");
            }
        }
    }
    for name in
        ["Host", "authorization", "x-amz-date", "X-Amzn-Bedrock-Trace", "content-length", "anthropic-beta"]
    {
        let options = CallOptions { headers: vec![(name.into(), "a".into())], ..CallOptions::default() };
        assert!(of(&options).expect(name).to_string().contains("the client's to set"), "{name}");
    }
}

#[test]
fn a_caller_adds_headers_query_and_members() {
    let options = CallOptions {
        headers: vec![("x-mine".into(), "1".into()), ("x-mine".into(), "2".into())],
        query: vec![("a b".into(), "c&d".into())],
        body: vec![
            ("max_tokens".into(), RawJson::parse("7").expect("JSON")),
            ("new".into(), RawJson::parse("[1.0]").expect("JSON")),
        ],
        ..CallOptions::default()
    };
    for route in ALL {
        let prepared = made(route, &options, &hello()).expect("sound");
        assert_eq!(prepared.call.uri.query(), Some("a%20b=c%26d"));
        assert_eq!(prepared.call.headers.get_all("x-mine").iter().count(), 2);
        assert_eq!(body(&prepared)["max_tokens"], json!(7));
        assert!(String::from_utf8_lossy(&prepared.call.body).contains(r#""new":[1.0]"#));
    }
}

#[test]
fn converse_reads_a_pdf_as_it_is_told() {
    let pdf = DocumentBlock::new(Base64Source::new("application/pdf", "JVBERi0="));
    let params = MessageCreateParams::new("haiku-4.5", 64)
        .user(vec![pdf.into(), TextBlock::new("What does it say?").into()]);
    let citations = |reading| {
        let options = CallOptions { pdf: reading, ..CallOptions::default() };
        let body = body(&made(Route::Converse, &options, &params).expect("sound"));
        body["messages"][0]["content"][0]["document"]["citations"].clone()
    };
    assert_eq!(citations(PdfReading::Visual), json!({"enabled": true}));
    assert_ne!(citations(PdfReading::default()), json!({"enabled": false}));
}

#[test]
fn what_converse_cannot_carry_is_said_once() {
    let pdf = DocumentBlock::new(Base64Source::new("application/pdf", "JVBERi0=")).title("a.pdf");
    let params = MessageCreateParams::new("haiku-4.5", 64)
        .user(vec![pdf.into(), TextBlock::new("What does it say?").into()]);
    let error = made(Route::Converse, &CallOptions::default(), &params).err().expect("no name");
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    assert!(cause.contains("title") && !error.to_string().contains(&cause), "{error}: {cause}");
    let renamed = CallOptions { document_names: DocumentNames::Legal, ..CallOptions::default() };
    assert!(made(Route::Converse, &renamed, &params).is_ok());
}

#[test]
fn tokens_are_counted_by_the_base_model() {
    let of = |route, model: &str| {
        count_tokens(
            &client().shared,
            route,
            &CallOptions::default(),
            &MessageCreateParams::new(model, 64).user("a"),
        )
    };
    let runtime = "https://bedrock-runtime.us-east-1.amazonaws.com/model";
    for (route, model, to) in [
        (
            Route::InvokeModel,
            "haiku-4.5",
            format!("{runtime}/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens"),
        ),
        (
            Route::Messages,
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            format!("{runtime}/anthropic.claude-sonnet-4-5-20250929-v1%3A0/count-tokens"),
        ),
        (
            Route::Converse,
            "eu.anthropic.claude-brand-new",
            format!("{runtime}/anthropic.claude-brand-new/count-tokens"),
        ),
        (
            Route::Messages,
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-brand-new",
            format!("{runtime}/anthropic.claude-brand-new/count-tokens"),
        ),
        // What is behind these no id says, so they are not cut.
        (
            Route::InvokeModel,
            "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12",
            format!(
                "{runtime}/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aprovisioned-model%2Fabcdefghij12/count-tokens"
            ),
        ),
        (
            Route::Mantle,
            "haiku-4.5",
            "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages/count_tokens".to_owned(),
        ),
    ] {
        let counting = of(route, model).expect(model);
        assert_eq!(counting.call.uri.to_string(), to);
        let body: Value = serde_json::from_slice(&counting.call.body).expect("JSON");
        match route {
            Route::Mantle => assert_eq!(
                body,
                json!({"model": "anthropic.claude-haiku-4-5", "messages": [{"role": "user", "content": "a"}]})
            ),
            Route::Converse => {
                assert_eq!(body["input"]["converse"]["messages"][0]["content"], json!([{"text": "a"}]));
            }
            _ => assert!(body["input"]["invokeModel"]["body"].is_string()),
        }
    }
    let refused = of(Route::InvokeModel, "opus-5.5").err().expect("the runtime does not count for it");
    assert_eq!(refused.kind(), ErrorKind::Config);
    assert!(refused.hint().is_some_and(|hint| hint.contains("--route mantle")), "{:?}", refused.hint());
}

#[test]
fn a_callers_members_are_counted_and_not_put_around_what_is_counted() {
    let member = |name: &str, json: &str| (name.to_owned(), RawJson::parse(json).expect("JSON"));
    let params = MessageCreateParams::new("haiku-4.5", 64).user("a");
    let counted = |route, members: &[(String, RawJson)]| -> Value {
        let options = CallOptions { body: members.to_vec(), ..CallOptions::default() };
        let counting = count_tokens(&client().shared, route, &options, &params).expect("sound");
        serde_json::from_slice(&counting.call.body).expect("JSON")
    };
    for route in [Route::InvokeModel, Route::Messages] {
        let mut envelope = counted(route, &[member("new", "[1.0]"), member("max_tokens", "7")]);
        let inner = envelope["input"]["invokeModel"]["body"].take();
        let inner: bedrock_types::InvokeModelTokensRequest =
            serde_json::from_value(json!({ "body": inner })).expect("a body");
        let inner = inner.decode().expect("an object");
        assert_eq!(inner.get("new").map(RawJson::as_str), Some("[1.0]"), "{route}");
        assert_eq!(inner.get("max_tokens").map(RawJson::as_str), Some("7"), "{route}");
        assert_eq!(envelope, json!({"input": {"invokeModel": {"body": null}}}), "{route}");
    }
    let system = member("system", r#"[{"text":"b"}]"#);
    let envelope = counted(Route::Converse, &[system, member("serviceTier", r#"{"type":"flex"}"#)]);
    let inner = &envelope["input"]["converse"];
    assert_eq!(inner["system"], json!([{"text": "b"}]));
    assert_eq!(
        (inner.get("serviceTier"), envelope.get("system")),
        (None, None),
        "what counts, where it counts"
    );
    assert_eq!(counted(Route::Mantle, &[member("new", "1")])["new"], json!(1));
}

#[test]
fn a_whole_answer_may_take_ten_minutes_and_no_second_more() {
    // 3600 s for 128,000 tokens.
    for (max_tokens, taken) in [(21_333, true), (21_334, false), (u64::MAX, false)] {
        let params = MessageCreateParams::new("haiku-4.5", max_tokens).user("a");
        let options = CallOptions::default();
        assert_eq!(made(Route::InvokeModel, &options, &params).is_ok(), taken, "{max_tokens}");
        assert!(streamed(Route::InvokeModel, &options, &params).is_ok(), "{max_tokens}");
        let total = CallOptions { total: Some(Duration::from_secs(3600)), ..CallOptions::default() };
        // Ten minutes that were asked for are a choice, though they are the default's.
        let head = Timeouts::default().with_response_head(Duration::from_secs(600));
        for chosen in [total, CallOptions { timeouts: head, ..CallOptions::default() }] {
            assert!(made(Route::InvokeModel, &chosen, &params).is_ok(), "{max_tokens}");
        }
        let connect = Timeouts::default().with_connect(Duration::from_secs(1));
        let other = CallOptions { timeouts: connect, ..options };
        assert_eq!(made(Route::InvokeModel, &other, &params).is_ok(), taken, "{max_tokens}");
    }
}
