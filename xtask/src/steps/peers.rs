//! Independent programs against ours: what others wrote from the same protocol must agree with what we wrote.
//!
//! What they install lies in cargo's target folder, in versions that `tests/peers` pins, and is installed anew only when that list changes.

use std::fs;
use std::path::{Path, PathBuf};

use super::Outcome;
use crate::Result;
use crate::metadata::target_directory;
use crate::workspace::{Workspace, run, works};

/// boto3, `anthropic` and the AWS CLI talk to the emulator, botocore checks signatures. Python is required, so nothing here is skipped.
pub(super) fn python(workspace: &Workspace) -> Result<Outcome> {
    let script = existing(workspace, "tests/peers/run.py")?;
    let packages = environment(workspace, "peers-venv", "tests/peers/requirements.txt")?;
    let aws_cli = environment(workspace, "awscli-venv", "tests/peers/awscli/requirements.txt")?;
    let bedrock = built_program(workspace)?;
    let mut judge = workspace.program(packages.join("bin/python"));
    workspace.shield(&mut judge);
    judge.arg(script).arg("--bedrock").arg(bedrock).arg("--aws").arg(aws_cli.join("bin/aws"));
    run(&mut judge)?;
    Ok(Outcome::Done)
}

/// An environment of Python with the packages of a list.
fn environment(workspace: &Workspace, name: &str, list: &str) -> Result<PathBuf> {
    let requirements = existing(workspace, list)?;
    let folder = target_directory(workspace)?.join(name);
    installed_once(&requirements, &folder, || {
        run(workspace.program("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        run(workspace.program(folder.join("bin/python")).args(pip).arg(&requirements))
    })?;
    Ok(folder)
}

/// The Anthropic SDK for Node talks to the emulator.
pub(super) fn node(workspace: &Workspace) -> Result<Outcome> {
    for program in ["node", "npm"] {
        if !works(workspace.program(program).arg("--version")) {
            return Ok(Outcome::Skipped(format!("{program} is not installed")));
        }
    }
    if !works(workspace.program("node").args(["-e", NODE_IS_NEW])) {
        return Ok(Outcome::Skipped("node is older than 20".to_owned()));
    }
    let source = workspace.root().join("tests/peers/node");
    // Node looks for packages beside the script, so the script goes to where they are installed.
    let folder = target_directory(workspace)?.join("peers-node");
    fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json", "run.mjs"] {
        fs::copy(source.join(name), folder.join(name))
            .map_err(|error| format!("tests/peers/node/{name}: {error}"))?;
    }
    installed_once(&source.join("package-lock.json"), &folder, || {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(workspace.program("npm").args(install).current_dir(&folder))
    })?;
    let bedrock = built_program(workspace)?;
    let mut judge = workspace.program("node");
    workspace.shield(&mut judge);
    run(judge.arg(folder.join("run.mjs")).arg("--bedrock").arg(bedrock))?;
    Ok(Outcome::Done)
}

/// Ends well on a Node that the packages and the script are made for.
const NODE_IS_NEW: &str = "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)";

/// Installs unless the folder was last installed from a list with the same text, and stands where it stood: Python writes the place of
/// an environment into its scripts.
fn installed_once(list: &Path, folder: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = format!("{}\n{}", folder.display(), fs::read_to_string(list)?);
    let stamp = folder.join("installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, wanted)?; // last, so that a broken installation is not taken for a whole one
    Ok(())
}

fn built_program(workspace: &Workspace) -> Result<PathBuf> {
    run(&mut workspace.cargo_for_tests(&["build", "--locked", "-p", "bedrock-cli"]))?;
    Ok(target_directory(workspace)?.join("debug/bedrock"))
}

fn existing(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let path = workspace.root().join(name);
    if path.is_file() { Ok(path) } else { Err(format!("there is no {name}").into()) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn an_installation_is_made_again_only_when_the_list_changes_or_it_failed() {
        let folder = std::env::temp_dir().join(format!("bedrock-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a writable folder for temporary files");
        let list = folder.join("list");
        let installs = Cell::new(0);
        let install = |works: bool| {
            installed_once(&list, &folder, || {
                installs.set(installs.get() + 1);
                if works { Ok(()) } else { Err("no network".into()) }
            })
        };
        fs::write(&list, "boto3==1").expect("writable");
        assert!(install(false).is_err() && install(true).is_ok() && install(true).is_ok());
        assert_eq!(installs.get(), 2);
        fs::write(&list, "boto3==2").expect("writable");
        assert!(install(true).is_ok());
        assert_eq!(installs.get(), 3);

        let moved = folder.with_extension("moved");
        fs::rename(&folder, &moved).expect("ours");
        let mut is_installed = false;
        let install = || {
            is_installed = true;
            Ok(())
        };
        assert!(installed_once(&moved.join("list"), &moved, install).is_ok() && is_installed);
        fs::remove_dir_all(moved).expect("ours");
    }
}
