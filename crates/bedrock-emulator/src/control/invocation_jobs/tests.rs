//! Jobs over their wire, by a clock that the test moves.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::account::Account;
use crate::answer::Content;
use crate::testing::{TestRequest, answer, now, refusal};

const MODEL: &str = "us.anthropic.claude-opus-4-6-v1";
const ROLE: &str = "arn:aws:iam::123456789012:role/batch";
const GOOD: &str = r#"{"recordId":"a","modelInput":{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}}"#;
const BAD: &str = r#"{"recordId":"b","modelInput":{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[]}}"#;

/// An account, asked at a time.
struct Asked {
    account: Account,
    at: SystemTime,
}

impl Asked {
    /// With an input of these lines in `s3://bucket/in/requests.jsonl`.
    fn with(lines: &[&str]) -> Self {
        let asked = Self { account: Account::default(), at: now() };
        asked.put("in/requests.jsonl", &lines.join("\n"));
        asked
    }

    fn put(&self, key: &str, text: &str) {
        let request = TestRequest { method: "PUT", ..TestRequest::post(&format!("/bucket/{key}"), text) };
        assert_eq!(self.request(request.signed_for("s3")).status(), 200);
    }

    fn object(&self, key: &str) -> Option<String> {
        let request = TestRequest { method: "GET", ..TestRequest::post(&format!("/bucket/{key}"), "") };
        let response = self.request(request.signed_for("s3"));
        let Content::Whole(body) = response.body() else { panic!("one body") };
        (response.status() == 200).then(|| String::from_utf8(body.to_vec()).unwrap())
    }

    fn request(&self, request: TestRequest) -> http::Response<Content> {
        let (head, body) = TestRequest { signed_at: self.at, ..request }.signed();
        answer(&head, &body, self.at, &self.account)
    }

    fn ask(&self, method: &'static str, path: &str, body: &Value) -> Result<Value, (u16, String, String)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let response = self.request(TestRequest { method, ..TestRequest::post(path, body) });
        if !response.status().is_success() {
            return Err(refusal(&response));
        }
        let Content::Whole(body) = response.body() else { panic!("one body") };
        Ok(serde_json::from_slice(body).unwrap())
    }

    /// The id of a job that was made.
    fn create(&self, job: &Value) -> Result<String, (u16, String, String)> {
        let made = self.ask("POST", "/model-invocation-job", job)?;
        Ok(made["jobArn"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
    }

    fn job(&self, id: &str) -> Value {
        self.ask("GET", &format!("/model-invocation-job/{id}"), &Value::Null).unwrap()
    }

    fn status(&self, id: &str) -> String {
        self.job(id)["status"].as_str().unwrap().to_owned()
    }

    fn stop(&self, id: &str) -> Result<Value, (u16, String, String)> {
        self.ask("POST", &format!("/model-invocation-job/{id}/stop"), &Value::Null)
    }

    fn listed(&self, query: &str) -> Vec<String> {
        let jobs = self.ask("GET", &format!("/model-invocation-jobs{query}"), &Value::Null).unwrap();
        let names = jobs["invocationJobSummaries"].as_array().unwrap().iter();
        names.map(|job| job["jobName"].as_str().unwrap().to_owned()).collect()
    }

    fn later(&mut self, milliseconds: u64) -> &mut Self {
        self.at += Duration::from_millis(milliseconds);
        self
    }
}

fn job(name: &str) -> Value {
    json!({"jobName": name, "roleArn": ROLE, "modelId": MODEL,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://bucket/in/requests.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out/"}}})
}

#[test]
fn a_job_goes_its_way_and_answers_every_record() {
    let mut asked = Asked::with(&[GOOD, "", BAD]);
    let id = asked.create(&job("one")).unwrap();
    assert_eq!(id.len(), 12);
    let mut seen = vec![asked.status(&id)];
    for _ in 0..4 {
        asked.later(500);
        seen.push(asked.status(&id));
    }
    assert_eq!(seen, ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]);
    let done = asked.job(&id);
    let counts = ["totalRecordCount", "processedRecordCount", "successRecordCount", "errorRecordCount"];
    assert_eq!(counts.map(|name| done[name].as_u64().unwrap()), [2, 2, 1, 1], "{done}");
    assert_eq!(done["endTime"], "2026-11-22T00:00:02Z");
    assert_eq!(done["jobExpirationTime"], "2026-11-23T00:00:00Z");

    let manifest: Value =
        serde_json::from_str(&asked.object(&format!("out/{id}/manifest.json.out")).unwrap()).unwrap();
    assert_eq!((&manifest["totalRecordCount"], &manifest["errorRecordCount"]), (&json!(2), &json!(1)));
    assert!(manifest["outputTokenCount"].as_u64().unwrap() > 0);
    let lines = asked.object(&format!("out/{id}/requests.jsonl.out")).unwrap();
    let [bad, good]: [Value; 2] =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((&bad["recordId"], &bad["error"]["errorCode"]), (&json!("b"), &json!(400)));
    assert!(bad["error"]["errorMessage"].as_str().unwrap().contains("messages"), "{bad}");
    assert_eq!(good["modelInput"]["max_tokens"], 64);

    // What a record is answered is what a call is answered.
    let body = serde_json::from_str::<Value>(GOOD).unwrap()["modelInput"].to_string();
    let called = asked.request(TestRequest { signed_at: asked.at, ..TestRequest::invoke(body) });
    let Content::Whole(called) = called.body() else { panic!("one body") };
    assert_eq!(good["modelOutput"], serde_json::from_slice::<Value>(called).unwrap());
}

#[test]
fn a_folder_is_read_file_by_file_and_converse_answered_as_converse() {
    let mut asked = Asked::with(&[]);
    let record = r#"{"modelInput":{"messages":[{"role":"user","content":[{"text":"hi"}]}]}}"#;
    asked.put("many/1.jsonl", record);
    asked.put("many/2.jsonl", record);
    asked.put("many/notes.txt", "not a record");
    let mut folder = job("folder");
    folder["inputDataConfig"]["s3InputDataConfig"]["s3Uri"] = "s3://bucket/many/".into();
    folder["modelInvocationType"] = "Converse".into();
    let id = asked.create(&folder).unwrap();
    asked.later(2000);
    assert_eq!(asked.job(&id)["successRecordCount"], 2);
    for name in ["1.jsonl.out", "2.jsonl.out"] {
        let line: Value = serde_json::from_str(&asked.object(&format!("out/{id}/{name}")).unwrap()).unwrap();
        assert_eq!(line["recordId"].as_str().unwrap().len(), 11);
        assert_eq!(line["modelOutput"]["stopReason"], "end_turn");
    }
}

#[test]
fn a_job_without_records_fails_and_says_why() {
    for (lines, uri, said) in [
        (&[][..], "s3://bucket/in/requests.jsonl", "There are no records"),
        (
            &["no json"],
            "s3://bucket/in/requests.jsonl",
            "Line 1 of the input file requests.jsonl is no record",
        ),
        (&[GOOD], "s3://bucket/in/other.jsonl", "The specified key does not exist"),
        (&[GOOD], "s3://nowhere/in/", "The specified bucket does not exist"),
        (&[GOOD], "s3://bucket/in/requests.json", "does not end in .jsonl"),
    ] {
        let mut asked = Asked::with(lines);
        let mut request = job("failing");
        request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"] = uri.into();
        let id = asked.create(&request).unwrap();
        let failed = asked.later(5000).job(&id);
        assert_eq!(failed["status"], "Failed", "{failed}");
        assert!(failed["message"].as_str().unwrap().contains(said), "{failed}");
        assert_eq!(failed["endTime"], "2026-11-22T00:00:01Z");
    }
}

#[test]
fn a_stopped_job_keeps_what_it_had() {
    let mut asked = Asked::with(&[GOOD; 4]);
    let early = asked.create(&job("early")).unwrap();
    let half = asked.create(&job("half")).unwrap();
    assert_eq!(asked.stop(&early), Ok(json!({})));
    assert_eq!(asked.status(&early), "Stopping");
    asked.later(1750);
    assert_eq!(asked.status(&early), "Stopped");
    assert_eq!(asked.job(&half)["processedRecordCount"], 2);
    asked.stop(&half).unwrap();
    asked.later(400);
    assert_eq!(asked.status(&half), "Stopping");
    let stopped = asked.later(100).job(&half);
    assert_eq!((&stopped["status"], &stopped["processedRecordCount"]), (&json!("Stopped"), &json!(2)));
    assert_eq!(asked.object(&format!("out/{half}/requests.jsonl.out")).unwrap().lines().count(), 2);
    assert_eq!(asked.object(&format!("out/{early}/manifest.json.out")), None);
    assert_eq!(asked.stop(&half).unwrap_err().1, "ConflictException");
    assert_eq!(asked.stop("nothing12345").unwrap_err().0, 404);
    assert_eq!(asked.stop("nothing").unwrap_err().1, "ValidationException");
}

#[test]
fn the_same_request_twice_is_one_job() {
    let asked = Asked::with(&[GOOD]);
    let mut request = job("one");
    request["clientRequestToken"] = "token".into();
    let id = asked.create(&request).unwrap();
    assert_eq!(asked.create(&request).unwrap(), id);
    request["timeoutDurationInHours"] = 48.into();
    assert_eq!(asked.create(&request).unwrap_err().1, "ConflictException");
    assert_eq!(asked.create(&job("one")).unwrap_err().1, "ConflictException");
    assert_ne!(asked.create(&job("two")).unwrap(), id);
}

#[test]
fn what_bedrock_would_not_take_is_refused_in_its_words() {
    let asked = Asked::with(&[GOOD]);
    let refused = |change: fn(&mut Value)| {
        let mut request = job("refused");
        change(&mut request);
        asked.create(&request).unwrap_err()
    };
    let hours = refused(|job| job["timeoutDurationInHours"] = 1.into());
    assert_eq!(
        hours.2,
        "1 validation error detected: Value '1' at 'timeoutDurationInHours' failed to satisfy constraint: \
        Member must have value greater than or equal to 24"
    );
    for (change, code) in [
        ((|job| job["jobName"] = "a b".into()) as fn(&mut Value), "ValidationException"),
        (|job| job["roleArn"] = "batch".into(), "ValidationException"),
        (|job| job["modelId"] = "anthropic.nothing".into(), "ValidationException"),
        (|job| job["modelId"] = "us.anthropic.claude-opus-5-5".into(), "ValidationException"),
        (|job| job["inputDataConfig"] = json!({}), "ValidationException"),
        (|job| job["jobName"] = Value::Null, "ValidationException"),
        (|job| job["jobName"] = 7.into(), "SerializationException"),
        (|job| job["tags"] = json!([{"key": "", "value": ""}]), "ValidationException"),
    ] {
        assert_eq!(refused(change).1, code);
    }
}

#[test]
fn jobs_are_listed_filtered_sorted_and_paged() {
    let mut asked = Asked::with(&[GOOD]);
    for name in ["one", "two", "three"] {
        asked.create(&job(name)).unwrap();
        asked.later(1000);
    }
    assert_eq!(asked.listed(""), ["three", "two", "one"]);
    assert_eq!(asked.listed("?sortBy=CreationTime&sortOrder=Ascending"), ["one", "two", "three"]);
    assert_eq!(asked.listed("?nameContains=t"), ["three", "two"]);
    assert_eq!(asked.listed("?statusEquals=Completed"), ["two", "one"]);
    assert_eq!(asked.listed("?submitTimeAfter=2026-11-22T00:00:00Z"), ["three", "two"]);
    assert_eq!(asked.listed("?submitTimeBefore=2026-11-22T00:00:01Z"), ["one"]);
    let first = asked.ask("GET", "/model-invocation-jobs?maxResults=2", &Value::Null).unwrap();
    let token =
        first["nextToken"].as_str().unwrap().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(asked.listed(&format!("?maxResults=2&nextToken={token}")), ["one"]);
    for bad in ["?statusEquals=Done", "?sortOrder=Down", "?maxResults=0", "?nextToken=x"] {
        let refused = asked.ask("GET", &format!("/model-invocation-jobs{bad}"), &Value::Null).unwrap_err();
        assert_eq!(refused.1, "ValidationException", "{bad}");
    }
    let elsewhere =
        TestRequest { method: "GET", region: "eu-west-1", ..TestRequest::post("/model-invocation-jobs", "") };
    let Content::Whole(body) = asked.request(elsewhere).into_body() else { panic!("one body") };
    assert_eq!(&body[..], br#"{"invocationJobSummaries":[]}"#);
}
