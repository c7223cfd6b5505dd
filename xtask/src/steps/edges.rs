//! Which of our crates may know which: the star of `docs/architecture.md`, held by reading the manifests.

use super::Outcome;
use crate::Result;
use crate::metadata::{Package, own_packages};
use crate::workspace::Workspace;

/// Every crate of the workspace, and what it may depend on among them. A new crate needs a row.
const ALLOWED: &[Row] = &[
    Row { name: "bedrock-types", may_use: &[], in_tests: &[] },
    // On itself with its feature `verify`, which its tests of signing need.
    Row { name: "bedrock-auth", may_use: &[], in_tests: &["bedrock-auth"] },
    Row { name: "bedrock-transport", may_use: &[], in_tests: &[] },
    Row { name: "bedrock-client", may_use: LOWER, in_tests: LOWER },
    // The client only with the feature `upstream`: `weight` holds that.
    Row { name: "bedrock-emulator", may_use: WITH_CLIENT, in_tests: LOWER },
    Row { name: "bedrock-cli", may_use: ALL, in_tests: ALL },
    Row { name: "soak", may_use: ALL, in_tests: &[] },
    Row { name: "workspace-tests", may_use: ALL, in_tests: ALL },
    Row { name: "xtask", may_use: &[], in_tests: &[] },
];

const LOWER: &[&str] = &["bedrock-types", "bedrock-auth", "bedrock-transport"];
const WITH_CLIENT: &[&str] = &["bedrock-types", "bedrock-auth", "bedrock-transport", "bedrock-client"];
const ALL: &[&str] = &[
    "bedrock-types",
    "bedrock-auth",
    "bedrock-transport",
    "bedrock-client",
    "bedrock-emulator",
    "bedrock-cli",
];

struct Row {
    name: &'static str,
    /// As normal and build dependencies.
    may_use: &'static [&'static str],
    /// As dev-dependencies. What takes several crates to test is tested in `tests/workspace`.
    in_tests: &'static [&'static str],
}

pub(super) fn edges(workspace: &Workspace) -> Result<Outcome> {
    let wrong = wrong_edges(&own_packages(workspace)?);
    if wrong.is_empty() { Ok(Outcome::Done) } else { Err(wrong.join("\n").into()) }
}

fn wrong_edges(packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        let Some(row) = ALLOWED.iter().find(|row| row.name == package.name) else {
            wrong.push(format!("{} has no row in {}", package.name, file!()));
            continue;
        };
        for dependency in &package.dependencies {
            let own = packages.iter().any(|other| other.name == dependency.name);
            let (allowed, kind) =
                if dependency.dev { (row.in_tests, "in its tests ") } else { (row.may_use, "") };
            if own && !allowed.contains(&dependency.name.as_str()) {
                wrong.push(format!("{} may not {kind}depend on {}", package.name, dependency.name));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn package(name: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependencies =
            dependencies.iter().map(|(name, dev)| Dependency { name: (*name).into(), dev: *dev }).collect();
        Package { name: name.into(), own: true, dependencies, ..Package::default() }
    }

    #[test]
    fn only_edges_of_the_star_pass() {
        let all = || ALLOWED.iter().map(|row| package(row.name, &[])).collect::<Vec<_>>();
        let check = |crate_name: &str, dependency: &str, dev: bool, expected: &[&str]| {
            let mut packages = all();
            packages.push(package(crate_name, &[(dependency, dev)]));
            assert_eq!(wrong_edges(&packages), expected, "{crate_name} -> {dependency}");
        };
        check("bedrock-client", "bedrock-types", false, &[]);
        check("bedrock-cli", "bedrock-emulator", false, &[]);
        check("bedrock-types", "serde", false, &[]);
        check("bedrock-auth", "bedrock-types", false, &["bedrock-auth may not depend on bedrock-types"]);
        check(
            "bedrock-types",
            "bedrock-auth",
            true,
            &["bedrock-types may not in its tests depend on bedrock-auth"],
        );
        check(
            "bedrock-client",
            "bedrock-emulator",
            false,
            &["bedrock-client may not depend on bedrock-emulator"],
        );
        check("bedrock-emulator", "bedrock-client", false, &[]);
        check(
            "bedrock-emulator",
            "bedrock-client",
            true,
            &["bedrock-emulator may not in its tests depend on bedrock-client"],
        );
        check("xtask", "bedrock-types", false, &["xtask may not depend on bedrock-types"]);
    }

    #[test]
    fn a_crate_without_a_row_is_an_error() {
        assert_eq!(wrong_edges(&[package("bedrock-new", &[])]).len(), 1);
    }
}
