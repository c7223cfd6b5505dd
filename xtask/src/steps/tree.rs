//! What each crate brings along: crates that must not be there, and how many there may be.
//!
//! Both are promises to whoever depends on a single crate, who gets what `cargo tree -e normal,build` shows, the crate itself included.
//! Some crates must not be there even for tests.

use std::collections::BTreeSet;

use super::Outcome;
use crate::Result;
use crate::metadata::{Package, own_packages, packages};
use crate::workspace::{Workspace, output};

/// Forbidden under one crate, whatever features are on.
const FORBIDDEN_UNDER: &[(&str, &[&str])] = &[
    ("bedrock-types", &["tokio", "hyper", "rustls", "ring"]),
    ("bedrock-auth", &["hyper", "rustls"]),
    // S3 is the program's.
    ("bedrock-client", &["object_store"]),
    ("bedrock-emulator", &["object_store"]),
];

/// Forbidden under one crate with its default features.
const FORBIDDEN_BY_DEFAULT: &[(&str, &str)] = &[("bedrock-emulator", "bedrock-client")];

/// Forbidden anywhere, tests included: superseded lines of the HTTP and TLS crates (name and start of the version), a second HTTP client,
/// and OpenSSL.
const FORBIDDEN: &[&str] =
    &["hyper 0.14.", "h2 0.3.", "reqwest ", "rustls 0.21.", "rustls-webpki 0.101.", "openssl-sys "];

/// Most crates, itself included, with these features.
const LIMITS: &[(&str, &[&str], usize)] = &[
    ("bedrock-types", &[], 13),
    ("bedrock-auth", &[], 75),
    ("bedrock-transport", &["--no-default-features"], 14),
    ("bedrock-client", &[], 110),
];

pub(super) fn weight(workspace: &Workspace) -> Result<Outcome> {
    let mut wrong: Vec<String> = packages(workspace)?.iter().filter_map(forbidden).collect();
    for package in own_packages(workspace)? {
        let tree = tree(workspace, &package.name, &["--all-features", "--target=all"])?;
        wrong.extend(forbidden_under(&package.name, &tree));
    }
    for (name, forbidden) in FORBIDDEN_BY_DEFAULT {
        let tree = tree(workspace, name, &[])?;
        if tree.iter().any(|entry| entry.split(' ').next() == Some(*forbidden)) {
            wrong.push(format!("{name} may not bring {forbidden} unless a feature asks for it"));
        }
    }
    for (name, features, limit) in LIMITS {
        let count = tree(workspace, name, features)?.len();
        println!("{name} {}: {count} crates of at most {limit}", features.join(" "));
        if count > *limit {
            wrong.push(format!("{name} {} brings {count} crates, more than {limit}", features.join(" ")));
        }
    }
    if wrong.is_empty() { Ok(Outcome::Done) } else { Err(wrong.join("\n").into()) }
}

/// Distinct crates as `name version`.
fn tree(workspace: &Workspace, name: &str, features: &[&str]) -> Result<BTreeSet<String>> {
    let mut command =
        workspace.cargo(&["tree", "--locked", "-p", name, "-e", "normal,build", "--prefix", "none"]);
    Ok(crates(&output(command.args(features))?))
}

/// A line is `name v1.2.3`, then perhaps ` (proc-macro)`, a path, and ` (*)` for one shown before.
fn crates(tree: &str) -> BTreeSet<String> {
    let name_and_version = |line: &str| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?.strip_prefix('v')?))
    };
    tree.lines().filter_map(name_and_version).collect()
}

fn forbidden(package: &Package) -> Option<String> {
    let entry = format!("{} {}", package.name, package.version);
    FORBIDDEN.iter().any(|start| entry.starts_with(start)).then(|| {
        format!(
            "{entry} may not be used (cargo tree --workspace --all-features --target=all -i {})",
            id(&entry)
        )
    })
}

fn forbidden_under(name: &str, tree: &BTreeSet<String>) -> Vec<String> {
    let names: Vec<&str> = FORBIDDEN_UNDER
        .iter()
        .filter(|(under, _)| *under == name)
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let is_forbidden = |entry: &&String| entry.split(' ').next().is_some_and(|found| names.contains(&found));
    let found = tree.iter().filter(is_forbidden);
    found
        .map(|entry| {
            format!(
                "{name} may not bring {entry} (cargo tree -p {name} -e normal,build --all-features --target=all -i {})",
                id(entry)
            )
        })
        .collect()
}

/// `hyper 0.14.2` as cargo takes it: `hyper@0.14.2`.
fn id(entry: &str) -> String {
    entry.replace(' ', "@")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "bedrock-types v0.1.0 (/a/b/bedrock-types)\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\n\
                        syn v2.0.1\nserde v1.0.229 (*)\nsyn v3.0.0\n\n";

    #[test]
    fn a_crate_is_a_name_and_a_version_counted_once() {
        let crates: Vec<_> = crates(TREE).into_iter().collect();
        assert_eq!(
            crates,
            ["bedrock-types 0.1.0", "serde 1.0.229", "serde_derive 1.0.229", "syn 2.0.1", "syn 3.0.0"]
        );
    }

    #[test]
    fn an_old_line_is_forbidden_anywhere() {
        for (name, version, expected) in [
            ("hyper", "1.12.0", false),
            ("hyper", "0.14.32", true),
            ("hyper-rustls", "0.14.0", false),
            ("rustls-webpki", "0.101.7", true),
            ("rustls-webpki", "0.103.1", false),
            ("openssl-sys", "0.9.1", true),
            ("reqwest", "0.13.0", true),
        ] {
            let package = Package { name: name.into(), version: version.into(), ..Package::default() };
            assert_eq!(forbidden(&package).is_some(), expected, "{name} {version}");
        }
    }

    #[test]
    fn some_names_are_forbidden_under_a_crate() {
        for (name, entry, expected) in [
            ("bedrock-types", "tokio 1.54.1", true),
            ("bedrock-types", "tokio-util 0.7.0", false),
            ("bedrock-auth", "tokio 1.54.1", false),
            ("bedrock-auth", "rustls 0.23.46", true),
            ("bedrock-client", "hyper 1.12.0", false),
            ("bedrock-client", "object_store 0.14.2", true),
        ] {
            let found = forbidden_under(name, &BTreeSet::from([entry.to_owned()]));
            assert_eq!(!found.is_empty(), expected, "{name}: {entry}");
        }
    }
}
