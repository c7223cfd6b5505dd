//! What is wrong with a script, and where.

use std::error::Error;
use std::fmt::{self, Display};

/// A text that is no [`Script`](crate::Script).
///
/// ```
/// use bedrock_emulator::Script;
///
/// let error = Script::from_toml("[[rules]]\nwhen.txt = 'hi'").unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 6));
/// assert!(error.to_string().starts_with("line 2, column 6: unknown field `txt`, expected one of `model`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    line: usize,
    column: usize,
    message: String,
}

impl ScriptError {
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let before = text.get(..error.span().unwrap_or_default().start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, message: one_line(error.message()) }
    }

    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        Self { line: error.line(), column: error.column(), message: one_line(message) }
    }

    /// The line, from 1 on.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The character in the line, from 1 on. In JSON it is where the reader noticed, which may be the end of what is wrong.
    pub fn column(&self) -> usize {
        self.column
    }
}

fn one_line(message: &str) -> String {
    message.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

impl Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl Error for ScriptError {}
