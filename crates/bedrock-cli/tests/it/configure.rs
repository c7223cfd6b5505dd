//! `bedrock configure`, from a pipe; botocore reads what it writes in `tests/peers/test_configure.py`.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use crate::Home;

const KEYS: &str = "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=canary/canary+canary\n";

fn mode(home: &Home, below: &str) -> u32 {
    std::fs::metadata(home.path(below)).expect("a file").permissions().mode() & 0o777
}

#[test]
fn keys_are_written_privately_and_never_shown() {
    let home = Home::new();
    let ended = home.run_with(&["configure", "--region", "eu-west-1", "-vvv"], KEYS, &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{}", ended.stderr);
    assert!(!ended.stderr.contains("canary/") && ended.stderr.contains("bedrock whoami"), "{}", ended.stderr);
    assert_eq!(home.read(".aws/config"), "[default]\nregion = eu-west-1\n");
    assert_eq!(
        home.read(".aws/credentials"),
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = canary/canary+canary\n"
    );
    assert_eq!((mode(&home, ".aws/credentials"), mode(&home, ".aws")), (0o600, 0o700));
    let region = home.run(&["models", "resolve", "opus-4.6", "--scope=regional"]);
    assert_eq!(region.stdout, "eu.anthropic.claude-opus-4-6-v1\n");
}

#[test]
fn other_lines_links_and_modes_stay() {
    let home = Home::new();
    home.write(
        ".aws/credentials",
        "# mine\n[dev]\naws_access_key_id=OLD\naws_session_token=old\n\n[prod]\naws_access_key_id=P\n",
    );
    home.write("dotfiles/config", "[profile dev]\noutput=json ; so\n[plugins]\na=b");
    std::fs::set_permissions(home.path("dotfiles/config"), PermissionsExt::from_mode(0o640)).expect("a mode");
    symlink(home.path("dotfiles/config"), home.path(".aws/config")).expect("a link");
    let ended = home.run_with(
        &["configure", "--profile=dev", "--output=json"],
        &format!("region=us-west-2\n{KEYS}"),
        &[("AWS_ACCESS_KEY_ID", "x")],
    );
    let result: Value = serde_json::from_str(ended.result()).expect("JSON");
    assert_eq!(
        (result["profile"].as_str(), result["files"].as_array().map(Vec::len)),
        (Some("dev"), Some(2))
    );
    assert_eq!(
        home.read(".aws/credentials"),
        "# mine\n[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = canary/canary+canary\n\n[prod]\naws_access_key_id=P\n"
    );
    assert_eq!(mode(&home, ".aws/credentials"), 0o600);
    assert_eq!(
        home.read("dotfiles/config"),
        "[profile dev]\noutput=json ; so\nregion = us-west-2\n[plugins]\na=b"
    );
    assert_eq!(mode(&home, "dotfiles/config"), 0o640);
    assert!(home.path(".aws/config").is_symlink());
}

#[test]
fn the_files_are_those_of_the_environment() {
    let home = Home::new();
    let (config, credentials) = (home.path("a/c"), home.path("b/k"));
    let variables = [
        ("AWS_CONFIG_FILE", config.to_str().expect("a path")),
        ("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().expect("a path")),
        ("AWS_PROFILE", "dev"),
    ];
    let ended = home.run_with(&["configure"], &format!("region=us-west-2\n{KEYS}"), &variables);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(home.read("a/c").starts_with("[profile dev]\n") && home.read("b/k").starts_with("[dev]\n"));
    assert!(!home.path(".aws").exists());
}

#[test]
fn a_refusal_writes_nothing() {
    let home = Home::new();
    for (arguments, stdin) in [
        (&["configure"][..], ""),
        (&["configure"], "region=us-east-1\naws_secret_access_key=canary"),
        (&["configure", "--profile", "a]b"], "region=us-east-1"),
        (&["configure", "--local"], "region=us-east-1"),
    ] {
        let ended = home.run_with(&[arguments, &["--output=json"]].concat(), stdin, &[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
        assert!(ended.error()["kind"] == "config" && !ended.stderr.contains("canary"), "{}", ended.stderr);
    }
    assert!(
        home.run_with(&["configure", "--dry-run"], "region=us-east-1", &[])
            .stderr
            .contains("region = us-east-1")
    );
    assert!(!home.path(".aws").exists());

    home.write(".aws/config", "[default\n");
    let ended = home.run_with(&["configure"], "region=us-east-1", &[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("config line 1"), "{}", ended.stderr);
    assert_eq!(home.read(".aws/config"), "[default\n");
}
