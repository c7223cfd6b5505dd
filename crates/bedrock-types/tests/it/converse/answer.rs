//! Answers, whole and streamed.

use bedrock_types::{
    Message, MessageAccumulator, MessageStreamEvent,
    converse::{ConverseResponse, ConverseStreamEvent, FromConverseStream, ToConverseStream},
};
use serde_json::{Value, json};

use super::{parse, written};

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
                {"reasoningContent": {"redactedContent": "YjNCaGNYVmw="}},
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
                json!({"contentBlockIndex": 1, "delta": {"reasoningContent": {"redactedContent": "YjNCaGNYVmw="}}}),
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

/// The blob is as recorded: <https://github.com/pydantic/pydantic-ai>, `test_bedrock_model_thinking_part_redacted.yaml`, shortened.
#[test]
fn redacted_thinking_is_the_text_inside_the_blob() {
    let answer = |content: &str| {
        json!({"output": {"message": {"role": "assistant", "content": [{"reasoningContent": {"redactedContent": content}}]}},
            "stopReason": "end_turn"})
    };
    let delta = |content: &str| {
        [
            ("messageStart", json!({"role": "assistant"})),
            (
                "contentBlockDelta",
                json!({"contentBlockIndex": 0, "delta": {"reasoningContent": {"redactedContent": content}}}),
            ),
            ("contentBlockStop", json!({"contentBlockIndex": 0})),
            ("messageStop", json!({"stopReason": "end_turn"})),
        ]
    };
    let not_text = "gA==";
    let no_base64 = "*";
    for (content, expected) in [
        (
            "RXRNRkNrZ0lDeEFCR0FJcVFHcUJNd0JpNDYrU0RFRVkzQ3MwbUNzWDVNZHg",
            json!({"type": "converse.reasoningContent", "reasoningContent":
                {"redactedContent": "RXRNRkNrZ0lDeEFCR0FJcVFHcUJNd0JpNDYrU0RFRVkzQ3MwbUNzWDVNZHg"}}),
        ),
        (
            "RXRNRkNrZ0lDeEFCR0FJcVFHcUJNd0JpNDYrU0RFRVkzQ3MwbUNzWDVNZHg=",
            json!({"type": "redacted_thinking", "data": "EtMFCkgICxABGAIqQGqBMwBi46+SDEEY3Cs0mCsX5Mdx"}),
        ),
        (
            not_text,
            json!({"type": "converse.reasoningContent", "reasoningContent": {"redactedContent": not_text}}),
        ),
        (
            no_base64,
            json!({"type": "converse.reasoningContent", "reasoningContent": {"redactedContent": no_base64}}),
        ),
    ] {
        let response: ConverseResponse = parse(&answer(content));
        let message = response.to_message("r", "m").expect("it can be carried");
        assert_eq!(written(&message.content), json!([expected]), "{content}");
        let back = ConverseResponse::from_message(&message).expect("it can be carried");
        assert_eq!(back.output, response.output);

        let mut stream = FromConverseStream::new("r", "m");
        let mut events: Vec<_> =
            frames(&delta(content)).iter().flat_map(|event| stream.push(event)).collect();
        events.extend(stream.finish());
        assert_eq!(accumulate(&events).content, message.content, "{content}");
    }
}
