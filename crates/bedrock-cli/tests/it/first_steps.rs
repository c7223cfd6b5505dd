//! What a newcomer meets: nothing set up, a region with a typing error, a file that is no stream, a pipe that nobody closes.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::Home;

#[test]
fn without_an_identity_each_source_has_a_line() {
    let home = Home::new();
    let ended = home.run_with(&["whoami"], "", &[("AWS_REGION", "us-east-1")]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""));
    let lines: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(lines[0], "error: no AWS identity found, but these were tried:");
    assert_eq!(lines[1], "  environment (AWS_BEARER_TOKEN_BEDROCK): not set");
    assert_eq!(lines[6], "  EC2 instance metadata: AWS_EC2_METADATA_DISABLED is true");
    assert!(lines[7].starts_with("  hint: run `bedrock configure`"), "{}", ended.stderr);
    assert_eq!(lines.len(), 8, "{}", ended.stderr);

    let ended = home.run_with(&["whoami", "--output=json"], "", &[("AWS_REGION", "us-east-1")]);
    let message = ended.error()["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("AWS_ACCESS_KEY_ID") && !message.contains('\n'), "{message}");
}

#[test]
fn an_unknown_region_has_its_neighbours_named() {
    let ended = Home::new().run(&["--local", "chat", "hi", "--region=us-esat-1"]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("it works from us-east-1, us-east-2, us-gov-east-1 and "),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_file_that_is_no_stream_is_called_by_its_name() {
    let home = Home::new();
    for (input, code, kind, hint) in [
        ("", 5, "stream_incomplete", "nothing in it"),
        ("{\"type\":\"message\"}", 5, "stream_truncated", "it is JSON"),
        ("a text\n", 5, "stream_incomplete", "it is a text"),
    ] {
        let ended = home.run_with(&["decode", "-", "--output=json"], input, &[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), ""), "{}", ended.stderr);
        assert_eq!(ended.error()["kind"], kind, "{input}");
        assert!(ended.error()["hint"].as_str().is_some_and(|said| said.contains(hint)), "{}", ended.stderr);
    }
    let cut = "event: message_start\ndata: {\"type\":\"ping\"}\n\n";
    let ended = home.run_with(&["decode", "-", "--output=json"], cut, &[]);
    assert!(ended.error()["hint"].as_str().is_some_and(|said| said.contains("cut")), "{}", ended.stderr);
}

#[test]
fn a_token_is_bare_or_an_object() {
    let home = Home::new();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
    ];
    let object = home.run_with(&["token", "--output=json"], "", &keys);
    let object: Value = serde_json::from_str(object.result()).expect("JSON");
    assert!(object["token"].as_str().is_some_and(|token| token.starts_with("bedrock-api-key-")));
    assert!(object["expires_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{object}");
    assert!(home.run_with(&["token"], "", &keys).result().starts_with("bedrock-api-key-"));
}

/// A program that starts another often leaves it a pipe that nobody writes to.
#[test]
fn a_pipe_that_nobody_closes_is_spoken_of() {
    let home = Home::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bedrock"))
        .args(["--local", "chat", "hi"])
        .env_clear()
        .env("HOME", home.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().expect("a pipe")).read_line(&mut said).expect("a line");
    assert!(said.contains("waiting for stdin to end"), "{said}");
    drop(child.stdin.take());
    let mut answer = String::new();
    child.stdout.as_mut().expect("a pipe").read_to_string(&mut answer).expect("an answer");
    assert!(child.wait().expect("an end").success() && answer.contains("hi"), "{answer}");
}
