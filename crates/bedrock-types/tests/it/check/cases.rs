//! The table: for each rule what breaks it, a model that refuses, one that takes, and where.

use serde_json::{Value, json};

/// A rule, the members that break it, a model that refuses them, one that takes them, and where.
pub(super) type Case = (&'static str, Value, &'static str, &'static str, &'static str);

pub(super) fn cases() -> Vec<Case> {
    let turn = |role: &str, content: Value| json!({"messages": [{"role": "user", "content": "hi"}, {"role": role, "content": content}]});
    let user = |block: Value| json!({"messages": [{"role": "user", "content": [block]}]});
    let tool = json!([{"name": "add", "input_schema": {"type": "object"}}]);
    let forced = |thinking: Value| json!({"tools": tool, "tool_choice": {"type": "any"}, "thinking": thinking, "max_tokens": 4096});
    let text =
        |ttl: Value| json!({"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": ttl}});
    let pdf = json!({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": ""}});
    let image = |source: Value| json!({"type": "image", "source": source});
    let png = json!({"type": "base64", "media_type": "image/png", "data": ""});
    let format = json!({"format": {"type": "json_schema", "schema": {"type": "object"}}});
    let call = |id: &str| json!({"type": "tool_use", "id": id, "name": "add", "input": {}});
    let result = |id: &str| json!({"type": "tool_result", "tool_use_id": id});
    let history = |asked: Value, answered: Value, tools: Value| {
        json!({"tools": tools, "messages": [{"role": "user", "content": "hi"},
            {"role": "assistant", "content": asked}, {"role": "user", "content": answered}]})
    };
    let user_blocks = |blocks: Vec<Value>| json!({"messages": [{"role": "user", "content": blocks}]});
    vec![
        ("EndOfLife", json!({}), "opus-4", "opus-4.8", "model"),
        ("Legacy", json!({}), "sonnet-4.5", "opus-4.8", "model"),
        ("Gated", json!({}), "mythos-5", "fable-5", "model"),
        (
            "ApiVersionNotTaken",
            json!({"anthropic_version": "2026-10-21"}),
            "opus-4.6",
            "opus-4.7",
            "anthropic_version",
        ),
        ("MaxTokensOverLimit", json!({"max_tokens": 64_001}), "sonnet-4.6", "opus-4.6", "max_tokens"),
        ("NotOnBedrock", json!({"container": "c", "max_tokens": 1}), "opus-4.8", "", "container"),
        (
            "ThinkingModeNotTaken",
            json!({"thinking": {"type": "adaptive"}}),
            "haiku-4.5",
            "opus-4.6",
            "thinking",
        ),
        (
            "ThinkingModeNotTaken",
            json!({"max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 1024}}),
            "opus-4.7",
            "opus-4.6",
            "thinking",
        ),
        (
            "ThinkingModeNotTaken",
            json!({"thinking": {"type": "between_tools"}}),
            "opus-5.5",
            "sonnet-5.5",
            "thinking",
        ),
        ("ThinkingModeNotTaken", json!({"thinking": {"type": "disabled"}}), "opus-5.5", "opus-5", "thinking"),
        (
            "ThinkingModeNotTaken",
            json!({"thinking": {"type": "disabled"}}),
            "sonnet-3.5",
            "opus-4.8",
            "thinking",
        ),
        (
            "ThinkingBudgetTooSmall",
            json!({"max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 1023}}),
            "haiku-4.5",
            "",
            "thinking.budget_tokens",
        ),
        (
            "ThinkingBudgetNotUnderMaxTokens",
            json!({"max_tokens": 2048, "thinking": {"type": "enabled", "budget_tokens": 2048}}),
            "haiku-4.5",
            "",
            "thinking.budget_tokens",
        ),
        (
            "ThinkingBudgetNotUnderMaxTokens",
            json!({"max_tokens": 2048, "thinking": {"type": "enabled", "budget_tokens": 4096},
                "anthropic_beta": ["interleaved-thinking-2025-05-14"]}),
            "sonnet-3.7",
            "sonnet-4.5",
            "thinking.budget_tokens",
        ),
        (
            "ThinkingModeWithEffort",
            json!({"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}),
            "opus-5",
            "opus-4.8",
            "thinking",
        ),
        (
            "ThinkingModeWithEffort",
            json!({"thinking": {"type": "between_tools"}, "output_config": {"effort": "xhigh"}}),
            "sonnet-5.5",
            "",
            "thinking",
        ),
        (
            "EffortNotTaken",
            json!({"output_config": {"effort": "xhigh"}}),
            "opus-4.6",
            "opus-4.7",
            "output_config.effort",
        ),
        (
            "EffortNotTaken",
            json!({"output_config": {"effort": "low"}}),
            "haiku-4.5",
            "opus-4.6",
            "output_config.effort",
        ),
        (
            "BetaNeeded",
            json!({"output_config": {"effort": "low"}}),
            "opus-4.5",
            "opus-4.6",
            "output_config.effort",
        ),
        ("SamplingNotTaken", json!({"temperature": 1}), "opus-4.7", "opus-4.6", "temperature"),
        ("SamplingNotTaken", json!({"top_k": 5}), "fable-5.1", "haiku-4.5", "top_k"),
        ("SamplingFixed", json!({"temperature": 0.5}), "fable-5", "opus-4.6", "temperature"),
        ("SamplingFixed", json!({"top_p": 0.5}), "fable-5.1", "opus-4.6", "top_p"),
        ("SamplingOutOfRange", json!({"temperature": 1.5}), "opus-4.6", "", "temperature"),
        ("SamplingOutOfRange", json!({"top_k": 501}), "opus-4.6", "", "top_k"),
        (
            "SamplingWithThinking",
            json!({"temperature": 0.5, "thinking": {"type": "adaptive"}}),
            "opus-4.6",
            "",
            "temperature",
        ),
        ("TemperatureAndTopP", json!({"temperature": 1, "top_p": 0.5}), "opus-4.6", "sonnet-4", "top_p"),
        (
            "NotInApiVersion",
            json!({"top_p": 0.99, "anthropic_version": "2026-10-21"}),
            "fable-5.1",
            "",
            "top_p",
        ),
        (
            "NotInApiVersion",
            json!({"anthropic_version": "2026-10-21", "messages": [{"role": "assistant", "content": [pdf]}, {"role": "user", "content": "hi"}]}),
            "opus-4.8",
            "",
            "messages[0].content[0]",
        ),
        ("FeatureNotTaken", turn("assistant", json!("I")), "opus-4.6", "haiku-4.5", "messages[1]"),
        (
            "PrefillWithThinking",
            {
                let mut members = turn("assistant", json!("I"));
                members["thinking"] = json!({"type": "enabled", "budget_tokens": 1024});
                members["max_tokens"] = json!(4096);
                members
            },
            "haiku-4.5",
            "",
            "messages[1]",
        ),
        ("FeatureNotTaken", turn("system", json!("be brief")), "sonnet-5", "opus-5", "messages[1].role"),
        ("FeatureNotTaken", json!({"tools": tool}), "claude-2.1", "haiku-4.5", "tools"),
        (
            "FeatureNotTaken",
            json!({"tools": tool, "tool_choice": {"type": "any"}}),
            "opus-5.5",
            "opus-4.8",
            "tool_choice",
        ),
        (
            "FeatureNotTaken",
            json!({"tools": tool, "tool_choice": {"type": "tool", "name": "add"}}),
            "sonnet-5.5",
            "fable-5",
            "tool_choice",
        ),
        (
            "ForcedToolChoiceWithThinking",
            forced(json!({"type": "adaptive"})),
            "opus-4.7",
            "opus-4.8",
            "tool_choice",
        ),
        (
            "ForcedToolChoiceWithThinking",
            json!({"tools": tool, "tool_choice": {"type": "any"}}),
            "opus-5",
            "sonnet-5",
            "tool_choice",
        ),
        (
            "ForcedToolChoiceWithThinking",
            forced(json!({"type": "enabled", "budget_tokens": 1024})),
            "haiku-4.5",
            "",
            "tool_choice",
        ),
        (
            "FeatureNotTaken",
            json!({"tools": [{"name": "add", "input_schema": {"type": "object"}, "strict": true}]}),
            "opus-4.7",
            "opus-4.6",
            "tools[0].strict",
        ),
        (
            "NotOnBedrock",
            json!({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
            "opus-4.8",
            "",
            "tools[0]",
        ),
        (
            "FeatureNotTaken",
            json!({"output_config": format}),
            "opus-5.5",
            "sonnet-4.6",
            "output_config.format",
        ),
        (
            "FeatureNotTaken",
            json!({"output_config": format}),
            "sonnet-5",
            "sonnet-4.6",
            "output_config.format",
        ),
        (
            "StructuredOutputWithCitations",
            {
                let mut members = user(
                    json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}, "citations": {"enabled": true}}),
                );
                members["output_config"] = format.clone();
                members
            },
            "sonnet-4.6",
            "",
            "output_config.format",
        ),
        ("FeatureNotTaken", user(pdf.clone()), "haiku-3", "haiku-3.5", "messages[0].content[0]"),
        ("ModalityNotTaken", user(image(png.clone())), "haiku-3.5", "haiku-3", "messages[0].content[0]"),
        (
            "ModalityNotTaken",
            user(json!({"type": "tool_result", "tool_use_id": "t", "content": [image(png.clone())]})),
            "haiku-3.5",
            "haiku-3",
            "messages[0].content[0].content[0]",
        ),
        (
            "NotOnBedrock",
            user(image(json!({"type": "url", "url": "https://example.com/a.png"}))),
            "opus-4.8",
            "",
            "messages[0].content[0].source",
        ),
        (
            "NotOnBedrock",
            user(json!({"type": "document", "source": {"type": "file", "file_id": "f"}})),
            "opus-4.8",
            "",
            "messages[0].content[0].source",
        ),
        (
            "CacheControlNotTaken",
            user(json!({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}})),
            "haiku-3",
            "haiku-3.5",
            "messages[0].content[0].cache_control",
        ),
        (
            "CacheTtlNotTaken",
            user(text(json!("5m"))),
            "opus-4.1",
            "haiku-4.5",
            "messages[0].content[0].cache_control.ttl",
        ),
        (
            "TooManyCacheControls",
            json!({"system": [text(json!("1h")), text(json!("1h")), text(json!("1h"))], "messages": [{"role": "user", "content": [text(json!("5m")), text(json!("5m"))]}]}),
            "haiku-4.5",
            "",
            "messages[0].content[1].cache_control",
        ),
        (
            "CacheTtlOrder",
            json!({"system": [text(json!("5m"))], "messages": [{"role": "user", "content": [text(json!("1h"))]}]}),
            "haiku-4.5",
            "",
            "messages[0].content[0].cache_control.ttl",
        ),
        (
            "BetaWithdrawn",
            json!({"anthropic_beta": ["context-1m-2025-08-07"]}),
            "sonnet-4.5",
            "opus-4.6",
            "anthropic_beta[0]",
        ),
        (
            "BetaNotOnRoute",
            json!({"anthropic_beta": ["files-api-2025-04-14"]}),
            "opus-4.8",
            "",
            "anthropic_beta[0]",
        ),
        (
            "BetaNotOfModel",
            json!({"anthropic_beta": ["brand-new-2026-12-01", "effort-2025-11-24"]}),
            "opus-4.6",
            "opus-4.5",
            "anthropic_beta[1]",
        ),
        (
            "BetaNeeded",
            json!({"tools": [{"type": "computer_20250124", "name": "computer", "display_width_px": 1, "display_height_px": 1}]}),
            "haiku-4.5",
            "",
            "tools[0]",
        ),
        (
            "BetaNeeded",
            json!({"tools": [{"type": "tool_search_tool_regex", "name": "tool_search_tool_regex"}]}),
            "haiku-4.5",
            "",
            "tools[0]",
        ),
        (
            "BetaNeeded",
            json!({"context_management": {"edits": [{"type": "compact_20260112"}]}}),
            "opus-4.6",
            "",
            "context_management.edits[0]",
        ),
        ("BetaNeeded", json!({"compaction": {"type": "summarize"}}), "opus-5.5", "", "compaction"),
        (
            "ToolsOfHistoryMissing",
            history(json!([call("a")]), json!([result("a")]), json!(null)),
            "haiku-4.5",
            "",
            "tools",
        ),
        (
            "ToolResultWithoutCall",
            history(json!([call("a")]), json!([result("a"), result("b")]), tool.clone()),
            "haiku-4.5",
            "",
            "messages[2].content[1]",
        ),
        (
            "ToolCallWithoutResult",
            history(json!([call("a"), call("b")]), json!([result("a")]), tool.clone()),
            "haiku-4.5",
            "",
            "messages[1].content[1]",
        ),
        (
            "ToolCallWithoutResult",
            history(json!([call("a")]), json!("go on"), tool.clone()),
            "haiku-4.5",
            "",
            "messages[1].content[0]",
        ),
        (
            "ToolResultNotFirst",
            history(json!([call("a")]), json!([{"type": "text", "text": "here"}, result("a")]), tool.clone()),
            "haiku-4.5",
            "",
            "messages[2].content[1]",
        ),
        (
            "TooManyImages",
            user_blocks(vec![image(png.clone()); 101]),
            "haiku-4.5",
            "opus-4.6",
            "messages[0].content[100]",
        ),
        (
            "TooManyImages",
            user_blocks(vec![image(png.clone()); 601]),
            "opus-4.6",
            "",
            "messages[0].content[600]",
        ),
    ]
}
