//! What scripts can say, what of them is refused and where, and which rule a request gets.

use std::sync::Arc;
use std::time::Duration;

use bedrock_types::{Message, json};
use http::Response;

use super::*;
use crate::account::Account;
use crate::answer::Content;
use crate::fault::Fault;
use crate::play::{Pauses, Play};
use crate::testing::{TestRequest, body_with, refusal};

fn account(script: &str) -> Account {
    let script = Script::from_toml(script).unwrap_or_else(|error| panic!("{error}"));
    Account { rules: Arc::new(script.rules), ..Account::default() }
}

fn said(text: &str) -> TestRequest {
    TestRequest::invoke(body_with("").replace("Hello, world", text))
}

fn message(response: &Response<Content>) -> Message {
    assert_eq!(response.status(), 200, "{response:?}");
    let Content::Whole(body) = response.body() else { panic!("a stream") };
    json::from_slice(body).unwrap()
}

fn text(response: &Response<Content>) -> String {
    message(response).text()
}

#[test]
fn a_mistake_is_told_with_its_place_and_what_is_allowed() {
    for (script, expected) in [
        ("strictt = true", "line 1, column 1: unknown field `strictt`, expected one of `strict`, `access`"),
        ("strict = 1", "line 1, column 10: invalid type: integer `1`, expected a boolean"),
        (
            "[[rules]]\nwhen.txt = ''",
            "line 2, column 6: unknown field `txt`, expected one of `model`, `route`",
        ),
        (
            "[[rules]]\nwhen.route = 'http'",
            "line 2, column 14: unknown variant `http`, expected one of `invoke`",
        ),
        (
            "[[rules]]\nwhen.model = 'gpt'",
            "line 2, column 14: no model is called `gpt`: take an id, an alias",
        ),
        (
            "[[rules]]\nwhen.model = 'gpt*'",
            "line 2, column 14: no model of the catalog has an id like `gpt*`",
        ),
        ("[[rules]]\nwhen.text_matches = '('", "line 2, column 21: `(` is no regular expression: "),
        ("[[rules]]\nwhen.call = 0", "line 2, column 13: invalid value: integer `0`, expected a nonzero u64"),
        ("[[rules]]\nanswer = {}", "line 2, column 10: an answer has `text`, `thinking` or `tool_use`, or"),
        (
            "[[rules]]\nanswer = { text = 'a', blocks = [] }",
            "line 2, column 10: `text`, `thinking` and `tool_use` go",
        ),
        (
            "[[rules]]\nanswer.blocks = [{ type = 'txt' }]",
            "line 2, column 17: no content block has the type `txt`",
        ),
        ("[[rules]]\nanswer.blocks = [{ type = 'text' }]", "line 2, column 17: [0]"),
        ("[[rules]]\nanswer.message.content = 'a'", "line 2, column 1: the message is none: content"),
        (
            "[[rules]]\nanswer.text = 'a'\nerror.status = 429",
            "line 1, column 1: a rule has an `answer` or an `error`",
        ),
        (
            "[[rules]]\nerror.status = 200",
            "line 2, column 1: 200 is no status of an error: take one from 400 to 599",
        ),
        (
            "[[rules]]\nerror.code = 'FooException'",
            "line 2, column 1: the status of `FooException` is not known",
        ),
        ("[[rules]]\nerror.message = 'a'", "line 2, column 1: an error has a `code`, a `status`, or both"),
        (
            "[[rules]]\nerror = { status = 429, headers = { content-length = '1' } }",
            "line 2, column 9: the header content-length is not a script's to set",
        ),
        ("[[rules]]\nerror.status = 429\nfaults = ['gzip']", "line 1, column 1: `faults` break good answers"),
        (
            "[[rules]]\nfaults = ['gzipp']",
            "line 2, column 10: no fault is called `gzipp`; `bedrock serve --help`",
        ),
        (
            "[[rules]]\nfaults = ['gzip@x']",
            "line 2, column 10: after the @ of the fault `gzip` stands the number",
        ),
        (
            "[[rules]]\nfaults = ['reset-at-accept']",
            "line 2, column 10: reset-at-accept comes before there is a",
        ),
        ("[[rules]]\ndelay.head = '2 s'", "line 2, column 14: `2 s` is no pause: take a number and ms or s"),
        ("[[rules]]\ndelta_chars = 0", "line 2, column 15: invalid value: integer `0`"),
        (
            "[access]\nothers = 'no'",
            "line 2, column 10: unknown variant `no`, expected one of `granted`, `missing`",
        ),
    ] {
        let error = Script::from_toml(script).map(drop).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{script:?}\n   gives {error}\n     not {expected}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_mistake_of_a_whole_table_is_told_with_the_line_of_its_name() {
    for (script, expected) in [
        ("[access.models]\ngpt = 'missing'", "no model is called `gpt`"),
        ("[access]\ndata_retention = 'all'", "`all` is no mode of data retention: take `default`"),
        ("[[application_profiles]]\nid = 'a-b'\nmodel = 'haiku'", "`a-b` is no id of an application profile"),
        ("[[application_profiles]]\nid = 'ab'\nmodel = 'gpt'", "no model is called `gpt`"),
        ("[[rules]\n", ""),
    ] {
        let error = Script::from_toml(script).map(drop).unwrap_err();
        assert_eq!(error.line(), 1, "{script:?}: {error}");
        assert!(error.to_string().contains(expected), "{script:?}: {error}");
    }
}

#[test]
fn json_says_the_same() {
    let script = r#"{"rules": [{"when": {"call": 2}, "answer": {"text": "second"}}]}"#;
    let script = Script::from_json(script).unwrap();
    let account = Account { rules: Arc::new(script.rules), ..Account::default() };
    assert!(text(&said("a").answer_of(&account)).contains("emulator"));
    assert_eq!(text(&said("a").answer_of(&account)), "second");

    let error = Script::from_json("{\n  \"rules\": [{\"when\": {\"txt\": \"a\"}}]\n}").unwrap_err();
    assert_eq!(error.line(), 2);
    assert!(error.to_string().contains("unknown field `txt`, expected one of `model`"), "{error}");
}

#[test]
fn the_first_rule_that_means_a_request_is_its_own() {
    let account = account(
        r#"
        [[rules]]
        when = { text = "exact" }
        answer.text = "the same"
        [[rules]]
        when = { text_contains = "weather", model = "opus-4.6" }
        answer.text = "a part"
        [[rules]]
        when = { text_matches = '^\d+ \+ \d+\?$' }
        answer.text = "a sum"
        [[rules]]
        when = { model = "haiku" }
        answer.text = "another model"
        [[rules]]
        when = { route = "converse" }
        answer.text = "another route"
        [[rules]]
        when = { stream = true }
        answer.text = "a stream"
        [[rules]]
        when = { text_contains = "exact" }
        answer.text = "too late for exact"
        "#,
    );
    for (prompt, expected) in [
        ("exact", "the same"),
        ("not exact", "too late for exact"),
        ("the weather?", "a part"),
        ("1 + 1?", "a sum"),
    ] {
        assert_eq!(text(&said(prompt).answer_of(&account)), expected, "{prompt}");
    }
    assert!(text(&said("1 + 1 =").answer_of(&account)).contains("emulator"), "no rule is for that");
}

#[test]
fn a_rule_takes_its_turns() {
    let account = account(
        r#"
        [[rules]]
        when = { call = 2, times = 2 }
        answer.text = "second and third"
        [[rules]]
        when = { text_contains = "once", times = 1 }
        answer.text = "once"
        [[rules]]
        answer.text = "the rest"
        "#,
    );
    let texts = ["a", "b", "c", "once", "once"].map(|prompt| text(&said(prompt).answer_of(&account)));
    assert_eq!(texts, ["the rest", "second and third", "second and third", "once", "the rest"]);
}

#[test]
fn what_is_refused_counts_for_no_rule() {
    let account = account("[[rules]]\nwhen.times = 1\nanswer.text = 'once'");
    assert_eq!(TestRequest::invoke("{}").answer_of(&account).status(), 400);
    assert_eq!(text(&said("a").answer_of(&account)), "once");
}

#[test]
fn a_strict_script_refuses_what_it_has_no_rule_for() {
    let account = account("strict = true\n[[rules]]\nwhen.text = 'known'");
    assert!(text(&said("known").answer_of(&account)).contains("known"), "the ordinary answer");
    let (status, code, message) = refusal(&said("unknown").answer_of(&account));
    assert_eq!((status, code.as_str()), (400, "ValidationException"));
    assert_eq!(
        message,
        "No rule of the script is for this request: us.anthropic.claude-opus-4-6-v1 by InvokeModel, text \"unknown\""
    );
}

#[test]
fn results_of_tools_are_told_by_name_and_text() {
    let account = account(
        r#"
        [[rules]]
        when = { tool_result = "weather", tool_result_contains = "sun" }
        answer.text = "sunny"
        [[rules]]
        when = { tool_result = "weather" }
        answer.text = "not sunny"
        [[rules]]
        when = { tool_result_contains = "sun" }
        answer.text = "some other tool"
        "#,
    );
    let history = |tool: &str, result: &str| {
        let body =
            body_with(&format!(r#","tools":[{{"name":"{tool}","input_schema":{{"type":"object"}}}}]"#));
        TestRequest::invoke(body.replace(
            r#"{"role":"user","content":"Hello, world"}"#,
            &format!(
                r#"{{"role":"user","content":"a"}},
                   {{"role":"assistant","content":[{{"type":"tool_use","id":"t","name":"{tool}","input":{{}}}}]}},
                   {{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t","content":"{result}"}}]}}"#
            ),
        ))
    };
    for (tool, result, expected) in
        [("weather", "sun", "sunny"), ("weather", "rain", "not sunny"), ("time", "sunset", "some other tool")]
    {
        assert_eq!(text(&history(tool, result).answer_of(&account)), expected, "{tool} {result}");
    }
    assert!(text(&history("time", "noon").answer_of(&account)).contains("noon"), "the ordinary answer");
}

#[test]
fn an_answer_has_the_parts_that_are_said() {
    let account = account(
        r#"
        [[rules]]
        when.text = "parts"
        answer = { thinking = "hm", text = "Let me look.", tool_use = [{ name = "look", input = { at = "it" } }] }
        [[rules]]
        when.text = "usage"
        answer = { text = "a", usage = { input_tokens = 7, cache_read_input_tokens = 5 } }
        [[rules]]
        when.text = "blocks"
        answer = { blocks = [{ type = "thinking", thinking = "first" }, { type = "text", text = "then" }] }
        [[rules]]
        when.text = "message"
        [rules.answer.message]
        stop_reason = "refusal"
        stop_details = { type = "refusal", category = "cyber" }
        content = [{ type = "never_seen", odd = 1 }]
        usage = { output_tokens = 3 }
        "#,
    );
    let answered = |prompt: &str| serde_json::to_value(message(&said(prompt).answer_of(&account))).unwrap();
    let parts = answered("parts");
    assert_eq!(parts["stop_reason"], "tool_use");
    assert_eq!(parts["content"][0]["thinking"], "hm");
    assert!(parts["content"][0]["signature"].as_str().is_some_and(|signature| signature.len() > 40));
    assert_eq!(parts["content"][1]["text"], "Let me look.");
    assert_eq!(parts["content"][2]["input"], serde_json::json!({"at": "it"}));
    assert!(parts["content"][2]["id"].as_str().is_some_and(|id| id.starts_with("toolu_bdrk_01")), "{parts}");

    let usage = answered("usage");
    assert_eq!((&usage["usage"]["input_tokens"], &usage["usage"]["output_tokens"]), (&7.into(), &1.into()));
    assert_eq!(usage["usage"]["cache_read_input_tokens"], 5);

    let blocks = answered("blocks");
    assert_eq!(
        (&blocks["content"][0]["thinking"], &blocks["content"][1]["text"]),
        (&"first".into(), &"then".into())
    );
    assert!(blocks["content"][0]["signature"].is_string());

    let whole = answered("message");
    assert_eq!((&whole["stop_reason"], &whole["content"][0]["odd"]), (&"refusal".into(), &1.into()));
    assert_eq!((&whole["usage"]["output_tokens"], &whole["role"]), (&3.into(), &"assistant".into()));
    assert!(
        whole["usage"]["input_tokens"].as_u64().is_some_and(|tokens| tokens > 3),
        "counted as ever: {whole}"
    );
}

#[test]
fn an_answer_ends_at_max_tokens_as_ever() {
    let account = account("[[rules]]\nanswer.text = 'one two three four five six'");
    let body = body_with("").replace("256", "2");
    let cut = message(&TestRequest::invoke(body).answer_of(&account));
    assert_eq!((cut.text().as_str(), cut.stop_reason.as_ref().unwrap().as_str()), ("one two ", "max_tokens"));
}

#[test]
fn an_error_has_code_status_and_headers_in_both_forms() {
    let account = account(
        r#"
        [[rules]]
        when.text = "slow down"
        error = { code = "throttlingException", message = "too many", headers = { retry-after = "3" } }
        [[rules]]
        when.text = "overloaded"
        error = { status = 529 }
        "#,
    );
    let throttled = said("slow down").answer_of(&account);
    assert_eq!(throttled.headers()["retry-after"], "3");
    assert_eq!(refusal(&throttled), (429, "ThrottlingException".to_owned(), "too many".to_owned()));
    let overloaded = said("overloaded").answer_of(&account);
    assert_eq!((overloaded.status().as_u16(), overloaded.headers().get("x-amzn-errortype")), (529, None));

    let body = r#"{"model":"anthropic.claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"slow down"}]}"#;
    let native = TestRequest::post("/mantle/anthropic/v1/messages", body).signed_for("bedrock-mantle");
    let native = native.header("anthropic-version", "2023-06-01").answer_of(&account);
    let Content::Whole(body) = native.body() else { panic!("a stream") };
    assert!(
        String::from_utf8_lossy(body).contains(r#""error":{"message":"too many","type":"rate_limit_error"}"#)
    );
    assert_eq!((native.status().as_u16(), &native.headers()["retry-after"]), (429, &"3".parse().unwrap()));
}

#[test]
fn what_concerns_the_sending_travels_with_the_answer() {
    let account = account(
        r#"
        [[rules]]
        answer.text = "abcdef"
        delay = { head = "1s", delta = "20ms" }
        delta_chars = 2
        faults = ["gzip", "cut:7@2"]
        "#,
    );
    let play = |response: &Response<Content>| response.extensions().get::<Play>().unwrap().clone();
    let stream = said("a").streamed().answer_of(&account);
    assert_eq!((play(&stream).head, play(&stream).fault), (Duration::from_secs(1), Some(Fault::Gzip)));
    let pauses: &Pauses = stream.extensions().get().unwrap();
    // The beginning of message and block, a ping, three deltas, three ends.
    let waits = [0, 0, 0, 20, 20, 20, 0, 0, 0].map(Duration::from_millis);
    let Content::Frames(_, frames) = stream.body() else { panic!("no stream") };
    assert_eq!(frames.len(), waits.len());
    for (index, wait) in waits.into_iter().enumerate() {
        assert_eq!(pauses.before(index).unwrap_or_default(), wait, "{index}");
    }
    assert_eq!(play(&said("a").answer_of(&account)).fault, Some(Fault::Cut(7)));
    assert_eq!(play(&said("a").answer_of(&account)).fault, Some(Fault::Gzip));
}

#[test]
fn an_error_may_take_its_time() {
    let account = account("[[rules]]\nerror.status = 503\ndelay.head = '5ms'");
    let response = said("a").answer_of(&account);
    assert_eq!(response.status(), 503);
    assert_eq!(response.extensions().get::<Play>().map(|play| play.head), Some(Duration::from_millis(5)));
}
