//! Requests and answers of Converse within others: CountTokens, batch.

#[cfg(feature = "control-plane")]
use bedrock_types::{BatchInputRecord, BatchOutputRecord};
use bedrock_types::{CountTokensRequest, MessageCreateParams};
use serde_json::json;

use super::{to_converse, written};

#[test]
fn tokens_are_counted_of_what_counts() {
    let params = MessageCreateParams::new("m", 1).user("hi").system("s").temperature(1).top_k(5);
    let request = to_converse(&params).expect("it can be carried");
    let value = written(&CountTokensRequest::converse(&request));
    assert_eq!(
        value,
        json!({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "hi"}]}],
            "system": [{"text": "s"}], "additionalModelRequestFields": {"top_k": 5}}}})
    );
    let read: CountTokensRequest =
        bedrock_types::json::from_slice(value.to_string().as_bytes()).expect("it can be read");
    assert_eq!(written(&read), value);
}

#[cfg(feature = "control-plane")]
#[test]
fn a_record_of_a_batch_has_the_request_of_converse() {
    let request = to_converse(&MessageCreateParams::new("m", 1).user("hi")).expect("it can be carried");
    let record = BatchInputRecord::converse(&request).expect("it has a JSON form");
    assert_eq!(written(&record), json!({"modelInput": written(&request)}));
}

#[cfg(feature = "control-plane")]
#[test]
fn a_record_of_the_output_is_an_answer_of_converse_where_the_job_says_so() {
    let line = json!({"recordId": "1", "modelOutput": {"stopReason": "end_turn",
        "output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}}});
    let record = BatchOutputRecord::from_line(&line.to_string()).expect("a record");
    let answer = record.converse().expect("an answer of Converse").expect("it did not fail");
    assert_eq!(answer.to_message("r", "m").expect("it can be carried").text(), "hi");
    assert!(record.message().is_err());
}
