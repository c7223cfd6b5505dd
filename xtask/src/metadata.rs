//! What cargo knows of the workspace's packages and of those they come to depend on.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::workspace::{Workspace, output};

/// A package of the lock file that the workspace builds on some platform with some features.
#[derive(Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Whether it is one of the workspace's own.
    pub(crate) own: bool,
    /// Whether others may depend on it.
    pub(crate) is_published: bool,
    /// Where its manifest lies.
    pub(crate) folder: PathBuf,
    /// Where it comes from; `None` is a path.
    pub(crate) source: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

impl Package {
    pub(crate) fn has_test(&self, name: &str) -> bool {
        self.targets.iter().any(|target| target.kind == "test" && target.name == name)
    }
}

/// A dependency as a manifest declares it.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Whether only tests, examples and benches have it.
    pub(crate) dev: bool,
}

/// Something that a package builds.
pub(crate) struct Target {
    pub(crate) kind: String,
    pub(crate) name: String,
}

/// All packages, with all features on all platforms.
///
/// # Errors
///
/// When cargo fails, or its answer is not understood.
pub(crate) fn packages(workspace: &Workspace) -> Result<Vec<Package>> {
    let text =
        output(&mut workspace.cargo(&["metadata", "--format-version=1", "--locked", "--all-features"]))?;
    let answer: Value = serde_json::from_str(&text)?;
    let members = list(&answer, "workspace_members");
    let own = |package: &Value| members.contains(&package["id"]);
    Ok(list(&answer, "packages").iter().map(|value| package(value, own(value))).collect())
}

/// The workspace's own packages.
///
/// # Errors
///
/// As [`packages`].
pub(crate) fn own_packages(workspace: &Workspace) -> Result<Vec<Package>> {
    Ok(packages(workspace)?.into_iter().filter(|package| package.own).collect())
}

/// Where cargo puts what it builds.
///
/// # Errors
///
/// As [`packages`].
pub(crate) fn target_directory(workspace: &Workspace) -> Result<PathBuf> {
    Ok(text(&ask(workspace, &["--no-deps"])?, "target_directory").into())
}

fn ask(workspace: &Workspace, arguments: &[&str]) -> Result<Value> {
    let mut command = workspace.cargo(&["metadata", "--format-version=1", "--locked"]);
    Ok(serde_json::from_str(&output(command.args(arguments))?)?)
}

fn package(value: &Value, own: bool) -> Package {
    let dependency = |value: &Value| Dependency { name: text(value, "name"), dev: value["kind"] == "dev" };
    let target = |value: &Value| Target {
        kind: list(value, "kind").first().and_then(Value::as_str).unwrap_or_default().to_owned(),
        name: text(value, "name"),
    };
    Package {
        name: text(value, "name"),
        version: text(value, "version"),
        own,
        // `publish = false` is an empty list of registries.
        is_published: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        folder: PathBuf::from(text(value, "manifest_path"))
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default(),
        source: value["source"].as_str().map(str::to_owned),
        license: value["license"].as_str().map(str::to_owned),
        features: value["features"].as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default(),
        dependencies: list(value, "dependencies").iter().map(dependency).collect(),
        targets: list(value, "targets").iter().map(target).collect(),
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
