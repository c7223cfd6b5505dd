//! Batch files: lines become records, and answers find back to their requests.

use bedrock_types::{BatchInputRecord, BatchJoin, BatchLineError};
use proptest::prelude::*;

const MODEL: &str = "us.anthropic.claude-opus-4-6-v1";

fn record(line: &str) -> Result<String, BatchLineError> {
    Ok(BatchInputRecord::from_request(line, MODEL)?.to_line()?)
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
