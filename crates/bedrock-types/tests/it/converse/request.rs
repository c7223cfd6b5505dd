//! Whole requests.

use bedrock_types::{
    MessageCreateParams,
    converse::{ConverseErrorKind, ConverseOptions, ConverseRequest, DocumentNames, PdfReading},
};
use serde_json::{Value, json};

use super::{params, parse, to_converse, written};

/// A request with every member that both can say.
pub(super) fn whole() -> (Value, Value) {
    let schema = r#"{"type":"object",  "required":["b","a"]}"#;
    (
        json!({
            "model": "m", "max_tokens": 9, "messages": [
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {"role": "assistant", "content": [{"type": "text", "text": "hello"}]},
                {"role": "system", "content": [{"type": "text", "text": "be brief"}]},
            ],
            "system": [{"type": "text", "text": "terse"},
                {"type": "text", "text": "exact", "cache_control": {"type": "ephemeral"}}],
            "stop_sequences": ["END"], "temperature": 0.5, "top_p": 1, "top_k": 5,
            "tools": [
                {"name": "add", "description": "adds", "input_schema": {"type": "object"}, "strict": true},
                {"name": "sub", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral", "ttl": "5m"}},
                {"type": "bash_20250124", "name": "bash"}],
            "tool_choice": {"type": "tool", "name": "add"},
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "output_config": {"effort": "high",
                "format": {"type": "json_schema", "schema": serde_json::from_str::<Value>(schema).expect("JSON")}},
            "anthropic_beta": ["context-1m-2025-08-07"],
            "brand_new": {"deep": [1]},
        }),
        json!({
            "messages": [
                {"role": "user", "content": [{"text": "hi"}]},
                {"role": "assistant", "content": [{"text": "hello"}]},
                {"role": "system", "content": [{"text": "be brief"}]},
            ],
            "system": [{"text": "terse"}, {"text": "exact"}, {"cachePoint": {"type": "default"}}],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "topP": 1, "stopSequences": ["END"]},
            "toolConfig": {
                "tools": [
                    {"toolSpec": {"name": "add", "description": "adds", "inputSchema": {"json": {"type": "object"}}, "strict": true}},
                    {"toolSpec": {"name": "sub", "inputSchema": {"json": {"type": "object"}}}},
                    {"cachePoint": {"type": "default", "ttl": "5m"}}],
                "toolChoice": {"tool": {"name": "add"}}},
            "additionalModelRequestFields": {"top_k": 5, "thinking": {"type": "enabled", "budget_tokens": 1024},
                "anthropic_beta": ["context-1m-2025-08-07"], "brand_new": {"deep": [1]},
                "tools": [{"type": "bash_20250124", "name": "bash"}]},
            "additionalModelResponseFieldPaths": ["/stop_sequence"],
            "outputConfig": {"effort": "high", "textFormat": {"type": "json_schema", "structure": {
                "jsonSchema": {"schema": serde_json::from_str::<Value>(schema).expect("JSON").to_string()}}}},
        }),
    )
}

#[test]
fn a_whole_request_is_said_in_both_apis() {
    let (messages, converse) = whole();
    let params: MessageCreateParams = parse(&messages);
    let request = to_converse(&params).expect("it can be carried");
    assert_eq!(written(&request), converse);
    assert_eq!(written(&parse::<ConverseRequest>(&converse)), converse);
    assert_eq!(written(&request.to_params("m").expect("it can be carried")), messages);
}

#[test]
fn members_of_the_call_are_typed_and_stay_out_of_messages() {
    let value = json!({"messages": [], "inferenceConfig": {"maxTokens": 9},
        "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled", "streamProcessingMode": "sync"},
        "requestMetadata": {"team": "a"}, "performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}});
    let request: ConverseRequest = parse(&value);
    assert_eq!(written(&request), value);
    assert!(request.guardrail_config.is_some() && request.service_tier.is_some());
    assert_eq!(request.to_params("m"), Ok(params(&json!([]))));
}

#[test]
fn the_client_decides_how_pdfs_are_read_and_what_becomes_of_titles() {
    let pdf = |title: &str| {
        json!({"type": "document", "title": title,
            "source": {"type": "base64", "media_type": "application/pdf", "data": ""}})
    };
    let params = params(&json!([{"role": "user", "content": [
        {"type": "text", "text": "a"}, pdf("a_b.pdf"), pdf("a-b-pdf"), pdf("_")]}]));
    let error = to_converse(&params).expect_err("the title is no name");
    assert_eq!(error.kind(), &ConverseErrorKind::DocumentName);

    let options = ConverseOptions::default().pdf(PdfReading::Visual).document_names(DocumentNames::Legal);
    let request = written(&ConverseRequest::from_params(&params, &options).expect("it can be carried"));
    let content = &request["messages"][0]["content"];
    let names: Vec<_> = (1..4).map(|index| content[index]["document"]["name"].clone()).collect();
    assert_eq!(names, ["a-b-pdf", "a-b-pdf (2)", "-"]);
    assert_eq!(content[1]["document"]["citations"]["enabled"], true);
}
