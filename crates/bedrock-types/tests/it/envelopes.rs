//! The envelopes around a request: InvokeModel, native Messages, CountTokens, batch.

use bedrock_types::{
    BatchInputRecord, BatchOutcome, BatchOutputRecord, CountTokensInput, CountTokensRequest, InvokeModelBody,
    MessageCreateParams, MessagesBody, RawJson, ToolUseBlock,
    converse::{ConverseOptions, ConverseRequest},
    messages_headers,
};
use serde_json::{Value, json};

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
fn tokens_are_counted_of_either_request() {
    let params = MessageCreateParams::new(OLD, 1).user("hi").system("s").temperature(1).top_k(5);
    let request = CountTokensRequest::invoke_model(&InvokeModelBody(&params)).expect("it has a JSON form");
    let CountTokensInput::InvokeModel(invoke) = &request.input else { panic!("{request:?}") };
    let body = invoke.decode().expect("the body of InvokeModel");
    assert!(body.get("anthropic_version").is_some() && body.get("max_tokens").is_some());

    let converse =
        ConverseRequest::from_params(&params, &ConverseOptions::default()).expect("it can be carried");
    let value = serde_json::to_value(CountTokensRequest::converse(&converse)).expect("it can be written");
    assert_eq!(
        value,
        json!({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "hi"}]}],
            "system": [{"text": "s"}], "additionalModelRequestFields": {"top_k": 5}}}})
    );
    for value in [value, serde_json::to_value(&request).expect("it can be written")] {
        let read: CountTokensRequest =
            bedrock_types::json::from_slice(value.to_string().as_bytes()).expect("it can be read");
        assert_eq!(serde_json::to_value(read).expect("it can be written"), value);
    }
}

#[test]
fn a_record_is_one_line_whatever_stands_in_it() {
    let input = RawJson::parse("{\n  \"a\": \"x\\ny\"\r\n}").expect("JSON");
    let params = MessageCreateParams::new(OLD, 1).assistant([ToolUseBlock::new("i", "n", input).into()]);
    let record =
        BatchInputRecord::invoke_model(&InvokeModelBody(&params)).expect("it has a JSON form").record_id("1");
    let line = record.to_line().expect("it can be written");
    assert!(!line.contains(['\n', '\r']), "{line}");
    let value: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(value["modelInput"]["messages"][0]["content"][0]["input"]["a"], "x\ny");
    assert_eq!(BatchInputRecord::from_line(&line).expect("a record").record_id.as_deref(), Some("1"));
}

#[test]
fn a_record_of_the_output_is_an_answer_or_an_error() {
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": "end_turn", "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 2}});
    for (members, answered) in [
        (json!({"modelOutput": message}), true),
        (json!({"error": {"errorCode": 400, "errorMessage": "no"}}), false),
    ] {
        let mut value = json!({"recordId": "1", "modelInput": {"max_tokens": 1}, "brandNew": 1});
        value.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        let record = BatchOutputRecord::from_line(&value.to_string()).expect("a record");
        assert_eq!(matches!(record.outcome, BatchOutcome::Output(_)), answered);
        assert_eq!(record.message().expect("a message or none").is_some(), answered);
        let line = record.to_line().expect("it can be written");
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), value);
    }
    let converse = json!({"recordId": "1", "modelOutput": {"stopReason": "end_turn",
        "output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}}});
    let record = BatchOutputRecord::from_line(&converse.to_string()).expect("a record");
    let answer = record.converse().expect("an answer of Converse").expect("it did not fail");
    assert_eq!(answer.to_message("r", "m").expect("it can be carried").text(), "hi");
    assert!(record.message().is_err());
    for line in [r#"{"recordId":"1"}"#, r#"{"modelOutput":{},"error":{"errorCode":1,"errorMessage":""}}"#] {
        assert!(BatchOutputRecord::from_line(line).is_err(), "{line}");
    }
}
