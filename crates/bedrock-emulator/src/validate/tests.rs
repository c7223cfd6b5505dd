//! Bodies that are taken, and what is said of those that are not.

use bedrock_types::models::find;

use super::*;
use crate::reply::{reply, weigh};
use crate::testing::{body_with, hello_body, refusal};

fn checked(model: &str, body: &str) -> Result<Box<MessageCreateParams>, String> {
    invoke_model_body(body.as_bytes(), find(model).unwrap()).map_err(|error| {
        let (status, code, message) = refusal(&error.into_response());
        assert_eq!((status, code.as_str()), (400, "ValidationException"));
        message
    })
}

/// A body with these messages, given as JSON.
fn messages(json: &str) -> String {
    format!(r#"{{"anthropic_version":"bedrock-2023-05-31","max_tokens":1,"messages":{json}}}"#)
}

#[test]
fn what_bedrock_takes_is_taken() {
    for body in [
        hello_body(),
        body_with(
            r#","anthropic_beta":["context-1m-2025-08-07"],"system":"s","stop_sequences":["a"],"temperature":1"#,
        ),
        body_with(r#","top_p":0.5,"top_k":3,"metadata":{"user_id":"u"}"#),
        body_with(r#","top_p":0.95,"thinking":{"type":"adaptive"}"#),
        body_with(
            r#","tools":[{"name":"t","input_schema":{"type":"object"}},{"type":"bash_20250124","name":"bash"}]"#,
        ),
        body_with(
            r#","tools":[{"name":"t","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},"output_config":{"effort":"low"},"context_management":{"edits":[]}"#,
        ),
        body_with(
            r#","anthropic_beta":["compact-2026-09-04","dangerous-tool-use-2026-09-03"],"safeguards":[],
            "compaction":{"type":"summarize"},"user_profile_id":"u""#,
        ),
        body_with(r#","system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]"#),
        messages(
            r#"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"search_result","source":"s","title":"t","content":[]}]}]"#,
        ),
        messages(
            r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#,
        ),
        messages(r#"[{"role":"user","content":"a"},{"role":"user","content":"b"}]"#),
    ] {
        let params = checked("opus-4.6", &body).unwrap_or_else(|refusal| panic!("{body}: {refusal}"));
        assert!(params.extra.get("model").is_none() && params.model == "anthropic.claude-opus-4-6-v1");
    }
}

#[test]
fn each_wrong_member_has_its_sentence() {
    let without = |member: &str| hello_body().replace(member, "");
    let with = |from: &str, to: &str| hello_body().replace(from, to);
    let cases = [
        (String::new(), MALFORMED),
        ("not JSON".to_owned(), MALFORMED),
        ("[]".to_owned(), MALFORMED),
        ("\"{}\"".to_owned(), MALFORMED),
        (format!("{} x", hello_body()), MALFORMED),
        ("{}".to_owned(), "anthropic_version: Field required"),
        (without(r#""anthropic_version":"bedrock-2023-05-31","#), "anthropic_version: Field required"),
        (without(r#""max_tokens":256,"#), "max_tokens: Field required"),
        (without(r#","messages":[{"role":"user","content":"Hello, world"}]"#), "messages: Field required"),
        (with("bedrock-2023-05-31", "2023-06-01"), "anthropic_version: Input should be 'bedrock-2023-05-31'"),
        (with("bedrock-2023-05-31", "2026-10-21"), "anthropic_version: Input should be 'bedrock-2023-05-31'"),
        (with("\"bedrock-2023-05-31\"", "7"), "anthropic_version: Input should be 'bedrock-2023-05-31'"),
        (body_with(r#","model":"m""#), "model: Extra inputs are not permitted"),
        (body_with(r#","stream":true"#), "stream: Extra inputs are not permitted"),
        (
            body_with(r#","cache_control":{"type":"ephemeral"}"#),
            "cache_control: Extra inputs are not permitted",
        ),
        (body_with(r#","maxTokens":1"#), "maxTokens: Extra inputs are not permitted"),
        (with("256", "\"many\""), "max_tokens: Input should be a valid integer"),
        (with("256", "1.5"), "max_tokens: Input should be a valid integer"),
        (with("256", "-1"), "max_tokens: Input should be a valid integer"),
        (with("256", "null"), "max_tokens: Input should be a valid integer"),
        (with("256", "0"), "max_tokens: Input should be greater than or equal to 1"),
        (
            with("256", "200000"),
            "max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-6",
        ),
        (
            body_with(r#","anthropic_beta":"context-1m-2025-08-07""#),
            "anthropic_beta: Input should be a valid list",
        ),
        (body_with(r#","anthropic_beta":["a",7]"#), "anthropic_beta.1: invalid type"),
        (body_with(r#","temperature":"hot""#), "temperature: Input should be a valid number"),
        (body_with(r#","stop_sequences":"a""#), "stop_sequences: Input should be a valid list"),
        (
            body_with(r#","stop_sequences":[" "]"#),
            "stop_sequences: each stop sequence must contain non-whitespace",
        ),
        (body_with(r#","system":7"#), "system: Input should be a valid string or list"),
        (body_with(r#","tools":[{"name":"t"}]"#), "tools.0: missing member `input_schema`"),
    ];
    for (body, sentence) in cases {
        let refusal = checked("opus-4.6", &body).expect_err(&body);
        assert!(refusal.starts_with(sentence), "{body}: {refusal}");
    }
}

#[test]
fn each_wrong_conversation_has_its_sentence() {
    let image = r#"{"type":"image","source":{"type":"base64","media_type":"image/png"}}"#;
    let cases = [
        ("{}".to_owned(), "messages: Input should be a valid list"),
        ("[]".to_owned(), "messages: at least one message is required"),
        (r#"["hi"]"#.to_owned(), "messages.0: invalid type"),
        (r#"[{"content":"a"}]"#.to_owned(), "messages.0: missing member `role`"),
        (r#"[{"role":"user"}]"#.to_owned(), "messages.0: missing member `content`"),
        (r#"[{"role":"user","content":7}]"#.to_owned(), "messages.0.content: invalid type"),
        (
            r#"[{"role":"user","content":""}]"#.to_owned(),
            "messages.0: \"user\" messages must have non-empty content",
        ),
        (
            r#"[{"role":"assistant","content":"a"}]"#.to_owned(),
            "messages: first message must use the \"user\" role",
        ),
        (
            r#"[{"role":"user","content":"a"},{"role":"tool","content":"b"}]"#.to_owned(),
            "messages.1.role: Input should be 'user' or 'assistant'",
        ),
        (
            r#"[{"role":"user","content":"a"},{"role":"system","content":"b"}]"#.to_owned(),
            "messages.1.role: Input should be 'user' or 'assistant'",
        ),
        (
            r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#.to_owned(),
            "This model does not support assistant message prefill.",
        ),
        (
            r#"[{"role":"user","content":[{"type":"text","text":7}]}]"#.to_owned(),
            "messages.0.content.0.text: invalid type",
        ),
        (
            r#"[{"role":"user","content":[{"type":"text","text":""}]}]"#.to_owned(),
            "messages: text content blocks must be non-empty",
        ),
        (
            format!(r#"[{{"role":"user","content":[{image}]}}]"#),
            "messages.0.content.0.source: missing member `data`",
        ),
        (
            r#"[{"role":"user","content":[{"type":"video","url":"x"}]}]"#.to_owned(),
            "messages.0.content.0: Input tag 'video' found using 'type' does not match",
        ),
    ];
    for (json, sentence) in cases {
        let refusal = checked("opus-4.6", &messages(&json)).expect_err(&json);
        assert!(refusal.starts_with(sentence), "{json}: {refusal}");
        assert!(!refusal.contains(" line "), "{json}: {refusal}");
    }
}

#[test]
fn the_model_decides_about_version_and_conversation() {
    let newer = |members: &str| body_with(members).replace("bedrock-2023-05-31", "2026-10-21");
    checked("opus-4.8", &newer("")).unwrap();
    assert_eq!(
        checked("opus-4.8", &newer(r#","temperature":1"#)).unwrap_err(),
        "temperature: Extra inputs are not permitted"
    );
    let neither = hello_body().replace("bedrock-2023-05-31", "2023-06-01");
    assert_eq!(
        checked("opus-4.8", &neither).unwrap_err(),
        "anthropic_version: Input should be 'bedrock-2023-05-31' or '2026-10-21'"
    );
    let system_turn = messages(r#"[{"role":"user","content":"a"},{"role":"system","content":"b"}]"#);
    checked("opus-4.8", &system_turn).unwrap();
    let prefilled = messages(r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#);
    checked("sonnet-4.5", &prefilled).unwrap();
}

#[test]
fn broken_json_is_refused_wherever_it_is() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for body in [
        messages(&deep).into_bytes(),
        body_with(&format!(r#","system":{deep}"#)).into_bytes(),
        body_with(&format!(r#","system":{}"#, "[".repeat(5000))).into_bytes(),
        b"{\"a\xff\":1}".to_vec(),
        b"{\"a\":\"\xff\"}".to_vec(),
        hello_body().replace("256", "1e400").into_bytes(),
    ] {
        assert!(invoke_model_body(&body, find("opus-4.6").unwrap()).is_err());
    }
}

#[test]
fn each_thing_that_a_model_does_not_do_has_its_sentence() {
    let tool = r#""tools":[{"name":"t","input_schema":{"type":"object"}}]"#;
    let call = r#"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"t","input":{}}]}"#;
    let result = r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_2"}]}"#;
    let talk = |turns: &str| {
        hello_body().replace(r#""Hello, world"}]"#, &format!(r#""Hello, world"}},{turns}],{tool}"#))
    };
    let marks = r#"{"type":"text","text":"s","cache_control":{"type":"ephemeral"}},"#.repeat(5);
    let cases = [
        ("opus-4.8", body_with(r#","temperature":0.5"#), "`temperature` is deprecated for this model."),
        (
            "sonnet-4.5",
            body_with(r#","temperature":0.5,"top_p":0.5"#),
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        ),
        (
            "opus-4.6",
            body_with(r#","temperature":0.5,"thinking":{"type":"adaptive"}"#),
            "`temperature` may only be set to 1 when thinking is enabled. Please consult",
        ),
        (
            "opus-4.8",
            body_with(r#","thinking":{"type":"enabled","budget_tokens":1024}"#),
            "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and",
        ),
        (
            "sonnet-4.5",
            body_with(r#","thinking":{"type":"adaptive"}"#),
            "adaptive thinking is not supported on this model",
        ),
        (
            "opus-5.5",
            body_with(r#","thinking":{"type":"disabled"}"#),
            "\"thinking.type.disabled\" is not supported for this model.",
        ),
        (
            "sonnet-4.5",
            body_with(r#","thinking":{"type":"enabled","budget_tokens":1000}"#),
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
        ),
        (
            "sonnet-4.5",
            body_with(r#","thinking":{"type":"enabled","budget_tokens":1024}"#),
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ),
        (
            "opus-4.6",
            body_with(&format!(r#",{tool},"tool_choice":{{"type":"any"}},"thinking":{{"type":"adaptive"}}"#)),
            "Thinking may not be enabled when tool_choice forces tool use.",
        ),
        (
            "opus-4.6",
            body_with(&format!(r#",{tool},"tool_choice":{{"type":"tool","name":"u"}}"#)),
            "Tool 'u' not found in provided tools",
        ),
        (
            "opus-4.6",
            body_with(r#","tool_choice":{"type":"auto"}"#),
            "tool_choice may only be specified while providing tools.",
        ),
        ("opus-4.6", body_with(r#","anthropic_beta":["files-api-2025-04-14"]"#), "invalid beta flag"),
        ("opus-4.6", body_with(r#","anthropic_beta":["never-heard-of-2026-01-01"]"#), "invalid beta flag"),
        (
            "opus-4.6",
            body_with(r#","compaction":{"type":"summarize"}"#),
            "compaction: Extra inputs are not permitted",
        ),
        (
            "opus-4.6",
            talk(&format!(r#"{call},{{"role":"user","content":"Well?"}}"#)),
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.",
        ),
        (
            "opus-4.6",
            talk(&format!("{call},{result}")),
            "messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_2.",
        ),
        (
            "opus-4.6",
            body_with(&format!(r#","system":[{}]"#, marks.trim_end_matches(','))),
            "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        ),
        (
            "opus-4.6",
            body_with(r#","tools":[{"type":"web_search_20250305","name":"web_search"}]"#),
            "tools.0: Bedrock does not have this",
        ),
    ];
    for (model, body, sentence) in cases {
        let refusal = checked(model, &body).expect_err(&body);
        assert!(refusal.starts_with(sentence), "{body}: {refusal}");
    }
}

#[test]
fn thinking_comes_back_as_it_was() {
    let model = find("opus-4.6").unwrap();
    let body = body_with(r#","thinking":{"type":"adaptive"}"#).replace("256", "2000");
    let params = checked("opus-4.6", &body).unwrap();
    let answer =
        serde_json::to_string(&reply(&params, model, &weigh(&mut params.clone()), None).content).unwrap();
    let history = |content: &str| {
        messages(&format!(
            r#"[{{"role":"user","content":"a"}},{{"role":"assistant","content":{content}}},{{"role":"user","content":"b"}}]"#
        ))
    };
    checked("opus-4.6", &history(&answer)).unwrap();
    let signature = answer.split(r#""signature":""#).nth(1).unwrap().split('"').next().unwrap();
    for (content, sentence) in [
        (answer.replace(signature, "AAAA"), "messages.1.content.0: Invalid `signature` in `thinking` block"),
        (
            answer.replace("The user", "A user"),
            "messages.1.content.0: Invalid `signature` in `thinking` block",
        ),
        (answer.replace(signature, ""), "messages.1.content.0.thinking.signature: Field required"),
        (
            r#"[{"type":"redacted_thinking","data":"AAAA"},{"type":"text","text":"a"}]"#.to_owned(),
            "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
        ),
    ] {
        assert_eq!(checked("opus-4.6", &history(&content)).unwrap_err(), sentence);
    }
}

#[test]
fn thinking_of_newer_models_stays_with_its_model_and_its_turns() {
    let body = |turns: &str, members: &str| {
        messages(turns)
            .replace(r#""max_tokens":1,"#, r#""max_tokens":2000,"#)
            .trim_end_matches('}')
            .to_owned()
            + members
            + "}"
    };
    let first = r#"{"role":"user","content":"a"}"#;
    let params = checked("opus-5.5", &body(&format!("[{first}]"), "")).unwrap();
    let answer = reply(&params, find("opus-5.5").unwrap(), &weigh(&mut params.clone()), None).content;
    let answer = serde_json::to_string(&answer).unwrap();
    let behind = |first: &str| {
        format!(r#"[{first},{{"role":"assistant","content":{answer}}},{{"role":"user","content":"b"}}]"#)
    };
    let sentence = "messages.1.content.0: Invalid `signature` in `thinking` block";
    let in_blocks =
        r#"{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}"#;
    let changed = r#"{"role":"user","content":"A"}"#;
    for (model, first, expected) in [
        ("opus-5.5", first, Ok(())),
        ("opus-5.5", in_blocks, Ok(())),
        ("opus-5.5", changed, Err(sentence)),
        ("fable-5.1", first, Err(sentence)),
        ("opus-5", first, Err(sentence)),
    ] {
        let passed = checked(model, &body(&behind(first), "")).map(drop);
        assert_eq!(passed.as_ref().map_err(String::as_str).copied(), expected, "{model} {first}");
    }
    let dropping = r#","anthropic_beta":["thinking-binding-controls-2026-08-01"],"thinking":{"type":"adaptive",
        "block_binding":{"prefix_mismatch_behavior":"drop_block"}}"#;
    checked("opus-5.5", &body(&behind(changed), dropping)).unwrap();
}

#[test]
fn a_body_is_read_at_once_as_it_is_member_by_member() {
    let model = find("opus-4.6").unwrap();
    for members in [
        "",
        r#","system":"Be brief.","temperature":0.5,"stop_sequences":["a"]"#,
        r#","max_tokens":7,"max_tokens":8"#,
        r#","thinking":{"type":"adaptive"},"metadata":{"user_id":"m","more":[null]}"#,
        r#","tools":[{"name":"t","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"}"#,
    ] {
        let body = body_with(members);
        let whole = read_at_once(body.as_bytes(), model);
        assert_eq!(whole, Some(read_by_members(body.as_bytes(), model).unwrap()), "{body}");
    }
    for members in [r#","top_k":null"#, r#","model":"m""#, r#","max_tokens":"1""#, r#","unknown":1"#] {
        assert_eq!(read_at_once(body_with(members).as_bytes(), model), None, "{members}");
    }
}
