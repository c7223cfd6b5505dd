//! `temperature`, `top_p` and `top_k`.

use super::{Check, Fix, Rule, place::Place, thinking::Thinks};
use crate::models::Sampling;

pub(super) fn check(check: &mut Check<'_>) {
    let params = check.params;
    let asked = [
        (TEMPERATURE, params.temperature.map(crate::Number::get), 1),
        // A float holds every integer that matters here, and what it does not hold is out of range either way.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        (TOP_K, params.top_k.map(|k| k as f64), 500),
        (TOP_P, params.top_p.map(crate::Number::get), 1),
    ];
    let asked: Vec<_> =
        asked.into_iter().filter_map(|(name, value, most)| Some((name, value?, most))).collect();
    for &(name, value, most) in &asked {
        one(check, name, value, most);
    }
    let both = params.temperature.is_some() && params.top_p.is_some();
    if both && check.model.sampling == Sampling::TemperatureOrTopP {
        check.refused(Place::member(TOP_P), Rule::TemperatureAndTopP, Fix::Remove);
    }
}

/// At most one finding for each: the first rule that it breaks.
fn one(check: &mut Check<'_>, name: &'static str, value: f64, most: u64) {
    let place = Place::member(name);
    #[expect(clippy::cast_precision_loss, reason = "1 or 500")]
    let in_range = (0.0..=most as f64).contains(&value);
    let version = check.params.anthropic_version.as_deref().filter(|version| *version == WITHOUT_SAMPLING);
    if let Some(version) = version {
        check.refused(place, Rule::NotInApiVersion { version: version.to_owned() }, Fix::Remove);
    } else if let Some(rule) = not_of_model(check.model.sampling, name, value) {
        check.refused(place, rule, Fix::Remove);
    } else if !in_range {
        let fix = if value > 0.0 { Fix::AtMost(most) } else { Fix::AtLeast(0) };
        check.refused(place, Rule::SamplingOutOfRange { most }, fix);
    } else if Thinks::of(check) == Thinks::Asked && !taken_while_thinking(name, value) {
        check.refused(place, Rule::SamplingWithThinking, Fix::Remove);
    }
}

fn not_of_model(sampling: Sampling, name: &str, value: f64) -> Option<Rule> {
    let least = match (sampling, name) {
        (Sampling::Full | Sampling::TemperatureOrTopP, _) => return None,
        (Sampling::FixedTemperature | Sampling::FixedTemperatureOrTopP, TEMPERATURE) => 1.0,
        (Sampling::FixedTemperatureOrTopP, TOP_P) => 0.99,
        (Sampling::FixedTemperature | Sampling::FixedTemperatureOrTopP | Sampling::None, _) => {
            return Some(Rule::SamplingNotTaken);
        }
    };
    (!(least..=1.0).contains(&value)).then_some(Rule::SamplingFixed { least })
}

/// <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>: what is not the default is not taken, but a `top_p`
/// near it is.
fn taken_while_thinking(name: &str, value: f64) -> bool {
    match name {
        TEMPERATURE => value >= 1.0,
        TOP_P => value >= 0.95,
        _ => false,
    }
}

const TEMPERATURE: &str = "temperature";
const TOP_K: &str = "top_k";
const TOP_P: &str = "top_p";

/// The version of the API that has no sampling any more.
const WITHOUT_SAMPLING: &str = "2026-10-21";
