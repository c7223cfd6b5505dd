//! Batch files: lines become records, and answers find back to their requests.

use bedrock_types::{
    BatchInputRecord, BatchJoin, BatchLineError, BatchOutcome, BatchOutputRecord, InvokeModelBody,
    MessageCreateParams, RawJson, ToolUseBlock,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const MODEL: &str = "us.anthropic.claude-opus-4-6-v1";

fn record(line: &str) -> Result<String, BatchLineError> {
    Ok(BatchInputRecord::from_request(line, MODEL)?.to_line()?)
}

#[test]
fn a_record_is_one_line_whatever_stands_in_it() {
    let input = RawJson::parse("{\n  \"a\": \"x\\ny\"\r\n}").expect("JSON");
    let params = MessageCreateParams::new(MODEL, 1).assistant([ToolUseBlock::new("i", "n", input).into()]);
    let record =
        BatchInputRecord::invoke_model(&InvokeModelBody(&params)).expect("it has a JSON form").record_id("1");
    let line = record.to_line().expect("it can be written");
    assert!(!line.contains(['\n', '\r']), "{line}");
    let value: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(value["modelInput"]["messages"][0]["content"][0]["input"]["a"], "x\ny");
    assert_eq!(BatchInputRecord::from_line(&line).expect("a record").record_id.as_deref(), Some("1"));
}

#[test]
fn a_record_of_the_output_is_an_answer_or_an_error() {
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": "end_turn", "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 2}});
    for (members, answered) in [
        (json!({"modelOutput": message}), true),
        (json!({"error": {"errorCode": 400, "errorMessage": "no"}}), false),
    ] {
        let mut value = json!({"recordId": "1", "modelInput": {"max_tokens": 1}, "brandNew": 1});
        value.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        let record = BatchOutputRecord::from_line(&value.to_string()).expect("a record");
        assert_eq!(matches!(record.outcome, BatchOutcome::Output(_)), answered);
        assert_eq!(record.message().expect("a message or none").is_some(), answered);
        let line = record.to_line().expect("it can be written");
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), value);
    }
    for line in [r#"{"recordId":"1"}"#, r#"{"modelOutput":{},"error":{"errorCode":1,"errorMessage":""}}"#] {
        assert!(BatchOutputRecord::from_line(line).is_err(), "{line}");
    }
}

#[test]
fn three_forms_of_a_request_become_records() {
    let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;
    let request = r#"{"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;
    let of_model =
        |model: &str| request.replacen('{', &format!("{{\"model\":\"{model}\",\"stream\":true,"), 1);
    for (line, expected) in [
        (request.to_owned(), format!(r#"{{"modelInput":{body}}}"#)),
        (of_model("opus-4.6"), format!(r#"{{"modelInput":{body}}}"#)),
        (
            format!(r#"{{"custom_id":"a","params":{request}}}"#),
            format!(r#"{{"modelInput":{body},"recordId":"a"}}"#),
        ),
        (
            format!(r#"{{"modelInput": {body}, "recordId": "b"}}"#),
            format!(r#"{{"modelInput":{body},"recordId":"b"}}"#),
        ),
        (
            format!(r#"{{"recordId":"b","modelInput":{body},"tag":1}}"#),
            format!(r#"{{"modelInput":{body},"recordId":"b","tag":1}}"#),
        ),
    ] {
        assert_eq!(record(&line).unwrap(), expected, "{line}");
    }
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    for (line, said) in [
        ("{", "EOF while parsing"),
        ("7", "invalid type"),
        (r#"{"prompt":"hi"}"#, "no request: it has neither"),
        (r#"{"messages":[{"role":"user","content":"hi"}]}"#, "max_tokens"),
        (r#"{"recordId":"1","modelInput":{"max_tokens":1,"messages":[]}}"#, "anthropic_version: missing"),
        (
            r#"{"model":"haiku-4.5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}"#,
            "haiku-4.5 is not the model of the job",
        ),
        (
            r#"{"max_tokens":1,"anthropic_version":"2026-10-21","messages":[{"role":"user","content":"hi"}]}"#,
            "anthropic_version: the model takes `bedrock-2023-05-31`",
        ),
        (r#"{"max_tokens":1,"messages":[{"role":"user","content":"hi"}],"temperature":7}"#, "temperature"),
    ] {
        let error = record(line).expect_err(line).to_string();
        assert!(error.contains(said), "{line}: {error}");
    }
}

proptest! {
    #[test]
    fn no_answer_is_lost_and_no_request(
        requests in proptest::collection::hash_set("[a-f]{1,2}", 0..20),
        unnamed in 0_usize..3,
        answers in proptest::collection::vec(proptest::option::of("[a-h]{1,2}"), 0..40),
    ) {
        let requests: Vec<String> = requests.into_iter().collect();
        let mut join = BatchJoin::new();
        for id in &requests {
            join.expect(Some(id)).unwrap();
            prop_assert_eq!(&join.expect(Some(id)).unwrap_err().record_id, id);
        }
        (0..unnamed).for_each(|_| join.expect(None).unwrap());
        for (number, id) in answers.iter().enumerate() {
            join.found(id.as_deref(), number);
        }
        let joined = join.finish();

        // Each answer is in one place, under its own id.
        let named = joined.records.iter().chain(&joined.duplicates).map(|(id, number)| (Some(id.clone()), *number));
        let mut kept: Vec<_> = named.chain(joined.unknown.clone()).collect();
        kept.sort_by_key(|(_, number)| *number);
        prop_assert_eq!(kept, answers.iter().cloned().zip(0..).collect::<Vec<_>>());

        // Each request is answered or missing, in the order of the requests.
        let is_answered = |id: &&String| answers.iter().flatten().any(|found| found == *id);
        let (answered, missing): (Vec<_>, Vec<_>) = requests.iter().partition(is_answered);
        prop_assert_eq!(joined.records.iter().map(|(id, _)| id).collect::<Vec<_>>(), answered);
        prop_assert_eq!(joined.missing.iter().collect::<Vec<_>>(), missing);
        prop_assert_eq!(joined.unnamed, unnamed);
        prop_assert_eq!(
            joined.is_complete(),
            joined.missing.is_empty() && joined.duplicates.is_empty() && joined.unknown.len() == unnamed
        );
    }
}
