//! Where the workspace lies, and commands run in it: the only place that starts processes with an environment of its own making.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The workspace this program was built from.
pub(crate) struct Workspace {
    root: PathBuf,
    cargo: OsString,
    variables: Vec<OsString>,
}

impl Workspace {
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge of the program: what is read here goes on as a value"
    )]
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("this crate lies in a folder of the workspace");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let variables = std::env::vars_os().map(|(name, _)| name).collect();
        Self { root: root.to_owned(), cargo, variables }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// cargo, with the caller's environment.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(&self.cargo);
        command.args(arguments);
        // What one build leaves for the next costs time and, here, some 20 GB; in CI there is no next one.
        if self.variables.iter().any(|name| name == "CI") {
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// cargo for tests: nothing of the caller's AWS, Anthropic or proxy settings reaches them.
    pub(crate) fn cargo_for_tests(&self, arguments: &[&str]) -> Command {
        let mut command = self.cargo(arguments);
        self.shield(&mut command);
        command
    }

    /// Any program, in the workspace's folder.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        self.remove(&mut command, left_by_cargo_run);
        command
    }

    /// Keeps the caller's AWS, Anthropic and proxy settings from a program.
    pub(crate) fn shield(&self, command: &mut Command) {
        self.remove(command, kept_from_tests);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
    }

    fn remove(&self, command: &mut Command, unwanted: fn(&str) -> bool) {
        for name in self.variables.iter().filter(|name| name.to_str().is_some_and(unwanted)) {
            command.env_remove(name);
        }
    }
}

/// Shows a command and runs it, its output going where ours goes.
///
/// # Errors
///
/// When it cannot be started or does not end well.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", shown(command)).into()) }
}

/// What a command writes to its standard output.
///
/// # Errors
///
/// When it cannot be started, does not end well, or writes something that is no text.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| format!("{}: {error}", shown(command)))?;
    if !output.status.success() {
        return Err(format!("{}: {}", shown(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether a command can be started and ends well; its output is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// What `cargo run` sets for this program. Build scripts that watch such a variable (ring's does) would run again whenever a developer
/// changes between `cargo` and `cargo xtask`.
fn left_by_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(name, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME")
}

/// What tests must not see of the caller. The two exceptions name folders with test cases.
fn kept_from_tests(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ours = ["AWS_", "ANTHROPIC_", "BEDROCK_"].iter().any(|prefix| name.starts_with(prefix));
    (ours || name.ends_with("_PROXY")) && !matches!(name.as_str(), "AWS_CASES" | "BEDROCK_RECORDED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_see_no_setting_of_the_caller_but_the_folders_with_cases() {
        for name in [
            "AWS_PROFILE",
            "AWS_ACCESS_KEY_ID",
            "ANTHROPIC_API_KEY",
            "BEDROCK_MODEL",
            "HTTPS_PROXY",
            "no_proxy",
        ] {
            assert!(kept_from_tests(name), "{name}");
        }
        for name in ["AWS_CASES", "BEDROCK_RECORDED", "PATH", "HOME", "CARGO_HOME", "PROXY"] {
            assert!(!kept_from_tests(name), "{name}");
        }
    }

    #[test]
    fn nested_cargo_does_not_see_that_it_is_nested() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_NAME"] {
            assert!(left_by_cargo_run(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "CARGO"] {
            assert!(!left_by_cargo_run(name), "{name}");
        }
    }
}
