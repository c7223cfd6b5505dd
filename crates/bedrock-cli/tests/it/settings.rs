//! The settings file.

use crate::Home;

const FILE: &str = ".config/bedrock/config.toml";

#[test]
fn region_is_the_last_resort_and_other_settings_are_defaults() {
    let home = Home::new();
    home.write(FILE, "region = 'eu-west-1'\nscope = 'regional'\nmodel = 'opus-4.6'\noutput = 'json'\n");
    let resolved = |arguments: &[&str], variables: &[(&str, &str)]| {
        let ended = home.run_with(&[&["models", "resolve", "opus-4.6"], arguments].concat(), "", variables);
        ended.result().trim_end().to_owned()
    };
    assert_eq!(resolved(&[], &[]), "eu.anthropic.claude-opus-4-6-v1");
    assert_eq!(resolved(&[], &[("AWS_REGION", "us-east-1")]), "us.anthropic.claude-opus-4-6-v1");
    assert_eq!(resolved(&["--region=us-west-2"], &[]), "us.anthropic.claude-opus-4-6-v1");
    assert_eq!(resolved(&["--scope=global"], &[]), "global.anthropic.claude-opus-4-6-v1");
    home.write(".aws/config", "[default]\nregion = us-east-2\n");
    assert_eq!(resolved(&[], &[]), "us.anthropic.claude-opus-4-6-v1");

    let chat = |arguments: &[&str], variables: &[(&str, &str)]| {
        let ended = home.run_with(&[&["--local", "chat", "hi"], arguments].concat(), "", variables);
        let message: serde_json::Value = serde_json::from_str(ended.result()).expect("a message");
        message["model"].as_str().expect("a model").to_owned()
    };
    assert_eq!(chat(&[], &[]), "claude-opus-4-6");
    assert_eq!(chat(&[], &[("BEDROCK_MODEL", "haiku-4.5")]), "claude-haiku-4-5-20251001");
    assert_eq!(chat(&["-m", "sonnet-4.6"], &[("BEDROCK_MODEL", "haiku-4.5")]), "claude-sonnet-4-6");
}

#[test]
fn a_broken_file_is_said_and_help_still_comes() {
    let home = Home::new();
    home.write(FILE, "model = 'opus'\nendpoint_url = 'http://127.0.0.1:1'\n");
    let ended = home.run(&["models", "list", "--output=json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    let message = ended.error()["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("config.toml line 2: unknown field `endpoint_url`"), "{message}");
    assert!(ended.stderr.contains("cannot stand in this file"));
    assert_eq!(home.run(&["--help"]).code, Some(0));
}

#[test]
fn a_file_of_the_folder_one_works_in_is_not_read() {
    let home = Home::new();
    for name in ["config.toml", "bedrock.toml", ".bedrock/config.toml", "bedrock/config.toml"] {
        home.write(name, "broken");
    }
    let command = std::process::Command::new(env!("CARGO_BIN_EXE_bedrock"))
        .args(["models", "resolve", "anthropic.x"])
        .current_dir(home.path("."))
        .env_clear()
        .env("HOME", home.path("nowhere"))
        .output()
        .expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&command.stdout), "anthropic.x\n");
}
