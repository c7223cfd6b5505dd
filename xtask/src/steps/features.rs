//! Each crate alone, with no feature, its default ones, and each single one: what compiles only next to another is found here.
//!
//! A feature that no line of a crate asks about only passes another crate's on, and is built alone there. All features at once are
//! the step `clippy`. Packages that are nobody's dependency are left to the other steps.

use std::fs;
use std::path::Path;

use super::Outcome;
use super::cargo::each;
use crate::Result;
use crate::metadata::{Package, own_packages};
use crate::workspace::Workspace;

pub(super) fn features(workspace: &Workspace) -> Result<Outcome> {
    let packages = own_packages(workspace)?;
    let mut commands = Vec::new();
    for package in packages.iter().filter(|package| package.is_published) {
        let code = code(&package.folder.join("src"))?;
        for selection in selections(package, &code) {
            let mut command = workspace.cargo(&["clippy", "--locked", "-p", &package.name]);
            command.args(selection).args(["--", "-D", "warnings"]);
            commands.push(command);
        }
    }
    each(commands.into_iter())
}

/// All of a crate's code.
fn code(folder: &Path) -> Result<String> {
    let mut all = String::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            all.push_str(&code(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(all)
}

/// The arguments that select features, one list a run. Tests and examples are left out: their dependencies would turn features on.
fn selections(package: &Package, code: &str) -> Vec<Vec<String>> {
    let named: Vec<_> = package.features.iter().filter(|feature| *feature != "default").collect();
    if named.is_empty() {
        return vec![vec![]]; // none and the default ones are the same
    }
    let mut selections = vec![vec!["--no-default-features".to_owned()], vec![]];
    let own = named.iter().filter(|feature| code.contains(&format!("feature = \"{feature}\"")));
    selections.extend(own.map(|feature| vec![format!("--no-default-features --features={feature}")]));
    selections
        .into_iter()
        .map(|words| words.iter().flat_map(|word| word.split(' ')).map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(features: &[&str], code: &str, expected: &[&str]) {
        let package = Package {
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            ..Package::default()
        };
        let selections: Vec<_> =
            selections(&package, code).into_iter().map(|words| words.join(" ")).collect();
        assert_eq!(selections, expected);
    }

    #[test]
    fn every_feature_is_built_alone() {
        check(&[], "", &[""]);
        check(&["schemars"], "", &["--no-default-features", ""]);
        check(
            &["a", "b", "default"],
            r#"#[cfg(feature = "a")] #[cfg(any(test, feature = "b"))]"#,
            &[
                "--no-default-features",
                "",
                "--no-default-features --features=a",
                "--no-default-features --features=b",
            ],
        );
    }

    #[test]
    fn a_feature_that_is_only_passed_on_is_not_built_alone() {
        check(
            &["a", "ab"],
            r#"#[cfg(feature = "ab")]"#,
            &["--no-default-features", "", "--no-default-features --features=ab"],
        );
    }
}
