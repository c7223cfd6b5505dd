//! What a request that was not recorded comes next to, so that people see what they changed.

use serde_json::Value;

use super::asked::{Asked, AskedBody};

/// A sentence about the recording that a request is nearest to.
pub(super) fn nearest<'a>(asked: &Asked, all: impl Iterator<Item = (&'a Asked, &'a str)>) -> String {
    let all = all.map(|(recorded, name)| (distance(asked, recorded), name, recorded));
    let Some((_, name, recorded)) = all.min_by(|(a, first, _), (b, second, _)| (a, first).cmp(&(b, second)))
    else {
        return "There are no recordings.".to_owned();
    };
    if (&asked.method, &asked.path) != (&recorded.method, &recorded.path) {
        return format!("The nearest is {name}, which is of {recorded}.");
    }
    match difference(&asked.body, &recorded.body) {
        Some(difference) => format!("The nearest is {name}, which differs at {difference}."),
        None => format!("The nearest is {name}, which is of {recorded}."),
    }
}

/// How far a request is from another: first by what is asked for, then by how much of its JSON differs.
fn distance(asked: &Asked, recorded: &Asked) -> (bool, bool, usize) {
    let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let same_path = (&asked.method, &asked.path) == (&recorded.method, &recorded.path);
    let same_operation = asked.method == recorded.method && last(&asked.path) == last(&recorded.path);
    let differences = match (&asked.body, &recorded.body) {
        (AskedBody::Json(asked), AskedBody::Json(recorded)) => differences(asked, recorded).len(),
        (asked, recorded) => usize::from(asked != recorded),
    };
    (!same_path, !same_operation, differences)
}

/// The first place where two bodies differ, with what stands there.
fn difference(asked: &AskedBody, recorded: &AskedBody) -> Option<String> {
    let (AskedBody::Json(asked), AskedBody::Json(recorded)) = (asked, recorded) else {
        return (asked != recorded).then(|| "its body".to_owned());
    };
    let place = differences(asked, recorded).into_iter().next()?;
    let shown = |body: &Value| body.pointer(&place).map_or("nothing".to_owned(), shortened);
    let name = if place.is_empty() { "its top" } else { &place };
    Some(format!("{name}: {} was recorded, {} is asked", shown(recorded), shown(asked)))
}

/// The JSON pointers of all that differs.
fn differences(asked: &Value, recorded: &Value) -> Vec<String> {
    let mut places = Vec::new();
    compare(asked, recorded, String::new(), &mut places);
    places
}

fn compare(asked: &Value, recorded: &Value, place: String, places: &mut Vec<String>) {
    match (asked, recorded) {
        (Value::Object(asked), Value::Object(recorded)) => {
            let mut names: Vec<_> = asked.keys().chain(recorded.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let step = name.replace('~', "~0").replace('/', "~1");
                compare_members(asked.get(name), recorded.get(name), format!("{place}/{step}"), places);
            }
        }
        (Value::Array(asked), Value::Array(recorded)) => {
            for index in 0..asked.len().max(recorded.len()) {
                compare_members(asked.get(index), recorded.get(index), format!("{place}/{index}"), places);
            }
        }
        _ if asked == recorded => {}
        _ => places.push(place),
    }
}

fn compare_members(asked: Option<&Value>, recorded: Option<&Value>, place: String, places: &mut Vec<String>) {
    match (asked, recorded) {
        (Some(asked), Some(recorded)) => compare(asked, recorded, place, places),
        _ => places.push(place),
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Enough to tell two prompts apart, and not a prompt.
const SHOWN_CHARS: usize = 60;

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn asked(path: &str, body: &str) -> Asked {
        Asked::new(&Method::POST, path, &body.to_owned().into())
    }

    #[test]
    fn the_nearest_is_told_with_what_differs() {
        let recorded = [
            ("1", asked("/model/m/invoke", r#"{"messages":[{"content":"Hello"}],"max_tokens":5}"#)),
            ("2", asked("/model/m/invoke", r#"{"messages":[{"content":"Bye"}],"max_tokens":6}"#)),
            ("3", asked("/model/m/converse", r#"{"messages":[]}"#)),
        ];
        let long = format!(r#"{{"messages":[{{"content":"{}"}}],"max_tokens":5}}"#, "x".repeat(99));
        for (path, body, expected) in [
            (
                "/model/m/invoke",
                r#"{"messages":[{"content":"Hallo"}],"max_tokens":5}"#,
                r#"The nearest is 1, which differs at /messages/0/content: "Hello" was recorded, "Hallo" is asked."#,
            ),
            (
                "/model/m/invoke",
                r#"{"messages":[{"content":"Bye"}],"max_tokens":6,"system":"s"}"#,
                r#"The nearest is 2, which differs at /system: nothing was recorded, "s" is asked."#,
            ),
            (
                "/model/n/converse",
                r#"{"messages":[]}"#,
                "The nearest is 3, which is of POST /model/m/converse.",
            ),
            ("/model/m/invoke", "no json", "The nearest is 1, which differs at its body."),
            (
                "/model/m/invoke",
                &long,
                &format!(
                    r#"The nearest is 1, which differs at /messages/0/content: "Hello" was recorded, "{}… is asked."#,
                    "x".repeat(59)
                ),
            ),
        ] {
            let all = recorded.iter().map(|(name, asked)| (asked, *name));
            assert_eq!(nearest(&asked(path, body), all), expected);
        }
        assert_eq!(nearest(&recorded[0].1, std::iter::empty()), "There are no recordings.");
    }
}
