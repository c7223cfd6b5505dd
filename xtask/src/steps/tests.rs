//! Tests and examples, package by package, shielded from the caller's AWS and proxy settings.

use super::Outcome;
use super::cargo::each;
use crate::Result;
use crate::metadata::own_packages;
use crate::workspace::{Workspace, run, works};

/// Tests over cases from outside the repository: package and test. Their last line counts the cases, which only cargo's own runner shows.
const RECORDED: (&str, &str) = ("workspace-tests", "recorded");
const AWS_CASES: (&str, &str) = ("bedrock-auth", "aws_cases");

pub(super) fn tests(workspace: &Workspace) -> Result<Outcome> {
    let nextest = works(&mut workspace.cargo(&["nextest", "--version"]));
    each(own_packages(workspace)?.iter().map(|package| {
        if !nextest {
            return workspace.cargo_for_tests(&["test", "--locked", "-p", &package.name, "--tests"]);
        }
        // A package without any test is not a failure; that would be for review to find.
        let mut command = workspace.cargo_for_tests(&[
            "nextest",
            "run",
            "--locked",
            "-p",
            &package.name,
            "--no-tests=pass",
        ]);
        command.arg("--no-fail-fast");
        for (_, test) in [RECORDED, AWS_CASES].iter().filter(|(_, test)| package.has_test(test)) {
            command.arg("-E").arg(format!("not binary({test})"));
        }
        command
    }))
}

pub(super) fn recorded(workspace: &Workspace) -> Result<Outcome> {
    outside_cases(workspace, RECORDED)
}

pub(super) fn aws_cases(workspace: &Workspace) -> Result<Outcome> {
    outside_cases(workspace, AWS_CASES)
}

pub(super) fn doctests(workspace: &Workspace) -> Result<Outcome> {
    let packages = own_packages(workspace)?;
    let documented = packages.iter().filter(|package| package.has_doctests());
    each(
        documented
            .map(|package| workspace.cargo_for_tests(&["test", "--locked", "-p", &package.name, "--doc"])),
    )
}

fn outside_cases(workspace: &Workspace, (package, test): (&str, &str)) -> Result<Outcome> {
    if !own_packages(workspace)?.iter().any(|own| own.name == package && own.has_test(test)) {
        return Ok(Outcome::Skipped(format!("{package} has no test {test}")));
    }
    run(&mut workspace.cargo_for_tests(&["test", "--locked", "-p", package, "--test", test]))?;
    Ok(Outcome::Done)
}
