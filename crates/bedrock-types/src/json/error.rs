//! A JSON error that says where.

use std::{fmt, str::Utf8Error};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{locate::path_at, union::quoted};

/// JSON that could not be parsed, or did not have the expected shape.
///
/// The text of the input is not part of the error: it may be a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    path: String,
    message: String,
}

impl JsonError {
    pub(crate) fn new(error: &serde_json::Error, input: &[u8]) -> Self {
        let path = path_at(input, error.line(), error.column());
        Self { path, message: without_content(&error.to_string()) }
    }

    /// The error of bytes that are no text.
    pub(crate) fn not_utf8(error: &Utf8Error, input: &[u8]) -> Self {
        Self { path: path_at(input, 1, error.valid_up_to()), message: "invalid UTF-8".to_owned() }
    }

    /// The error of parsing `input` as a `T`, located exactly.
    ///
    /// An object whose `type` stands behind other members is read in two steps, which loses the place. So the input is parsed
    /// once more with each `type` in front: paths do not depend on the order of members.
    pub(crate) fn of<T: DeserializeOwned>(error: &serde_json::Error, input: &[u8]) -> Self {
        let retold = serde_json::from_slice::<Value>(input).ok().map(|value| {
            let mut text = String::new();
            type_first(&value, &mut text);
            text
        });
        match retold.map(|text| (serde_json::from_str::<T>(&text).err(), text)) {
            Some((Some(error), text)) => {
                let path = path_at(text.as_bytes(), error.line(), error.column());
                // The position is one of the text that was made here.
                let message = error.to_string();
                let end = message.rfind(" at line ").unwrap_or(message.len());
                Self { path, message: without_content(message.get(..end).unwrap_or(&message)) }
            }
            _ => Self::new(error, input),
        }
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

/// Writes a value with each object's `type` first.
fn type_first(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            text.push('{');
            let kind = members.get_key_value("type").into_iter();
            for (index, (name, value)) in
                kind.chain(members.iter().filter(|(name, _)| *name != "type")).enumerate()
            {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&quoted(name));
                text.push(':');
                type_first(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                type_first(item, text);
            }
            text.push(']');
        }
        _ => text.push_str(&value.to_string()),
    }
}
