//! A JSON error that says where.

use std::fmt;

use super::locate::path_at;

/// JSON that could not be parsed, or did not have the expected shape.
///
/// The text of the input is not part of the error: it may be a prompt.
#[derive(Debug)]
pub struct JsonError {
    path: String,
    source: serde_json::Error,
}

impl JsonError {
    pub(crate) fn new(source: serde_json::Error, input: &[u8]) -> Self {
        Self { path: path_at(input, source.line(), source.column()), source }
    }

    /// Where the bad value stands, like `content[1].source.data`; empty for the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{}", self.source)
        } else {
            write!(f, "{}: {}", self.path, self.source)
        }
    }
}

impl std::error::Error for JsonError {}
