//! Real recorded bodies of Bedrock, from the folder that `BEDROCK_RECORDED` names: each is typed, and survives a round trip.
//!
//! What is not of the Messages API or Converse is listed as ignored, with the reason; a file of an unknown kind fails. Without the
//! variable the one test is ignored.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test runner prints, and fails by panicking"
)]

mod bodies;
mod frames;

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bedrock_types::{
    ContentBlock, ErrorBody, InvokeModelBody, Message, MessageAccumulator, MessageCreateParams,
    MessageStreamEvent,
    converse::{ConverseRequest, ConverseResponse, ConverseStreamEvent, FromConverseStream},
    json,
};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use bodies::Body;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    #[expect(clippy::disallowed_methods, reason = "the folder is not part of the project")]
    let folder = std::env::var_os("BEDROCK_RECORDED").map(from_workspace);
    let trials = match &folder {
        None => vec![ignored("recorded".to_owned(), "set BEDROCK_RECORDED=DIR")],
        Some(folder) => trials(folder),
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    if folder.is_some() && !arguments.list {
        let (passed, failed) = (conclusion.num_passed, conclusion.num_failed);
        println!(
            "recorded: {passed} of {} bodies, {} of other APIs",
            passed + failed,
            conclusion.num_ignored
        );
    }
    conclusion.exit_code()
}

/// The folder, from the workspace's own where it is relative: cargo runs a test in its package's folder.
fn from_workspace(folder: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

fn trials(folder: &Path) -> Vec<Trial> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    let mut trials = Vec::new();
    for file in files {
        match bodies::of_file(folder, &file) {
            Ok(bodies) => trials.extend(bodies.into_iter().map(trial)),
            Err(error) => trials.push(Trial::test(file.display().to_string(), || Err(Failed::from(error)))),
        }
    }
    if trials.is_empty() {
        trials.push(Trial::test("recorded", || Err(Failed::from("no recorded body in BEDROCK_RECORDED"))));
    }
    trials
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

fn ignored(name: String, reason: &str) -> Trial {
    Trial::test(name, || Err("this was not looked at".into())).with_kind(reason).with_ignored_flag(true)
}

fn trial(body: Body) -> Trial {
    let name = body.name.clone();
    match other_api(&body) {
        Some(reason) => ignored(name, reason),
        None => Trial::test(name, move || check(&body)),
    }
}

/// Why a body is none of ours.
fn other_api(body: &Body) -> Option<&'static str> {
    let value: Value = match serde_json::from_slice(&body.bytes) {
        Ok(value) => value,
        Err(_) => chunks(&body.bytes).ok()?.first().and_then(|chunk| serde_json::from_slice(chunk).ok())?,
    };
    let has = |name: &str| value.get(name).is_some();
    if has("prompt") || has("completion") {
        return Some("completions of Claude 2 and before");
    }
    if ["inputText", "texts", "embedding", "embeddings"].into_iter().any(has) {
        return Some("embeddings of other models");
    }
    // Recordings of a test's own stand-in for Bedrock.
    if value["type"] == "message" && !has("usage") {
        return Some("a mock's answer without usage, which every real one has");
    }
    None
}

fn check(body: &Body) -> Result<(), Failed> {
    let bytes = body.bytes.as_slice();
    let is_text = bytes.starts_with(b"{");
    match (body.operation.as_str(), body.is_request) {
        ("converse" | "converse-stream", true) => survives::<ConverseRequest>(bytes).map(drop),
        ("converse-stream", false) if !is_text => {
            let frames = frames::frames(bytes).ok_or("no whole event stream")?;
            frames.iter().try_for_each(|(event_type, payload)| converse_event(event_type, payload))?;
            converse_stream(&frames)
        }
        ("invoke-with-response-stream", false) if !is_text => {
            chunks(bytes)?.iter().try_for_each(|chunk| event(chunk))
        }
        (_, false) if is_error(bytes) => error(bytes),
        ("converse", false) => converse_answer(&survives::<ConverseResponse>(bytes)?),
        ("invoke", false) => survives::<Message>(bytes).and_then(|message| is_typed(&message.content)),
        ("invoke" | "invoke-with-response-stream", true) => request(bytes),
        (operation, _) => Err(format!("{operation} with such a body").into()),
    }
}

/// A request's body, from which the route has taken the model.
fn request(bytes: &[u8]) -> Result<(), Failed> {
    let sent: Value = serde_json::from_slice(bytes)?;
    if sent["type"] == "message" {
        // A recording whose request is a copy of its answer.
        return survives::<Message>(bytes).map(drop);
    }
    let mut whole = sent.clone();
    whole["model"] = "us.anthropic.claude-opus-4-8".into();
    let params: MessageCreateParams = json::from_slice(whole.to_string().as_bytes())?;
    equal(&InvokeModelBody(&params), &sent)
}

fn event(chunk: &[u8]) -> Result<(), Failed> {
    let event = MessageStreamEvent::from_chunk(chunk)?.ok_or("an event without a type")?;
    if matches!(event, MessageStreamEvent::Unknown(_)) {
        return Err(format!("{} is not typed", event.kind()).into());
    }
    equal(&event, &serde_json::from_slice(chunk)?)
}

fn converse_event(event_type: &str, payload: &[u8]) -> Result<(), Failed> {
    let event = ConverseStreamEvent::from_frame(event_type, payload)?;
    equal(&event.to_payload()?, &serde_json::from_slice(payload)?)
}

/// What Converse answers is a message, and the message is that answer.
fn converse_answer(response: &ConverseResponse) -> Result<(), Failed> {
    let message = response.to_message("id", "model")?;
    let back = ConverseResponse::from_message(&message)?;
    equal(&back.output, &serde_json::to_value(&response.output)?)?;
    equal(&back.stop_reason, &serde_json::to_value(&response.stop_reason)?)
}

/// What Converse streams is a stream of Messages in its order, whose message says the same.
fn converse_stream(frames: &[(String, Vec<u8>)]) -> Result<(), Failed> {
    let (mut stream, mut accumulator) = (FromConverseStream::new("id", "model"), MessageAccumulator::new());
    for (event_type, payload) in frames {
        for event in stream.push(&ConverseStreamEvent::from_frame(event_type, payload)?) {
            accumulator.push(&event)?;
        }
    }
    for event in stream.finish() {
        accumulator.push(&event)?;
    }
    if !accumulator.is_complete() {
        return Err("the message is not complete".into());
    }
    is_typed(&accumulator.into_snapshot().ok_or("no message")?.content)
}

fn error(bytes: &[u8]) -> Result<(), Failed> {
    let message =
        ErrorBody::parse(bytes).and_then(|body| body.message).ok_or("an error without a message")?;
    equal(&message, &serde_json::from_slice::<Value>(bytes)?["message"])
}

fn is_error(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|value| {
        value.as_object().is_some_and(|members| members.len() == 1 && members.contains_key("message"))
    })
}

/// The events of a stream of `InvokeModelWithResponseStream`.
fn chunks(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Failed> {
    let frames = frames::frames(bytes).ok_or("no whole event stream")?;
    let chunk = |(_, payload): (String, Vec<u8>)| {
        let payload: Value = serde_json::from_slice(&payload)?;
        Ok(BASE64_STANDARD.decode(payload["bytes"].as_str().ok_or("a chunk without bytes")?)?)
    };
    frames.into_iter().map(chunk).collect()
}

fn is_typed(content: &[ContentBlock]) -> Result<(), Failed> {
    match content.iter().find(|block| matches!(block, ContentBlock::Unknown(_))) {
        Some(block) => Err(format!("{} is not typed", block.kind()).into()),
        None => Ok(()),
    }
}

fn survives<T: DeserializeOwned + Serialize + Debug>(bytes: &[u8]) -> Result<T, Failed> {
    let parsed: T = json::from_slice(bytes)?;
    equal(&parsed, &serde_json::from_slice(bytes)?)?;
    Ok(parsed)
}

fn equal(written: &impl Serialize, came: &Value) -> Result<(), Failed> {
    let written = without_nulls(&serde_json::to_value(written)?);
    let came = without_nulls(came);
    if written == came { Ok(()) } else { Err(format!("{came}\nbecame\n{written}").into()) }
}

/// Absent and null mean the same outside of what is not the API's own: tool input, schemas, JSON that a tool gave.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match name.as_str() {
                "input" | "input_schema" | "inputSchema" | "json" => (name.clone(), value.clone()),
                _ => (name.clone(), without_nulls(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        _ => value.clone(),
    }
}
