//! JSON that has not come to its end yet, made whole.
//!
//! A pure function of the text so far, called when somebody wants to look: nothing is kept between two calls.

use super::RawJson;

/// The longest prefix of `text` that can be made a JSON value by closing what is open, as that value.
///
/// What is kept is final: a text may grow at its end and arrays and objects may get more members, but nothing else changes when more of
/// the JSON comes. So an unfinished key, a key without its value, an unfinished `true`, and a number that may have more digits are left
/// out. `None` if there is no value yet. Text that is not the beginning of JSON gives `None` or what stands before the mistake.
///
/// ```
/// use bedrock_types::json;
///
/// let check = |text, whole| assert_eq!(json::partial(text).unwrap().as_str(), whole);
/// check(r#"{"city": "San Fr"#, r#"{"city": "San Fr"}"#);
/// check(r#"{"a": [1, {"b": true}, 2"#, r#"{"a": [1, {"b": true}]}"#);
/// check(r#"{"a": 1, "b"#, r#"{"a": 1}"#);
/// assert_eq!(json::partial(""), None);
/// ```
pub fn partial(text: &str) -> Option<RawJson> {
    let mut scan = Scan::default();
    for (at, char) in text.char_indices() {
        scan.step(at, char);
    }
    let (end, quote) = match scan.token {
        Token::Text { is_key: false, end, .. } => (end, Some('"')),
        Token::Bare { start } if matches!(text.get(start..)?, "true" | "false" | "null") => {
            (text.len(), None)
        }
        _ => (scan.end?, None),
    };
    let mut whole = text.get(..end)?.to_owned();
    whole.extend(quote);
    // What was open at `end` is what is open now: every opening and closing moves the end.
    whole.extend(scan.open.iter().rev().map(Container::closing));
    RawJson::parse(whole).ok()
}

/// What is known after some characters. Whether they are JSON at all is not looked at here: the result is parsed.
#[derive(Default)]
struct Scan {
    /// The containers that are open, outermost first.
    open: Vec<Container>,
    token: Token,
    /// The end of the longest prefix that lacks nothing but the closing of `open`.
    end: Option<usize>,
}

enum Container {
    Array,
    Object { key_is_next: bool },
}

#[derive(Default)]
enum Token {
    #[default]
    None,
    /// Inside a text, whose last whole character ends before `end`.
    Text { is_key: bool, end: usize, escape: Escape },
    /// Inside a number, or a name like `true`.
    Bare { start: usize },
}

/// Where in a character of a text.
#[derive(Clone, Copy, PartialEq)]
enum Escape {
    /// At its begin.
    None,
    /// Behind a backslash.
    Begun,
    /// Behind `\u` and some digits.
    Unit { digits: u8, value: u32 },
    /// Behind the first of two units of UTF-16, which stand for a character together.
    HalfPair,
}

impl Scan {
    fn step(&mut self, at: usize, char: char) {
        let after = at + char.len_utf8();
        match &mut self.token {
            Token::Text { is_key, escape: Escape::None, .. } if char == '"' => {
                if !*is_key {
                    self.end = Some(after);
                }
                self.token = Token::None;
            }
            Token::Text { end, escape, .. } => {
                *escape = escape.next(char);
                if *escape == Escape::None {
                    *end = after;
                }
            }
            Token::Bare { .. } if !matches!(char, ',' | ']' | '}' | ' ' | '\n' | '\r' | '\t') => {}
            Token::Bare { .. } => {
                self.end = Some(at);
                self.token = Token::None;
                self.structure(at, after, char);
            }
            Token::None => self.structure(at, after, char),
        }
    }

    fn structure(&mut self, at: usize, after: usize, char: char) {
        match char {
            '{' | '[' => {
                self.open.push(if char == '[' {
                    Container::Array
                } else {
                    Container::Object { key_is_next: true }
                });
                self.end = Some(after);
            }
            '}' | ']' => {
                self.open.pop();
                self.end = Some(after);
            }
            ',' | ':' => {
                if let Some(Container::Object { key_is_next }) = self.open.last_mut() {
                    *key_is_next = char == ',';
                }
            }
            '"' => {
                let is_key = matches!(self.open.last(), Some(Container::Object { key_is_next: true }));
                self.token = Token::Text { is_key, end: after, escape: Escape::None };
            }
            ' ' | '\n' | '\r' | '\t' => {}
            _ => self.token = Token::Bare { start: at },
        }
    }
}

impl Container {
    fn closing(&self) -> char {
        match self {
            Self::Array => ']',
            Self::Object { .. } => '}',
        }
    }
}

impl Escape {
    fn next(self, char: char) -> Self {
        match (self, char) {
            // What follows the first half of a pair is another escape, or no JSON.
            (Self::None | Self::HalfPair, '\\') => Self::Begun,
            (Self::Begun, 'u') => Self::Unit { digits: 0, value: 0 },
            (Self::Unit { digits, value }, _) => {
                let value = value << 4 | char.to_digit(16).unwrap_or_default();
                match value {
                    _ if digits < 3 => Self::Unit { digits: digits + 1, value },
                    0xd800..0xdc00 => Self::HalfPair,
                    _ => Self::None,
                }
            }
            (Self::None | Self::Begun | Self::HalfPair, _) => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::partial;

    #[test]
    fn what_is_open_is_closed_and_what_is_not_final_is_left_out() {
        for (text, whole) in [
            ("", None),
            (" ", None),
            ("{", Some("{}")),
            ("{ ", Some("{}")),
            (r#"{"ke"#, Some("{}")),
            (r#"{"key""#, Some("{}")),
            (r#"{"key": "#, Some("{}")),
            (r#"{"key": ""#, Some(r#"{"key": ""}"#)),
            (r#"{"key": "va"#, Some(r#"{"key": "va"}"#)),
            (r#"{"key": "va\"#, Some(r#"{"key": "va"}"#)),
            (r#"{"key": "va\n"#, Some(r#"{"key": "va\n"}"#)),
            (r#"{"key": "va\u00e"#, Some(r#"{"key": "va"}"#)),
            (r#"{"key": "va\ud83e"#, Some(r#"{"key": "va"}"#)),
            (r#"{"key": "va\ud83e\udd80"#, Some(r#"{"key": "va\ud83e\udd80"}"#)),
            (r#"{"key": "va","#, Some(r#"{"key": "va"}"#)),
            (r#"{"key": 12"#, Some("{}")),
            (r#"{"key": 12,"#, Some(r#"{"key": 12}"#)),
            (r#"{"key": 12 "#, Some(r#"{"key": 12}"#)),
            (r#"{"key": tru"#, Some("{}")),
            (r#"{"key": true"#, Some(r#"{"key": true}"#)),
            (r#"{"a": {"b": [1, [2, ["#, Some(r#"{"a": {"b": [1, [2, []]]}}"#)),
            (r#"{"a": [{"b": 1}, {"#, Some(r#"{"a": [{"b": 1}, {}]}"#)),
            (r#"["a", "b"#, Some(r#"["a", "b"]"#)),
            ("12", None),
            ("12 ", Some("12")),
            ("nul", None),
            ("null", Some("null")),
            ("}", None),
            (r#"{"a": wrong, "#, None),
            (r#"{"a": 1]"#, None),
            (r#"{"a": 1} {"#, None),
        ] {
            assert_eq!(partial(text).as_ref().map(|raw| raw.as_str()), whole, "{text}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<f64>().prop_filter_map("JSON has no infinity", |number| {
                serde_json::Number::from_f64(number).map(Value::from)
            }),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    /// The text of a value with every character beyond ASCII escaped, or none.
    fn written(value: &Value, escaped: bool, pretty: bool) -> String {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        if !escaped {
            return text;
        }
        let unit = |unit: u16| {
            if unit < 0x80 { char::from(unit as u8).to_string() } else { format!("\\u{unit:04x}") }
        };
        text.encode_utf16().map(unit).collect()
    }

    /// Whether `part` can become `whole` by growing at its ends.
    fn begins(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::String(part), Value::String(whole)) => whole.starts_with(part.as_str()),
            (Value::Array(part), Value::Array(whole)) => {
                part.len() <= whole.len() && part.iter().zip(whole).all(|(part, whole)| begins(part, whole))
            }
            (Value::Object(part), Value::Object(whole)) => {
                part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| begins(part, whole)))
            }
            _ => part == whole,
        }
    }

    proptest! {
        #[test]
        fn every_cut_of_a_document_is_the_beginning_of_its_value(
            document in any_json(), escaped: bool, pretty: bool,
        ) {
            let text = written(&document, escaped, pretty);
            let document: Value = serde_json::from_str(&text).expect("JSON");
            let mut before = None;
            for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
                let cut = text.get(..cut).expect("a boundary");
                let Some(raw) = partial(cut) else {
                    prop_assert!(before.is_none(), "nothing after something: {cut}");
                    continue;
                };
                let now: Value = raw.to().expect("what is made whole is JSON");
                prop_assert!(begins(&now, &document), "{cut} became {now}");
                if let Some(before) = &before {
                    prop_assert!(begins(before, &now), "{before} became {now}");
                }
                before = Some(now);
            }
            prop_assert!(document.is_number() || before == Some(document));
        }

        #[test]
        fn any_text_is_taken_without_panic(text in r#"[{}\[\]",:\\u0-9a-f ]{0,40}"#) {
            if let Some(raw) = partial(&text) {
                prop_assert!(raw.to::<serde::de::IgnoredAny>().is_ok());
            }
        }
    }
}
