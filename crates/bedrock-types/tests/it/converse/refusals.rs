//! What one API says and the other cannot: an error with the path of it.

use bedrock_types::converse::ConverseRequest;
use serde_json::{Value, json};

use super::{params, parse, to_converse};

#[test]
fn what_converse_cannot_carry_is_named() {
    let image = |source: Value| json!([{"role": "user", "content": [{"type": "image", "source": source}]}]);
    let block = |block: Value| json!([{"role": "user", "content": [{"type": "text", "text": "a"}, block]}]);
    let text = json!({"type": "text", "media_type": "text/plain", "data": "a"});
    for (messages, path) in [
        (image(json!({"type": "url", "url": "https://example.com"})), "[0].content[0].source"),
        (image(json!({"type": "file", "file_id": "f"})), "[0].content[0].source"),
        (
            image(json!({"type": "base64", "media_type": "image/tiff", "data": ""})),
            "[0].content[0].source.media_type",
        ),
        (json!([{"role": "user", "content": "a", "new": 1}]), "[0].new"),
        (block(json!({"type": "text", "text": "a", "new": 1})), "[0].content[1].new"),
        (block(json!({"type": "novel"})), "[0].content[1]"),
        (block(json!({"type": "document", "source": text, "title": "a_b"})), "[0].content[1].title"),
        (json!([{"role": "user", "content": [{"type": "document", "source": text}]}]), "[0].content[0]"),
        (
            block(json!({"type": "document", "source": {"type": "content", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": ""}}]}})),
            "[0].content[1].source.content[0]",
        ),
        (
            block(json!({"type": "tool_use", "id": "i", "name": "n", "partial_json": "{"})),
            "[0].content[1].partial_json",
        ),
        (
            block(json!({"type": "tool_result", "tool_use_id": "i", "content": [
                {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]})),
            "[0].content[1].content[0].cache_control",
        ),
        (
            block(
                json!({"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "scope": "global"}}),
            ),
            "[0].content[1].cache_control.scope",
        ),
        (
            block(json!({"type": "text", "text": "a", "citations": [{"type": "web_search_result_location",
                "cited_text": "c", "encrypted_index": "e", "url": "u", "title": null}]})),
            "[0].content[1].citations[0]",
        ),
    ] {
        let error = to_converse(&params(&messages)).expect_err("it cannot be carried");
        assert_eq!(error.path(), format!("messages{path}"), "{messages}");
    }
    for (member, value, path) in [
        (
            "tools",
            json!([{"name": "a", "input_schema": {}, "input_examples": [{}]}]),
            "tools[0].input_examples",
        ),
        ("system", json!([{"type": "thinking", "thinking": "", "signature": ""}]), "system[0]"),
        ("anthropic_version", json!("2026-10-21"), "anthropic_version"),
        ("metadata", json!({"user_id": "u"}), "metadata"),
        ("service_tier", json!("auto"), "service_tier"),
        ("user_profile_id", json!("p"), "user_profile_id"),
    ] {
        let mut request = json!({"model": "m", "max_tokens": 9, "messages": []});
        request[member] = value;
        let error = to_converse(&parse(&request)).expect_err("it cannot be carried");
        assert_eq!(error.path(), path);
    }
    for (choice, path) in [
        (json!({"type": "none"}), "tool_choice"),
        (json!({"type": "auto", "disable_parallel_tool_use": true}), "tool_choice.disable_parallel_tool_use"),
    ] {
        let request = json!({"model": "m", "max_tokens": 9, "messages": [], "tool_choice": choice,
            "tools": [{"name": "a", "input_schema": {}}]});
        let error = to_converse(&parse(&request)).expect_err("it cannot be carried");
        assert_eq!(error.path(), path);
    }
}

#[test]
fn what_messages_cannot_carry_is_named() {
    let block = |block: Value| json!({"messages": [{"role": "user", "content": [block]}], "inferenceConfig": {"maxTokens": 9}});
    for (request, path) in [
        (json!({"messages": []}), "inferenceConfig.maxTokens"),
        (block(json!({"cachePoint": {"type": "default"}})), "messages[0].content[0].cachePoint"),
        (block(json!({"guardContent": {"text": {"text": "a"}}})), "messages[0].content[0].guardContent"),
        (
            block(json!({"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/k"}}}})),
            "messages[0].content[0].image.source",
        ),
        (
            block(json!({"document": {"format": "docx", "name": "a", "source": {"bytes": ""}}})),
            "messages[0].content[0].document.format",
        ),
        (
            json!({"inferenceConfig": {"maxTokens": 9}, "additionalModelRequestFields": {"messages": []}}),
            "additionalModelRequestFields.messages",
        ),
        (
            json!({"inferenceConfig": {"maxTokens": 9}, "additionalModelRequestFields": {"thinking": 1}}),
            "additionalModelRequestFields.thinking",
        ),
        (json!({"inferenceConfig": {"maxTokens": 9}, "promptVariables": {}}), "promptVariables"),
    ] {
        let error = parse::<ConverseRequest>(&request).to_params("m").expect_err("it cannot be carried");
        assert_eq!(error.path(), path, "{request}");
    }
}
