//! `docs/cli`: a page for each command, which the program writes itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::workspace::{Workspace, run};

/// Writes the pages, or with `check` only compares them. A page of a command that is gone is no page.
pub(super) fn pages(workspace: &Workspace, check: bool) -> Result<()> {
    let made = workspace.root().join("target/cli-pages");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    let program = ["run", "--locked", "--quiet", "-p", "bedrock-cli", "--"];
    let mut command = workspace.cargo(&program);
    run(command.args(["man", "--markdown", "--dir"]).arg(&made))?;
    let (pages, folder) = (read(&made)?, workspace.root().join(FOLDER));
    if read(&folder).unwrap_or_default() == pages {
        println!("{FOLDER} is what the program says");
        return Ok(());
    }
    if check {
        return Err(format!("{FOLDER}: not what the program says").into());
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (name, text) in pages {
        fs::write(folder.join(name), text)?;
    }
    println!("{FOLDER} is written");
    Ok(())
}

/// The files of a folder by name.
fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path())?);
    }
    Ok(files)
}

const FOLDER: &str = "docs/cli";
