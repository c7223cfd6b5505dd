//! Writing results to stdout and everything else to stderr.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use bedrock_auth::{Env, ProcessEnv};
use serde::Serialize;

use crate::{
    args::{Global, Output},
    failure::Failure,
    status,
};

/// Writes text as it is, at once.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| Failure::stdout(&error))
}

/// Writes what others said: to a pipe as it is, to a terminal without what would control the terminal.
pub(crate) fn shown(said: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() { text(&printable(said)) } else { text(said) }
}

/// Without control characters but line breaks and tabs.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control()).collect()
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
        let plain = ProcessEnv.var("NO_COLOR").is_some() || ProcessEnv.var("TERM").as_deref() == Some("dumb");
        Self { json: global.output == Output::Json, colour: io::stderr().is_terminal() && !plain }
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

    /// Writes what is ready to be shown, as it is.
    pub(crate) fn raw(self, text: &str) {
        if !self.json {
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }

    /// Says why a command failed, as the last line, and gives the exit code.
    pub(crate) fn report(self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::ClosedPipe => {}
            _ if self.json => self.line(&serde_json::to_string(&failure.report()).unwrap_or_default()),
            Failure::Interrupted(_) | Failure::Reported(_) => {}
            _ => {
                let lines = failure.lines().join("\n");
                self.line(&format!("{} {}", self.red("error:"), printable(&lines)));
                if let Failure::Call(error) = failure {
                    let id = error.request_id().map(|id| format!("request id: {id}"));
                    let attempts =
                        Some(error.attempts()).filter(|&n| n > 1).map(|n| format!("attempts: {n}"));
                    let facts: Vec<String> = id.into_iter().chain(attempts).collect();
                    if !facts.is_empty() {
                        self.line(&self.dim(&format!("  {}", facts.join(", "))));
                    }
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
        let _ = status::beside(|| writeln!(io::stderr(), "{text}"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_that_controls_it() {
        assert_eq!(printable("a\x1b]2;title\x07\tb\r\nc\u{9b}"), "a]2;title\tb\nc");
    }
}
