//! What was found, as people and programs read it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{failure::Failure, layout};

/// What was found, in the order in which one thing needs the other.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) status: Status,
    /// What is not as it should be, in a word for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
    /// The facts by themselves.
    #[serde(flatten)]
    facts: Map<String, Value>,
    #[serde(skip)]
    failure: Option<Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warn,
    Fail,
}

impl Report {
    pub(super) fn add(&mut self, check: Check) {
        self.checks.push(check);
    }

    /// The first.
    pub(super) fn into_failure(self) -> Option<Failure> {
        self.checks.into_iter().find_map(|check| check.failure)
    }

    pub(super) fn text(&self, width: Option<usize>) -> String {
        self.checks.iter().map(|check| check.text(width)).collect()
    }
}

impl Check {
    pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            code: None,
            message: message.into(),
            hint: None,
            facts: Map::new(),
            failure: None,
        }
    }

    pub(super) fn fail(name: &'static str, code: &'static str, failure: Failure) -> Self {
        let mut check = Self::ok(name, failure.lines().join("; "));
        (check.status, check.code, check.hint) = (Status::Fail, Some(code), failure.hint());
        check.failure = Some(failure);
        check
    }

    pub(super) fn warn(mut self, code: &'static str, hint: impl Into<String>) -> Self {
        (self.status, self.code, self.hint) = (Status::Warn, Some(code), Some(hint.into()));
        self
    }

    pub(super) fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// A line, and those that belong to it below; broken where the terminal ends.
    pub(super) fn text(&self, width: Option<usize>) -> String {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Fail => "FAIL",
        };
        let mut paragraphs = vec![self.message.clone()];
        for attempt in self.facts.get("passed_over").and_then(Value::as_array).into_iter().flatten() {
            let part = |name: &str| attempt.get(name).and_then(Value::as_str).unwrap_or_default();
            paragraphs.push(format!("passed over {}: {}", part("source"), part("reason")));
        }
        paragraphs.extend(self.hint.iter().map(|hint| format!("hint: {hint}")));
        let room = width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(NARROWEST));
        let lines = paragraphs.iter().flat_map(|paragraph| layout::wrapped(paragraph, room));
        let mut label = format!("{status:<5} {:<12}", self.name);
        let mut text = String::new();
        for line in lines {
            text.push_str(format!("{label:INDENT$}{line}").trim_end());
            text.push('\n');
            label.clear();
        }
        text
    }
}

/// Columns before what is said.
const INDENT: usize = 19;

/// Paragraphs narrower than this cannot be read.
const NARROWEST: usize = 24;
