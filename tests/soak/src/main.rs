//! `cargo xtask soak`: many calls at once, for minutes, against a server that breaks one answer in twenty.
//!
//! Two processes, so that each has memory and descriptors of its own: this one calls, and the same program as `soak serve` answers
//! ([`server`]). There is an emulator for each fault, so that what a call met is known, and all share one pool of connections.
//! [`prompts`] says what is asked and answered, [`cases`] what a fault allows, [`judge`] whether an outcome is right, [`call`] makes
//! calls, [`vitals`] reads what the kernel knows of a process, [`report`] is the table at the end. `soak load` measures [`load`] instead,
//! `soak emulator` the emulator [`beside`] a bare server.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod beside;
mod call;
mod cases;
mod judge;
mod load;
mod prompts;
mod report;
mod server;
mod soak;
mod vitals;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything held.
async fn run(words: &[&str]) -> Result<bool> {
    match words {
        ["serve", faults_each] => server::serve(faults_each.parse()?).await.map(|()| true),
        ["load"] => load::run().await,
        ["emulator"] => beside::run().await,
        ["emulator", "serve"] => beside::serve().await.map(|()| true),
        ["emulator", "bare", answer] => beside::serve_bare(answer).await.map(|()| true),
        options => soak::run(&Plan::parse(options)?).await,
    }
}

/// How long, and how much at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    time: Duration,
    in_flight: usize,
}

impl Plan {
    fn parse(options: &[&str]) -> Result<Self> {
        let mut plan = Self { time: Duration::from_secs(60), in_flight: 200 };
        for option in options.chunks(2) {
            match option {
                ["--minutes", minutes] => plan.time = Duration::from_secs(60) * minutes.parse::<u32>()?,
                ["--in-flight", calls] => plan.in_flight = calls.parse()?,
                _ => return Err("soak takes --minutes N and --in-flight N".into()),
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_minutes_and_calls() {
        let plan = |options: &[&str]| Plan::parse(options);
        let expected = Plan { time: Duration::from_secs(600), in_flight: 50 };
        assert_eq!(plan(&["--in-flight", "50", "--minutes", "10"]).unwrap(), expected);
        assert_eq!(plan(&[]).unwrap().in_flight, 200);
        for wrong in [&["--minutes"][..], &["--minutes", "x"], &["--hours", "1"], &["5"]] {
            assert!(plan(wrong).is_err(), "{wrong:?}");
        }
    }
}
