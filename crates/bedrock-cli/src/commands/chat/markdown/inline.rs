//! Spans within a line: emphasis, code, links, escapes. One that was begun waits for its end; if the line ends first, its marks
//! are text.

use super::Style;

/// Gives out the spans of which everything is there, and says how many bytes they were.
///
/// `before` is the character before the text, and is moved on.
pub(super) fn spans(
    text: &str,
    before: &mut char,
    ended: bool,
    style: Style,
    give: &mut impl FnMut(Style, &str),
) -> usize {
    let mut rest = text;
    while let Some((span, length)) = first(rest, *before, ended) {
        let (source, behind) = rest.split_at(length);
        match span {
            Span::Text(text) => give(style, text),
            Span::Code(code) => give(style.with(Style::CODE), code),
            Span::Emphasis(added, inner) => {
                // The recursion ends: what is inside is shorter by its marks.
                spans(inner, &mut ' ', true, style.with(added), give);
            }
            Span::Link { label, target } => {
                give(style.with(Style::UNDERLINE), label);
                if label != target {
                    give(style.with(Style::DIM), &format!(" ({target})"));
                }
            }
        }
        *before = source.chars().last().unwrap_or(*before);
        rest = behind;
    }
    text.len() - rest.len()
}

enum Span<'a> {
    Text(&'a str),
    Code(&'a str),
    Emphasis(Style, &'a str),
    Link { label: &'a str, target: &'a str },
}

/// The first span, and how many bytes it takes with its marks; `None` where more must come to tell, and at the end.
fn first(text: &str, before: char, ended: bool) -> Option<(Span<'_>, usize)> {
    let mark = text.chars().next()?;
    let span = match mark {
        '\\' => escaped(text, ended),
        '`' => code(text, ended),
        '*' | '_' => emphasis(text, mark, before, ended),
        '[' => link(text, ended),
        _ => {
            let length = text.find(['\\', '`', '*', '_', '[']).unwrap_or(text.len());
            Find::Found(Span::Text(&text[..length]), length)
        }
    };
    match span {
        Find::Found(span, length) => Some((span, length)),
        Find::NotYet if !ended && text.len() <= LONGEST + LONGEST_RUN => None,
        Find::NotYet | Find::Nothing => {
            let length = run(text, mark);
            Some((Span::Text(&text[..length]), length))
        }
    }
}

/// What was found at a mark.
enum Find<'a> {
    Found(Span<'a>, usize),
    /// It may still come.
    NotYet,
    /// The mark is text.
    Nothing,
}

fn escaped(text: &str, ended: bool) -> Find<'_> {
    match text[1..].chars().next() {
        Some(next) if next.is_ascii_punctuation() => Find::Found(Span::Text(&text[1..2]), 2),
        None if !ended => Find::NotYet,
        _ => Find::Found(Span::Text("\\"), 1),
    }
}

/// Code between two runs of as many backticks.
fn code(text: &str, ended: bool) -> Find<'_> {
    let length = run(text, '`');
    let mut at = length;
    while let Some(found) = window(text).get(at..).and_then(|rest| rest.find('`')) {
        let end = at + found;
        let closing = run(&text[end..], '`');
        let complete = ended || end + closing < text.len();
        if closing == length && complete {
            let inner = &text[length..end];
            // One blank on each side is padding.
            let padded = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
            return Find::Found(
                Span::Code(padded.filter(|inner| !inner.trim().is_empty()).unwrap_or(inner)),
                end + closing,
            );
        }
        at = end + closing;
    }
    Find::NotYet
}

/// Emphasis between two runs of as many marks.
fn emphasis(text: &str, mark: char, before: char, ended: bool) -> Find<'_> {
    let length = run(text, mark);
    let Some(next) = text[length..].chars().next() else {
        return if ended { Find::Nothing } else { Find::NotYet };
    };
    let within_word = mark == '_' && before.is_alphanumeric();
    let style = match length {
        1 => Style::ITALIC,
        2 => Style::BOLD,
        3 => Style::BOLD.with(Style::ITALIC),
        _ => return Find::Nothing,
    };
    if next.is_whitespace() || within_word {
        return Find::Nothing;
    }
    let mut at = length;
    while let Some(found) = window(text).get(at..).and_then(|rest| rest.find([mark, '`', '\\'])) {
        let end = at + found;
        let here = &text[end..];
        if let Some(escaped) = here.strip_prefix('\\') {
            at = end + 1 + escaped.chars().next().map_or(0, char::len_utf8);
            continue;
        }
        if here.starts_with('`') {
            // Marks within code are code.
            match code(here, ended) {
                Find::Found(_, length) => at = end + length,
                _ if ended => at = end + run(here, '`'),
                _ => return Find::NotYet,
            }
            continue;
        }
        let closing = run(here, mark);
        if !ended && end + closing == text.len() {
            return Find::NotYet;
        }
        let after = here[closing..].chars().next().unwrap_or(' ');
        let opens = text[..end].ends_with(char::is_whitespace) || mark == '_' && after.is_alphanumeric();
        // A run of three ends this emphasis and the one within it.
        if !opens && (closing == length || closing == 3 && length < 3) {
            let close = end + closing - length;
            return Find::Found(Span::Emphasis(style, &text[length..close]), close + length);
        }
        at = end + closing;
    }
    Find::NotYet
}

/// `[label](target)`.
fn link(text: &str, ended: bool) -> Find<'_> {
    let Some(close) = window(text).find(']') else { return Find::NotYet };
    let behind = &text[close + 1..];
    match behind.chars().next() {
        Some('(') => {}
        None if !ended => return Find::NotYet,
        _ => return Find::Nothing,
    }
    match window(behind).find([')', ' ']) {
        Some(end) if behind[end..].starts_with(')') => {
            Find::Found(Span::Link { label: &text[1..close], target: &behind[1..end] }, close + 1 + end + 1)
        }
        Some(_) => Find::Nothing,
        None => Find::NotYet,
    }
}

/// How many bytes of marks the text begins with.
fn run(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

/// The part of the text in which the end of a span is looked for.
fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// The longest span, in bytes: text that is held back any longer would look like a stalled answer.
const LONGEST: usize = 2_000;

/// Room for the marks that end such a span, in bytes.
const LONGEST_RUN: usize = 16;
