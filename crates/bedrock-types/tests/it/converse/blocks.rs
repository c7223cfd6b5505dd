//! Each block of content and its counterpart.

use serde_json::{Value, json};

use super::{params, to_converse, written};

/// A block of Messages and the blocks of Converse that say the same.
pub(super) fn blocks() -> Vec<(Value, Value)> {
    let image =
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "aGk="}});
    let converse_image = json!({"image": {"format": "jpeg", "source": {"bytes": "aGk="}}});
    let citation = |kind: &str, from: &str, to: &str| json!({"type": kind, "cited_text": "c", "document_index": 1, "document_title": "t", from: 2, to: 3});
    let location = |kind: &str| json!({"title": "t", "sourceContent": [{"text": "c"}], "location": {kind: {"documentIndex": 1, "start": 2, "end": 3}}});
    vec![
        (json!({"type": "text", "text": "hi"}), json!([{"text": "hi"}])),
        (
            json!({"type": "text", "text": "hi", "cache_control": {"type": "ephemeral", "ttl": "1h"}}),
            json!([{"text": "hi"}, {"cachePoint": {"type": "default", "ttl": "1h"}}]),
        ),
        (
            json!({"type": "text", "text": "hi", "citations": [
                citation("char_location", "start_char_index", "end_char_index"),
                citation("page_location", "start_page_number", "end_page_number"),
                citation("content_block_location", "start_block_index", "end_block_index"),
                {"type": "search_result_location", "cited_text": "c", "search_result_index": 0, "source": "s",
                    "title": null, "start_block_index": 0, "end_block_index": 1},
            ]}),
            json!([{"citationsContent": {"content": [{"text": "hi"}], "citations": [
                location("documentChar"), location("documentPage"), location("documentChunk"),
                {"source": "s", "sourceContent": [{"text": "c"}],
                    "location": {"searchResultLocation": {"searchResultIndex": 0, "start": 0, "end": 1}}},
            ]}}]),
        ),
        (image.clone(), json!([converse_image])),
        (
            json!({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="},
                "title": "A report", "context": "c", "citations": {"enabled": true}}),
            json!([{"document": {"format": "pdf", "name": "A report", "source": {"bytes": "aGk="}, "context": "c",
                "citations": {"enabled": true}}}]),
        ),
        (
            json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"},
                "cache_control": {"type": "ephemeral"}}),
            json!([{"document": {"format": "txt", "name": "document-1", "source": {"text": "hi"}}},
                {"cachePoint": {"type": "default"}}]),
        ),
        (
            json!({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "hi"}]}}),
            json!([{"document": {"format": "txt", "name": "document-1", "source": {"content": [{"text": "hi"}]}}}]),
        ),
        (
            json!({"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "hi"}],
                "citations": {"enabled": false}}),
            json!([{"searchResult": {"source": "s", "title": "t", "content": [{"text": "hi"}], "citations": {"enabled": false}}}]),
        ),
        (
            json!({"type": "thinking", "thinking": "hm", "signature": "c2ln"}),
            json!([{"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}}]),
        ),
        (
            json!({"type": "redacted_thinking", "data": "b3BhcXVl"}),
            json!([{"reasoningContent": {"redactedContent": "YjNCaGNYVmw="}}]),
        ),
        (
            json!({"type": "tool_use", "id": "toolu_1", "name": "add", "input": {"a": null, "b": 1.0}}),
            json!([{"toolUse": {"toolUseId": "toolu_1", "name": "add", "input": {"a": null, "b": 1.0}}}]),
        ),
        (
            json!({"type": "server_tool_use", "id": "s", "name": "tool_search_tool_regex", "input": {}}),
            json!([{"toolUse": {"toolUseId": "s", "name": "tool_search_tool_regex", "input": {}, "type": "server_tool_use"}}]),
        ),
        (
            json!({"type": "tool_result", "tool_use_id": "toolu_1", "is_error": true, "content": [
                {"type": "text", "text": "no"}, image,
                {"type": "search_result", "source": "s", "title": "t", "content": []}]}),
            json!([{"toolResult": {"toolUseId": "toolu_1", "status": "error", "content": [
                {"text": "no"}, converse_image, {"searchResult": {"source": "s", "title": "t", "content": []}}]}}]),
        ),
        (
            json!({"type": "tool_result", "tool_use_id": "toolu_1", "is_error": false}),
            json!([{"toolResult": {"toolUseId": "toolu_1", "status": "success", "content": []}}]),
        ),
        (
            json!({"type": "tool_addition", "tool": {"type": "tool_reference", "name": "add"}}),
            json!([{"toolAddition": {"tool": {"type": "tool_reference", "name": "add"}}}]),
        ),
        (
            json!({"type": "tool_removal", "tool": {"type": "tool_reference", "name": "add"},
                "cache_control": {"type": "ephemeral"}}),
            json!([{"toolRemoval": {"tool": {"type": "tool_reference", "name": "add"}}},
                {"cachePoint": {"type": "default"}}]),
        ),
    ]
}

#[test]
pub(super) fn blocks_are_said_in_both_apis() {
    for (messages, converse) in blocks() {
        let text = json!({"type": "text", "text": "beside"});
        let messages = params(&json!([{"role": "user", "content": [text, messages]}]));
        let request = to_converse(&messages).unwrap_or_else(|error| panic!("{messages:?}: {error}"));
        let mut expected = json!([{"text": "beside"}]);
        for block in converse.as_array().expect("a list") {
            expected.as_array_mut().expect("a list").push(block.clone());
        }
        assert_eq!(written(&request)["messages"][0]["content"], expected);
        let back = request.to_params("m").unwrap_or_else(|error| panic!("{converse}: {error}"));
        assert_eq!(back, messages, "{converse}");
    }
}
