//! A JSON error that says where.

use std::{fmt, str::Utf8Error};

use super::{
    locate::{offset, path_at, without_place},
    reader::Misread,
};

/// JSON that could not be parsed, or did not have the expected shape.
///
/// The text of the input is not part of the error: it may be a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    path: String,
    message: String,
}

impl JsonError {
    /// The error of serde_json, or of a type of this crate that serde_json handed a value to.
    pub(crate) fn new(error: &serde_json::Error, input: &[u8]) -> Self {
        let path = path_at(input, offset(input, error.line(), error.column()));
        let message = without_content(&error.to_string());
        let Some((inner, _)) = message.strip_prefix('`').and_then(|quoted| quoted.split_once("`: ")) else {
            return Self { path, message };
        };
        let path = join(path, inner);
        let message = without_place(error);
        Self { path, message: message.split_once("`: ").map_or("", |(_, message)| message).to_owned() }
    }

    /// The error of a type of this crate.
    pub(crate) fn misread(error: Misread, input: &[u8]) -> Self {
        let (at, message) = error.into_parts();
        Self { path: path_at(input, at), message }
    }

    /// The error of bytes that are no text.
    pub(crate) fn not_utf8(error: &Utf8Error, input: &[u8]) -> Self {
        Self { path: path_at(input, error.valid_up_to()), message: "invalid UTF-8".to_owned() }
    }

    /// The error in one line that [`new`](Self::new) understands: what passes through serde has no path of its own.
    pub(super) fn with_quoted_path(&self) -> String {
        if self.path.is_empty() { self.message.clone() } else { format!("`{}`: {}", self.path, self.message) }
    }

    /// Where the bad value stands, like `content[1].source.data`; empty for the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for JsonError {}

/// Serde shows a text of the wrong type, and nothing else in double quotes.
fn without_content(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(from), Some(to)) if from < to => {
            format!(
                "{}…{}",
                message.get(..from).unwrap_or_default(),
                message.get(to + 1..).unwrap_or_default()
            )
        }
        _ => message.to_owned(),
    }
}

/// The path of a value within a value.
fn join(outer: String, inner: &str) -> String {
    let dot = if outer.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{dot}{inner}")
}
