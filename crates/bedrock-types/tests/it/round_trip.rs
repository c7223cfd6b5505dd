//! Parse, then serialize, gives an equal JSON value: laws and properties. The corpus is in the modules below: blocks,
//! requests, answers and events, each kind at least once.

mod answers;
mod blocks;
mod events;
mod requests;

pub(crate) use answers::answer;
pub(crate) use events::events;

use std::fmt::Debug;

use bedrock_types::{ContentBlock, Message, MessageCreateParams, MessageStreamEvent, RawJson};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Checks that every member and kind of a value has a type, and that members without one survive wherever they stand.
fn is_typed<T: DeserializeOwned + Serialize + Debug>(value: &Value) -> T {
    let parsed: T = survives(value);
    let shown = format!("{parsed:?}");
    assert!(
        !shown.contains("Unknown(") && !shown.contains("extra: ExtraFields([("),
        "{value} became {shown}"
    );
    survives::<T>(&with_unknown_members(value));
    parsed
}

/// Checks the law for one value.
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

/// The value with one more member in each of its objects.
fn with_unknown_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_unknown_members(value)))
            .chain([("brand_new".to_owned(), json!({"deep": [1, "two", null]}))])
            .collect(),
        Value::Array(items) => items.iter().map(with_unknown_members).collect(),
        _ => value.clone(),
    }
}

#[test]
#[should_panic(expected = "became")]
fn the_check_sees_a_member_without_a_type() {
    is_typed::<ContentBlock>(&json!({"type": "text", "text": "hi", "brand_new": 1}));
}

#[test]
#[should_panic(expected = "became")]
fn the_check_sees_a_kind_without_a_type() {
    is_typed::<ContentBlock>(&json!({"type": "document", "source": {"type": "file", "file_id": "f"}}));
}

#[test]
fn a_malformed_known_kind_is_an_error_that_says_where() {
    for (members, path) in [
        (json!({"tools": [{"type": "bash_20250124"}]}), "tools[0]"),
        (
            json!({"tools": [{"type": "computer_20251124", "name": "computer", "display_width_px": "wide"}]}),
            "tools[0].display_width_px",
        ),
        (
            json!({"context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": 7}]}}),
            "context_management.edits[0].keep",
        ),
        (
            json!({"context_management": {"edits": [{"type": "clear_tool_uses_20250919", "clear_tool_inputs": "all"}]}}),
            "context_management.edits[0].clear_tool_inputs",
        ),
        (json!({"output_config": {"format": {"type": "json_schema"}}}), "output_config.format"),
        (
            json!({"system": [{"type": "text", "text": "", "citations": [{"type": "page_location", "cited_text": "h",
            "document_index": "x"}]}]}),
            "system[0].citations[0].document_index",
        ),
        (
            json!({"system": [{"type": "tool_addition", "tool": {"type": "tool_definition", "definition": {"type": "custom"}}}]}),
            "system[0].tool.definition",
        ),
    ] {
        let mut request = json!({"model": "m", "max_tokens": 1, "messages": []});
        for (name, member) in members.as_object().expect("the cases are objects") {
            request[name] = member.clone();
        }
        let error = bedrock_types::json::from_slice::<MessageCreateParams>(request.to_string().as_bytes())
            .unwrap_err();
        assert_eq!(error.path(), path, "{error}");
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

/// The value with other texts and counts; only what kind each object is stays.
fn with_values(value: &Value, text: &str, count: u32) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match name.as_str() {
                "type" => (name.clone(), value.clone()),
                _ => (name.clone(), with_values(value, text, count)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| with_values(item, text, count)).collect(),
        Value::String(_) => json!(text),
        Value::Number(_) => json!(count),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// Whether nothing of a value is lost. A `type` that only one kind can have and an absent input of a call may be added.
fn has_all(written: &Value, value: &Value) -> bool {
    match (written, value) {
        (Value::Object(written), Value::Object(members)) => {
            let added = written.keys().filter(|name| !members.contains_key(*name));
            added.into_iter().all(|name| name == "type" || name == "input")
                && members
                    .iter()
                    .all(|(name, value)| written.get(name).is_some_and(|new| has_all(new, value)))
        }
        (Value::Array(written), Value::Array(items)) => {
            written.len() == items.len() && written.iter().zip(items).all(|(new, item)| has_all(new, item))
        }
        _ => written == value,
    }
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
    fn texts_and_counts_survive_wherever_they_stand(text in json_text(), count in 0_u32..1 << 31) {
        survives::<Message>(&with_values(&answer(), &text, count));
        survives::<MessageCreateParams>(&with_values(&requests::request(), &text, count));
        for (kind, mut block) in blocks::blocks() {
            block["type"] = json!(kind);
            survives::<ContentBlock>(&with_values(&block, &text, count));
        }
    }

    #[test]
    fn changed_text_is_read_as_serde_json_reads_it_or_refused(
        number in 0_usize..2,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            proptest::sample::select(br#"{}[]",:\ 0.-e1u"#.to_vec()), any::<u8>()
        ], any::<bool>()), 1..4),
        cut in any::<prop::sample::Index>(),
        is_cut in proptest::bool::weighted(0.2),
    ) {
        let mut json = [answer(), requests::request()][number].to_string().into_bytes();
        for (at, byte, is_inserted) in changes {
            let at = at.index(json.len());
            json.splice(at..at + usize::from(!is_inserted), [byte]);
        }
        if is_cut {
            json.truncate(cut.index(json.len()));
        }
        let written = match number {
            0 => bedrock_types::json::from_slice::<Message>(&json).map(|read| serde_json::to_string(&read)),
            _ => bedrock_types::json::from_slice::<MessageCreateParams>(&json).map(|read| serde_json::to_string(&read)),
        };
        if let Ok(written) = written {
            let written: Value = serde_json::from_str(&written.expect("what was read can be written")).expect("JSON");
            let value: Value = serde_json::from_slice(&json).expect("what is read is JSON");
            prop_assert!(has_all(&without_nulls(&written), &without_nulls(&value)), "{} became {}", value, written);
        }
    }

    #[test]
    fn arbitrary_json_is_parsed_or_refused_without_panic(value in any_json(), cut in 0_usize..200) {
        let text = value.to_string();
        let bytes = &text.as_bytes()[..cut.min(text.len())];
        let _ = MessageStreamEvent::from_chunk(bytes);
        let _ = bedrock_types::json::from_slice::<MessageCreateParams>(bytes);
    }
}

/// Whatever serde reads it through: text, a value, a reader, and the buffers of `flatten`, `untagged` and tags.
#[test]
fn any_deserializer_of_serde_will_do() {
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        saved: bool,
        #[serde(flatten)]
        params: MessageCreateParams,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "record")]
    enum Tagged {
        Params(MessageCreateParams),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Params(MessageCreateParams),
    }

    let json = r#"{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"name":"n","id":"t","input":{"a":[1.5,null]},"type":"tool_use"}]}],"new":[1],"temperature":1}"#;
    let params: MessageCreateParams = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::from_reader::<_, MessageCreateParams>(json.as_bytes()).unwrap(), params);
    assert_eq!(
        MessageCreateParams::deserialize(serde_json::from_str::<Value>(json).unwrap()).unwrap(),
        params
    );
    let with = |member: &str| json.replacen('{', &format!("{{{member},"), 1);
    assert_eq!(
        serde_json::from_str::<Flat>(&with(r#""saved":true"#)).unwrap(),
        Flat { saved: true, params: params.clone() }
    );
    assert_eq!(
        serde_json::from_str::<Tagged>(&with(r#""record":"Params""#)).unwrap(),
        Tagged::Params(params.clone())
    );
    assert_eq!(serde_json::from_str::<Untagged>(json).unwrap(), Untagged::Params(params));
    let exact: Vec<RawJson> = serde_json::from_str(r#"[{"a" : 1.0e2,"a":2}]"#).unwrap();
    assert_eq!(exact.first().unwrap().as_str(), r#"{"a" : 1.0e2,"a":2}"#);
}
