//! Tests and examples, package by package and with all its features, shielded from the caller's AWS and proxy settings.
//!
//! A feature adds API and changes nothing else, so what is behind one is tested with the rest; that each crate builds without
//! them is the step `features`.

use super::Outcome;
use super::cargo::each;
use crate::Result;
use crate::metadata::{Package, own_packages};
use crate::workspace::{Workspace, works};

pub(super) fn tests(workspace: &Workspace) -> Result<Outcome> {
    let nextest = works(&mut workspace.cargo(&["nextest", "--version"]));
    each(own_packages(workspace)?.iter().map(|package| {
        if !nextest {
            return workspace.cargo_for_tests(&[
                "test",
                "--locked",
                "--all-features",
                "-p",
                &package.name,
                "--tests",
            ]);
        }
        // A package without any test is not a failure; that would be for review to find.
        let mut command = workspace.cargo_for_tests(&[
            "nextest",
            "run",
            "--locked",
            "--all-features",
            "-p",
            &package.name,
            "--no-tests=pass",
        ]);
        command.arg("--no-fail-fast");
        command.args(without_outside_cases(package));
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
    each(documented.map(|package| {
        workspace.cargo_for_tests(&["test", "--locked", "--all-features", "-p", &package.name, "--doc"])
    }))
}

/// The test of one name in each package that has it.
fn outside_cases(workspace: &Workspace, test: &str) -> Result<Outcome> {
    let packages = own_packages(workspace)?;
    let packages: Vec<_> = packages.iter().filter(|package| package.has_test(test)).collect();
    if packages.is_empty() {
        return Ok(Outcome::Skipped(format!("no package has a test {test}")));
    }
    each(packages.iter().map(|package| {
        workspace.cargo_for_tests(&[
            "test",
            "--locked",
            "--all-features",
            "-p",
            &package.name,
            "--test",
            test,
        ])
    }))
}

/// nextest's arguments that leave those tests to their own steps. One expression, because several are a union; only names that the
/// package has, because nextest refuses others.
fn without_outside_cases(package: &Package) -> Vec<String> {
    let tests: Vec<_> = OUTSIDE_CASES
        .iter()
        .filter(|test| package.has_test(test))
        .map(|test| format!("not binary({test})"))
        .collect();
    if tests.is_empty() { Vec::new() } else { vec!["-E".to_owned(), tests.join(" and ")] }
}

const RECORDED: &str = "recorded";
const AWS_CASES: &str = "aws_cases";

/// Tests over cases from outside the repository, by name, in whichever package they are. Their last line counts the cases, which only
/// cargo's own runner shows.
const OUTSIDE_CASES: &[&str] = &[RECORDED, AWS_CASES];

#[cfg(test)]
mod unit_tests {
    use super::*;
    use crate::metadata::Target;

    #[test]
    fn a_test_over_outside_cases_is_left_to_its_own_step() {
        let check = |names: &[&str], expected: &[&str]| {
            let test =
                |name: &&str| Target { kind: "test".to_owned(), name: (*name).to_owned(), doctest: false };
            let package = Package { targets: names.iter().map(test).collect(), ..Package::default() };
            assert_eq!(without_outside_cases(&package), expected);
        };
        check(&["it"], &[]);
        check(&["it", "recorded"], &["-E", "not binary(recorded)"]);
        check(&["aws_cases", "it", "recorded"], &["-E", "not binary(recorded) and not binary(aws_cases)"]);
    }
}
