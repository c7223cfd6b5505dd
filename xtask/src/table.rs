//! The table at the end of `cargo xtask ci`: a line a step, and what to do about those that failed.

use std::time::Duration;

/// How a step went.
pub(crate) enum Verdict {
    Ok,
    /// The command that fixes it or runs it again.
    Failed(String),
    /// Why it could not run.
    Skipped(String),
}

/// One line.
pub(crate) struct Row {
    pub(crate) step: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) took: Duration,
}

/// The table as text.
pub(crate) fn render(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.step.len()).max().unwrap_or_default();
    let mut text = format!("{:width$}  {:7}  {:>7}\n", "step", "result", "seconds");
    for row in rows {
        let (result, note) = match &row.verdict {
            Verdict::Ok => ("ok", String::new()),
            Verdict::Failed(command) => ("FAILED", format!("  run: {command}")),
            Verdict::Skipped(reason) => ("SKIPPED", format!("  {reason}")),
        };
        text += &format!("{:width$}  {result:7}  {:7.1}{note}\n", row.step, row.took.as_secs_f64());
    }
    let total: Duration = rows.iter().map(|row| row.took).sum();
    text + &format!("{:width$}  {:7}  {:7.1}\n", "total", "", total.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_shows_what_to_run_and_a_skipped_one_why() {
        let row = |step, verdict| Row { step, verdict, took: Duration::from_millis(1250) };
        let text = render(&[
            row("fmt", Verdict::Failed("cargo fmt --all".into())),
            row("edges", Verdict::Ok),
            row("deny", Verdict::Skipped("cargo-deny is not installed".into())),
        ]);
        let expected = "\
step   result   seconds
fmt    FAILED       1.2  run: cargo fmt --all
edges  ok           1.2
deny   SKIPPED      1.2  cargo-deny is not installed
total               3.8
";
        assert_eq!(text, expected);
    }
}
