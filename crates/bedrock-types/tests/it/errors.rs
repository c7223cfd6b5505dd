//! Malformed known things are errors that say where; they are never taken for something unknown.

use bedrock_types::{
    ContentBlock, Message, MessageAccumulator, MessageCreateParams, MessageParam, MessageStreamEvent,
    RawJson, json,
};

#[test]
fn the_path_names_the_bad_value() {
    let message = |content: &str| {
        format!(
            r#"{{"id":"m","role":"assistant","model":"m","usage":{{"input_tokens":1,"output_tokens":1}},"content":{content}}}"#
        )
    };
    for (content, path) in [
        (r#"[{"type":"text","text":7}]"#, "content[0].text"),
        (r#"[{"type":"text","text":"a"},{"type":"text","txt":"typo"}]"#, "content[1]"),
        (r#"[{"type":"image","source":{"type":"base64","media_type":"image/png"}}]"#, "content[0].source"),
        (r#"[{"text":"no type"}]"#, "content[0]"),
        (r#"[{"type":7}]"#, "content[0]"),
        (r#"[{"text":7,"type":"text"}]"#, "content[0].text"),
        (r#"[{"source":{"data":"","type":"base64"},"type":"image"}]"#, "content[0].source"),
        (
            r#"[{"type":"text","text":"a"},{"source":{"media_type":"a","data":[],"type":"base64"},"type":"image"}]"#,
            "content[1].source.data",
        ),
        (
            r#"[{"text":"a","type":"text","citations":[{"cited_text":"c","type":"char_location","document_index":-1}]}]"#,
            "content[0].citations[0].document_index",
        ),
        (r#"[{"text":"a","type":"text","type":"image"}]"#, "content[0].type"),
        (r#"[{"text":7,"\u0074ype":"text"}]"#, "content[0].text"),
        (r#"[{"type":"document","source":{"data":"a"}}]"#, "content[0].source"),
        (r#"[[]]"#, "content[0]"),
        (r#"{"type":"text","text":"not in an array"}"#, "content"),
    ] {
        let error = json::from_slice::<Message>(message(content).as_bytes()).expect_err(content);
        assert_eq!(error.path(), path, "{content}: {error}");
    }
}

#[test]
fn a_missing_member_is_named() {
    let error =
        json::from_slice::<MessageCreateParams>(br#"{"model":"m","max_tokens":1}"#).expect_err("no messages");
    assert!(error.to_string().contains("missing member `messages`"), "{error}");
}

#[test]
fn no_error_shows_the_input() {
    let error = json::from_slice::<ContentBlock>(br#"{"type":"text","text":["my secret prompt"]}"#)
        .expect_err("an array");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn chunks_that_are_no_event_are_told_apart() {
    for skipped in
        [r#"{}"#, r#"{"completion":" Hi","stop":null}"#, r#"{"a":1,"type":7}"#, r#"{"type":{"a":[1]},"b":2}"#]
    {
        assert_eq!(MessageStreamEvent::from_chunk(skipped.as_bytes()).expect(skipped), None, "{skipped}");
    }
    for bad in [
        "",
        "<html>",
        "[]",
        "7",
        r#"{"type":"ping""#,
        r#"{"type":"ping"} x"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"\ud800"}}"#,
    ] {
        assert!(MessageStreamEvent::from_chunk(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(MessageStreamEvent::from_chunk(b"{\"type\":\"\xff\"}").is_err());
}

#[test]
fn deep_and_huge_values_are_errors_or_raw_text() {
    let deep = format!(r#"{{"type":"novel","x":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let _ = json::from_slice::<ContentBlock>(deep.as_bytes());
    // With the tag behind, what is nested is parsed in steps; the limit is the same.
    let tag_last =
        r#"{"tool_use_id":"t","content":["#.repeat(5000) + &r#"],"type":"tool_result"}"#.repeat(5000);
    assert!(json::from_slice::<ContentBlock>(tag_last.as_bytes()).is_err());
    let event = format!(r#"{{"type":"content_block_start","index":0,"content_block":{tag_last}}}"#);
    assert!(MessageStreamEvent::from_chunk(event.as_bytes()).is_err());
    let deep_known = format!(
        r#"{{"type":"tool_result","tool_use_id":"t","content":{}{}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    assert!(json::from_slice::<ContentBlock>(deep_known.as_bytes()).is_err());
    assert_eq!(RawJson::parse("1e400").expect("valid JSON").as_str(), "1e400");
}

#[test]
fn a_type_that_is_another_is_refused() {
    assert!(json::from_slice::<bedrock_types::TextBlock>(br#"{"type":"image","text":"x"}"#).is_err());
    assert!(json::from_slice::<ContentBlock>(br#"{"type":"text","text":"x","type":"image"}"#).is_err());
    assert!(json::from_slice::<bedrock_types::Tool>(br#"{"type":5,"name":"n","input_schema":{}}"#).is_err());
    assert!(
        json::from_slice::<ContentBlock>(
            br#"{"type":"tool_use","id":"i","name":"n","input":{},"partial_json":""}"#
        )
        .is_err()
    );
}

#[test]
fn many_unknown_members_are_read_in_one_pass() {
    let members: String = (0..200_000).map(|index| format!(r#","m{index}":0"#)).collect();
    let event = format!(r#"{{"type":"ping"{members}}}"#);
    // A pass for each member would take minutes.
    let event = MessageStreamEvent::from_chunk(event.as_bytes()).expect("an event").expect("with a type");
    assert_eq!(event, event.clone());

    let start = r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#;
    let delta = format!(
        r#"{{"type":"message_delta","delta":{{"a":1{members}}},"usage":{{"a":1{members}}}{members}}}"#
    );
    let mut accumulator = MessageAccumulator::new();
    for event in [start, &delta] {
        let event = MessageStreamEvent::from_chunk(event.as_bytes()).expect("an event").expect("with a type");
        accumulator.push(&event).expect("in order");
    }
    assert_eq!(accumulator.snapshot().map(|message| message.extra.iter().count()), Some(200_001));
}

#[test]
fn the_last_of_two_members_counts_and_two_types_are_refused() {
    for (json, kept) in [
        (r#"{"type":"text","text":"a","text":"b"}"#, r#"{"type":"text","text":"b"}"#),
        (r#"{"type":"text","type":"text","text":"a"}"#, r#"{"type":"text","text":"a"}"#),
        (r#"{"type":"novel","type":"novel"}"#, r#"{"type":"novel","type":"novel"}"#),
    ] {
        let block: ContentBlock = json::from_slice(json.as_bytes()).expect(json);
        assert_eq!(serde_json::to_string(&block).expect("JSON"), kept);
    }
    let twice = r#"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal"},"new":1},
        "delta":{"stop_sequence":"x"},"usage":{"output_tokens":1},"usage":{"input_tokens":2}}"#;
    let once = r#"{"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":"x"},"usage":{"input_tokens":2}}"#;
    let event: MessageStreamEvent = json::from_slice(twice.as_bytes()).expect("an event");
    assert_eq!(serde_json::to_string(&event).expect("JSON"), once);
    for json in [
        r#"{"type":"text","text":"a","type":"novel"}"#,
        r#"{"type":"novel","text":"a","type":"text"}"#,
        r#"{"type":"novel","text":"a","\u0074ype":"text"}"#,
        r#"{"text":"a","type":"novel","type":7}"#,
    ] {
        let error = json::from_slice::<ContentBlock>(json.as_bytes()).expect_err(json);
        assert_eq!(error.path().replace("\\u0074", "t"), "type", "{json}: {error}");
    }
}

#[test]
fn a_call_without_input_has_an_empty_one() {
    for kind in ["tool_use", "server_tool_use"] {
        let call: ContentBlock =
            json::from_slice(format!(r#"{{"type":"{kind}","id":"i","name":"n"}}"#).as_bytes()).expect(kind);
        let written = serde_json::to_string(&call).expect("JSON");
        assert_eq!(written, format!(r#"{{"type":"{kind}","id":"i","name":"n","input":{{}}}}"#));
    }
}

#[test]
fn an_error_body_is_read_whatever_its_members_are() {
    use bedrock_types::ErrorBody;
    for (body, message, code) in [
        (r#"{"code":503,"message":"upstream busy"}"#, Some("upstream busy"), None),
        (r#"{"message":7,"Message":"slow","code":"X"}"#, Some("slow"), Some("X")),
        (r#"{"error":"no such route"}"#, Some("no such route"), None),
        (r#"{"type":"error","error":{"type":"api_error","message":"m"}}"#, None, None),
        (r#"{}"#, None, None),
    ] {
        let parsed = ErrorBody::parse(body.as_bytes()).expect("an object");
        assert_eq!((parsed.message.as_deref(), parsed.code.as_deref()), (message, code), "{body}");
    }
    let parsed = ErrorBody::parse(br#"{"message":"m","originalStatusCode":"500","originalMessage":"x"}"#)
        .expect("an object");
    assert_eq!((parsed.original_status, parsed.original_message.as_deref()), (Some(500), Some("x")));
}

#[test]
fn the_path_leads_through_types_of_others_too() {
    #[derive(Debug, serde::Deserialize)]
    struct Chat {
        #[expect(dead_code, reason = "only read")]
        turns: Vec<MessageParam>,
    }
    let json = r#"{"turns":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"text"}]}]}"#;
    let error = json::from_slice::<Chat>(json.as_bytes()).expect_err("no text");
    assert_eq!(error.path(), "turns[1].content[0]");
    assert_eq!(error.to_string(), "turns[1].content[0]: missing member `text`");
    // Serde's own error has no path, so the message has it.
    let error = serde_json::from_str::<MessageParam>(r#"{"role":"user","content":[{"type":"text"}]}"#)
        .expect_err("no text");
    assert!(error.to_string().starts_with("`content[0]`: missing member `text`"), "{error}");
}

#[test]
fn what_is_no_json_is_no_value() {
    for bad in [
        r#"{"type":"text","text":"a",}"#,
        r#"{"type":"text" "text":"a"}"#,
        r#"{"type":"text","text":"a"]"#,
        r#"{"type":"text","text":"a\x"}"#,
        "{\"type\":\"text\",\"text\":\"a\nb\"}",
        r#"{"type":"text","text":"a","cache_control":nul}"#,
        r#"{"type":"text","text":"a","extra":01}"#,
        r#"{"type":"novel","extra":[1,]}"#,
        r#"{"extra":{,"type":"text","text":"a"}"#,
        r#"{"type":"text","text":"\ud83e"}"#,
        r#"{type:"text","text":"a"}"#,
        r#"{"type":"text","text":"a"} {}"#,
    ] {
        assert!(json::from_slice::<ContentBlock>(bad.as_bytes()).is_err(), "{bad}");
        let event = format!(r#"{{"type":"content_block_start","index":0,"content_block":{bad}}}"#);
        assert!(MessageStreamEvent::from_chunk(event.as_bytes()).is_err(), "{bad}");
    }
    for index in ["01", "-1", "1.0", "1e0", "+1", "18446744073709551616", "\"1\"", "null", ""] {
        let event = format!(r#"{{"type":"content_block_stop","index":{index}}}"#);
        assert!(MessageStreamEvent::from_chunk(event.as_bytes()).is_err(), "{index}");
    }
    let most = r#"{"type":"content_block_stop","index":18446744073709551615}"#;
    assert!(MessageStreamEvent::from_chunk(most.as_bytes()).is_ok());
}
