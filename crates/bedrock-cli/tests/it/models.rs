//! `bedrock models`.

use serde_json::{Value, json};

use crate::Home;

#[test]
fn a_list_has_a_line_for_each_model() {
    let home = Home::new();
    let text = home.run(&["models", "list", "--region", "eu-west-1"]);
    let lines: Vec<_> = text.result().lines().collect();
    assert!(lines[0].starts_with("MODEL ") && lines[0].contains("ID IN EU-WEST-1"), "{}", lines[0]);
    let opus = lines.iter().find(|line| line.starts_with("opus-4.6 ")).expect("a line");
    assert!(opus.contains(" global.anthropic.claude-opus-4-6-v1 "), "{opus}");
    assert!(!text.stdout.contains("claude-2"));

    let all = home.run(&["models", "list", "--all", "--region=eu-west-1"]);
    assert!(all.result().lines().count() > lines.len());
    assert!(all.stdout.contains("claude-2.1 "));
}

#[test]
fn json_is_an_object_a_line_with_the_names_of_aws() {
    let listed =
        Home::new().run(&["models", "list", "--region=us-east-1", "--scope=regional", "--output=json"]);
    let models: Vec<Value> =
        listed.result().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let haiku = models.iter().find(|model| model["modelName"] == "Claude Haiku 4.5").expect("a model");
    assert_eq!(haiku["modelId"], "anthropic.claude-haiku-4-5-20251001-v1:0");
    assert_eq!(haiku["idToSend"], "us.anthropic.claude-haiku-4-5-20251001-v1:0");
    assert_eq!(haiku["inputModalities"], json!(["TEXT", "IMAGE"]));
    assert_eq!(haiku["inferenceTypesSupported"], json!(["INFERENCE_PROFILE"]));
    assert_eq!(haiku["modelLifecycle"]["startOfLifeTime"], "2025-10-16");
    assert_eq!(haiku["catalog"]["thinking"]["mode"], "manual");
    assert_eq!(haiku["catalog"]["price"]["cache_write_5m"], "1.25");
}

#[test]
fn a_page_has_what_is_known() {
    let home = Home::new();
    let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0";
    let page = home.run(&["models", "show", arn, "--region=us-east-1"]);
    for fact in ["Claude Haiku 4.5\n", "haiku-4.5", "200K tokens of context", "$1 in, $5 out", "note "] {
        assert!(page.result().contains(fact), "{fact}: {}", page.stdout);
    }
    let object: Value =
        serde_json::from_str(home.run(&["models", "show", "haiku-4.5", "--output=json"]).result())
            .expect("JSON");
    assert_eq!(object["modelName"], "Claude Haiku 4.5");
}

#[test]
fn a_name_resolves_to_the_bare_id() {
    let home = Home::new();
    for (arguments, id) in [
        (&["opus-4.6", "--region", "eu-west-1"][..], "global.anthropic.claude-opus-4-6-v1"),
        (&["opus-4.6", "--region=eu-west-1", "--scope=regional"], "eu.anthropic.claude-opus-4-6-v1"),
        (&["haiku-4.5", "--region=us-east-1", "--route=mantle"], "anthropic.claude-haiku-4-5"),
        (&["us.anthropic.claude-of-tomorrow"], "us.anthropic.claude-of-tomorrow"),
    ] {
        let ended = home.run(&[&["models", "resolve"], arguments].concat());
        assert_eq!(ended.stdout, format!("{id}\n"), "{}", ended.stderr);
        assert_eq!(ended.code, Some(0));
    }
}

#[test]
fn a_name_that_is_none_is_an_error_with_the_nearest() {
    let home = Home::new();
    for command in ["show", "resolve"] {
        let ended = home.run(&["models", command, "sonnett", "--output", "json"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
        assert_eq!(ended.error()["kind"], "config");
        assert!(
            ended.error()["hint"].as_str().is_some_and(|hint| hint.contains("sonnet")),
            "{}",
            ended.stderr
        );
    }
    let ended = home.run(&["models", "resolve", "opus-4.1", "--region=eu-west-1"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("it works from us-east-1"), "{}", ended.stderr);
}
