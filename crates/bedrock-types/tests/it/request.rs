//! Building a request, and its InvokeModel envelope.

use bedrock_types::{
    Base64Source, CacheControl, CustomTool, DocumentBlock, Effort, InvokeModelBody, Message,
    MessageCreateParams, OutputConfig, RawJson, TextBlock, ThinkingEnabled, ToolChoiceTool, ToolResultBlock,
    json,
};
use serde_json::json;

#[test]
fn the_envelope_has_a_version_and_neither_model_nor_stream() {
    let mut params =
        MessageCreateParams::new("us.anthropic.claude-opus-4-8", 9).user("hi").beta("context-1m-2025-08-07");
    params.extra.insert("stream", RawJson::parse("true").unwrap());
    assert_eq!(
        serde_json::to_value(InvokeModelBody(&params)).unwrap(),
        json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}],
            "anthropic_beta": ["context-1m-2025-08-07"]}),
    );
    let newer = params.anthropic_version("2026-10-21");
    assert_eq!(serde_json::to_value(InvokeModelBody(&newer)).unwrap()["anthropic_version"], "2026-10-21");
}

#[test]
fn every_option_reaches_the_body() {
    let params = MessageCreateParams::new("m", 2048)
        .system("terse")
        .user([
            DocumentBlock::new(Base64Source::from_bytes("application/pdf", b"%PDF")).title("t").into(),
            TextBlock::new("what is it?").cache_control(CacheControl::ephemeral().ttl("1h")).into(),
        ])
        .tool(CustomTool::new("add", RawJson::parse(r#"{"type":"object"}"#).unwrap()).description("adds"))
        .tool_choice(ToolChoiceTool::new("add"))
        .thinking(ThinkingEnabled::new(1024))
        .output_config(OutputConfig::new().effort("high"))
        .stop_sequences(["END".to_owned()])
        .temperature(1.0);
    assert_eq!(params.output_config.as_ref().and_then(|config| config.effort.clone()), Some(Effort::High));
    assert_eq!(
        serde_json::to_value(InvokeModelBody(&params)).unwrap(),
        json!({
            "anthropic_version": "bedrock-2023-05-31", "max_tokens": 2048, "system": "terse",
            "messages": [{"role": "user", "content": [
                {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}, "title": "t"},
                {"type": "text", "text": "what is it?", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}],
            "tools": [{"name": "add", "input_schema": {"type": "object"}, "description": "adds"}],
            "tool_choice": {"type": "tool", "name": "add"}, "thinking": {"type": "enabled", "budget_tokens": 1024},
            "output_config": {"effort": "high"}, "stop_sequences": ["END"], "temperature": 1.0,
        }),
    );
}

#[test]
fn an_answer_goes_back_as_it_came() {
    let answer = r#"{"id":"m","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"a","signature":"b"},{"type":"tool_use","id":"t","name":"add","input":{"z": 1,  "a": 1.0}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}}"#;
    let message: Message = json::from_slice(answer.as_bytes()).unwrap();
    let params = MessageCreateParams::new("m", 1)
        .message(message)
        .user([ToolResultBlock::new("t").content("2").into()]);
    let body = serde_json::to_string(&InvokeModelBody(&params)).unwrap();
    assert!(body.contains(r#"{"type":"thinking","thinking":"a","signature":"b"},{"type":"tool_use","id":"t","name":"add","input":{"z": 1,  "a": 1.0}}"#), "{body}");
}
