//! Converse: what it says is kept, and means the same in Messages.

use bedrock_types::{
    Message, MessageAccumulator, MessageCreateParams, MessageStreamEvent,
    converse::{
        ConverseError, ConverseErrorKind, ConverseOptions, ConverseRequest, ConverseResponse,
        ConverseStreamEvent, DocumentNames, FromConverseStream, PdfReading, ToConverseStream,
    },
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn parse<T: DeserializeOwned>(value: &Value) -> T {
    bedrock_types::json::from_slice(value.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{value} does not parse: {error}"))
}

fn written(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

fn params(messages: &Value) -> MessageCreateParams {
    parse(&json!({"model": "m", "max_tokens": 9, "messages": messages}))
}

fn to_converse(params: &MessageCreateParams) -> Result<ConverseRequest, ConverseError> {
    ConverseRequest::from_params(params, &ConverseOptions::default())
}

/// A block of Messages and the blocks of Converse that say the same.
fn blocks() -> Vec<(Value, Value)> {
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
            json!([{"reasoningContent": {"redactedContent": "b3BhcXVl"}}]),
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
fn blocks_are_said_in_both_apis() {
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

/// A request with every member that both can say.
fn whole() -> (Value, Value) {
    let schema = r#"{"type":"object",  "required":["b","a"]}"#;
    (
        json!({
            "model": "m", "max_tokens": 9, "messages": [
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {"role": "assistant", "content": [{"type": "text", "text": "hello"}]},
                {"role": "system", "content": [{"type": "text", "text": "be brief"}]},
            ],
            "system": [{"type": "text", "text": "terse"},
                {"type": "text", "text": "exact", "cache_control": {"type": "ephemeral"}}],
            "stop_sequences": ["END"], "temperature": 0.5, "top_p": 1, "top_k": 5,
            "tools": [
                {"name": "add", "description": "adds", "input_schema": {"type": "object"}, "strict": true},
                {"name": "sub", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral", "ttl": "5m"}},
                {"type": "bash_20250124", "name": "bash"}],
            "tool_choice": {"type": "tool", "name": "add"},
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "output_config": {"effort": "high",
                "format": {"type": "json_schema", "schema": serde_json::from_str::<Value>(schema).expect("JSON")}},
            "metadata": {"user_id": "u"}, "anthropic_beta": ["context-1m-2025-08-07"],
            "brand_new": {"deep": [1]},
        }),
        json!({
            "messages": [
                {"role": "user", "content": [{"text": "hi"}]},
                {"role": "assistant", "content": [{"text": "hello"}]},
                {"role": "system", "content": [{"text": "be brief"}]},
            ],
            "system": [{"text": "terse"}, {"text": "exact"}, {"cachePoint": {"type": "default"}}],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "topP": 1, "stopSequences": ["END"]},
            "toolConfig": {
                "tools": [
                    {"toolSpec": {"name": "add", "description": "adds", "inputSchema": {"json": {"type": "object"}}, "strict": true}},
                    {"toolSpec": {"name": "sub", "inputSchema": {"json": {"type": "object"}}}},
                    {"cachePoint": {"type": "default", "ttl": "5m"}}],
                "toolChoice": {"tool": {"name": "add"}}},
            "additionalModelRequestFields": {"top_k": 5, "thinking": {"type": "enabled", "budget_tokens": 1024},
                "metadata": {"user_id": "u"}, "anthropic_beta": ["context-1m-2025-08-07"], "brand_new": {"deep": [1]},
                "tools": [{"type": "bash_20250124", "name": "bash"}]},
            "additionalModelResponseFieldPaths": ["/stop_sequence"],
            "outputConfig": {"effort": "high", "textFormat": {"type": "json_schema", "structure": {
                "jsonSchema": {"schema": serde_json::from_str::<Value>(schema).expect("JSON").to_string()}}}},
        }),
    )
}

#[test]
fn a_whole_request_is_said_in_both_apis() {
    let (messages, converse) = whole();
    let params: MessageCreateParams = parse(&messages);
    let request = to_converse(&params).expect("it can be carried");
    assert_eq!(written(&request), converse);
    assert_eq!(written(&parse::<ConverseRequest>(&converse)), converse);
    assert_eq!(written(&request.to_params("m").expect("it can be carried")), messages);
}

#[test]
fn members_of_the_call_are_typed_and_stay_out_of_messages() {
    let value = json!({"messages": [], "inferenceConfig": {"maxTokens": 9},
        "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled", "streamProcessingMode": "sync"},
        "requestMetadata": {"team": "a"}, "performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}});
    let request: ConverseRequest = parse(&value);
    assert_eq!(written(&request), value);
    assert!(request.guardrail_config.is_some() && request.service_tier.is_some());
    assert_eq!(request.to_params("m"), Ok(params(&json!([]))));
}

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

#[test]
fn the_client_decides_how_pdfs_are_read_and_what_becomes_of_titles() {
    let pdf = |title: &str| {
        json!({"type": "document", "title": title,
            "source": {"type": "base64", "media_type": "application/pdf", "data": ""}})
    };
    let params = params(&json!([{"role": "user", "content": [
        {"type": "text", "text": "a"}, pdf("a_b.pdf"), pdf("a-b-pdf"), pdf("_")]}]));
    let error = to_converse(&params).expect_err("the title is no name");
    assert_eq!(error.kind(), &ConverseErrorKind::DocumentName);

    let options = ConverseOptions::default().pdf(PdfReading::Visual).document_names(DocumentNames::Legal);
    let request = written(&ConverseRequest::from_params(&params, &options).expect("it can be carried"));
    let content = &request["messages"][0]["content"];
    let names: Vec<_> = (1..4).map(|index| content[index]["document"]["name"].clone()).collect();
    assert_eq!(names, ["a-b-pdf", "a-b-pdf (2)", "-"]);
    assert_eq!(content[1]["document"]["citations"]["enabled"], true);
}

/// An answer, the message it is, and the events that stream it.
fn answer() -> (Value, Value, Vec<(&'static str, Value)>) {
    let citation = json!({"title": "t", "sourceContent": [{"text": "c"}],
        "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}});
    let usage = json!({"inputTokens": 9, "outputTokens": 17, "totalTokens": 33, "cacheReadInputTokens": 4,
        "cacheWriteInputTokens": 3, "cacheDetails": [{"ttl": "1h", "inputTokens": 1}, {"ttl": "5m", "inputTokens": 2}]});
    let trace = json!({"guardrail": {"actionReason": "none"}});
    (
        json!({
            "output": {"message": {"role": "assistant", "content": [
                {"reasoningContent": {"reasoningText": {"text": "Hmm.", "signature": "c2ln"}}},
                {"reasoningContent": {"redactedContent": "b3BhcXVl"}},
                {"citationsContent": {"content": [{"text": "Hello"}], "citations": [citation]}},
                {"text": ""},
                {"toolUse": {"toolUseId": "toolu_1", "name": "add", "input": {"a": 1.0}}},
            ]}},
            "stopReason": "stop_sequence", "usage": usage, "metrics": {"latencyMs": 700},
            "additionalModelResponseFields": {"stop_sequence": "END"}, "trace": trace,
        }),
        json!({
            "id": "r", "type": "message", "role": "assistant", "model": "m",
            "content": [
                {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
                {"type": "redacted_thinking", "data": "b3BhcXVl"},
                {"type": "text", "text": "Hello", "citations": [{"type": "page_location", "cited_text": "c",
                    "document_index": 0, "document_title": "t", "start_page_number": 1, "end_page_number": 2}]},
                {"type": "text", "text": ""},
                {"type": "tool_use", "id": "toolu_1", "name": "add", "input": {"a": 1.0}},
            ],
            "stop_reason": "stop_sequence", "stop_sequence": "END",
            "usage": {"input_tokens": 9, "output_tokens": 17, "cache_read_input_tokens": 4,
                "cache_creation_input_tokens": 3,
                "cache_creation": {"ephemeral_1h_input_tokens": 1, "ephemeral_5m_input_tokens": 2}},
            "amazon-bedrock-trace": trace,
        }),
        vec![
            ("messageStart", json!({"role": "assistant", "p": "abc"})),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "Hm"}}}),
            ),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "m."}}}),
            ),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 0, "delta": {"reasoningContent": {"signature": "c2ln"}}}),
            ),
            ("contentBlockStop", json!({"contentBlockIndex": 0})),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 1, "delta": {"reasoningContent": {"redactedContent": "b3BhcXVl"}}}),
            ),
            ("contentBlockStop", json!({"contentBlockIndex": 1})),
            ("contentBlockDelta", json!({"contentBlockIndex": 2, "delta": {"text": "Hel"}, "p": "a"})),
            ("brandNewEvent", json!({"n": 1})),
            ("contentBlockDelta", json!({"contentBlockIndex": 2, "delta": {"text": "lo"}})),
            ("contentBlockDelta", json!({"contentBlockIndex": 2, "delta": {"citation": citation}})),
            ("contentBlockStop", json!({"contentBlockIndex": 2})),
            ("contentBlockStop", json!({"contentBlockIndex": 3})),
            (
                "contentBlockStart",
                json!({"contentBlockIndex": 5, "start": {"toolUse": {"toolUseId": "toolu_1", "name": "add"}}}),
            ),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 5, "delta": {"toolUse": {"input": "{\"a\":1"}}}),
            ),
            ("contentBlockDelta", json!({"contentBlockIndex": 5, "delta": {"toolUse": {"input": ".0}"}}})),
            ("contentBlockStop", json!({"contentBlockIndex": 5})),
            (
                "messageStop",
                json!({"stopReason": "stop_sequence", "additionalModelResponseFields": {"stop_sequence": "END"}}),
            ),
            ("metadata", json!({"usage": usage, "metrics": {"latencyMs": 700}, "trace": trace})),
        ],
    )
}

fn frames(events: &[(&str, Value)]) -> Vec<ConverseStreamEvent> {
    let parse = |(name, payload): &(&str, Value)| {
        let event = ConverseStreamEvent::from_frame(name, payload.to_string().as_bytes()).expect("an event");
        assert_eq!(event.member(), *name);
        assert_eq!(written(&event.to_payload().expect("it can be written")), *payload);
        assert_eq!(parse::<ConverseStreamEvent>(&json!({*name: payload})), event);
        event
    };
    events.iter().map(parse).collect()
}

fn accumulate<'a>(events: impl IntoIterator<Item = &'a MessageStreamEvent>) -> Message {
    let mut accumulator = MessageAccumulator::new();
    for event in events {
        accumulator.push(event).expect("the order is that of Messages");
    }
    assert!(accumulator.is_complete());
    accumulator.into_snapshot().expect("there was a message")
}

#[test]
fn an_answer_is_said_in_both_apis() {
    let (converse, messages, _) = answer();
    let response: ConverseResponse = parse(&converse);
    assert_eq!(written(&response), converse);
    let message = response.to_message("r", "m").expect("it can be carried");
    assert_eq!(message, parse(&messages));

    let mut back = ConverseResponse::from_message(&message).expect("it can be carried");
    back.metrics = response.metrics.clone();
    assert_eq!(back, response);
}

#[test]
fn a_stream_is_the_answer() {
    let (_, messages, events) = answer();
    let mut stream = FromConverseStream::new("r", "m");
    let events: Vec<_> = frames(&events).iter().flat_map(|event| stream.push(event)).collect();
    assert!(stream.finish().is_empty());
    for event in &events {
        let bytes = written(event).to_string();
        assert_eq!(MessageStreamEvent::from_chunk(bytes.as_bytes()).as_ref(), Ok(&Some(event.clone())));
    }
    assert_eq!(accumulate(&events), parse::<Message>(&messages));

    // And back: the events that Messages made of it stream the same message again.
    let mut back = ToConverseStream::new();
    let mut again = FromConverseStream::new("r", "m");
    let mut round = Vec::new();
    for event in &events {
        for event in back.push(event).expect("it can be carried") {
            round.extend(again.push(&event));
        }
    }
    assert_eq!(accumulate(&round), parse::<Message>(&messages));
}

#[test]
fn a_stream_without_its_cost_is_complete_and_one_without_its_end_is_not() {
    let (_, _, events) = answer();
    for (without, complete) in [(1, true), (2, false)] {
        let kept = events.len().saturating_sub(without);
        let mut stream = FromConverseStream::new("r", "m");
        let mut accumulator = MessageAccumulator::new();
        let mut events: Vec<_> =
            frames(&events).iter().take(kept).flat_map(|event| stream.push(event)).collect();
        events.extend(stream.finish());
        for event in &events {
            accumulator.push(event).expect("the order is that of Messages");
        }
        assert_eq!(accumulator.is_complete(), complete);
    }
}

#[test]
fn a_block_without_counterpart_is_kept_in_an_answer() {
    let value = json!({"output": {"message": {"role": "assistant", "content": [{"audio": {"format": "mp3"}}]}},
        "stopReason": "guardrail_intervened"});
    let response: ConverseResponse = parse(&value);
    let message = response.to_message("r", "m").expect("it can be carried");
    assert_eq!(message.content.first().map(|block| block.kind()), Some("converse.audio"));
    assert_eq!(message.stop_reason.as_ref().map(|reason| reason.as_str()), Some("guardrail_intervened"));
    let back = ConverseResponse::from_message(&message).expect("it can be carried");
    assert_eq!(back.output, response.output);
}

fn content() -> impl Strategy<Value = Value> {
    proptest::collection::vec(proptest::sample::select(blocks()), 0..6).prop_map(|blocks| {
        // Neutral names of documents count, so only the first may have one.
        let mut seen = 0;
        let blocks = blocks.into_iter().map(|(block, _)| block).filter(|block| {
            seen += i32::from(block["type"] == "document");
            block["type"] != "document" || seen == 1 || block["title"].is_string()
        });
        let mut content = vec![json!({"type": "text", "text": "beside"})];
        content.extend(blocks);
        content.into()
    })
}

proptest! {
    #[test]
    fn a_request_that_both_can_carry_comes_back(
        turns in proptest::collection::vec((prop_oneof![Just("user"), Just("assistant")], content()), 0..4),
        kept in proptest::collection::vec(any::<bool>(), 16),
        text in ".{0,9}",
    ) {
        let (mut request, _) = whole();
        let optional: Vec<_> = request.as_object().expect("an object").keys()
            .filter(|name| !matches!(name.as_str(), "model" | "max_tokens" | "messages")).cloned().collect();
        for (name, kept) in optional.iter().zip(kept) {
            if !kept {
                request.as_object_mut().expect("an object").remove(name);
            }
        }
        let mut turns: Vec<_> =
            turns.into_iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
        turns.push(json!({"role": "user", "content": [{"type": "text", "text": text}]}));
        request["messages"] = turns.into();
        let params: MessageCreateParams = parse(&request);
        let converse = to_converse(&params).expect("it can be carried");
        let bytes = serde_json::to_vec(&converse).expect("it can be written");
        let converse: ConverseRequest = bedrock_types::json::from_slice(&bytes).expect("it can be read");
        prop_assert_eq!(converse.to_params("m").expect("it can be carried"), params);
    }
}
