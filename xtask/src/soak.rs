//! `cargo xtask soak`: many calls at once, for minutes, against a server that breaks one answer in twenty.
//!
//! The program is `tests/soak`; it checks its options, what every call ends with, and what is left at the end.

use crate::Result;
use crate::workspace::{Workspace, run as run_command};

/// Builds the program for release and runs it.
///
/// # Errors
///
/// When it does not build, or something did not hold: the table says what.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut soak = workspace.cargo(&["run", "--release", "--locked", "-p", "soak", "--"]);
    workspace.shield(&mut soak);
    run_command(soak.args(arguments))
}
