//! Texts of their format and length.

use serde_json::{Map, Value};

use super::count;

/// A text: what was said if it fits, the example of its format, or the name of what it is for, and other ones for other items.
pub(super) fn text(schema: &Map<String, Value>, hint: Option<&str>, name: &str, nth: usize) -> String {
    let least = count(schema, "minLength").unwrap_or(0).min(LONGEST);
    let most = count(schema, "maxLength").unwrap_or(usize::MAX);
    let fits = |text: &str| (least..=most).contains(&text.chars().count());
    let format = schema.get("format").and_then(Value::as_str);
    let example = format.and_then(|format| of_format(format, nth));
    let is_alike = |said: &str| example.as_deref().is_none_or(|example| is_like(said, example));
    if let Some(said) = hint.filter(|said| nth == 0 && fits(said) && is_alike(said)) {
        return said.to_owned();
    }
    if let Some(example) = example {
        return example;
    }
    let number = if nth == 0 { String::new() } else { (nth + 1).to_string() };
    let room = most.saturating_sub(number.len());
    let text: String = name.chars().take(room).chain(number.chars()).take(most).collect();
    let missing = least.saturating_sub(text.chars().count());
    name.chars().chain(" ".chars()).cycle().take(missing).chain(text.chars()).collect()
}

/// Whether a text has the form of an example: the same signs in the same order, with something between them.
fn is_like(text: &str, example: &str) -> bool {
    let runs = |text: &str| {
        let mut runs: Vec<_> = text.chars().map(|c| if c.is_alphanumeric() { 'x' } else { c }).collect();
        runs.dedup_by(|one, other| *one == 'x' && *other == 'x');
        runs
    };
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    runs(text) == runs(example) && is_number(text) == is_number(example)
}

/// An example of a format that JSON Schema names; `nth` makes it another one.
fn of_format(format: &str, nth: usize) -> Option<String> {
    let n = nth % 10;
    Some(match format {
        "date-time" => format!("2026-01-0{}T00:00:00Z", n % 9 + 1),
        "date" => format!("2026-01-0{}", n % 9 + 1),
        "time" => format!("0{n}:00:00Z"),
        "duration" => format!("P{}D", n + 1),
        "email" | "idn-email" => format!("user{n}@example.com"),
        "hostname" | "idn-hostname" => format!("host{n}.example.com"),
        "ipv4" => format!("192.0.2.{}", n + 1),
        "ipv6" => format!("2001:db8::{}", n + 1),
        "uri" | "iri" | "url" => format!("https://example.com/{n}"),
        "uri-reference" | "iri-reference" => format!("/{n}"),
        "uuid" => format!("00000000-0000-4000-8000-00000000000{n}"),
        "json-pointer" => format!("/{n}"),
        _ => return None,
    })
}

/// Longer than this no text is made, whatever a schema asks for.
const LONGEST: usize = 10_000;
