//! The values of a script that are more than texts and numbers: pauses, faults, content blocks, whole messages.
//!
//! Each checks itself as it is read, so that a mistake is told with its place.

use std::time::Duration;

use bedrock_types::models::ModelId;
use bedrock_types::{ContentBlock, RawJson};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::model_pattern::unknown;
use crate::fault::{Fault, FaultRule};

/// A time such as `200ms` or `1.5s`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pause(pub(super) Duration);

impl TryFrom<String> for Pause {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (number, unit) = match text.strip_suffix("ms") {
            Some(number) => (number, 0.001),
            None => (text.strip_suffix('s').unwrap_or_default(), 1.0),
        };
        let seconds =
            number.parse::<f64>().ok().filter(|_| number.starts_with(|first: char| first.is_ascii_digit()));
        let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds * unit).ok());
        match pause.filter(|pause| *pause <= LONGEST) {
            Some(pause) => Ok(Self(pause)),
            None => {
                Err(format!("`{text}` is no pause: take a number and ms or s, such as 200ms, up to an hour"))
            }
        }
    }
}

/// A fault of the answers that a rule gives, by the vocabulary of `bedrock serve --fault`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct RuleFault(pub(super) FaultRule);

impl TryFrom<String> for RuleFault {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let rule: FaultRule = text.parse().map_err(|error: crate::ParseFaultError| {
            format!("{error}; `bedrock serve --help` lists the faults")
        })?;
        // A rule is found once a request was read and its signature checked.
        match &rule.fault {
            Fault::ResetAtAccept => {
                Err("reset-at-accept comes before there is a request: take reset-before-answer, or --fault"
                    .to_owned())
            }
            Fault::Skew(_) => {
                Err("skew concerns signatures, which are checked before any rule: take --fault".to_owned())
            }
            _ => Ok(Self(rule)),
        }
    }
}

/// A profile of the account's own, and what it is made from.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenProfile")]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) model: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenProfile {
    id: String,
    model: String,
}

impl TryFrom<WrittenProfile> for Profile {
    type Error = String;

    fn try_from(WrittenProfile { id, model }: WrittenProfile) -> Result<Self, String> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("`{id}` is no id of an application profile: take letters and digits"));
        }
        match ModelId::parse(&model).ok().and_then(|model| model.base_model()) {
            Some(_) => Ok(Self { id, model }),
            None => Err(unknown(&model)),
        }
    }
}

/// Content blocks as the Messages API writes them, of kinds that are known.
#[derive(Clone, Debug)]
pub(super) struct Blocks(pub(super) Vec<ContentBlock>);

impl<'de> Deserialize<'de> for Blocks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let blocks: Vec<ContentBlock> = typed(&Value::deserialize(deserializer)?)?;
        match blocks
            .iter()
            .find_map(|block| if let ContentBlock::Unknown(block) = block { Some(block) } else { None })
        {
            Some(block) => Err(D::Error::custom(format!(
                "no content block has the type `{}`; what the emulator does not know can stand in `message`",
                block.kind
            ))),
            None => Ok(Self(blocks)),
        }
    }
}

/// An object of JSON, for the input of a tool.
#[derive(Clone, Debug)]
pub(super) struct Object(pub(super) RawJson);

impl Object {
    pub(super) fn empty() -> Self {
        Self(RawJson::parse("{}").expect("an object"))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = serde_json::Map::deserialize(deserializer)?;
        RawJson::of(&members).map(Self).map_err(D::Error::custom)
    }
}

/// A value that has been read as one of the wire's types.
pub(super) fn typed<T: DeserializeOwned, E: serde::de::Error>(value: &Value) -> Result<T, E> {
    RawJson::of(value).and_then(|raw| raw.to()).map_err(|error| {
        // Line and column are those of the value alone; its path says the place.
        let text = error.to_string();
        E::custom(text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason))
    })
}

/// A test that waits longer is no test.
const LONGEST: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_number_and_a_unit() {
        for (text, milliseconds) in [("200ms", 200), ("1.5s", 1500), ("0s", 0), ("3600s", 3_600_000)] {
            assert_eq!(
                Pause::try_from(text.to_owned()).map(|pause| pause.0),
                Ok(Duration::from_millis(milliseconds))
            );
        }
        for text in ["", "s", "5", "-1s", "1m", "1e99s", "infs", "NaNs", "3601s"] {
            Pause::try_from(text.to_owned()).unwrap_err();
        }
    }

    #[test]
    fn what_comes_before_a_rule_is_no_fault_of_it() {
        for (text, is_taken) in [
            ("cut:7@2", true),
            ("slow", true),
            ("reset-at-accept", false),
            ("skew:600@1", false),
            ("slwo", false),
        ] {
            assert_eq!(RuleFault::try_from(text.to_owned()).is_ok(), is_taken, "{text}");
        }
    }
}
