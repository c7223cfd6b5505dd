//! The envelopes around a request: InvokeModel, native Messages, CountTokens.

use bedrock_types::{
    CountTokensInput, CountTokensRequest, InvokeModelBody, MessageCreateParams, MessagesBody, RawJson,
    messages_headers,
};
use serde_json::json;

const OLD: &str = "us.anthropic.claude-opus-4-6-v1";
const NEW: &str = "us.anthropic.claude-opus-4-8";

#[test]
fn the_version_is_the_models() {
    for (model, asked, body, header) in [
        (OLD, None, Some("bedrock-2023-05-31"), Some("2023-06-01")),
        (OLD, Some("bedrock-2023-05-31"), Some("bedrock-2023-05-31"), Some("2023-06-01")),
        (OLD, Some("2026-10-21"), None, None),
        (OLD, Some("1999-01-01"), None, None),
        (NEW, None, Some("bedrock-2023-05-31"), Some("2023-06-01")),
        (NEW, Some("2026-10-21"), Some("2026-10-21"), Some("2026-10-21")),
        (NEW, Some("1999-01-01"), None, None),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1",
            Some("2026-10-21"),
            None,
            None,
        ),
        ("my.own-model", Some("2099-01-01"), Some("2099-01-01"), Some("2099-01-01")),
    ] {
        let mut params = MessageCreateParams::new(model, 1).user("hi");
        params.anthropic_version = asked.map(str::to_owned);
        let written =
            InvokeModelBody::new(&params).map(|body| serde_json::to_value(body).expect("it can be written"));
        let version = written.as_ref().ok().and_then(|body| body["anthropic_version"].as_str());
        assert_eq!(version, body, "{model} {asked:?}");
        let headers = messages_headers(&params);
        let version =
            headers.as_ref().ok().and_then(|headers| headers.first()).map(|(_, value)| value.as_str());
        assert_eq!(version, header, "{model} {asked:?}");
    }
}

#[test]
fn the_native_body_has_the_model_and_not_the_version() {
    let mut params =
        MessageCreateParams::new(NEW, 1).user("hi").beta("a").beta("b").anthropic_version("2026-10-21");
    params.extra.insert("stream", RawJson::parse("false").expect("JSON"));
    for (body, stream) in [(MessagesBody::new(&params), None), (MessagesBody::streaming(&params), Some(true))]
    {
        let mut expected =
            json!({"model": NEW, "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]});
        if let Some(stream) = stream {
            expected["stream"] = stream.into();
        }
        assert_eq!(serde_json::to_value(body).expect("it can be written"), expected);
    }
    let headers = messages_headers(&params).expect("the model takes the version");
    assert_eq!(
        headers,
        [("anthropic-version", "2026-10-21".to_owned()), ("anthropic-beta", "a,b".to_owned())]
    );
}

#[test]
fn tokens_are_counted_of_the_body_of_invoke_model() {
    let params = MessageCreateParams::new(OLD, 1).user("hi").system("s").temperature(1).top_k(5);
    let request = CountTokensRequest::invoke_model(&InvokeModelBody(&params)).expect("it has a JSON form");
    let CountTokensInput::InvokeModel(invoke) = &request.input else { panic!("{request:?}") };
    let body = invoke.decode().expect("the body of InvokeModel");
    assert!(body.get("anthropic_version").is_some() && body.get("max_tokens").is_some());

    let value = serde_json::to_value(&request).expect("it can be written");
    let read: CountTokensRequest =
        bedrock_types::json::from_slice(value.to_string().as_bytes()).expect("it can be read");
    assert_eq!(serde_json::to_value(read).expect("it can be written"), value);
}
