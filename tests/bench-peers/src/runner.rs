//! Runs programs one after the other, in turn, and collects what they report.

use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::Result;
use crate::server::Server;
use crate::table::Samples;

/// Where the programs are, and the server they talk to.
#[derive(Debug)]
pub struct Runner {
    programs: PathBuf,
    server: Server,
    rounds: usize,
}

/// What a program said, by name.
pub type Report = HashMap<String, f64>;

impl Runner {
    /// Takes the programs that lie beside this one, and lets each run so often.
    ///
    /// # Errors
    ///
    /// This program's folder is unknown, or no server can be started.
    pub fn new(rounds: usize) -> Result<Self> {
        let programs = env::current_exe()?.parent().ok_or("this program lies in no folder")?.to_owned();
        Ok(Self { programs, server: Server::start()?, rounds })
    }

    /// Lets the programs do a task in turn, and gives the reports of each.
    ///
    /// # Errors
    ///
    /// A program fails; its name and task are in the error.
    pub fn in_turn(&self, programs: &[&str], task: &str, count: u32) -> Result<Vec<Vec<Report>>> {
        let programs: Vec<_> = programs.iter().map(|program| (*program, count)).collect();
        self.counts_in_turn(&programs, task)
    }

    /// The same, with a count of its own for each program.
    ///
    /// # Errors
    ///
    /// As [`in_turn`](Self::in_turn).
    pub fn counts_in_turn(&self, programs: &[(&str, u32)], task: &str) -> Result<Vec<Vec<Report>>> {
        let mut reports = vec![Vec::new(); programs.len()];
        for _ in 0..self.rounds {
            for (&(program, count), reports) in programs.iter().zip(&mut reports) {
                reports.push(self.once(program, task, count)?);
            }
        }
        Ok(reports)
    }

    /// Lets one program do a task. The report has two names more: [`CONNECTIONS`] and [`FIRST_REQUEST`].
    ///
    /// # Errors
    ///
    /// As [`in_turn`](Self::in_turn).
    pub fn once(&self, program: &str, task: &str, count: u32) -> Result<Report> {
        let failed = |what: String| format!("{program} {task} {count}: {what}");
        self.server.forget();
        let mut command = Command::new(self.programs.join(program));
        command.args([task, &self.server.endpoint(), &count.to_string()]);
        command.env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nonexistent");
        let start = Instant::now();
        let output = command.output().map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()).into());
        }
        let mut report = Report::new();
        for line in std::str::from_utf8(&output.stdout)?.lines() {
            let (name, value) =
                line.split_once(' ').ok_or_else(|| failed(format!("{line:?} is no report")))?;
            report.insert(name.to_owned(), value.parse()?);
        }
        report.insert(CONNECTIONS.to_owned(), self.server.connections() as f64);
        if let Some(first) = self.server.first_request() {
            let since = first.saturating_duration_since(start);
            report.insert(FIRST_REQUEST.to_owned(), since.as_secs_f64() * 1e3);
        }
        Ok(report)
    }
}

/// How many connections the program made.
pub const CONNECTIONS: &str = "connections";
/// Milliseconds from the start of the process until the server had the head of its first request.
pub const FIRST_REQUEST: &str = "first_request_ms";

/// One value of all reports.
///
/// # Errors
///
/// A report does not have it.
pub fn samples(reports: &[Report], name: &str) -> Result<Samples> {
    let values =
        reports.iter().map(|report| report.get(name).copied().ok_or_else(|| format!("no {name} reported")));
    Ok(Samples::new(values.collect::<std::result::Result<_, _>>()?))
}
