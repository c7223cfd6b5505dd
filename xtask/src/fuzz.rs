//! `cargo xtask fuzz`: gives every target of `tests/fuzz` arbitrary bytes for a while.
//!
//! The toolchain stays the stable one: cargo-fuzz only needs flags that are not stable yet. What it finds lies in
//! `tests/fuzz/artifacts`, and becomes a unit test before it is mended.

use std::process::Command;

use serde_json::Value;

use crate::Result;
use crate::workspace::{Workspace, output, run as run_command, works};

/// Runs all targets, even after one fails.
///
/// # Errors
///
/// When cargo-fuzz cannot be had, a target does not build, or something is found.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let seconds = seconds(arguments)?;
    if !works(&mut workspace.cargo(&["fuzz", "--version"])) {
        run_command(&mut workspace.cargo(&["install", "cargo-fuzz", "--locked"]))?;
    }
    run_command(&mut fuzz_package(workspace, &["run", "--locked", "--example", "seeds"]))?;
    let targets =
        targets(&output(&mut fuzz_package(workspace, &["metadata", "--format-version=1", "--no-deps"]))?)?;
    let time = format!("-max_total_time={seconds}");
    let errors: Vec<_> = targets
        .iter()
        .filter_map(|target| {
            let mut command =
                workspace.cargo(&["fuzz", "run", target, "--fuzz-dir", FOLDER, "--target-dir", TARGET]);
            // A single input is given ten seconds: what takes longer is a finding too.
            command.args(["--", &time, "-timeout=10", "-max_len=8192", "-print_final_stats=1"]);
            run_command(command.env("RUSTC_BOOTSTRAP", "1")).err()
        })
        .map(|error| error.to_string())
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n").into()) }
}

fn seconds(arguments: &[String]) -> Result<u32> {
    match arguments {
        [] => Ok(60),
        [name, seconds] if name == "--seconds" => {
            seconds.parse().map_err(|_| format!("--seconds {seconds} is no number").into())
        }
        _ => Err("cargo xtask fuzz takes --seconds N and nothing else".into()),
    }
}

/// The names of the package's programs, one for each target.
fn targets(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let targets = metadata["packages"][0]["targets"].as_array().ok_or("cargo names no targets")?;
    let is_program = |target: &&Value| target["kind"][0] == "bin";
    let names = targets.iter().filter(is_program).filter_map(|target| target["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// cargo in the package of the targets, which is none of the workspace's.
fn fuzz_package(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.cargo(arguments);
    command.arg("--manifest-path").arg(workspace.root().join(FOLDER).join("Cargo.toml"));
    command.env("CARGO_TARGET_DIR", workspace.root().join(TARGET));
    command
}

const FOLDER: &str = "tests/fuzz";
const TARGET: &str = "target/fuzz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_a_number_of_seconds() {
        let parse =
            |words: &[&str]| seconds(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(parse(&[]).expect("the default"), 60);
        assert_eq!(parse(&["--seconds", "600"]).expect("a number"), 600);
        for wrong in [&["--seconds"][..], &["--seconds", "x"], &["600"], &["--seconds", "1", "2"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn each_program_is_a_target() {
        let metadata = r#"{"packages":[{"targets":[
            {"kind":["lib"],"name":"bedrock_fuzz"},{"kind":["bin"],"name":"sse"},{"kind":["example"],"name":"seeds"}
        ]}]}"#;
        assert_eq!(targets(metadata).expect("metadata"), ["sse"]);
    }
}
