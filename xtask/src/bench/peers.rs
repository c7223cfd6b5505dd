//! `cargo xtask bench --peers`: the client end to end, beside the AWS SDK and the bare parts.
//!
//! `tests/bench-peers` is no member of the workspace, so the AWS SDK is built here and nowhere else.

use std::process::Command;

use crate::Result;
use crate::workspace::{Workspace, run as run_command};

/// Builds the programs that are compared, and measures the rows whose names begin with an argument, or all.
///
/// # Errors
///
/// When something does not build, or a program fails. An aim that is missed is no error: the table says so.
pub(super) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    run_command(&mut package(workspace, &["build", "--release", "--locked", "--bins"]))?;
    let mut measure = package(workspace, &["run", "--release", "--locked", "--quiet", "--"]);
    workspace.shield(&mut measure);
    run_command(measure.args(arguments))
}

/// cargo in the package, with a folder for what it builds that is the workspace's.
fn package(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.cargo(&arguments[..1]);
    command.arg("--manifest-path").arg(workspace.root().join(FOLDER).join("Cargo.toml"));
    command.args(&arguments[1..]).env("CARGO_TARGET_DIR", workspace.root().join(TARGET));
    command
}

const FOLDER: &str = "tests/bench-peers";
const TARGET: &str = "target/bench-peers";
