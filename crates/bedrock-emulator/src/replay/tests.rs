//! Recordings written by hand, and of other origin, without a socket.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::Instant;

use super::*;
use crate::frames::{named, sse};
use crate::testing::{TestRequest, body_with, hello_body, now};

/// A recording of `TestRequest::hello` in the form of other projects, answered with this.
fn record(folder: &Path, name: &str, path: &str, body: &str, answer: &str, meta: serde_json::Value) {
    let mut all = json!({
        "method": "POST",
        "url": format!("https://bedrock-runtime.us-east-1.amazonaws.com{path}"),
        "status": 200,
        "headers": {"content-type": "application/json", "x-amzn-requestid": name},
        "note": "of other origin",
    });
    for (key, value) in meta.as_object().unwrap() {
        all[key] = value.clone();
    }
    fs::write(folder.join(format!("{name}.meta.json")), all.to_string()).unwrap();
    fs::write(folder.join(format!("{name}.request.json")), body).unwrap();
    fs::write(folder.join(format!("{name}.response.json")), answer).unwrap();
}

fn hello(folder: &TempDir, name: &str, answer: &str) {
    record(folder.path(), name, &TestRequest::hello().path, &hello_body(), answer, json!({}));
}

fn player(folder: &TempDir, speed: f64) -> Player {
    Player::new(Recordings::read(folder.path()).unwrap(), Speed(speed))
}

async fn ask(player: &Player, request: &TestRequest) -> (u16, String) {
    let (head, body) = request.signed();
    let response = player.answer(&head, &body, now(), &Account::default()).await;
    let status = response.status().as_u16();
    (status, String::from_utf8(response.into_body().collect(100_000).await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn what_was_asked_several_times_is_answered_in_turn_and_from_the_beginning_again() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("within")).unwrap();
    hello(&folder, "1", "first");
    hello(&folder, "within/2", "second");
    let player = player(&folder, 1.0);
    for expected in ["first", "second", "first"] {
        assert_eq!(ask(&player, &TestRequest::hello()).await, (200, expected.to_owned()));
    }
}

#[tokio::test]
async fn who_may_not_call_gets_no_recording() {
    let folder = TempDir::new().unwrap();
    hello(&folder, "1", "first");
    let mut stranger = TestRequest::hello();
    stranger.credentials = bedrock_auth::Credentials::new("AKIABEDROCKEMULATOR0", "wrong");
    assert_eq!(ask(&player(&folder, 1.0), &stranger).await.0, 403);
}

#[tokio::test]
async fn what_was_not_recorded_is_refused_with_what_it_is_nearest_to() {
    let folder = TempDir::new().unwrap();
    hello(&folder, "1", "first");
    let player = player(&folder, 1.0);
    let (status, body) = ask(&player, &TestRequest::invoke(body_with(r#","system":"s""#))).await;
    assert_eq!(status, 400);
    let expected = "Nothing recorded answers POST /model/us.anthropic.claude-opus-4-6-v1/invoke. \
                    The nearest is 1, which differs at /system: nothing was recorded, \\\"s\\\" is asked.";
    assert!(body.contains(expected), "{body}");
    let (status, body) = ask(&player, &TestRequest::post("/anthropic/v1/messages", "{}")).await;
    assert_eq!(status, 400);
    assert!(
        body.contains(r#""type":"invalid_request_error""#) && body.contains("The nearest is 1,"),
        "{body}"
    );
}

#[tokio::test(start_paused = true)]
async fn frames_come_when_they_came() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (sse("a", b"{}"), sse("b", b"{}"));
    let answer = String::from_utf8([&first[..], &second].concat()).unwrap();
    let frames = [first, second].map(|event| event.len());
    let meta = json!({
        "head_us": 1_000_000,
        "frames": [{"at_us": 0, "bytes": frames[0]}, {"at_us": 3_000_000, "bytes": frames[1]}],
    });
    record(folder.path(), "1", &TestRequest::hello().path, &hello_body(), &answer, meta);
    for (speed, seconds) in [(1.0, [1.0, 1.0, 4.0]), (2.0, [0.5, 0.5, 2.0]), (0.0, [0.0, 0.0, 0.0])] {
        let (head, body) = TestRequest::hello().signed();
        let begun = Instant::now();
        let player = player(&folder, speed);
        let response = player.answer(&head, &body, now(), &Account::default()).await;
        let mut times = vec![begun.elapsed()];
        let mut body = response.into_body();
        while let Some(piece) = body.chunk().await.unwrap() {
            assert_eq!(piece.len(), frames[times.len() - 1]);
            times.push(begun.elapsed());
        }
        let rounded = times.iter().map(|time| (time.as_secs_f64() * 10.0).round() / 10.0);
        assert_eq!(rounded.collect::<Vec<_>>(), seconds, "{speed}");
    }
}

#[tokio::test]
async fn a_cut_answer_is_cut_again() {
    let folder = TempDir::new().unwrap();
    record(folder.path(), "1", &TestRequest::hello().path, &hello_body(), "{\"half", json!({"end": "cut"}));
    let (head, body) = TestRequest::hello().signed();
    let response = player(&folder, 0.0).answer(&head, &body, now(), &Account::default()).await;
    let mut body = response.into_body();
    assert_eq!(body.chunk().await.unwrap().unwrap(), "{\"half");
    assert!(body.chunk().await.is_err());
}

#[tokio::test]
async fn a_stream_of_other_origin_comes_frame_by_frame() {
    let folder = TempDir::new().unwrap();
    let frames = [named("chunk", b"{}"), named("chunk", b"{\"p\":\"a\"}")];
    let path = TestRequest::hello().streamed().path;
    let headers = json!({"headers": {"content-type": "application/vnd.amazon.eventstream"}});
    record(folder.path(), "1", &path, &hello_body(), "", headers);
    fs::remove_file(folder.path().join("1.response.json")).unwrap();
    fs::write(folder.path().join("1.response.bin"), frames.concat()).unwrap();
    let (head, body) = TestRequest::hello().streamed().signed();
    let response = player(&folder, 1.0).answer(&head, &body, now(), &Account::default()).await;
    let mut body = response.into_body();
    for frame in &frames {
        assert_eq!(body.chunk().await.unwrap().as_ref(), Some(frame));
    }
    assert_eq!(body.chunk().await.unwrap(), None);
}

#[test]
fn a_broken_recording_is_named() {
    for (name, text, expected) in [
        ("1.meta.json", "{", "1.meta.json is not what describes a recording"),
        ("1.meta.json", r#"{"method":"GET","status":200}"#, "it has neither a path nor a url"),
        ("1.meta.json", r#"{"method":"GET","path":"/x"}"#, "it has no status of HTTP's"),
        (
            "1.meta.json",
            r#"{"method":"GET","path":"/x","status":200,"frames":[{"at_us":0,"bytes":5}]}"#,
            "its frames are not as long as the body beside it",
        ),
        ("1.meta.partial.json", "{}", "has no recording: no file in it ends in .meta.json"),
    ] {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        let error = Recordings::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let nowhere = TempDir::new().unwrap().path().join("nowhere");
    assert!(Recordings::read(nowhere).unwrap_err().to_string().ends_with("nowhere cannot be read"));
}
