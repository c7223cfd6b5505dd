//! Parse, then serialize, gives an equal JSON value.

use bedrock_types::{
    Citation, ContentBlock, Message, MessageCreateParams, MessageStreamEvent, ThinkingConfig, Tool,
    ToolChoice,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Checks the law for one value, and that what was parsed is not the catch-all unless `unknown` says so.
fn survives<T: DeserializeOwned + Serialize>(value: &Value) -> T {
    let parsed: T = bedrock_types::json::from_slice(value.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{value} does not parse: {error}"));
    let written = serde_json::to_value(&parsed).expect("what was parsed can be written");
    assert_eq!(without_nulls(&written), without_nulls(value));
    parsed
}

/// Absent and null mean the same outside of tool input.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match name.as_str() {
                "input" | "input_schema" => (name.clone(), value.clone()),
                _ => (name.clone(), without_nulls(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        _ => value.clone(),
    }
}

#[test]
fn every_known_block_survives_with_members_it_does_not_know() {
    for (kind, block) in [
        ("text", json!({"text": "hi", "citations": citations()})),
        ("text", json!({"text": "hi", "cache_control": {"type": "ephemeral", "ttl": "1h"}})),
        ("image", json!({"source": {"type": "base64", "media_type": "image/png", "data": "aGk="}})),
        ("image", json!({"source": {"type": "url", "url": "https://example.com/a.png"}})),
        ("image", json!({"source": {"type": "file", "file_id": "file_1"}})),
        (
            "document",
            json!({"source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="}, "title": "t"}),
        ),
        (
            "document",
            json!({"source": {"type": "text", "media_type": "text/plain", "data": "hi"}, "context": "c"}),
        ),
        ("document", json!({"source": {"type": "content", "content": "hi"}, "citations": {"enabled": true}})),
        ("document", json!({"source": {"type": "content", "content": [{"type": "text", "text": "hi"}]}})),
        (
            "search_result",
            json!({"content": [{"type": "text", "text": "hi"}], "source": "s", "title": "t", "citations": {"enabled": true},
                "cache_control": {"type": "ephemeral"}}),
        ),
        ("thinking", json!({"thinking": "hm", "signature": "c2ln"})),
        ("redacted_thinking", json!({"data": "b3BhcXVl"})),
        ("tool_use", json!({"id": "toolu_1", "name": "add", "input": {"a": null, "b": [1.0, "x"]}})),
        ("tool_use", json!({"id": "toolu_1", "name": "add", "partial_json": "{\"a\""})),
        (
            "tool_use",
            json!({"id": "toolu_1", "name": "add", "input": {}, "caller": {"type": "direct"}, "toolset_name": "t"}),
        ),
        (
            "server_tool_use",
            json!({"id": "srvtoolu_1", "name": "tool_search_tool_regex", "input": {"pattern": "w", "limit": null}}),
        ),
        (
            "server_tool_use",
            json!({"id": "srvtoolu_1", "name": "web_search", "input": {}, "caller": {"type": "code_execution_20260120", "tool_id": "x"}}),
        ),
        (
            "tool_search_tool_result",
            json!({"tool_use_id": "srvtoolu_1", "content": {"type": "tool_search_tool_search_result",
                "tool_references": [{"type": "tool_reference", "tool_name": "weather", "new": 1}]}}),
        ),
        (
            "tool_search_tool_result",
            json!({"tool_use_id": "srvtoolu_1", "content": {"type": "tool_search_tool_result_error",
                "error_code": "too_many_requests", "error_message": "wait"}}),
        ),
        ("tool_reference", json!({"tool_name": "weather", "cache_control": {"type": "ephemeral"}})),
        ("tool_result", json!({"tool_use_id": "toolu_1"})),
        ("tool_result", json!({"tool_use_id": "toolu_1", "content": "42", "is_error": false})),
        (
            "tool_result",
            json!({"tool_use_id": "toolu_1", "content": [{"type": "text", "text": "42"}, {"type": "new", "x": 1}]}),
        ),
    ] {
        for extra in [json!({}), json!({"brand_new": {"deep": [1, "two", null]}})] {
            let mut value = json!({"type": kind});
            for source in [&block, &extra] {
                for (name, member) in source.as_object().expect("the cases are objects") {
                    value[name] = member.clone();
                }
            }
            let parsed: ContentBlock = survives(&value);
            assert!(!matches!(parsed, ContentBlock::Unknown(_)), "{kind} is known");
            assert_eq!(parsed.kind(), kind);
        }
    }
}

/// The five kinds of places, each with a member it does not know.
fn citations() -> Value {
    json!([
        {"type": "char_location", "cited_text": "h", "document_index": 0, "document_title": null, "start_char_index": 0,
            "end_char_index": 1, "file_id": "file_1", "new": 1},
        {"type": "page_location", "cited_text": "h", "document_index": 0, "document_title": "t", "start_page_number": 1,
            "end_page_number": 2, "new": 1},
        {"type": "content_block_location", "cited_text": "h", "document_index": 0, "document_title": "t",
            "start_block_index": 0, "end_block_index": 1, "new": 1},
        {"type": "search_result_location", "cited_text": "h", "search_result_index": 0, "source": "s", "title": null,
            "start_block_index": 0, "end_block_index": 1, "new": 1},
        {"type": "web_search_result_location", "cited_text": "h", "encrypted_index": "e", "title": "t",
            "url": "https://example.com", "new": 1},
    ])
}

#[test]
fn places_are_typed() {
    for place in citations().as_array().expect("an array") {
        let citation: Citation = survives(place);
        assert_eq!(citation.cited_text(), Some("h"), "{}", citation.kind());
    }
}

#[test]
fn an_unknown_block_is_kept_as_it_came() {
    let text =
        r#"{"type":"web_search_tool_result","id":"srvtoolu_1","n":1.50,"input":{"q": "x",  "y":null}}"#;
    let block: ContentBlock = bedrock_types::json::from_slice(text.as_bytes()).unwrap();
    assert!(matches!(&block, ContentBlock::Unknown(unknown) if unknown.kind == "web_search_tool_result"));
    assert_eq!(serde_json::to_string(&block).unwrap(), text);
}

#[test]
fn the_tag_may_stand_anywhere() {
    let block: ContentBlock = bedrock_types::json::from_slice(
        br#"{"input":{"a": 1},"new":true,"type":"tool_use","name":"n","id":"i"}"#,
    )
    .unwrap();
    let call = block.as_tool_use().expect("a tool call");
    assert_eq!(call.input.as_str(), r#"{"a": 1}"#);
    assert_eq!(call.extra.get("new").map(ToString::to_string).as_deref(), Some("true"));

    let unknown: ContentBlock = bedrock_types::json::from_slice(br#"{"a":1,"type":"novel","b":2}"#).unwrap();
    assert_eq!(serde_json::to_string(&unknown).unwrap(), r#"{"a":1,"type":"novel","b":2}"#);
}

#[test]
fn requests_survive() {
    let params: MessageCreateParams = survives(&json!({
        "model": "us.anthropic.claude-opus-4-8", "max_tokens": 5, "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": "s"}]},
            {"role": "future", "content": [], "cache": 1}
        ],
        "system": [{"type": "text", "text": "terse", "cache_control": {"type": "ephemeral"}}],
        "stop_sequences": ["END"], "temperature": 0.25, "top_p": 0.5, "top_k": 5,
        "tools": [{"name": "add", "input_schema": {"type": "object", "default": null}},
            {"type": "custom", "name": "sub", "input_schema": {}, "strict": true},
            {"type": "bash_20250124", "name": "bash"}],
        "tool_choice": {"type": "tool", "name": "add", "disable_parallel_tool_use": true},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {"effort": "xhigh", "format": {"type": "json_schema", "schema": {}}},
        "metadata": {"user_id": "u"}, "anthropic_version": "bedrock-2023-05-31", "anthropic_beta": ["context-1m-2025-08-07"],
        "context_management": {"edits": []}
    }));
    assert_eq!(
        params.tools.as_ref().map(|tools| tools.iter().map(Tool::kind).collect::<Vec<_>>()),
        Some(vec!["custom", "custom", "bash_20250124"])
    );
    for choice in
        [json!({"type": "auto"}), json!({"type": "any"}), json!({"type": "none"}), json!({"type": "some"})]
    {
        survives::<ToolChoice>(&choice);
    }
    for thinking in [
        json!({"type": "adaptive", "display": "summarized"}),
        json!({"type": "between_tools"}),
        json!({"type": "disabled"}),
        json!({"type": "telepathic", "depth": 3}),
    ] {
        survives::<ThinkingConfig>(&thinking);
    }
}

#[test]
fn answers_survive_and_always_say_why_they_stopped() {
    let message: Message = survives(&json!({
        "id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-opus-4-8", "content": [],
        "stop_reason": "brand_new_reason", "stop_sequence": null, "stop_details": {"type": "refusal"},
        "usage": {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 4,
            "cache_creation": {"ephemeral_5m_input_tokens": 3}}
    }));
    let written = serde_json::to_string(&message).unwrap();
    assert!(written.contains(r#""stop_sequence":null"#), "{written}");
    assert_eq!(message.stop_reason.as_ref().map(|reason| reason.as_str()), Some("brand_new_reason"));
}

#[test]
fn every_event_survives() {
    for event in events() {
        survives::<MessageStreamEvent>(&event);
    }
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
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null, "stop_details": {"a": 1}},
            "usage": {"output_tokens": 17}, "context_management": {"applied_edits": []}}),
        json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 9, "outputTokenCount": 17,
            "invocationLatency": 700, "firstByteLatency": 300, "cacheReadInputTokenCount": 4, "brandNew": 1}}),
    ]
}

fn json_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        json_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(json_text(), inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn texts_inputs_and_unknown_members_survive(text in json_text(), input in any_json(), name in "[a-z]{1,9}", extra in any_json()) {
        let mut block = json!({"type": "tool_use", "id": text, "name": text, "input": input});
        block[format!("x_{name}")] = extra.clone();
        survives::<ContentBlock>(&block);
        survives::<ContentBlock>(&json!({"type": "text", "text": text, "x": extra}));
        survives::<ContentBlock>(&json!({"type": format!("x_{name}"), "text": 7}));
    }

    #[test]
    fn arbitrary_json_is_parsed_or_refused_without_panic(value in any_json(), cut in 0_usize..200) {
        let text = value.to_string();
        let bytes = &text.as_bytes()[..cut.min(text.len())];
        let _ = MessageStreamEvent::from_chunk(bytes);
        let _ = bedrock_types::json::from_slice::<MessageCreateParams>(bytes);
    }
}
