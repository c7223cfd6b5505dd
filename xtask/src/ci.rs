//! `cargo xtask ci`: runs steps in order, all of them even after one fails, and ends with the table.

use std::time::Instant;

use crate::Result;
use crate::steps::{Outcome, STEPS, Step};
use crate::table::{Row, Verdict, render};
use crate::workspace::Workspace;

/// Runs the named steps, or all.
///
/// # Errors
///
/// When a step fails, or a name is none of a step.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(format!("no step {unknown}; `cargo xtask help` lists them").into());
    }
    let wanted = STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name));
    let rows: Vec<Row> = wanted.map(|step| row(workspace, step)).collect();
    print!("\n{}", render(&rows));

    let failed = rows.iter().filter(|row| matches!(row.verdict, Verdict::Failed(_))).count();
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} steps failed", rows.len()).into()) }
}

fn row(workspace: &Workspace, step: &Step) -> Row {
    println!("\n== {}: {}", step.name, step.about);
    let start = Instant::now();
    let verdict = match (step.run)(workspace) {
        Ok(Outcome::Done) => Verdict::Ok,
        Ok(Outcome::Skipped(reason)) => Verdict::Skipped(reason),
        Err(error) => {
            println!("{} failed: {error}", step.name);
            Verdict::Failed(step.fix.map_or_else(|| format!("cargo xtask ci {}", step.name), str::to_owned))
        }
    };
    Row { step: step.name, verdict, took: start.elapsed() }
}
