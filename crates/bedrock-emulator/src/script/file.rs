//! A script as it is written: every name that may stand in it, and what only several of them together can break.

use std::num::{NonZeroU64, NonZeroUsize};

use bedrock_types::Route;
use serde::Deserialize;

use super::access::Access;
use super::model_pattern::ModelPattern;
use super::refusal::Refusal;
use super::rule::{Gives, Rule, Rules, Turns, When};
use super::text_pattern::{Expression, TextPattern};
use super::values::{Pause, Profile, RuleFault};
use super::{Answer, Script};
use crate::control::ApplicationProfiles;
use crate::fault::Schedule;
use crate::play::Play;

/// All of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    strict: bool,
    access: Option<Access>,
    #[serde(default)]
    application_profiles: Vec<Profile>,
    #[serde(default)]
    rules: Vec<Rule>,
}

impl From<File> for Script {
    fn from(file: File) -> Self {
        let application_profiles = ApplicationProfiles::default();
        for profile in file.application_profiles {
            application_profiles.add(profile.id, profile.model);
        }
        Self {
            rules: Rules { rules: file.rules, strict: file.strict },
            access: file.access.map(Access::into_account),
            application_profiles,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRule {
    name: Option<String>,
    #[serde(default)]
    when: WrittenWhen,
    answer: Option<Answer>,
    error: Option<Refusal>,
    #[serde(default)]
    delay: Delay,
    delta_chars: Option<NonZeroUsize>,
    #[serde(default)]
    faults: Vec<RuleFault>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWhen {
    model: Option<ModelPattern>,
    route: Option<RouteName>,
    stream: Option<bool>,
    text: Option<String>,
    text_contains: Option<String>,
    text_matches: Option<Expression>,
    tool_result: Option<String>,
    tool_result_contains: Option<String>,
    call: Option<NonZeroU64>,
    times: Option<NonZeroU64>,
}

/// As `bedrock --route` has them.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RouteName {
    Invoke,
    Messages,
    Mantle,
    Converse,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    #[serde(default)]
    head: Pause,
    #[serde(default)]
    delta: Pause,
}

impl TryFrom<WrittenRule> for Rule {
    type Error = String;

    fn try_from(written: WrittenRule) -> Result<Self, String> {
        let turns = written.when.turns();
        let gives = match (written.answer, written.error) {
            (None, None) => Gives::Ordinary,
            (Some(answer), None) => Gives::Answer(Box::new(answer)),
            (None, Some(_)) if !written.faults.is_empty() => {
                return Err("`faults` break good answers: a rule has an `error` or `faults`".to_owned());
            }
            (None, Some(refusal)) => Gives::Refusal(refusal),
            (Some(_), Some(_)) => return Err("a rule has an `answer` or an `error`".to_owned()),
        };
        let play = Play {
            head: written.delay.head.0,
            delta: written.delay.delta.0,
            delta_chars: written.delta_chars,
            fault: None,
        };
        let faults = Schedule::of(written.faults.into_iter().map(|fault| fault.0));
        Ok(Self { name: written.name, when: written.when.into(), turns, gives, play, faults })
    }
}

impl WrittenWhen {
    /// A call that is named is one, unless more are asked for.
    fn turns(&self) -> Turns {
        let times = self.times.map(NonZeroU64::get).or(self.call.map(|_| 1));
        Turns::new(self.call.map_or(1, NonZeroU64::get), times)
    }
}

impl From<WrittenWhen> for When {
    fn from(written: WrittenWhen) -> Self {
        Self {
            model: written.model,
            route: written.route.map(Route::from),
            streamed: written.stream,
            text: TextPattern {
                equals: written.text,
                contains: written.text_contains,
                matches: written.text_matches,
            },
            tool_result: written.tool_result,
            tool_result_contains: written.tool_result_contains,
        }
    }
}

impl From<RouteName> for Route {
    fn from(name: RouteName) -> Self {
        match name {
            RouteName::Invoke => Self::InvokeModel,
            RouteName::Messages => Self::Messages,
            RouteName::Mantle => Self::Mantle,
            RouteName::Converse => Self::Converse,
        }
    }
}
