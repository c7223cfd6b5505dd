//! AWS's own cases, shared by its SDKs, from a folder named by `AWS_CASES` (test data of smithy-rs).
//!
//! Each kind of file has its module; a new case of a kind that is there runs without a change here. Without the variable everything
//! shows as ignored; a file of a kind that is not known fails, so that nothing passes that was not looked at. `docs/aws-cases.md` says
//! what is compared, and how.

mod chain;
mod clock_skew;
mod containers;
mod profiles;
mod replay;
mod roles;
mod tokens;
mod wording;

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// The cases of one file or folder.
type Read = fn(&Path) -> Result<Vec<Trial>, Box<dyn Error>>;

/// Every kind of cases, by the name of its file or folder.
const KINDS: &[(&str, Read)] = &[
    ("assume-role-tests.json", roles::read),
    ("clock-skew-test-cases.json", clock_skew::read),
    ("default-credential-provider-chain", chain::read),
    ("default-token-provider-chain", tokens::read),
    ("ecs-tests.json", containers::read),
    ("profile-parser-tests.json", profiles::read),
];

#[expect(
    clippy::disallowed_methods,
    reason = "the cases are outside the repository, the environment says where"
)]
fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os("AWS_CASES") else {
        let trial = Trial::test("aws_cases", || Err("AWS_CASES names no folder".into()))
            .with_kind("set AWS_CASES=DIR");
        return Ok(libtest_mimic::run(&arguments, vec![trial.with_ignored_flag(true)]).exit_code());
    };
    let trials = all(&from_workspace(folder))?;
    let cases = trials.len();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A list of tests, which nextest asks for, has nothing to count.
    if !arguments.list {
        writeln!(std::io::stdout(), "aws cases: {} passed of {cases}", conclusion.num_passed)?;
    }
    Ok(conclusion.exit_code())
}

/// The folder, from the workspace's own where it is relative: cargo runs a test in its package's folder.
fn from_workspace(folder: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

fn all(folder: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    let mut trials = Vec::new();
    for name in names(folder)? {
        match KINDS.iter().find(|(known, _)| *known == name) {
            Some((_, read)) => trials.extend(read(&folder.join(&name))?),
            None if name == "README.md" => {}
            None => trials.push(Trial::test(name, || Err("an unknown kind of cases".into()))),
        }
    }
    Ok(trials)
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn json(file: &Path) -> Result<Value, Box<dyn Error>> {
    let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

/// One trial for each case of a list, named by its number and by what the case says of itself.
fn trials(
    file: &Path,
    cases: &Value,
    title: &str,
    check: fn(&Value) -> Result<(), Failed>,
) -> Result<Vec<Trial>, Box<dyn Error>> {
    let cases = cases.as_array().ok_or_else(|| format!("{} has no list of cases", file.display()))?;
    let file = file.file_name().unwrap_or_default().to_string_lossy();
    let trials = cases.iter().enumerate().map(|(number, case)| {
        let name = format!("{file} {number:02} {}", case[title].as_str().unwrap_or_default());
        let case = case.clone();
        Trial::test(name, move || check(&case))
    });
    Ok(trials.collect())
}

/// One trial for each folder of a folder.
fn folders(folder: &Path, check: fn(&Path) -> Result<(), Failed>) -> Result<Vec<Trial>, Box<dyn Error>> {
    let kind = folder.file_name().unwrap_or_default().to_string_lossy();
    let trials = names(folder)?.into_iter().map(|name| {
        let case = folder.join(&name);
        Trial::test(format!("{kind} {name}"), move || check(&case))
    });
    Ok(trials.collect())
}

/// Runs what waits for answers, which here are all there at once.
fn run<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}
