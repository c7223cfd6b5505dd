//! The Rust of `docs/guide` runs, each snippet in a process of its own against an emulator, and prints what the page shows.
//!
//! `build.rs` makes a function of each snippet. A process of its own has an environment of its own, so that
//! `Client::from_env()` means what it means to a reader. The guide's shell is run by `tests/peers/test_guide.py`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test runner prints")]

use std::{
    error::Error,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use bedrock_emulator::Emulator;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(RUN) {
        return run(arguments.next().as_deref().unwrap_or_default());
    }
    let trials = snippets::all()
        .iter()
        .map(|snippet| Trial::test(format!("guide::{}", snippet.name), || check(snippet)));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// A block of Rust on a page.
#[derive(Debug)]
struct Snippet {
    /// Page and line.
    name: &'static str,
    /// What the page says it prints; `…` stands for anything.
    output: Option<&'static str>,
    /// Files of the home folder that the page shows.
    files: &'static [(&'static str, &'static str)],
    run: fn() -> Outcome,
}

type Outcome = Result<(), Box<dyn Error>>;

/// Runs a snippet in this process, whose environment is an emulator's.
fn run(name: &str) -> ExitCode {
    let Some(snippet) = snippets::all().iter().find(|snippet| snippet.name == name) else {
        eprintln!("the guide has no snippet {name}");
        return ExitCode::FAILURE;
    };
    match (snippet.run)() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a snippet in a process of its own, in a folder of its own.
fn check(snippet: &Snippet) -> Result<(), Failed> {
    let home = tempfile::tempdir()?;
    for (path, text) in snippet.files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
        fs::write(&path, text)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    fs::copy(guide().join("report.pdf"), home.path().join("report.pdf"))?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let emulator = runtime.block_on(Emulator::builder().start())?;
    let ended = Command::new(std::env::current_exe()?)
        .args([RUN, snippet.name])
        .current_dir(home.path())
        .env_clear()
        .envs(emulator.environment())
        .env("HOME", home.path())
        .output()?;
    let (stdout, stderr) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    if !ended.status.success() {
        return Err(format!("{}\n{stdout}{stderr}", ended.status).into());
    }
    match snippet.output {
        Some(shown) if !is_as_shown(&stdout, shown) => {
            Err(format!("it printed\n{stdout}\nwhere the page has\n{shown}\nand said\n{stderr}").into())
        }
        _ => Ok(()),
    }
}

/// Whether an output is as a page shows it, where `…` stands for any text.
fn is_as_shown(output: &str, shown: &str) -> bool {
    let output = output.trim_end();
    let (start, rest) = shown.trim_end().split_once('…').unzip();
    let (Some(start), Some(rest)) = (start, rest) else { return output == shown.trim_end() };
    let Some(mut output) = output.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('…').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = output.split_once(piece) else { return false };
        output = after;
    }
    output.ends_with(end)
}

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide")
}

/// The first argument of a process that runs a snippet.
const RUN: &str = "--run-snippet";

/// What `build.rs` wrote. Readers are not troubled with what our lints would say of it.
mod snippets {
    #![allow(dead_code, unused_variables, clippy::all, clippy::large_futures, clippy::unwrap_used)]

    use super::{Outcome, Snippet};

    pub(super) fn all() -> &'static [Snippet] {
        SNIPPETS
    }

    fn block_on(snippet: impl Future<Output = Outcome>) -> Outcome {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(snippet)
    }

    fn ok() -> Outcome {
        Ok(())
    }

    include!(concat!(env!("OUT_DIR"), "/guide.rs"));
}
