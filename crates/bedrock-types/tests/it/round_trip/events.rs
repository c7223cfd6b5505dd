//! Every event and delta of a stream.

use bedrock_types::{ErrorType, MessageStreamEvent};
use serde_json::{Value, json};

use super::{answers::answer, blocks::citations, is_typed, survives};

#[test]
fn every_event_survives() {
    for event in events() {
        survives::<MessageStreamEvent>(&event);
    }
    let usage = &answer()["usage"];
    for event in [
        json!({"type": "message_start", "message": answer()}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "usage": usage, "context_management": answer()["context_management"],
            "input_transformations": answer()["input_transformations"], "delta": {"stop_reason": "end_turn",
                "stop_sequence": "END", "stop_details": answer()["stop_details"], "container": answer()["container"]}}),
        json!({"type": "message_stop", "usage": usage, "amazon-bedrock-invocationMetrics": {"inputTokenCount": 9,
            "outputTokenCount": 17, "invocationLatency": 700, "firstByteLatency": 300, "cacheReadInputTokenCount": 4,
            "cacheWriteInputTokenCount": 30}}),
        json!({"type": "ping"}),
    ] {
        is_typed::<MessageStreamEvent>(&event);
    }
}

#[test]
fn every_delta_survives() {
    let places = citations();
    let places = places.as_array().expect("an array").iter();
    for delta in [
        json!({"type": "text_delta", "text": "a"}),
        json!({"type": "input_json_delta", "partial_json": "{"}),
        json!({"type": "thinking_delta", "thinking": "Hm", "estimated_tokens": 3}),
        json!({"type": "signature_delta", "signature": "c2ln"}),
        json!({"type": "compaction_delta", "content": "so far", "encrypted_content": "b3BhcXVl"}),
        json!({"type": "compaction_delta", "content": null}),
    ]
    .into_iter()
    .chain(places.map(|place| json!({"type": "citations_delta", "citation": place})))
    {
        is_typed::<MessageStreamEvent>(&json!({"type": "content_block_delta", "index": 3, "delta": delta}));
    }
}

#[test]
fn every_error_survives() {
    for (kind, status) in [
        ("invalid_request_error", 400),
        ("authentication_error", 401),
        ("billing_error", 402),
        ("permission_error", 403),
        ("not_found_error", 404),
        ("request_too_large", 413),
        ("rate_limit_error", 429),
        ("timeout_error", 504),
        ("api_error", 500),
        ("overloaded_error", 529),
    ] {
        is_typed::<MessageStreamEvent>(
            &json!({"type": "error", "error": {"type": kind, "message": "no", "details": null}}),
        );
        assert_eq!(ErrorType::from(kind).status(), Some(status));
    }
    for code in [
        "image_dimensions_too_large",
        "tool_reference_unresolved",
        "tool_name_conflict",
        "available_tools_limit_exceeded",
        "compaction_block_ambiguous",
        "compaction_block_misplaced",
        "compaction_content_mismatch",
        "compaction_incomplete_turn",
        "compaction_nothing_to_summarize",
        "compaction_signature_invalid",
        "compaction_too_many_tool_references",
        "compaction_tool_changes_mismatch",
        "compaction_unavailable",
        "user_profile_required",
        "user_profile_not_found",
    ] {
        is_typed::<MessageStreamEvent>(
            &json!({"type": "error", "error": {"type": "api_error", "message": "no",
            "details": {"error_code": code, "max_side_length_pixels": 8000, "paths": ["messages.0.content.1"]}}}),
        );
    }
    survives::<MessageStreamEvent>(&json!({"type": "error", "request_id": "req_1",
        "error": {"type": "brand_new_error", "message": "no", "details": {"error_code": "brand_new", "n": null}}}));
}

/// At least one of each event, delta and block of a stream.
pub(crate) fn events() -> Vec<Value> {
    let start = |index: usize, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta =
        |index: usize, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let stop = |index: usize| json!({"type": "content_block_stop", "index": index});
    vec![
        json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant",
            "model": "claude-opus-4-8", "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 4}}}),
        json!({"type": "ping"}),
        start(0, json!({"type": "thinking", "thinking": "", "signature": ""})),
        delta(0, json!({"type": "thinking_delta", "thinking": "Hm"})),
        delta(0, json!({"type": "thinking_delta", "thinking": "m."})),
        delta(0, json!({"type": "signature_delta", "signature": "c2ln"})),
        stop(0),
        start(1, json!({"type": "text", "text": ""})),
        delta(1, json!({"type": "text_delta", "text": "Hello, "})),
        json!({"type": "brand_new_event", "payload": [1, 2]}),
        delta(1, json!({"type": "brand_new_delta", "payload": 1})),
        delta(1, json!({"type": "text_delta", "text": "wörld"})),
        delta(
            1,
            json!({"type": "citations_delta", "citation": {"type": "char_location", "cited_text": "w", "document_index": 0,
                "document_title": "t", "start_char_index": 0, "end_char_index": 1}}),
        ),
        stop(1),
        start(2, json!({"type": "tool_use", "id": "toolu_1", "name": "add", "input": {}})),
        delta(2, json!({"type": "input_json_delta", "partial_json": ""})),
        delta(2, json!({"type": "input_json_delta", "partial_json": "{\"a\": 1.0"})),
        delta(2, json!({"type": "input_json_delta", "partial_json": ", \"b\":2}"})),
        stop(2),
        start(3, json!({"type": "brand_new_block", "text": ""})),
        delta(3, json!({"type": "text_delta", "text": "ignored"})),
        stop(3),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null, "new_in_delta": {"a": 1}},
            "new_in_event": null, "usage": {"output_tokens": 17}, "context_management": {"applied_edits": []}}),
        json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 9, "outputTokenCount": 17,
            "invocationLatency": 700, "firstByteLatency": 300, "cacheReadInputTokenCount": 4, "brandNew": 1}}),
    ]
}
