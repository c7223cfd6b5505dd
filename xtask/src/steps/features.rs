//! Each crate alone, with no feature, its default ones, each single one, and all: what compiles only next to another is found here.

use super::Outcome;
use super::cargo::each;
use crate::Result;
use crate::metadata::{Package, own_packages};
use crate::workspace::Workspace;

pub(super) fn features(workspace: &Workspace) -> Result<Outcome> {
    let packages = own_packages(workspace)?;
    each(packages.iter().flat_map(|package| {
        selections(package).into_iter().map(|selection| {
            let mut command = workspace.cargo(&["clippy", "--locked", "-p", &package.name]);
            command.args(selection).args(["--", "-D", "warnings"]);
            command
        })
    }))
}

/// The arguments that select features, one list a run. Tests and examples are left out: their dependencies would turn features on.
fn selections(package: &Package) -> Vec<Vec<String>> {
    let named: Vec<_> = package.features.iter().filter(|feature| *feature != "default").collect();
    if named.is_empty() {
        return vec![vec![]]; // none, the default ones and all are the same
    }
    let mut selections = vec![vec!["--no-default-features".to_owned()], vec![]];
    if named.len() > 1 {
        selections
            .extend(named.iter().map(|feature| vec![format!("--no-default-features --features={feature}")]));
    }
    selections.push(vec!["--all-features".to_owned()]);
    selections
        .into_iter()
        .map(|words| words.iter().flat_map(|word| word.split(' ')).map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(features: &[&str], expected: &[&str]) {
        let package = Package {
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            ..Package::default()
        };
        let selections: Vec<_> = selections(&package).into_iter().map(|words| words.join(" ")).collect();
        assert_eq!(selections, expected);
    }

    #[test]
    fn every_feature_is_built_alone_and_with_all_others() {
        check(&[], &[""]);
        check(&["schemars"], &["--no-default-features", "", "--all-features"]);
        check(
            &["a", "b", "default"],
            &[
                "--no-default-features",
                "",
                "--no-default-features --features=a",
                "--no-default-features --features=b",
                "--all-features",
            ],
        );
    }
}
