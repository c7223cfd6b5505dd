//! Every parameter of a request, every tool, every edit of the context.

use bedrock_types::{
    ContextManagementConfig, CountTokensParams, MessageCreateParams, MessageTokensCount, OutputConfig,
    ThinkingConfig, Tool, ToolChoice,
};
use serde_json::{Value, json};

use super::{is_typed, survives};

#[test]
fn every_parameter_survives() {
    let params: MessageCreateParams = is_typed(&request());
    assert_eq!(params.messages.len(), 3);
}

/// A request with every parameter.
pub(super) fn request() -> Value {
    json!({
        "model": "us.anthropic.claude-opus-4-8", "max_tokens": 5, "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": "s"}]},
            {"role": "system", "content": [{"type": "tool_removal", "tool": {"type": "tool_reference", "name": "add"}}]}
        ],
        "system": [{"type": "text", "text": "terse", "cache_control": {"type": "ephemeral"}}],
        "stop_sequences": ["END"], "temperature": 0.25, "top_p": 0.5, "top_k": 5,
        "tools": [{"name": "add", "input_schema": {"type": "object", "default": null}}],
        "tool_choice": {"type": "tool", "name": "add", "disable_parallel_tool_use": true},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {"effort": "xhigh"},
        "metadata": {"user_id": "u"}, "anthropic_version": "bedrock-2023-05-31", "anthropic_beta": ["context-1m-2025-08-07"],
        "context_management": {"edits": []}, "compaction": {"type": "summarize", "instructions": "short"},
        "service_tier": "standard_only", "user_profile_id": "p", "safeguards": [{"type": "s", "level": null}]
    })
}

#[test]
fn every_tool_survives() {
    let common = json!({"strict": true, "input_examples": [{"a": 1.0}], "defer_loading": true, "allowed_callers": ["direct"],
        "cache_control": {"type": "ephemeral"}});
    let screen =
        json!({"name": "computer", "display_width_px": 1280, "display_height_px": 800, "display_number": 1});
    let cases = [
        (json!({"name": "add", "input_schema": {"type": "object"}, "eager_input_streaming": true}), "add"),
        (json!({"type": "custom", "name": "add", "description": "adds", "input_schema": {}}), "add"),
        (json!({"type": "bash_20250124", "name": "bash"}), "bash"),
        (json!({"type": "text_editor_20250124", "name": "str_replace_editor"}), "str_replace_editor"),
        (
            json!({"type": "text_editor_20250429", "name": "str_replace_based_edit_tool"}),
            "str_replace_based_edit_tool",
        ),
        (
            json!({"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 9}),
            "str_replace_based_edit_tool",
        ),
        (merged(&screen, &json!({"type": "computer_20241022"})), "computer"),
        (merged(&screen, &json!({"type": "computer_20250124"})), "computer"),
        (merged(&screen, &json!({"type": "computer_20251124", "enable_zoom": true})), "computer"),
        (json!({"type": "memory_20250818", "name": "memory"}), "memory"),
        (
            json!({"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}),
            "tool_search_tool_regex",
        ),
        (
            json!({"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"}),
            "tool_search_tool_bm25",
        ),
    ];
    for (tool, name) in cases {
        for tool in [merged(&tool, &common), tool] {
            assert_eq!(is_typed::<Tool>(&tool).name(), Some(name));
        }
    }
    for elsewhere in ["web_search_20260209", "code_execution_20250825", "mcp_toolset", "bash_20241022"] {
        let tool: Tool = survives(&json!({"type": elsewhere, "name": "n", "max_uses": null}));
        assert_eq!((tool.kind(), tool.name()), (elsewhere, None));
    }
}

#[test]
fn every_choice_of_a_tool_survives() {
    for choice in [
        json!({"type": "auto", "disable_parallel_tool_use": true}),
        json!({"type": "any", "disable_parallel_tool_use": false}),
        json!({"type": "tool", "name": "add"}),
        json!({"type": "none"}),
    ] {
        is_typed::<ToolChoice>(&choice);
    }
    survives::<ToolChoice>(&json!({"type": "some"}));
}

#[test]
fn every_mode_of_thinking_survives() {
    for thinking in [
        json!({"type": "enabled", "budget_tokens": 1024, "display": "omitted"}),
        json!({"type": "adaptive", "display": "summarized", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}),
        json!({"type": "adaptive", "display": "updates", "block_binding": {"prefix_mismatch_behavior": "error"}}),
        json!({"type": "between_tools"}),
        json!({"type": "disabled"}),
    ] {
        is_typed::<ThinkingConfig>(&thinking);
    }
    survives::<ThinkingConfig>(&json!({"type": "telepathic", "depth": 3}));
}

#[test]
fn every_form_of_an_answer_survives() {
    for effort in ["low", "medium", "high", "xhigh", "max"] {
        is_typed::<OutputConfig>(
            &json!({"effort": effort, "format": {"type": "json_schema", "schema": {"type": "object"}},
            "task_budget": {"type": "tokens", "total": 9, "remaining": 3}}),
        );
    }
    survives::<OutputConfig>(
        &json!({"effort": "utmost", "format": {"type": "xml"}, "task_budget": {"type": "money"}}),
    );
}

#[test]
fn every_edit_of_the_context_survives() {
    let input_tokens = json!({"type": "input_tokens", "value": 100_000});
    let tool_uses = json!({"type": "tool_uses", "value": 3});
    for edit in [
        json!({"type": "clear_tool_uses_20250919"}),
        json!({"type": "clear_tool_uses_20250919", "trigger": input_tokens, "keep": tool_uses, "clear_at_least": input_tokens,
            "exclude_tools": ["memory"], "clear_tool_inputs": true}),
        json!({"type": "clear_tool_uses_20250919", "trigger": tool_uses, "clear_tool_inputs": ["add"]}),
        json!({"type": "clear_thinking_20251015", "keep": {"type": "thinking_turns", "value": 2}}),
        json!({"type": "clear_thinking_20251015", "keep": {"type": "all"}}),
        json!({"type": "clear_thinking_20251015", "keep": "all"}),
        json!({"type": "compact_20260112", "trigger": input_tokens, "instructions": "short", "pause_after_compaction": true}),
    ] {
        is_typed::<ContextManagementConfig>(&json!({"edits": [edit]}));
    }
    for edit in [
        json!({"type": "forget_20990101"}),
        json!({"type": "clear_tool_uses_20250919", "trigger": {"type": "time", "value": "1h"}, "keep": {"type": "none"},
            "clear_at_least": {"type": "half"}}),
        json!({"type": "clear_thinking_20251015", "keep": {"type": "half"}}),
    ] {
        survives::<ContextManagementConfig>(&json!({"edits": [edit]}));
    }
}

#[test]
fn counting_takes_what_has_tokens() {
    let params: MessageCreateParams = survives(&json!({
        "model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}], "system": "s", "stop_sequences": ["x"],
        "temperature": 1, "top_p": 1, "top_k": 1, "tools": [], "tool_choice": {"type": "auto"}, "thinking": {"type": "adaptive"},
        "output_config": {"effort": "low"}, "metadata": {}, "context_management": {}, "compaction": {"type": "summarize"},
        "service_tier": "auto", "user_profile_id": "p", "safeguards": [], "anthropic_version": "v", "anthropic_beta": ["b"],
        "stream": true, "brand_new": 1
    }));
    let count = CountTokensParams::from(params);
    let expected = json!({
        "model": "m", "messages": [{"role": "user", "content": "hi"}], "system": "s", "tools": [], "tool_choice": {"type": "auto"},
        "thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}, "context_management": {},
        "compaction": {"type": "summarize"}, "user_profile_id": "p", "anthropic_version": "v", "anthropic_beta": ["b"],
        "brand_new": 1
    });
    assert_eq!(serde_json::to_value(&count).unwrap(), expected);
    survives::<CountTokensParams>(&expected);
    is_typed::<MessageTokensCount>(
        &json!({"input_tokens": 9, "context_management": {"original_input_tokens": 12}}),
    );
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut value = one.clone();
    for (name, member) in other.as_object().expect("the cases are objects") {
        value[name] = member.clone();
    }
    value
}
