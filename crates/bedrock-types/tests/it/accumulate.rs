//! The fold of a stream is its message, and a cut stream is never one.

use bedrock_types::{AccumulateError, Message, MessageAccumulator, MessageStreamEvent, RawJson, ToolInput};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::round_trip::{answer, events};

fn event(value: &Value) -> MessageStreamEvent {
    MessageStreamEvent::from_chunk(value.to_string().as_bytes()).expect("an event").expect("with a type")
}

fn fold(values: &[Value]) -> (MessageAccumulator, Result<(), AccumulateError>) {
    let mut accumulator = MessageAccumulator::new();
    let result = values.iter().try_for_each(|value| accumulator.push(&event(value)));
    (accumulator, result)
}

#[test]
fn a_whole_stream_is_its_message() {
    let (accumulator, result) = fold(&events());
    result.expect("every event has its place");
    assert!(accumulator.is_complete());
    assert_eq!(
        accumulator.invocation_metrics().and_then(|metrics| metrics.first_byte_latency),
        Some(300.into())
    );
    let expected: Message = serde_json::from_value(json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-4-8", "content": [
            {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
            {"type": "text", "text": "Hello, wörld", "citations": [{"type": "char_location", "cited_text": "w",
                "document_index": 0, "document_title": "t", "start_char_index": 0, "end_char_index": 1}]},
            {"type": "tool_use", "id": "toolu_1", "name": "add", "input": null},
            {"type": "brand_new_block", "text": ""}],
        "stop_reason": "tool_use", "stop_sequence": null, "new_in_delta": {"a": 1}, "new_in_event": null, "context_management": {"applied_edits": []},
        "usage": {"input_tokens": 9, "output_tokens": 17, "cache_read_input_tokens": 4}
    }))
    .unwrap();
    let mut message = accumulator.into_snapshot().expect("a message");
    let input = RawJson::parse(r#"{"a": 1.0, "b":2}"#).unwrap();
    let Some(bedrock_types::ContentBlock::ToolUse(call)) = message.content.get_mut(2) else {
        panic!("a tool call")
    };
    assert_eq!(call.input, ToolInput::Json(input));
    call.input = ToolInput::Json(RawJson::parse("null").unwrap());
    assert_eq!(message, expected);
}

#[test]
fn a_cut_stream_is_never_complete_and_keeps_what_came() {
    let events = events();
    for length in 0..events.len() {
        let (accumulator, result) = fold(&events[..length]);
        result.expect("a prefix is in order");
        assert!(!accumulator.is_complete());
        assert_eq!(accumulator.snapshot().is_some(), length > 0);
        let open_call = accumulator.snapshot().and_then(|message| message.tool_uses().next().cloned());
        if let Some(call) = open_call {
            assert_eq!(
                matches!(call.input, ToolInput::Json(_)),
                length >= 19,
                "finished only when its block is: {length}"
            );
        }
    }
}

#[test]
fn events_out_of_place_are_told_apart() {
    let all = events();
    let [start, text, delta] = [&all[0], &all[7], &all[8]].map(Clone::clone);
    let at = |index: usize, mut value: Value| {
        value["index"] = json!(index);
        value
    };
    let cases: [(&[Value], AccumulateError); 7] = [
        (std::slice::from_ref(&delta), AccumulateError::BeforeStart { event: "content_block_delta".into() }),
        (&[start.clone(), start.clone()], AccumulateError::SecondStart),
        (&[start.clone(), text.clone()], AccumulateError::OutOfOrder { index: 1, expected: 0 }),
        (&[start.clone(), delta.clone()], AccumulateError::NoOpenBlock { index: 1 }),
        (
            &[start.clone(), at(0, text.clone()), at(0, all[13].clone()), at(0, delta.clone())],
            AccumulateError::NoOpenBlock { index: 0 },
        ),
        (
            &[start.clone(), at(0, text.clone()), at(0, all[16].clone())],
            AccumulateError::WrongDelta { index: 0, block: "text".into(), delta: "input_json_delta".into() },
        ),
        (
            &[start.clone(), all[23].clone(), at(0, text.clone())],
            AccumulateError::AfterStop { event: "content_block_start".into() },
        ),
    ];
    for (values, expected) in cases {
        let (accumulator, result) = fold(values);
        assert_eq!(result, Err(expected));
        assert_eq!(accumulator.snapshot().is_some(), values[0] == start, "what came is kept");
    }
}

#[test]
fn tool_input_is_json_text_or_what_came() {
    let call = |pieces: &[&str], ended: bool| {
        let mut values = vec![
            events()[0].clone(),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "t", "name": "n", "input": {}}}),
        ];
        values.extend(pieces.iter().map(|piece| {
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": piece}})
        }));
        if ended {
            values.push(json!({"type": "content_block_stop", "index": 0}));
        }
        let (accumulator, result) = fold(&values);
        result.expect("in order");
        let message = accumulator.into_snapshot().expect("begun");
        message.tool_uses().next().expect("a call").input.clone()
    };
    assert_eq!(
        call(&[], true),
        ToolInput::Json(RawJson::parse("{}").unwrap()),
        "no input is the input it began with"
    );
    assert_eq!(call(&["{\"a\"", ": 1}"], true), ToolInput::Json(RawJson::parse(r#"{"a": 1}"#).unwrap()));
    assert_eq!(call(&["{\"a\""], true), ToolInput::Partial(r#"{"a""#.into()), "ended, but not JSON");
    assert_eq!(call(&["{}"], false), ToolInput::Partial("{}".into()), "not ended is not finished");
    assert_eq!(call(&[], false), ToolInput::Partial(String::new()));
}

#[test]
fn input_of_an_unknown_block_is_kept() {
    let values = [
        events()[0].clone(),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "novel_tool_use", "id": "t", "input": {}}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{\"q\":"}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": " 1}"}}),
        json!({"type": "content_block_stop", "index": 0}),
    ];
    let (accumulator, result) = fold(&values);
    result.expect("in order");
    let block = serde_json::to_value(&accumulator.snapshot().expect("begun").content[0]).unwrap();
    assert_eq!(block, json!({"type": "novel_tool_use", "id": "t", "input": {"q": 1}}));
}

#[test]
fn the_end_of_the_message_ends_its_blocks() {
    let call = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "t", "name": "n", "input": {}}});
    let delta = json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{}"}});
    let stop = json!({"type": "message_stop", "usage": {"cache_read_input_tokens": 4}});
    for (values, input) in [
        (
            vec![events()[0].clone(), call.clone(), delta, stop.clone()],
            ToolInput::Json(RawJson::parse("{}").unwrap()),
        ),
        (vec![events()[0].clone(), call, stop], ToolInput::Partial(String::new())),
    ] {
        let (accumulator, result) = fold(&values);
        result.expect("in order");
        assert!(accumulator.is_complete());
        let message = accumulator.into_snapshot().expect("a message");
        assert_eq!(message.tool_uses().next().expect("a call").input, input);
        assert_eq!(message.usage.cache_read_input_tokens, Some(4), "counts may come last, and alone");
    }
}

proptest! {
    #[test]
    fn the_fold_of_an_answers_stream_is_the_answer(length in 1_usize..9, late in any::<bool>()) {
        let answer = answer();
        let (accumulator, result) = fold(&stream_of(&answer, length, late));
        result.expect("in order");
        let whole: Message = bedrock_types::json::from_slice(answer.to_string().as_bytes()).unwrap();
        assert_eq!(accumulator.into_snapshot(), Some(whole));
    }
}

/// The answer as a stream whose texts come in pieces of `length` characters. Its counts come with the end of the message,
/// or, if that is `late`, with the last event of all.
fn stream_of(answer: &Value, length: usize, late: bool) -> Vec<Value> {
    let mut start = answer.clone();
    for ended in ["stop_reason", "stop_sequence", "stop_details", "container", "context_management"] {
        start[ended] = Value::Null;
    }
    start["content"] = json!([]);
    start["input_transformations"] = json!([]);
    start["usage"] =
        json!({"input_tokens": 9, "output_tokens": 1, "service_tier": "priority", "inference_geo": "us"});
    let mut events = vec![json!({"type": "message_start", "message": start})];
    for (index, block) in answer["content"].as_array().expect("blocks").iter().enumerate() {
        let (block, deltas) = begun(block, length);
        events.push(json!({"type": "content_block_start", "index": index, "content_block": block}));
        let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
        events.extend(deltas.into_iter().map(delta));
        events.push(json!({"type": "content_block_stop", "index": index}));
    }
    let members = ["stop_reason", "stop_sequence", "stop_details", "container"];
    let delta: serde_json::Map<_, _> =
        members.map(|name| (name.to_owned(), answer[name].clone())).into_iter().collect();
    let (with_delta, with_stop) =
        if late { (&Value::Null, &answer["usage"]) } else { (&answer["usage"], &Value::Null) };
    events.push(json!({"type": "message_delta", "delta": delta, "usage": with_delta,
        "context_management": answer["context_management"], "input_transformations": answer["input_transformations"]}));
    events.push(json!({"type": "message_stop", "usage": with_stop}));
    events
}

/// A block as it begins, and what makes it whole.
fn begun(block: &Value, length: usize) -> (Value, Vec<Value>) {
    let mut first = block.clone();
    let pieces = |text: &str| -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(length).map(|piece| piece.iter().collect()).collect()
    };
    let text = |name: &str| block[name].as_str().unwrap_or_default();
    let deltas = match text("type") {
        "text" => {
            first["text"] = json!("");
            first["citations"] = json!([]);
            let texts =
                pieces(text("text")).into_iter().map(|piece| json!({"type": "text_delta", "text": piece}));
            let places = block["citations"].as_array().expect("places").iter();
            texts.chain(places.map(|place| json!({"type": "citations_delta", "citation": place}))).collect()
        }
        "thinking" => {
            first["thinking"] = json!("");
            first["signature"] = json!("");
            let thoughts = pieces(text("thinking")).into_iter();
            thoughts
                .map(|piece| json!({"type": "thinking_delta", "thinking": piece}))
                .chain([json!({"type": "signature_delta", "signature": block["signature"]})])
                .collect()
        }
        "tool_use" | "server_tool_use" => {
            first["input"] = json!({});
            let input = if block["input"] == json!({}) { String::new() } else { block["input"].to_string() };
            pieces(&input)
                .into_iter()
                .map(|piece| json!({"type": "input_json_delta", "partial_json": piece}))
                .collect()
        }
        "compaction" => {
            first["content"] = Value::Null;
            first["encrypted_content"] = Value::Null;
            vec![
                json!({"type": "compaction_delta", "content": block["content"], "encrypted_content": block["encrypted_content"]}),
            ]
        }
        _ => Vec::new(),
    };
    (first, deltas)
}
