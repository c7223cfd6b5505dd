//! Whole answers, with every member that one can have.

use bedrock_types::{Message, MessageDeltaUsage, StopDetails, StopReason};
use serde_json::{Value, json};

use super::{blocks::citations, is_typed, survives};

#[test]
fn an_answer_with_every_member_survives() {
    let message: Message = is_typed(&answer());
    assert_eq!(
        message.usage.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens),
        Some(40)
    );
    let Some(StopDetails::Refusal(refusal)) = &message.stop_details else { panic!("a refusal") };
    assert_eq!(refusal.explanation.as_deref(), Some("no"));
}

#[test]
fn an_answer_always_says_why_it_stopped() {
    let message: Message = survives(&json!({
        "id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-opus-4-8", "content": [],
        "stop_reason": "brand_new_reason", "stop_sequence": null, "stop_details": {"type": "boredom", "level": 9},
        "usage": {"input_tokens": 1, "output_tokens": 2, "service_tier": "express", "iterations": [
            {"type": "advisor_message", "model": "m", "input_tokens": 1, "output_tokens": 1}]},
        "context_management": {"applied_edits": [{"type": "forget_20990101", "forgot": true}]},
        "input_transformations": [{"type": "translated"}], "diagnostics": {"cache_miss_reason": null}
    }));
    let written = serde_json::to_string(&message).unwrap();
    assert!(written.contains(r#""stop_sequence":null"#), "{written}");
    assert_eq!(message.stop_reason, Some(StopReason::Unknown("brand_new_reason".into())));
}

#[test]
fn every_stop_reason_and_category_is_known() {
    for reason in [
        "end_turn",
        "max_tokens",
        "stop_sequence",
        "tool_use",
        "pause_turn",
        "refusal",
        "model_context_window_exceeded",
        "compaction",
    ] {
        is_typed::<StopReason>(&json!(reason));
    }
    for category in ["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"] {
        is_typed::<StopDetails>(&json!({"type": "refusal", "category": category, "explanation": null}));
    }
}

#[test]
fn the_counts_of_a_delta_are_those_of_an_answer() {
    is_typed::<MessageDeltaUsage>(&answer()["usage"]);
}

/// An answer with every member, and every block that one can have.
pub(crate) fn answer() -> Value {
    let by_name = json!({"type": "tool_reference", "name": "weather"});
    let cache = json!({"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 0});
    let pass = json!({"type": "message", "input_tokens": 9, "output_tokens": 57, "cache_creation_input_tokens": 30,
        "cache_read_input_tokens": 4, "cache_creation": cache, "model": "claude-opus-5-5"});
    let compaction = json!({"type": "compaction", "input_tokens": 9, "output_tokens": 5, "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0, "cache_creation": cache});
    json!({
        "id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-opus-5-5",
        "content": [
            {"type": "compaction", "content": "so far", "encrypted_content": "b3BhcXVl", "signature": "c2ln", "tool_changes": [
                {"type": "tool_addition", "tool": by_name}, {"type": "tool_removal", "tool": by_name}]},
            {"type": "compaction", "content": "so far"},
            {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "b3BhcXVl"},
            {"type": "text", "text": "Hello, wörld", "citations": citations()},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "tool_search_tool_regex", "input": {"pattern": "w"},
                "caller": {"type": "direct"}},
            {"type": "tool_search_tool_result", "tool_use_id": "srvtoolu_1", "content": {
                "type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "weather"}]}},
            {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bern", "days": 1.0, "unit": null},
                "caller": {"type": "direct"}, "toolset_name": "t"},
            {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}}],
        "stop_reason": "refusal", "stop_sequence": "END",
        "stop_details": {"type": "refusal", "category": "cyber", "explanation": "no", "recommended_model": "m"},
        "container": {"id": "c", "expires_at": "2026-11-22T00:00:00Z"},
        "context_management": {"applied_edits": [
            {"type": "clear_tool_uses_20250919", "cleared_input_tokens": 9, "cleared_tool_uses": 2},
            {"type": "clear_thinking_20251015", "cleared_input_tokens": 9, "cleared_thinking_turns": 2}]},
        "input_transformations": [
            {"type": "thinking_dropped", "path": "messages.1.content.0", "reason": "prefix_binding_mismatch"},
            {"type": "thinking_dropped", "path": "messages.3.content.0", "reason": "model_binding_mismatch"},
            {"type": "thinking_dropped", "path": "messages.5.content.0", "reason": "organization_binding_mismatch"},
            {"type": "thinking_mismatch_allowed", "path": "messages.7.content.0", "reason": "end_user_binding_mismatch"}],
        "usage": {"input_tokens": 9, "output_tokens": 57, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 4,
            "cache_creation": cache, "output_tokens_details": {"thinking_tokens": 40},
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0}, "service_tier": "standard",
            "iterations": [compaction, pass], "inference_geo": "us", "speed": "standard"}
    })
}
