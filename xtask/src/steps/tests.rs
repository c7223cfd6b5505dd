//! Tests and examples, all with all features, shielded from the caller's AWS and proxy settings.
//!
//! A feature adds API and changes nothing else, so what is behind one is tested with the rest; that each crate builds without
//! them is the step `features`. The client's own tests run a second time as most users get it: it says what it was built without. All packages are built at once: one by one, each would have its dependencies built anew with other
//! features, which took half of a cold run.

use super::Outcome;
use super::cargo::each;
use crate::Result;
use crate::metadata::{Package, own_packages};
use crate::workspace::{Workspace, works};

pub(super) fn tests(workspace: &Workspace) -> Result<Outcome> {
    let mut command = if works(&mut workspace.cargo(&["nextest", "--version"])) {
        let mut command = workspace.cargo_for_tests(&["nextest", "run", "--no-fail-fast"]);
        command.args(without_outside_cases(&own_packages(workspace)?));
        command
    } else {
        workspace.cargo_for_tests(&["test", "--tests"])
    };
    command.args(EVERYTHING);
    let mut default = workspace.cargo_for_tests(&["test", "--lib", "--locked", "--package"]);
    default.arg("bedrock-client");
    each([command, default].into_iter())
}

pub(super) fn recorded(workspace: &Workspace) -> Result<Outcome> {
    outside_cases(workspace, RECORDED)
}

pub(super) fn aws_cases(workspace: &Workspace) -> Result<Outcome> {
    outside_cases(workspace, AWS_CASES)
}

pub(super) fn doctests(workspace: &Workspace) -> Result<Outcome> {
    let mut command = workspace.cargo_for_tests(&["test", "--doc"]);
    command.args(EVERYTHING);
    each([command].into_iter())
}

/// The test of one name in each package that has it.
fn outside_cases(workspace: &Workspace, test: &str) -> Result<Outcome> {
    if !own_packages(workspace)?.iter().any(|package| package.has_test(test)) {
        return Ok(Outcome::Skipped(format!("no package has a test {test}")));
    }
    let mut command = workspace.cargo_for_tests(&["test", "--test", test]);
    command.args(EVERYTHING);
    each([command].into_iter())
}

/// nextest's arguments that leave those tests to their own steps. One expression, because several are a union; only names that
/// there are, because nextest refuses others.
fn without_outside_cases(packages: &[Package]) -> Vec<String> {
    let tests: Vec<_> = OUTSIDE_CASES
        .iter()
        .filter(|test| packages.iter().any(|package| package.has_test(test)))
        .map(|test| format!("not binary({test})"))
        .collect();
    if tests.is_empty() { Vec::new() } else { vec!["-E".to_owned(), tests.join(" and ")] }
}

const EVERYTHING: &[&str] = &["--workspace", "--all-features", "--locked"];
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
            let test = |name: &&str| Target { kind: "test".to_owned(), name: (*name).to_owned() };
            let package = Package { targets: names.iter().map(test).collect(), ..Package::default() };
            assert_eq!(without_outside_cases(&[Package::default(), package]), expected);
        };
        check(&["it"], &[]);
        check(&["it", "recorded"], &["-E", "not binary(recorded)"]);
        check(&["aws_cases", "it", "recorded"], &["-E", "not binary(recorded) and not binary(aws_cases)"]);
    }
}
