//! Which models a rule is for: an id, an alias of the catalog, or a pattern with `*`.

use bedrock_types::models::{ModelId, ModelInfo, catalog, find};
use serde::Deserialize;

/// What an id may be, checked against the catalog: a rule that can never match is a mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ModelPattern(Form);

#[derive(Clone, Debug)]
enum Form {
    /// An alias or a base id: the model, by whichever id it is called.
    Model(&'static ModelInfo),
    /// An id with a scope, or an ARN: calls by that id alone.
    Id(String),
    /// With `*` for any characters: ids that are called, and the model's own.
    Glob(String),
}

impl ModelPattern {
    /// Whether a call of this model by this id is meant.
    pub(crate) fn matches(&self, id: &str, model: &ModelInfo) -> bool {
        match &self.0 {
            Form::Model(meant) => meant.id == model.id,
            Form::Id(meant) => meant == id,
            Form::Glob(pattern) => glob(pattern, id) || glob(pattern, model.id),
        }
    }
}

impl TryFrom<String> for ModelPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.contains('*') {
            return match catalog().iter().any(|model| ids(model).any(|id| glob(&text, id)))
                || text.starts_with("arn:")
            {
                true => Ok(Self(Form::Glob(text))),
                false => Err(format!(
                    "no model of the catalog has an id like `{text}`: `bedrock models list` has them"
                )),
            };
        }
        if let Some(model) = model(&text) {
            return Ok(Self(Form::Model(model)));
        }
        match find(&text).is_some() || ModelId::parse(&text).is_ok_and(|id| id.arn().is_some()) {
            true => Ok(Self(Form::Id(text))),
            false => Err(unknown(&text)),
        }
    }
}

/// The model that an alias or a base id names; ids with a scope name one way to call it.
pub(super) fn model(name: &str) -> Option<&'static ModelInfo> {
    find(name).filter(|model| model.profiles.iter().all(|profile| profile.id != name))
}

pub(super) fn unknown(name: &str) -> String {
    format!(
        "no model is called `{name}`: take an id, an alias such as `haiku`, or a pattern such as `us.anthropic.*`; \
         `bedrock models list` has them"
    )
}

/// All ids that a model is called by.
fn ids(model: &ModelInfo) -> impl Iterator<Item = &str> {
    let profiles = model.profiles.iter().map(|profile| profile.id);
    std::iter::once(model.id).chain(profiles).chain(model.mantle.map(|mantle| mantle.id))
}

/// Whether a text is like the pattern, in which `*` stands for any characters.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, behind)) = text.split_once(part) else { return false };
        text = behind;
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*b*c", "a1b2b3c", true),
            ("ab*ba", "aba", false),
            ("a*", "ba", false),
            ("*a*a", "a", false),
            ("a", "ab", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_alias_means_the_model_and_an_id_with_a_scope_that_id() {
        let haiku = find("haiku-4.5").unwrap();
        let us = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
        for (pattern, id, expected) in [
            ("haiku-4.5", us, true),
            ("anthropic.claude-haiku-4-5-20251001-v1:0", us, true),
            ("anthropic.claude-haiku-4-5", us, true),
            (us, us, true),
            (us, "global.anthropic.claude-haiku-4-5-20251001-v1:0", false),
            ("*haiku*", us, true),
            ("us.*", us, true),
            ("eu.*", us, false),
            ("opus", us, false),
        ] {
            assert_eq!(
                ModelPattern::try_from(pattern.to_owned()).unwrap().matches(id, haiku),
                expected,
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_no_model_has_is_refused() {
        for pattern in ["gpt-5", "", "us.openai.*", "us.anthropic.claude-haiku-4-5"] {
            ModelPattern::try_from(pattern.to_owned()).unwrap_err();
        }
        ModelPattern::try_from(
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a".to_owned(),
        )
        .unwrap();
    }
}
