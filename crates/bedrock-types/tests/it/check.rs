//! What a model will refuse: for each rule one model that refuses and one that does not.

use bedrock_types::{
    CacheControl, CustomTool, MessageCreateParams, RawJson, Route,
    check::{Finding, Fix, Outcome, Rule},
    json,
    models::{self, Feature, LifecycleStatus, ModelInfo},
};
use serde_json::{Value, json};

/// A rule, the members that break it, a model that refuses them, one that takes them, and where.
type Case = (&'static str, Value, &'static str, &'static str, &'static str);

fn cases() -> Vec<Case> {
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
            "opus-4.8",
            "fable-5",
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
            user(json!({"type": "tool_result", "tool_use_id": "t", "content": [image(png)]})),
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
    ]
}

#[test]
fn each_rule_has_a_model_that_refuses_and_one_that_takes() {
    for (rule, members, refusing, taking, path) in cases() {
        let findings = request(&members).check(model(refusing));
        let found = findings.iter().find(|finding| name(finding) == rule && finding.path == path);
        assert!(found.is_some(), "{rule} {members} is not found for {refusing}: {findings:?}");
        if taking.is_empty() {
            continue;
        }
        let findings = request(&members).check(model(taking));
        assert!(
            !findings.iter().any(|finding| name(finding) == rule),
            "{rule} {members} for {taking}: {findings:?}"
        );
    }
}

#[test]
fn a_plain_request_is_fine_for_every_model_that_can_be_asked() {
    for model in models::catalog() {
        let findings = request(&json!({})).check(model);
        let asked = model.lifecycle.status == LifecycleStatus::Active;
        assert_eq!(findings.is_empty(), asked, "{}: {findings:?}", model.id);
    }
}

/// What the finding says to write is not found fault with again, and neither is what is left after leaving it out.
#[test]
fn a_fix_mends_its_finding() {
    let mut mended = 0;
    for (rule, members, refusing, _, _) in cases() {
        let before = request(&members);
        for finding in before.check(model(refusing)).into_iter().filter(|finding| name(finding) == rule) {
            let Some(after) = apply(&before, &finding) else { continue };
            let again = after.check(model(refusing));
            let same = again.iter().filter(|later| later.path == finding.path && later.rule == finding.rule);
            assert_eq!(same.count(), 0, "{finding} is found again: {again:?}");
            mended += 1;
        }
    }
    assert!(mended > 20, "only {mended} fixes were tried");
}

#[test]
fn the_route_decides_too() {
    let strict = json!({"tools": [{"name": "add", "input_schema": {"type": "object"}, "strict": true}]});
    let format = json!({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}});
    let none = json!({"tool_choice": {"type": "none"}});
    let version = json!({"anthropic_version": "2023-06-01"});
    let beta = json!({"anthropic_beta": ["context-management-2025-06-27"]});
    for (members, model_name, refusing, taking) in [
        (&strict, "sonnet-4.6", Route::Messages, Route::InvokeModel),
        (&strict, "haiku-4.5", Route::Mantle, Route::Converse),
        (&format, "haiku-4.5", Route::Mantle, Route::Messages),
        (&none, "haiku-4.5", Route::Converse, Route::InvokeModel),
        (&beta, "haiku-4.5", Route::Converse, Route::InvokeModel),
        (&version, "haiku-4.5", Route::InvokeModel, Route::Messages),
        (&json!({}), "sonnet-4.6", Route::Mantle, Route::Messages),
    ] {
        let params = request(members);
        assert_eq!(params.check_for(model(model_name), refusing).len(), 1, "{members} on {refusing}");
        assert_eq!(params.check_for(model(model_name), taking), [], "{members} on {taking}");
    }
}

#[test]
fn what_is_disputed_is_said_to_be() {
    let format = json!({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}});
    for (model_name, outcome) in [("opus-4.8", Outcome::Unsure), ("opus-4.7", Outcome::Refused)] {
        let findings = request(&format).check(model(model_name));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].outcome, outcome);
        assert_eq!(findings[0].rule, Rule::FeatureNotTaken { feature: Feature::StructuredOutput });
        assert_eq!(findings[0].fix, Fix::AskWithTool);
    }
}

#[test]
fn a_check_changes_nothing_and_says_it_for_people() {
    let params = request(&json!({"max_tokens": 200_000, "temperature": 0.5}));
    let before = params.clone();
    let findings = params.check(model("opus-4.8"));
    assert_eq!(params, before);
    let said: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "max_tokens: 200000 is more than the model's 128000; make it at most 128000",
            "temperature: the model chooses its sampling itself; leave it out",
        ]
    );
}

#[test]
fn the_order_of_marks_is_that_of_tools_system_and_messages() {
    let hour = || CacheControl::ephemeral().ttl("1h");
    let schema = RawJson::parse(r#"{"type":"object"}"#).unwrap();
    let params = MessageCreateParams::new("m", 9)
        .tool(CustomTool::new("add", schema))
        .cache_control_tools(hour())
        .system("long")
        .cache_control_system(hour())
        .user("long")
        .cache_control_last_turn(CacheControl::ephemeral());
    assert_eq!(params.check(model("haiku-4.5")), []);
    let findings = params.cache_control_tools(CacheControl::ephemeral()).check(model("haiku-4.5"));
    assert_eq!(
        findings.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(),
        ["system[0].cache_control.ttl"]
    );
}

#[test]
fn a_million_tokens_are_asked_for_as_the_model_wants_it() {
    let asked = |alias: &str| MessageCreateParams::new("m", 9).context_1m(model(alias));
    assert_eq!(asked("opus-4.6"), Ok(MessageCreateParams::new("m", 9)));
    assert_eq!(asked("sonnet-5.5"), Ok(MessageCreateParams::new("m", 9)));
    let rule = |alias: &str| asked(alias).map_err(|finding| finding.rule);
    assert_eq!(rule("sonnet-4.5"), Err(Rule::BetaWithdrawn { flag: "context-1m-2025-08-07".to_owned() }));
    assert_eq!(rule("haiku-4.5"), Err(Rule::NoLongContext { context_window: 200_000 }));
}

fn model(alias: &str) -> &'static ModelInfo {
    models::find(alias).unwrap_or_else(|| panic!("no model {alias}"))
}

/// A small request with these members.
fn request(members: &Value) -> MessageCreateParams {
    let mut whole = json!({"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]});
    for (name, value) in members.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json::from_slice(whole.to_string().as_bytes()).unwrap()
}

/// The name of a finding's rule.
fn name(finding: &Finding) -> String {
    let text = format!("{:?}", finding.rule);
    text.split([' ', '{']).next().unwrap().to_owned()
}

/// The request after the fix, if that is a change of the JSON.
fn apply(params: &MessageCreateParams, finding: &Finding) -> Option<MessageCreateParams> {
    let mut whole = serde_json::to_value(params).unwrap();
    let pointer = format!("/{}", finding.path.replace(['.', '['], "/").replace(']', ""));
    let (above, last) = pointer.rsplit_once('/').unwrap();
    match &finding.fix {
        Fix::Set(json) => *whole.pointer_mut(&pointer).unwrap() = serde_json::from_str(json).unwrap(),
        Fix::AtMost(most) => *whole.pointer_mut(&pointer).unwrap() = json!(most),
        Fix::AtLeast(least) => *whole.pointer_mut(&pointer).unwrap() = json!(least),
        Fix::AddBeta(flag) => whole["anthropic_beta"] = json!([flag]),
        Fix::Remove => match whole.pointer_mut(above).unwrap() {
            Value::Object(members) => drop(members.remove(last).unwrap()),
            Value::Array(values) => drop(values.remove(last.parse().unwrap())),
            _ => return None,
        },
        _ => return None,
    }
    Some(json::from_slice(whole.to_string().as_bytes()).unwrap())
}
