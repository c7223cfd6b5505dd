//! Values of a type as answers: how they are asked for, repaired once, and what is said when there is none.

use bedrock_client::{ErrorKind, ParseMethod};
use bedrock_types::{MessageCreateParams, RawJson, Route};
use serde_json::{Value, json};

use crate::support::{Answer, Scripted, answer};

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Person {
    name: String,
    age: Option<u8>,
}

fn schema() -> RawJson {
    let schema = json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 120}},
        "required": ["name"],
    });
    RawJson::of(&schema).unwrap()
}

fn params(model: &str) -> MessageCreateParams {
    MessageCreateParams::new(model, 256u64).user("Ada Lovelace died at 36.")
}

/// A whole answer.
fn says(content: &Value, stop_reason: &str) -> Answer {
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": stop_reason, "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 5},
    });
    answer(200, &[("content-type", "application/json"), ("x-amzn-requestid", "r-1")], message.to_string())
}

fn call(input: &Value) -> Value {
    json!([{"type": "tool_use", "id": "toolu_1", "name": "answer", "input": input}])
}

fn bodies(scripted: &Scripted) -> Vec<Value> {
    scripted.requests().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
}

#[tokio::test]
async fn a_wrong_answer_is_sent_back_once_with_what_is_wrong() {
    let scripted = Scripted::new([
        says(&call(&json!({"name": 7})), "tool_use"),
        says(&call(&json!({"name": "Ada", "age": 36})), "tool_use"),
    ]);
    let client = scripted.client();
    let parsed = client.messages().parse_with_schema::<Person>(&params("opus-4.8"), schema()).await.unwrap();
    assert_eq!(parsed.value, Person { name: "Ada".to_owned(), age: Some(36) });
    assert_eq!((parsed.method, parsed.repaired), (ParseMethod::ForcedTool, true));
    assert_eq!((parsed.usage.input_tokens, parsed.usage.output_tokens), (20, 10));
    assert_eq!(parsed.response.request_id(), Some("r-1"));

    let bodies = bodies(&scripted);
    assert_eq!(bodies[0]["tool_choice"]["name"], "answer");
    let [_, asked, told] = bodies[1]["messages"].as_array().unwrap().as_slice() else {
        panic!("{}", bodies[1])
    };
    assert_eq!(asked["content"], call(&json!({"name": 7})));
    assert_eq!(told["content"][0]["tool_use_id"], "toolu_1");
    assert_eq!(told["content"][0]["is_error"], true);
    let text = told["content"][0]["content"].as_str().unwrap();
    assert!(text.contains("name: invalid type: integer `7`, expected a string"), "{text}");
}

#[tokio::test]
async fn the_output_format_is_used_where_it_is_known_to_work() {
    let scripted =
        Scripted::new([says(&json!([{"type": "text", "text": r#"{"name":"Ada","age":null}"#}]), "end_turn")]);
    let client = scripted.client();
    let parsed =
        client.messages().parse_with_schema::<Person>(&params("sonnet-4.6"), schema()).await.unwrap();
    assert_eq!(parsed.value, Person { name: "Ada".to_owned(), age: None });
    assert_eq!((parsed.method, parsed.repaired), (ParseMethod::OutputFormat, false));
    let body = &bodies(&scripted)[0];
    let sent = &body["output_config"]["format"]["schema"];
    assert_eq!(sent["additionalProperties"], false);
    assert_eq!(
        sent["properties"]["age"],
        json!({"type": "integer", "description": "maximum: 120, minimum: 0"})
    );
    assert!(body.get("tools").is_none());
}

#[tokio::test]
async fn no_value_is_an_error_with_the_answer() {
    let text = json!([{"type": "text", "text": "Ada was 36."}]);
    let cases = [
        ("wrong twice", vec![(&text, "end_turn"), (&text, "end_turn")], ErrorKind::Decode, None),
        ("cut", vec![(&text, "max_tokens")], ErrorKind::Decode, None),
        ("declined", vec![(&text, "refusal")], ErrorKind::Api, Some("refusal")),
        ("paused", vec![(&text, "pause_turn")], ErrorKind::Decode, None),
    ];
    for (case, answers, kind, code) in cases {
        for model in ["sonnet-4.6", "opus-4.8", "opus-5.5"] {
            let scripted = Scripted::new(answers.iter().map(|(content, reason)| says(content, reason)));
            let client = scripted.client();
            let failed = client.messages().parse_with_schema::<Person>(&params(model), schema()).await;
            let error = failed.expect_err(case);
            assert_eq!((error.kind(), error.code()), (kind, code), "{case} {model}: {error}");
            assert_eq!(error.partial_message().unwrap().text(), "Ada was 36.", "{case} {model}");
            assert_eq!(error.request_id(), Some("r-1"), "{case} {model}");
            assert!(error.hint().is_some(), "{case} {model}");
            assert_eq!(scripted.requests().len(), answers.len(), "{case} {model}");
        }
    }
}

#[tokio::test]
async fn what_no_model_could_answer_is_not_sent() {
    let scripted = Scripted::new([]);
    let schema = RawJson::parse(r#"{"type":"array","items":{"type":"string"}}"#).unwrap();
    let failed =
        scripted.client().messages().parse_with_schema::<Vec<String>>(&params("sonnet"), schema).await;
    assert_eq!(failed.expect_err("no object").kind(), ErrorKind::Config);
    assert!(scripted.requests().is_empty());
}

#[tokio::test]
async fn every_method_gives_the_value() {
    let emulator = bedrock_emulator::Emulator::builder().start().await.unwrap();
    let client = crate::support::client_of(&emulator);
    let cases = [
        ("sonnet-4.6", Route::InvokeModel, ParseMethod::OutputFormat),
        ("sonnet-4.6", Route::Converse, ParseMethod::OutputFormat),
        ("opus-4.8", Route::Mantle, ParseMethod::ForcedTool),
        ("opus-4.8", Route::Converse, ParseMethod::ForcedTool),
        ("opus-5.5", Route::InvokeModel, ParseMethod::Tool),
    ];
    for (model, route, method) in cases {
        // The emulator calls a tool of its own accord only when the text says so.
        let params = MessageCreateParams::new(model, 512u64).user("call answer, name=Ada, age=36");
        let messages = client.messages().with_route(route);
        let parsed = messages.parse_with_schema::<Person>(&params, schema()).await.unwrap();
        assert_eq!(parsed.value, Person { name: "Ada".to_owned(), age: Some(36) }, "{model} {route}");
        assert_eq!((parsed.method, parsed.repaired), (method, false), "{model} {route}");
    }
}
