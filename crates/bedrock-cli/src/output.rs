//! Writing results to stdout and everything else to stderr.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::{
    args::{Global, Output},
    failure::Failure,
};

/// Writes text as it is, at once.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| Failure::stdout(&error))
}

/// Writes a value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_string(value).map_err(|error| Failure::io("stdout", &error.into()))?;
    line.push('\n');
    text(&line)
}

/// Where everything goes that is not a result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stderr {
    json: bool,
    colour: bool,
}

impl Stderr {
    pub(crate) fn new(global: &Global) -> Self {
        Self { json: global.output == Output::Json, colour: io::stderr().is_terminal() }
    }

    /// Says something to a person; programs get results and errors only.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            self.line(&self.dim(text));
        }
    }

    /// Asks a person for a line.
    pub(crate) fn prompt(self, text: &str) {
        let _ = write!(io::stderr(), "{}", self.dim(text)).and_then(|()| io::stderr().flush());
    }

    /// Says why a command failed, as the last line, and gives the exit code.
    pub(crate) fn report(self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::ClosedPipe => {}
            _ if self.json => self.line(&serde_json::to_string(&failure.report()).unwrap_or_default()),
            Failure::Interrupted(_) => {}
            _ => {
                self.line(&format!("{} {}", self.red("error:"), failure.message()));
                if let Failure::Call(error) = failure
                    && let Some(id) = error.request_id()
                {
                    self.line(&self.dim(&format!("  request id: {id}, attempts: {}", error.attempts())));
                }
                if let Some(hint) = failure.hint() {
                    self.line(&format!("  hint: {hint}"));
                }
            }
        }
        ExitCode::from(failure.exit_code())
    }

    fn line(self, text: &str) {
        // There is nobody left to tell when stderr is gone.
        let _ = writeln!(io::stderr(), "{text}");
    }

    fn dim(self, text: &str) -> String {
        self.styled("2", text)
    }

    fn red(self, text: &str) -> String {
        self.styled("1;31", text)
    }

    fn styled(self, style: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
