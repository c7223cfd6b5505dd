//! Whether what a call ended with is right.

use bedrock_client::{Error, Message};

use crate::cases::Case;
use crate::prompts::less_its_names;

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The answer, and it is the right one.
    Right,
    /// An error that the fault allows, by its kind.
    Allowed(&'static str),
    /// A fault that this framing has no room for; the emulator says so.
    Meaningless,
    /// The caller left before the end.
    Cancelled,
    Wrong(String),
}

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Whole,
    Streamed,
}

/// A complete message is the expected one to the last byte; an error is one that the fault allows, with a beginning of the message.
pub(crate) fn judge(case: &Case, form: Form, outcome: Result<Message, Error>, expected: &Message) -> Verdict {
    match outcome {
        Ok(message) => same(message, expected),
        Err(error) => allowed(case, form, &error, expected),
    }
}

/// What had come when the caller left.
pub(crate) fn judge_part(part: Option<&Message>, expected: &Message) -> Verdict {
    match part.and_then(|part| beyond(part, expected)) {
        None => Verdict::Cancelled,
        Some(wrong) => Verdict::Wrong(wrong),
    }
}

fn same(message: Message, expected: &Message) -> Verdict {
    let message = less_its_names(message);
    if message == *expected {
        return Verdict::Right;
    }
    Verdict::Wrong(format!("got {message:?} in the place of {expected:?}"))
}

fn allowed(case: &Case, form: Form, error: &Error, expected: &Message) -> Verdict {
    if let Some(wrong) = error.partial_message().and_then(|part| beyond(part, expected)) {
        return Verdict::Wrong(format!("{wrong}; {error:?}"));
    }
    if error.message().contains("means nothing in") && error.status() == Some(400) {
        return Verdict::Meaningless;
    }
    let kinds = match form {
        Form::Whole => case.whole,
        Form::Streamed => case.streamed,
    };
    let kind = error.kind().as_str();
    if kinds.contains(&kind) {
        Verdict::Allowed(kind)
    } else {
        Verdict::Wrong(format!("{form:?}: {error:?}"))
    }
}

/// What a part has that the whole does not begin with.
fn beyond(part: &Message, whole: &Message) -> Option<String> {
    let text = part.text();
    if !whole.text().starts_with(&text) {
        return Some(format!("a part with {text:?} of {:?}", whole.text()));
    }
    for (part, whole) in part.tool_uses().zip(whole.tool_uses()) {
        let (part, whole) = (part.input.as_str(), whole.input.as_str());
        if !whole.starts_with(part) {
            return Some(format!("a part with the input {part} of {whole}"));
        }
    }
    let more = part.content.len() > whole.content.len();
    more.then(|| format!("a part of {} blocks of {}", part.content.len(), whole.content.len()))
}
