//! Steps that are a cargo command.

use super::Outcome;
use crate::metadata::own_packages;
use crate::workspace::{Workspace, run, works};
use crate::{Result, codegen};

/// The one step that may need the network; the others then neither fetch nor change the lock file.
pub(super) fn fetch(workspace: &Workspace) -> Result<Outcome> {
    run(&mut workspace.cargo(&["fetch", "--locked"]))?;
    Ok(Outcome::Done)
}

pub(super) fn fmt(workspace: &Workspace) -> Result<Outcome> {
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Outcome::Done)
}

pub(super) fn codegen(workspace: &Workspace) -> Result<Outcome> {
    codegen::run(workspace, &["--check".to_owned()])?;
    Ok(Outcome::Done)
}

/// All crates in one build with all features, as the tests are built; what a crate lacks alone is found by the step `features`.
pub(super) fn clippy(workspace: &Workspace) -> Result<Outcome> {
    let everything = ["clippy", "--locked", "--workspace", "--all-targets", "--all-features"];
    run(workspace.cargo(&everything).args(["--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

pub(super) fn rustdoc(workspace: &Workspace) -> Result<Outcome> {
    let packages = own_packages(workspace)?;
    // What is behind a feature links to the rest, and the rest must not link to it: it may not be there.
    each(packages.iter().flat_map(|package| {
        ["", "--all-features"].map(|features| {
            let mut command = workspace.cargo(&["doc", "--locked", "--no-deps", "-p", &package.name]);
            command.args((!features.is_empty()).then_some(features)).env("RUSTDOCFLAGS", "-D warnings");
            command
        })
    }))
}

pub(super) fn deny(workspace: &Workspace) -> Result<Outcome> {
    if !works(&mut workspace.cargo(&["deny", "--version"])) {
        return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
    }
    run(&mut workspace.cargo(&[
        "deny",
        "--locked",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))?;
    Ok(Outcome::Done)
}

/// Runs all commands, even after one fails: the next crate's findings are worth knowing too.
pub(super) fn each(commands: impl Iterator<Item = std::process::Command>) -> Result<Outcome> {
    let errors: Vec<_> =
        commands.filter_map(|mut command| run(&mut command).err()).map(|error| error.to_string()).collect();
    if errors.is_empty() { Ok(Outcome::Done) } else { Err(errors.join("\n").into()) }
}
