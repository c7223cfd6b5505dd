//! `cargo xtask codegen`: checked-in Rust that is written from data files, and the pages of the program's commands.
//!
//! The result is part of the repository, so building a crate needs no generator; `--check` shows that both still agree.

mod cli;
mod models;
mod object;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::Workspace;

/// Writes what is named, or everything; with `--check` only compares.
///
/// # Errors
///
/// When a name is unknown, a data file is not understood, or with `--check` a generated file is not what its data says.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (options, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = options.iter().find(|option| **option != "--check") {
        return Err(format!("codegen knows no option {unknown}").into());
    }
    let is_known = |name: &str| name == CLI || TARGETS.iter().any(|target| target.name == name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(format!("codegen knows nothing named {unknown}").into());
    }
    let check = !options.is_empty();
    let is_wanted = |wanted: &str| names.is_empty() || names.iter().any(|name| *name == wanted);
    for target in TARGETS.iter().filter(|target| is_wanted(target.name)) {
        target.run(workspace.root(), check)?;
    }
    if is_wanted(CLI) {
        cli::pages(workspace, check)?;
    }
    Ok(())
}

/// A data file, what is written from it, and how.
struct Target {
    name: &'static str,
    source: &'static str,
    generated: &'static str,
    generate: fn(&str) -> Result<String, Box<dyn Error>>,
}

impl Target {
    fn run(&self, root: &Path, check: bool) -> Result<(), Box<dyn Error>> {
        let about = |path: &str, error: &dyn std::fmt::Display| format!("{path}: {error}");
        let source =
            std::fs::read_to_string(root.join(self.source)).map_err(|error| about(self.source, &error))?;
        let code = (self.generate)(&source).map_err(|error| about(self.source, &error))?;
        let code = formatted(root, &code)?;
        let path = root.join(self.generated);
        if !check {
            std::fs::write(path, code).map_err(|error| about(self.generated, &error))?;
            println!("{} is written", self.generated);
        } else if std::fs::read_to_string(path).unwrap_or_default() == code {
            println!("{} is what {} says", self.generated, self.source);
        } else {
            return Err(about(self.generated, &format!("not what {} says", self.source)).into());
        }
        Ok(())
    }
}

/// The code as rustfmt writes it in this workspace.
fn formatted(root: &Path, code: &str) -> Result<String, Box<dyn Error>> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    // rustfmt reads all of its input before it writes, so neither pipe can fill up while the other is waited for.
    rustfmt.stdin.take().ok_or("rustfmt has no stdin")?.write_all(code.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        return Err("rustfmt does not take the generated code".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The pages of the commands, which come from a program and not from a file.
const CLI: &str = "cli";

const TARGETS: &[Target] = &[Target {
    name: "models",
    source: "crates/bedrock-types/data/models.json",
    generated: "crates/bedrock-types/src/models/generated.rs",
    generate: models::generate,
}];
