//! Which texts a rule is for: the same, one that has a part, one that a regular expression finds something in.

use regex_lite::Regex;
use serde::Deserialize;

/// Conditions on a text; all that are there have to hold.
#[derive(Debug, Default)]
pub(crate) struct TextPattern {
    pub(super) equals: Option<String>,
    pub(super) contains: Option<String>,
    pub(super) matches: Option<Expression>,
}

impl TextPattern {
    /// Whether there is nothing to hold: then no text is good as well.
    pub(crate) fn is_empty(&self) -> bool {
        self.equals.is_none() && self.contains.is_none() && self.matches.is_none()
    }

    /// Whether a text is meant.
    pub(crate) fn is_met_by(&self, text: Option<&str>) -> bool {
        let Some(text) = text else { return self.is_empty() };
        self.equals.as_ref().is_none_or(|equals| equals == text)
            && self.contains.as_ref().is_none_or(|part| text.contains(part.as_str()))
            && self.matches.as_ref().is_none_or(|expression| expression.0.is_match(text))
    }
}

/// A regular expression, in the syntax of the `regex` crate without Unicode classes: <https://docs.rs/regex-lite>.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Expression(Regex);

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Regex::new(&text).map(Self).map_err(|error| format!("`{text}` is no regular expression: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_conditions_have_to_hold() {
        let pattern = |equals: Option<&str>, contains: Option<&str>, matches: Option<&str>| TextPattern {
            equals: equals.map(str::to_owned),
            contains: contains.map(str::to_owned),
            matches: matches.map(|text| Expression::try_from(text.to_owned()).unwrap()),
        };
        for (pattern, text, expected) in [
            (pattern(None, None, None), Some("any"), true),
            (pattern(None, None, None), None, true),
            (pattern(Some("hi"), None, None), Some("hi"), true),
            (pattern(Some("hi"), None, None), Some("hi!"), false),
            (pattern(Some("hi"), None, None), None, false),
            (pattern(None, Some("ther"), None), Some("the weather"), true),
            (pattern(None, None, Some("(?i)^the w")), Some("The weather"), true),
            (pattern(None, Some("x"), Some("^the w")), Some("the weather"), false),
        ] {
            assert_eq!(pattern.is_met_by(text), expected, "{pattern:?} {text:?}");
        }
        Expression::try_from("(".to_owned()).unwrap_err();
    }
}
