//! Thinking, and the effort that goes with it.

use super::{Check, Fix, Outcome, Rule, place::Place};
use crate::{
    beta::Beta,
    messages::{Effort, ThinkingConfig, ThinkingEnabled},
    models::{BetaStatus, DisableThinking, ManualThinking, ModelInfo, Support, Thinking, ThinkingMode},
};

pub(super) fn check(check: &mut Check<'_>) {
    mode(check);
    effort(check);
}

/// Whether the model will think about this request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinks {
    /// It will not.
    No,
    /// It will, because it does unless told otherwise.
    ByItself,
    /// It will, because the request says so.
    Asked,
}

impl Thinks {
    pub(super) fn of(check: &Check<'_>) -> Self {
        match &check.params.thinking {
            Some(ThinkingConfig::Enabled(_) | ThinkingConfig::Adaptive(_)) => Self::Asked,
            Some(ThinkingConfig::Disabled(_) | ThinkingConfig::BetweenTools(_)) => Self::No,
            Some(ThinkingConfig::Unknown(_)) | None if check.model.thinking.on_by_default => Self::ByItself,
            Some(ThinkingConfig::Unknown(_)) | None => Self::No,
        }
    }
}

fn mode(check: &mut Check<'_>) {
    let (Some(config), model) = (&check.params.thinking, &check.model.thinking) else { return };
    let taken = match config {
        ThinkingConfig::Enabled(_) => model.manual != ManualThinking::Rejected,
        ThinkingConfig::Adaptive(_) => takes_adaptive(model),
        ThinkingConfig::BetweenTools(_) => model.between_tools,
        ThinkingConfig::Disabled(_) => model.disable != DisableThinking::Never,
        ThinkingConfig::Unknown(_) => return,
    };
    match config {
        _ if !taken => {
            let rule = Rule::ThinkingModeNotTaken { taken: modes(model) };
            check.refused(Place::member("thinking"), rule, other_mode(config, model));
        }
        ThinkingConfig::Enabled(enabled) => budget(check, enabled),
        ThinkingConfig::Disabled(_) if model.disable == DisableThinking::UpToHighEffort => {
            not_with_much_effort(check, "disabled");
        }
        ThinkingConfig::BetweenTools(_) => not_with_much_effort(check, "between_tools"),
        ThinkingConfig::Adaptive(_) | ThinkingConfig::Disabled(_) | ThinkingConfig::Unknown(_) => {}
    }
}

fn budget(check: &mut Check<'_>, enabled: &ThinkingEnabled) {
    let thinking = Place::member("thinking");
    let place = thinking.then("budget_tokens");
    let (got, max_tokens) = (enabled.budget_tokens, check.params.max_tokens);
    let least = u64::from(check.model.thinking.min_budget.unwrap_or(LEAST_BUDGET));
    if got < least {
        check.refused(place, Rule::ThinkingBudgetTooSmall { least, got }, Fix::AtLeast(least));
    }
    // Thinking between the calls of tools has its budget over the whole turn, of which `max_tokens` is a part.
    let interleaved = check.has_beta(INTERLEAVED) && takes_interleaved(check.model);
    if got >= max_tokens && !interleaved {
        let rule = Rule::ThinkingBudgetNotUnderMaxTokens { max_tokens, got };
        check.refused(place, rule, Fix::AtMost(max_tokens.saturating_sub(1)));
    }
}

fn not_with_much_effort(check: &mut Check<'_>, mode: &'static str) {
    let effort = check.params.output_config.as_ref().and_then(|config| config.effort.as_ref());
    if let Some(effort @ (Effort::XHigh | Effort::Max)) = effort {
        let rule = Rule::ThinkingModeWithEffort { mode, effort: effort.to_string() };
        check.refused(Place::member("thinking"), rule, Fix::Set(json(Some("adaptive"))));
    }
}

fn effort(check: &mut Check<'_>) {
    let effort = check.params.output_config.as_ref().and_then(|config| config.effort.as_ref());
    let Some(effort) = effort else { return };
    let config = Place::member("output_config");
    let place = config.then("effort");
    let taken = check.model.effort;
    if !taken.contains(&effort.as_str()) {
        // What is not taken is mostly above the highest, which is the nearest then.
        let fix = match taken.last() {
            Some(most) if *effort != Effort::Low => Fix::Set(format!("\"{most}\"")),
            _ => Fix::Remove,
        };
        check.refused(place, Rule::EffortNotTaken { taken }, fix);
    }
    let needed = |status, flag| status == BetaStatus::Needed && flag == EFFORT;
    let needs_flag = check.model.betas.iter().any(|beta| needed(beta.status, beta.flag));
    if needs_flag && !check.has_beta(EFFORT) {
        check.found(Outcome::Refused, place, Rule::BetaNeeded { flag: EFFORT }, Fix::AddBeta(EFFORT));
    }
}

/// Whether the flag does something for the model; for one that would think so without, nobody says that it does not.
fn takes_interleaved(model: &ModelInfo) -> bool {
    let facts = Beta::INTERLEAVED_THINKING_2025_05_14.facts();
    takes_adaptive(&model.thinking) || facts.is_some_and(|facts| facts.for_model(model) != Support::No)
}

fn takes_adaptive(model: &Thinking) -> bool {
    match model.mode {
        ThinkingMode::Adaptive | ThinkingMode::AlwaysOn => true,
        ThinkingMode::None | ThinkingMode::Manual => false,
    }
}

/// The modes that a model takes.
fn modes(model: &Thinking) -> Vec<&'static str> {
    let modes = [
        ("adaptive", takes_adaptive(model)),
        ("enabled", model.manual != ManualThinking::Rejected),
        ("between_tools", model.between_tools),
        ("disabled", model.disable != DisableThinking::Never),
    ];
    modes.into_iter().filter(|(_, taken)| *taken).map(|(mode, _)| mode).collect()
}

/// The mode of this model that comes next to one that it does not take.
fn other_mode(config: &ThinkingConfig, model: &Thinking) -> Fix {
    let wants_less = matches!(config, ThinkingConfig::Disabled(_) | ThinkingConfig::BetweenTools(_));
    if wants_less && model.between_tools {
        Fix::Set(json(Some("between_tools")))
    } else if wants_less {
        Fix::Remove
    } else if takes_adaptive(model) {
        Fix::Set(json(Some("adaptive")))
    } else if model.manual != ManualThinking::Rejected {
        Fix::Set(json(None))
    } else {
        Fix::Remove
    }
}

/// A mode as JSON; without a name, the smallest budget.
fn json(mode: Option<&str>) -> String {
    match mode {
        Some(mode) => format!(r#"{{"type":"{mode}"}}"#),
        None => format!(r#"{{"type":"enabled","budget_tokens":{LEAST_BUDGET}}}"#),
    }
}

const LEAST_BUDGET: u32 = 1024;
const INTERLEAVED: &str = "interleaved-thinking-2025-05-14";
const EFFORT: &str = "effort-2025-11-24";
