//! Licences and sources of everything in the lock file, read from `cargo metadata`. `deny.toml` says the same to cargo-deny.

use std::collections::BTreeSet;

use super::Outcome;
use crate::Result;
use crate::metadata::{Package, packages};
use crate::spdx;
use crate::workspace::Workspace;

/// Licences that ask for no more than their own text.
const ALLOWED: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub(super) fn licences(workspace: &Workspace) -> Result<Outcome> {
    let packages = packages(workspace)?;
    let mut wrong: Vec<String> = packages.iter().filter_map(wrong_licence).collect();
    wrong.extend(wrong_sources(&packages));
    println!("{} packages", packages.len());
    if wrong.is_empty() { Ok(Outcome::Done) } else { Err(wrong.join("\n").into()) }
}

fn wrong_licence(package: &Package) -> Option<String> {
    let Package { name, version, license, .. } = package;
    let Some(license) = license else { return Some(format!("{name} {version} names no licence")) };
    match spdx::allowed(license, ALLOWED) {
        Some(true) => None,
        Some(false) => Some(format!("{name} {version} is under {license}")),
        None => Some(format!("{name} {version} has a licence that is no SPDX expression: {license}")),
    }
}

/// Our own packages are paths, all others come from one registry: no git, no second registry that could shadow a name.
fn wrong_sources(packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut registries = BTreeSet::new();
    for Package { name, version, own, source, .. } in packages {
        match source {
            None if *own => {}
            None => wrong.push(format!("{name} {version} is a path outside the workspace")),
            Some(source) if source.starts_with("registry+") => {
                registries.insert(source);
            }
            Some(_) => wrong.push(format!("{name} {version} comes from no registry")),
        }
    }
    if registries.len() > 1 {
        wrong.push(format!("packages come from {} registries", registries.len()));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(own: bool, source: Option<&str>, license: Option<&str>) -> Package {
        Package {
            name: "p".into(),
            version: "1.0.0".into(),
            own,
            source: source.map(str::to_owned),
            license: license.map(str::to_owned),
            ..Package::default()
        }
    }

    #[test]
    fn a_licence_must_be_there_understood_and_allowed() {
        for (license, expected) in [
            (Some("MIT OR Apache-2.0"), None),
            (Some("GPL-3.0-only"), Some("p 1.0.0 is under GPL-3.0-only")),
            (Some("see LICENSE"), Some("p 1.0.0 has a licence that is no SPDX expression: see LICENSE")),
            (None, Some("p 1.0.0 names no licence")),
        ] {
            assert_eq!(wrong_licence(&package(false, None, license)).as_deref(), expected);
        }
    }

    #[test]
    fn one_registry_and_our_own_paths_are_the_only_sources() {
        let check = |packages: &[Package], expected: &[&str]| assert_eq!(wrong_sources(packages), expected);
        let (one, other) = (Some("registry+one"), Some("registry+other"));
        check(&[package(true, None, None), package(false, one, None), package(false, one, None)], &[]);
        check(
            &[package(false, one, None), package(false, other, None)],
            &["packages come from 2 registries"],
        );
        check(&[package(false, Some("git+somewhere"), None)], &["p 1.0.0 comes from no registry"]);
        check(&[package(false, None, None)], &["p 1.0.0 is a path outside the workspace"]);
    }
}
