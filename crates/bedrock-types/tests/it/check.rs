//! What a model will refuse: for each rule one model that refuses and one that does not.

mod cases;

use bedrock_types::{
    Base64Source, CacheControl, ContentBlock, CustomTool, DocumentBlock, ImageBlock, MessageCreateParams,
    RawJson, Route, SizeLimit,
    check::{Finding, Fix, Outcome, Rule},
    json,
    models::{self, Feature, LifecycleStatus, ModelInfo},
};
use cases::cases;
use serde_json::{Value, json};

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
        (&json!({"metadata": {"user_id": "u"}}), "haiku-4.5", Route::Converse, Route::InvokeModel),
        (&json!({"user_profile_id": "p"}), "haiku-4.5", Route::Converse, Route::Mantle),
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
fn anthropics_tiers_are_not_bedrocks() {
    let params = request(&json!({"service_tier": "auto"}));
    for (route, outcome) in [
        (Route::InvokeModel, Outcome::Refused),
        (Route::Converse, Outcome::Refused),
        (Route::Messages, Outcome::Unsure),
        (Route::Mantle, Outcome::Unsure),
    ] {
        let findings = params.check_for(model("haiku-4.5"), route);
        assert_eq!(findings.len(), 1, "{route}");
        assert_eq!((findings[0].path.as_str(), findings[0].outcome), ("service_tier", outcome), "{route}");
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

#[test]
fn a_history_with_tools_that_fits_is_fine() {
    let tools = json!([{"name": "add", "input_schema": {"type": "object"}}]);
    let call = |id: &str| json!({"type": "tool_use", "id": id, "name": "add", "input": {}});
    let result = |id: &str| json!({"type": "tool_result", "tool_use_id": id});
    let text = json!({"type": "text", "text": "t"});
    let turns = |turns: &[(&str, Value)]| {
        let turns: Vec<_> =
            turns.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
        request(&json!({"tools": tools, "messages": turns}))
    };
    for history in [
        // In any order, with text behind them.
        turns(&[
            ("user", json!("hi")),
            ("assistant", json!([text, call("a"), call("b")])),
            ("user", json!([result("b"), result("a"), text])),
        ]),
        // Turns of one speaker count as one.
        turns(&[
            ("assistant", json!([call("a")])),
            ("assistant", json!([call("b")])),
            ("user", json!([result("a")])),
            ("user", json!([result("b")])),
            ("user", json!("and")),
        ]),
        // An id may come again later.
        turns(&[
            ("assistant", json!([call("a")])),
            ("user", json!([result("a")])),
            ("assistant", json!([call("a")])),
            ("user", json!([result("a")])),
        ]),
        // The service runs this one, and has its result in the same turn.
        turns(&[
            ("user", json!("hi")),
            (
                "assistant",
                json!([{"type": "server_tool_use", "id": "s", "name": "tool_search_tool_regex", "input": {}}]),
            ),
            ("user", json!("go on")),
        ]),
    ] {
        assert_eq!(history.check(model("haiku-4.5")), [], "{history:?}");
    }
}

#[test]
fn a_turn_that_was_paused_is_no_prefill() {
    for block in [
        json!({"type": "compaction", "content": "what was said"}),
        json!({"type": "server_tool_use", "id": "s", "name": "tool_search_tool_regex", "input": {}}),
    ] {
        let paused = request(&json!({"messages": [
            {"role": "user", "content": "hi"}, {"role": "assistant", "content": [block]}]}));
        assert_eq!(paused.check(model("opus-4.6")), [], "{block}");
    }
}

#[test]
fn files_are_held_to_their_limits_one_by_one_and_together() {
    let source = |media_type: &str, size: usize| Base64Source::new(media_type, "A".repeat(size));
    let found = |content: Vec<ContentBlock>| {
        let findings = MessageCreateParams::new("m", 9).user(content).check(model("haiku-4.5"));
        findings.into_iter().map(|finding| (finding.path, finding.rule)).collect::<Vec<_>>()
    };
    let image = |size: usize| ContentBlock::from(ImageBlock::new(source("image/png", size)));
    let pdf = |size: usize| ContentBlock::from(DocumentBlock::new(source("application/pdf", size)));
    let limit = 5 * 1024 * 1024;
    assert_eq!(found(vec![image(limit), pdf(14_757_120)]), []);
    let of = SizeLimit::Image;
    assert_eq!(
        found(vec![image(limit), image(limit + 4)]),
        [("messages[0].content[1].source.data".to_owned(), Rule::FileTooLarge { of, limit, got: limit + 4 })]
    );
    let (of, limit) = (SizeLimit::RequestBody, 20_000_000);
    assert_eq!(
        found(vec![image(8), pdf(limit - 8), pdf(4), pdf(4)]),
        [("messages[0].content[2].source.data".to_owned(), Rule::FileTooLarge { of, limit, got: limit + 4 })]
    );
}

#[test]
fn converse_refuses_what_the_other_routes_may_take() {
    let image = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": ""}});
    let images = json!({"messages": [{"role": "user", "content": vec![image; 21]}]});
    let findings = request(&images).check_for(model("haiku-4.5"), Route::Converse);
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (findings[0].outcome, findings[0].path.as_str()),
        (Outcome::Unsure, "messages[0].content[20]")
    );
    assert_eq!(findings[0].rule, Rule::TooManyImages { limit: 20, got: 21 });
    assert_eq!(request(&images).check(model("haiku-4.5")), []);

    let history = json!({"messages": [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "add", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a"}]}]});
    for (route, outcome) in [(Route::Converse, Outcome::Refused), (Route::InvokeModel, Outcome::Unsure)] {
        let findings = request(&history).check_for(model("haiku-4.5"), route);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].outcome, &findings[0].rule), (outcome, &Rule::ToolsOfHistoryMissing));
    }
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
