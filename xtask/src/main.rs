//! `cargo xtask`: the one way to check this workspace, and to write what is generated in it.
//!
//! What is checked stands in one table, [`steps::STEPS`]. The standard library and serde_json are all it needs, so it builds in seconds.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod bench;
mod ci;
mod codegen;
mod fuzz;
mod metadata;
mod soak;
mod spdx;
mod steps;
mod table;
mod workspace;

use std::error::Error;
use std::process::ExitCode;

use workspace::Workspace;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let workspace = Workspace::new();
    match run(&workspace, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (command, rest) =
        arguments.split_first().map_or(("help", &[][..]), |(command, rest)| (command.as_str(), rest));
    match command {
        "bench" => bench::run(workspace, rest),
        "ci" => ci::run(workspace, rest),
        "codegen" => codegen::run(workspace, rest),
        "edges" => ci::run(workspace, &["edges".to_owned()]),
        "fuzz" => fuzz::run(workspace, rest),
        "help" | "--help" | "-h" => {
            print!("{}", help());
            Ok(())
        }
        "soak" => soak::run(workspace, rest),
        unknown => Err(format!("no command {unknown}; `cargo xtask help` lists them").into()),
    }
}

fn help() -> String {
    let mut text = "\
cargo xtask bench [FILTER]              runs the benchmarks and prints their medians side by side
cargo xtask bench --build-cost [NAME]   what a hello-world costs to build: ours, the bare parts, the AWS SDK (cold, many minutes)
cargo xtask bench --emulator            the emulator beside a bare hyper server with the same answers: answers and events a second
cargo xtask bench --peers [ROW]...      the client end to end, beside the AWS SDK (which this builds) and the bare parts; --rounds N, else 7
cargo xtask ci [STEP]...                all checks, or the named ones; all run even after one fails
cargo xtask codegen [--check] [NAME]... writes what is generated (models, cli), or shows that it is current
cargo xtask edges                       the same as `ci edges`
cargo xtask fuzz [--seconds N]          arbitrary bytes for every target of tests/fuzz, a minute each (installs cargo-fuzz)
cargo xtask help                        this text
cargo xtask soak [--minutes N]          calls without pause, 200 at once (--in-flight N), of which 5 % meet a fault
cargo xtask soak load                   whole answers a second, and how soon 10,000 dropped streams are closed

Steps of ci, in order:
"
    .to_owned();
    for step in steps::STEPS {
        text += &format!("  {:<12}{}\n", step.name, step.about);
    }
    text
}
