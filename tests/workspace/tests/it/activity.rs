//! The activity log: a line for each call, whatever its end, and no secret in any.

use std::{
    io,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use bedrock_client::{
    ActivityLog, ActivityRecord, ActivitySink, BearerToken, Client, ClientBuilder, Credentials,
    MessageCreateParams,
};
use bedrock_emulator::Emulator;
use bedrock_types::{ContentBlock, Message, Route};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

use crate::support::{
    MODEL, STREAM, Scripted, answer, builder, hello, listen_together, message, recorded_stream, refusal,
    start,
};

/// Keeps the lines of a log.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl ActivitySink for Kept {
    fn append(&self, time: SystemTime, line: &str) -> io::Result<()> {
        assert_eq!(time, start());
        self.0.lock().unwrap().push(line.to_owned());
        Ok(())
    }
}

impl Kept {
    fn log(&self) -> ActivityLog {
        ActivityLog::to(self.clone())
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn records(&self) -> Vec<ActivityRecord> {
        let parse = |line: &String| ActivityRecord::parse(line.as_bytes()).unwrap().unwrap();
        self.lines().iter().map(parse).collect()
    }
}

const SECRET: &str = "canary-secret-access-key";
const TOKEN: &str = "canary-session-token";
const API_KEY: &str = "ABSKcanaryapikey";

fn keys() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET).session_token(TOKEN)
}

/// A client whose log is `log`, at a time that is known.
fn scripted(scripted: &Scripted, log: ActivityLog) -> Client {
    logging(builder().credentials(keys()).http_client(scripted.clone()), log)
}

fn logging(builder: ClientBuilder, log: ActivityLog) -> Client {
    builder.clock(start).activity_log(log).build().unwrap()
}

#[tokio::test]
async fn a_call_that_is_answered_has_a_line_without_content() {
    let emulator = Emulator::builder().now(start).start().await.unwrap();
    let kept = Kept::default();
    let of_emulator = builder().endpoint_url(emulator.url()).credentials(emulator.credentials().clone());
    let client = logging(of_emulator, kept.log());
    let params = MessageCreateParams::new("opus", 256).user("canary prompt");
    let answered = client.messages().create(&params).await.unwrap();
    client
        .messages()
        .with_route(Route::Converse)
        .stream(&params)
        .await
        .unwrap()
        .final_message()
        .await
        .unwrap();

    let lines = kept.0.lock().unwrap().clone();
    assert!(lines.iter().all(|line| !line.contains("canary") && !line.contains('\n')), "{lines:?}");
    let records = kept.records();
    let [whole, stream] = &records[..] else { panic!("{records:#?}") };
    for (record, operation, route) in [(whole, "create", "invoke"), (stream, "stream", "converse")] {
        assert_eq!((record.operation.as_str(), record.route.as_str()), (operation, route));
        assert_eq!((record.time.as_str(), record.day()), ("2026-11-22T00:00:00.000Z", "2026-11-22"));
        assert_eq!((record.region.as_str(), record.model.as_str()), ("us-east-1", "opus"));
        assert!(
            record.model_id.as_deref().is_some_and(|id| id.ends_with("anthropic.claude-opus-5-5")),
            "{record:?}"
        );
        assert_eq!(
            (record.outcome.as_str(), record.attempts, record.error.is_none()),
            ("completed", 1, true)
        );
        assert_eq!(record.stop_reason.as_deref(), Some("end_turn"));
        let output = record.usage.as_ref().map(|usage| usage.output_tokens);
        assert_eq!(output, Some(answered.usage.output_tokens));
        assert!(record.cost_usd.is_some() && record.request.is_none() && record.response.is_none());
        let identity = record.identity.as_ref().unwrap();
        assert_eq!((identity.kind.as_str(), identity.access_key.as_deref()), ("keys", Some("AKIA…TOR0")));
        assert_eq!(identity.source, "given by the program");
    }
    assert_eq!(whole.request_id.as_deref(), answered.request_id());
    assert!(
        whole.first_token_ms.is_none() && stream.first_token_ms.is_some() && stream.first_event_ms.is_some()
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_has_a_line_with_the_reason() {
    let whole = recorded_stream().await;
    let answers = || {
        Scripted::new([
            refusal("AccessDeniedException", &[]),
            answer(200, &STREAM, whole.slice(..whole.len() - 40)),
        ])
    };
    let kept = Kept::default();
    let messages = scripted(&answers(), kept.log().with_content()).messages();
    messages.create(&hello()).await.unwrap_err();
    messages.stream(&hello()).await.unwrap().final_message().await.unwrap_err();
    messages.with_route(Route::Mantle).create(&hello()).await.unwrap_err(); // a profile, which mantle has not
    let records = kept.records();
    let told = |record: &ActivityRecord| {
        let error = record.error.clone().unwrap();
        (error.kind, error.status, error.code, record.attempts, record.model_id.is_some())
    };
    assert_eq!(
        records.iter().map(told).collect::<Vec<_>>(),
        [
            ("api".to_owned(), Some(403), Some("AccessDeniedException".to_owned()), 1, true),
            ("stream_truncated".to_owned(), None, None, 1, true),
            ("config".to_owned(), None, None, 0, false),
        ]
    );
    assert_eq!(records[0].request_id.as_deref(), Some("r-refused"));
    let callers: Vec<_> = records.iter().map(|record| record.identity.is_some()).collect();
    assert_eq!(callers, [true, true, false], "whoever was not asked for is not told");
    let part: Message = records[1].response.as_ref().unwrap().to().unwrap();
    assert!(text_of(&part).starts_with("Hello"), "{part:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_dropped_has_a_line_with_what_came() {
    let whole = recorded_stream().await;
    let kept = Kept::default();
    let client = scripted(&Scripted::new([answer(200, &STREAM, whole)]), kept.log().with_content());
    let mut stream = client.messages().stream(&hello()).await.unwrap();
    let mut came = String::new();
    while came.len() < 12 {
        came += &stream.next_text().await.unwrap().unwrap();
    }
    assert!(kept.lines().is_empty(), "what is read has no line yet");
    drop(stream);
    let records = kept.records();
    assert_eq!((records.len(), records[0].outcome.as_str()), (1, "dropped"));
    let part: Message = records[0].response.as_ref().unwrap().to().unwrap();
    assert_eq!((text_of(&part), part.stop_reason), (came, None));
}

fn text_of(message: &Message) -> String {
    message.content.iter().filter_map(ContentBlock::text).collect()
}

#[tokio::test]
async fn content_is_kept_where_it_is_wanted_and_files_are_not() {
    let kept = Kept::default();
    let client = scripted(&Scripted::new([message()]), kept.log().with_content());
    let params: MessageCreateParams = serde_json::from_value(serde_json::json!({
        "model": MODEL, "max_tokens": 16, "messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
            {"type": "text", "text": "what is it?"},
        ]}],
    }))
    .unwrap();
    client.messages().create(&params).await.unwrap();
    let line = kept.lines().remove(0);
    assert!(line.contains("what is it?") && line.contains(r#""text":"ok""#), "{line}");
    assert!(!line.contains("iVBORw0KGgo") && line.contains("(12 characters of base64 left out)"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_in_a_line() {
    // What a server says may have anything in it, even what it was sent.
    let echo = format!("{SECRET} {TOKEN} {API_KEY}");
    let refused = || {
        let headers = [("x-amzn-errortype", &*echo), ("x-amzn-requestid", &*echo)];
        answer(403, &headers, format!(r#"{{"message":"{echo}"}}"#))
    };
    let kept = Kept::default();
    for bearer in [false, true] {
        let whole = format!(
            r#"{{"id":"{echo}","type":"message","role":"assistant","model":"{echo}","content":[],
            "stop_reason":"{echo}","stop_sequence":null,"usage":{{"input_tokens":1,"output_tokens":1}}}}"#
        );
        let headers = [("content-type", "application/json"), ("x-amzn-requestid", &*echo)];
        let answers = Scripted::new([refused(), answer(200, &headers, whole)]);
        let client = builder().http_client(answers);
        let client = match bearer {
            true => client.bearer_token(BearerToken::parse(API_KEY).unwrap()),
            false => client.credentials(keys()),
        };
        let client = logging(client, kept.log());
        client.messages().create(&hello()).await.unwrap_err();
        client.messages().create(&hello()).await.unwrap();
        let told = if bearer { vec![API_KEY] } else { vec![SECRET, TOKEN] };
        let lines = kept.lines();
        assert_eq!(lines.len(), 2);
        for line in lines {
            assert!(!told.iter().any(|secret| line.contains(secret)), "{line}");
            assert!(!line.contains("AKIAIOSFODNN7EXAMPLE"), "{line}");
            assert_eq!(line.contains(r#""kind":"api_key""#), bearer, "{line}");
        }
    }
}

/// Is full.
struct Full;

impl ActivitySink for Full {
    fn append(&self, _: SystemTime, _: &str) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"))
    }
}

#[derive(Debug, Clone, Default)]
struct Warnings(Arc<Mutex<Vec<u8>>>);

impl io::Write for Warnings {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Warnings {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_warned_of_once_and_fails_no_call() {
    let warnings = Warnings::default();
    listen_together();
    let _listening = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(warnings.clone())
        .set_default();
    let client = scripted(&Scripted::new([message(), message()]), ActivityLog::to(Full));
    for _ in 0..2 {
        assert_eq!(client.messages().create(&hello()).await.unwrap().text(), "ok");
    }
    let told = String::from_utf8(warnings.0.lock().unwrap().clone()).unwrap();
    assert_eq!(told.matches("the activity log cannot be written").count(), 1, "{told}");
    assert!(told.contains("no space left"), "{told}");
}
