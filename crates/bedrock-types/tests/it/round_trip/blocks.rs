//! Every block of content, and the places that citations name.

use bedrock_types::{Citation, ContentBlock};
use serde_json::{Value, json};

use super::{is_typed, survives};

#[test]
fn every_block_survives() {
    for (kind, members) in blocks() {
        let mut value = members;
        value["type"] = json!(kind);
        assert_eq!(is_typed::<ContentBlock>(&value).kind(), kind);
    }
}

#[test]
fn every_place_survives() {
    for place in citations().as_array().expect("an array") {
        let citation: Citation = is_typed(place);
        assert_eq!(citation.cited_text(), Some("h"), "{}", citation.kind());
    }
}

/// What Bedrock does not have, inside of what it has.
#[test]
fn blocks_of_elsewhere_survive() {
    for value in [
        json!({"type": "image", "source": {"type": "file", "file_id": "file_1"}}),
        json!({"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
        json!({"type": "tool_use", "id": "t", "name": "n", "input": {},
            "caller": {"type": "code_execution_20260120", "tool_id": "x"}}),
        json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": null}}),
        json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"type": "web_search_result", "url": "u",
            "title": "t", "encrypted_content": "e", "page_age": null}]}),
        json!({"type": "web_fetch_tool_result", "tool_use_id": "s", "content": {"type": "web_fetch_result", "url": "u"}}),
        json!({"type": "code_execution_tool_result", "tool_use_id": "s", "content": {"return_code": 0}}),
        json!({"type": "bash_code_execution_tool_result", "tool_use_id": "s", "content": {"stdout": ""}}),
        json!({"type": "text_editor_code_execution_tool_result", "tool_use_id": "s", "content": {"lines": []}}),
        json!({"type": "container_upload", "file_id": "file_1"}),
        json!({"type": "mcp_tool_use", "id": "m", "name": "n", "server_name": "s", "input": {"a": null}}),
        json!({"type": "mcp_tool_result", "tool_use_id": "m", "content": "x", "is_error": false}),
        json!({"type": "fallback", "model": "m"}),
        json!({"type": "advisor_tool_result", "tool_use_id": "m", "content": []}),
        json!({"type": "tool_addition", "tool": {"type": "mcp_tool_reference", "name": "n", "server_name": "s"}}),
        json!({"type": "tool_result", "tool_use_id": "t", "content": [{"type": "browser_state", "tabs": []}]}),
    ] {
        survives::<ContentBlock>(&value);
    }
}

/// The members of each kind of block that Bedrock has, all of them at least once.
pub(super) fn blocks() -> Vec<(&'static str, Value)> {
    let cache = json!({"type": "ephemeral", "ttl": "1h"});
    let png = json!({"type": "base64", "media_type": "image/png", "data": "aGk="});
    let pdf = json!({"type": "base64", "media_type": "application/pdf", "data": "aGk="});
    let text = json!({"type": "text", "text": "hi"});
    let by_name = json!({"type": "tool_reference", "name": "weather"});
    vec![
        ("text", json!({"text": "hi", "citations": citations(), "cache_control": cache})),
        ("text", json!({"text": "", "citations": null, "cache_control": {"type": "ephemeral", "ttl": "5m"}})),
        (
            "image",
            json!({"source": png, "transformations": {"oversized_image": "downsize"}, "cache_control": cache}),
        ),
        (
            "image",
            json!({"source": {"type": "url", "url": "https://example.com/a.png"}, "transformations": {"oversized_image": "error"}}),
        ),
        (
            "document",
            json!({"source": pdf, "title": "t", "context": "c", "citations": {"enabled": true}, "cache_control": cache}),
        ),
        ("document", json!({"source": {"type": "text", "media_type": "text/plain", "data": "hi"}})),
        ("document", json!({"source": {"type": "content", "content": "hi"}})),
        (
            "document",
            json!({"source": {"type": "content", "content": [text, {"type": "image", "source": png}]}}),
        ),
        ("document", json!({"source": {"type": "url", "url": "https://example.com/a.pdf"}})),
        (
            "search_result",
            json!({"content": [text], "source": "s", "title": "t", "citations": {"enabled": true}, "cache_control": cache}),
        ),
        ("thinking", json!({"thinking": "hm", "signature": "c2ln"})),
        ("redacted_thinking", json!({"data": "b3BhcXVl"})),
        ("tool_use", json!({"id": "toolu_1", "name": "add", "input": {"a": null, "b": [1.0, "x"]}})),
        ("tool_use", json!({"id": "toolu_1", "name": "add", "partial_json": "{\"a\""})),
        (
            "tool_use",
            json!({"id": "toolu_1", "name": "add", "input": {}, "caller": {"type": "direct"}, "toolset_name": "t",
                "cache_control": cache}),
        ),
        ("tool_result", json!({"tool_use_id": "toolu_1"})),
        (
            "tool_result",
            json!({"tool_use_id": "toolu_1", "content": "42", "is_error": false, "toolset_name": "t", "cache_control": cache}),
        ),
        (
            "tool_result",
            json!({"tool_use_id": "toolu_1", "content": [
                text, {"type": "image", "source": png}, {"type": "document", "source": pdf},
                {"type": "search_result", "content": [text], "source": "s", "title": "t"},
                {"type": "tool_reference", "tool_name": "weather"}]}),
        ),
        (
            "server_tool_use",
            json!({"id": "srvtoolu_1", "name": "tool_search_tool_regex", "input": {"pattern": "w", "limit": null},
                "caller": {"type": "direct"}, "cache_control": cache}),
        ),
        ("server_tool_use", json!({"id": "srvtoolu_1", "name": "tool_search_tool_bm25", "partial_json": ""})),
        (
            "tool_search_tool_result",
            json!({"tool_use_id": "srvtoolu_1", "content": {"type": "tool_search_tool_search_result",
                "tool_references": [{"type": "tool_reference", "tool_name": "weather"}]}, "cache_control": cache}),
        ),
        (
            "tool_search_tool_result",
            json!({"tool_use_id": "srvtoolu_1", "content": {"type": "tool_search_tool_result_error",
                "error_code": "too_many_requests", "error_message": "wait"}}),
        ),
        ("tool_reference", json!({"tool_name": "weather", "cache_control": cache})),
        ("tool_addition", json!({"tool": by_name, "cache_control": cache})),
        (
            "tool_addition",
            json!({"tool": {"type": "tool_definition", "definition": {"name": "add", "input_schema": {"type": "object"}}}}),
        ),
        ("tool_removal", json!({"tool": by_name, "cache_control": cache})),
        // The two generations of compaction.
        ("compaction", json!({"content": "so far", "cache_control": cache})),
        ("compaction", json!({"content": null, "encrypted_content": "b3BhcXVl"})),
        (
            "compaction",
            json!({"content": "so far", "encrypted_content": "b3BhcXVl", "signature": "c2ln", "tool_changes": [
                {"type": "tool_addition", "tool": by_name}, {"type": "tool_removal", "tool": by_name}]}),
        ),
    ]
}

/// The five kinds of places.
pub(super) fn citations() -> Value {
    json!([
        {"type": "char_location", "cited_text": "h", "document_index": 0, "document_title": null, "start_char_index": 0,
            "end_char_index": 1, "file_id": "file_1"},
        {"type": "page_location", "cited_text": "h", "document_index": 0, "document_title": "t", "start_page_number": 1,
            "end_page_number": 2},
        {"type": "content_block_location", "cited_text": "h", "document_index": 0, "document_title": "t",
            "start_block_index": 0, "end_block_index": 1},
        {"type": "search_result_location", "cited_text": "h", "search_result_index": 0, "source": "s", "title": null,
            "start_block_index": 0, "end_block_index": 1},
        {"type": "web_search_result_location", "cited_text": "h", "encrypted_index": "e", "title": "t",
            "url": "https://example.com"},
    ])
}
