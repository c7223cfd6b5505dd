//! `--log-dir`: the log of calls on this machine, and `bedrock logging read` of it.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::Home;

const FILE: &str = ".config/bedrock/config.toml";

/// The lines of the one file in a folder of the home.
fn lines(home: &Home, folder: &str) -> Vec<Value> {
    let files: Vec<_> = std::fs::read_dir(home.path(folder)).expect("a folder").collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let path = files[0].as_ref().expect("an entry").path();
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(path).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_call_leaves_a_line_and_content_only_if_it_is_wanted() {
    let home = Home::new();
    let logs = home.path("logs");
    let logs = logs.to_str().expect("a path");
    home.run(&["--local", "chat", "a canary", "-m", "opus-4.6", "--log-dir", logs]).result();
    home.run(&["--local", "chat", "a parrot", "-m", "opus-4.6", "--log-dir", logs, "--log-content"]).result();
    let lines = lines(&home, "logs");
    assert_eq!((lines.len(), lines[0].to_string().contains("canary")), (2, false));
    assert_eq!(lines[0]["model"], "opus-4.6");
    assert_eq!(lines[0]["outcome"], "completed");
    assert_eq!(lines[0]["request"], Value::Null);
    assert_eq!(lines[1]["request"]["messages"][0]["content"], "a parrot");
    assert!(lines[1]["response"].to_string().contains("a parrot"));

    let file = format!(
        "{logs}/activity-{}.jsonl",
        lines[0]["time"].as_str().expect("a time").split('T').next().expect("a day")
    );
    let read = home.run(&["logging", "read", &file, "--output=json"]);
    let row: Value = serde_json::from_str(read.result()).expect("one row");
    assert_eq!(
        (&row["requests"], &row["errors"], &row["requestsWithoutPrice"]),
        (&2.into(), &0.into(), &0.into())
    );
    assert_eq!(row["identity"], "AKIA…TOR0, given by the program");
    assert!(home.run(&["logging", "read", &file]).result().contains("AKIA…TOR0"));
}

#[test]
fn the_settings_file_switches_it_on_and_an_empty_option_off() {
    let home = Home::new();
    home.write(FILE, "log_dir = '~/logs'\nlog_content = true\n");
    home.run(&["--local", "chat", "a canary"]).result();
    home.run(&["--local", "chat", "hi", "--log-dir", ""]).result();
    let kept = lines(&home, "logs");
    assert_eq!((kept.len(), &kept[0]["request"]["messages"][0]["content"]), (1, &"a canary".into()));
    let shown = home.run(&["--local", "logging", "show"]);
    let says = format!("keeps a log of its own calls in {}, with what is asked", home.path("logs").display());
    assert!(shown.result().contains(&says), "{}", shown.stdout);
    home.write(FILE, "log_dir = 'logs'\n");
    assert_eq!(home.run(&["--local", "chat", "hi"]).code, Some(2));
}

#[test]
fn a_log_that_cannot_be_written_is_said_and_fails_nothing() {
    let home = Home::new();
    home.write("file", "");
    let path = home.path("file");
    let ended = home.run(&["--local", "chat", "hi", "--log-dir", path.to_str().expect("a path")]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("hi"));
    assert_eq!(ended.stderr.matches("the activity log cannot be written").count(), 1, "{}", ended.stderr);
}

#[test]
fn a_line_that_is_of_no_log_is_named() {
    let home = Home::new();
    let ended = home.run_with(
        &["logging", "read", "-", "--output=json"],
        "{\"schema\":\"bedrock-activity/1\"}\n",
        &[],
    );
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    let error = ended.error();
    assert!(
        error["message"].as_str().is_some_and(|text| text.starts_with("stdin: line 1 is no record")),
        "{error}"
    );
}
