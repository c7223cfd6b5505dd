//! Beta flags, and the window of a million tokens that once was one.

use super::{Check, Finding, Fix, Outcome, Rule, place::Place};
use crate::{
    beta::Beta,
    messages::{ContextManagementEdit, MessageCreateParams},
    models::{BetaStatus, ModelInfo, Support},
    route::Route,
};

impl MessageCreateParams {
    /// Asks for a context window of a million tokens, with what this model needs for that: nothing where the window is so large
    /// anyway, a beta flag where it takes one.
    ///
    /// ```
    /// use bedrock_types::{MessageCreateParams, models};
    ///
    /// let opus = models::find("opus-4.6").ok_or("in the catalog")?;
    /// let params = MessageCreateParams::new(opus.id, 64).context_1m(opus)?;
    /// assert!(params.betas.is_none());
    ///
    /// let sonnet = models::find("sonnet-4.5").ok_or("in the catalog")?;
    /// let finding = MessageCreateParams::new(sonnet.id, 64).context_1m(sonnet).unwrap_err();
    /// assert_eq!(finding.to_string(), "model: `context-1m-2025-08-07` is no longer offered for the model; ask another model");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The model has no such window, or no longer.
    pub fn context_1m(self, model: &ModelInfo) -> Result<Self, Finding> {
        if model.context_window >= MILLION {
            return Ok(self);
        }
        let rule = match model.betas.iter().find(|beta| beta.flag == CONTEXT_1M).map(|beta| beta.status) {
            Some(BetaStatus::Needed)
                if self.betas.iter().flatten().any(|flag| flag.as_str() == CONTEXT_1M) =>
            {
                return Ok(self);
            }
            Some(BetaStatus::Needed) => return Ok(self.beta(CONTEXT_1M)),
            Some(BetaStatus::Withdrawn) => Rule::BetaWithdrawn { flag: CONTEXT_1M.to_owned() },
            None => Rule::NoLongContext { context_window: model.context_window },
        };
        Err(Finding { outcome: Outcome::Refused, path: "model".to_owned(), rule, fix: Fix::Model })
    }
}

pub(super) fn check(check: &mut Check<'_>) {
    sent(check);
    needed_by_tools(check);
    needed_by_members(check);
}

/// Flags that are sent and not taken. One that this version does not know passes: the next preview has a new name.
fn sent(check: &mut Check<'_>) {
    let betas = Place::member("anthropic_beta");
    for (index, flag) in check.params.betas.iter().flatten().enumerate() {
        let place = betas.at(index);
        let flag = flag.to_string();
        let of_model = check.model.betas.iter().find(|beta| beta.flag == flag).map(|beta| beta.status);
        let Some(facts) = Beta::new(flag.as_str()).facts() else { continue };
        if of_model == Some(BetaStatus::Withdrawn) {
            check.found(Outcome::NoEffect, place, Rule::BetaWithdrawn { flag }, Fix::Remove);
        } else if facts.on(check.route) == Support::No {
            // In the body a flag that is not taken fails the request; a header may as well be passed over.
            let outcome = match check.route {
                Route::InvokeModel | Route::Converse => Outcome::Refused,
                Route::Messages | Route::Mantle => Outcome::Unsure,
            };
            check.found(outcome, place, Rule::BetaNotOnRoute { flag, route: check.route }, Fix::Remove);
        } else if facts.for_model(check.model) == Support::No {
            check.found(Outcome::NoEffect, place, Rule::BetaNotOfModel { flag }, Fix::Remove);
        }
    }
}

fn needed_by_tools(check: &mut Check<'_>) {
    let tools = Place::member("tools");
    for (index, tool) in check.params.tools.iter().flatten().enumerate() {
        let Some((_, flag)) = FLAGS_OF_TOOLS.iter().find(|(kind, _)| *kind == tool.kind()) else { continue };
        needs_flag(check, tools.at(index), flag);
    }
}

fn needed_by_members(check: &mut Check<'_>) {
    let params = check.params;
    let management = Place::member("context_management");
    let edits = management.then("edits");
    let each = params.context_management.iter().flat_map(|config| config.edits.iter().flatten()).enumerate();
    for (index, edit) in each {
        let flag = match edit {
            ContextManagementEdit::ClearToolUses20250919(_)
            | ContextManagementEdit::ClearThinking20251015(_) => CONTEXT_MANAGEMENT,
            ContextManagementEdit::Compact20260112(_) => COMPACT_EDIT,
            ContextManagementEdit::Unknown(_) => continue,
        };
        needs_flag(check, edits.at(index), flag);
    }
    if params.compaction.is_some() {
        needs_flag(check, Place::member("compaction"), COMPACTION);
    }
    if params.safeguards.is_some() {
        needs_flag(check, Place::member("safeguards"), SAFEGUARDS);
    }
}

fn needs_flag(check: &mut Check<'_>, place: Place<'_>, flag: &'static str) {
    if !check.has_beta(flag) {
        check.refused(place, Rule::BetaNeeded { flag }, Fix::AddBeta(flag));
    }
}

const CONTEXT_MANAGEMENT: &str = "context-management-2025-06-27";
const COMPACT_EDIT: &str = "compact-2026-01-12";
const COMPACTION: &str = "compact-2026-09-04";
const SAFEGUARDS: &str = "dangerous-tool-use-2026-09-03";

/// Tools that are to be had with a flag only, by their `type`:
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-tool-use.html>, 2026-11.
/// That page also asks for one with bash, the text editor and memory, which others use without.
const FLAGS_OF_TOOLS: &[(&str, &str)] = &[
    ("computer_20241022", "computer-use-2024-10-22"),
    ("computer_20250124", "computer-use-2025-01-24"),
    ("computer_20251124", "computer-use-2025-11-24"),
    // AWS's page writes the first name, Anthropic's the second.
    ("tool_search_tool_regex", "tool-search-tool-2025-10-19"),
    ("tool_search_tool_regex_20251119", "tool-search-tool-2025-10-19"),
];

const MILLION: u32 = 1_000_000;
const CONTEXT_1M: &str = "context-1m-2025-08-07";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{BetaInfo, find};

    #[test]
    fn the_flag_is_sent_once_where_a_model_needs_it() {
        let sonnet = find("sonnet-4.5").expect("in the catalog");
        let needing = &[BetaInfo { flag: CONTEXT_1M, status: BetaStatus::Needed }];
        let model = ModelInfo { betas: needing, ..*sonnet };
        let once = MessageCreateParams::new("m", 1).context_1m(&model).expect("the model takes it");
        assert_eq!(once.betas.as_deref().map(<[_]>::len), Some(1));
        assert_eq!(once.clone().context_1m(&model), Ok(once));
    }

    #[test]
    fn flags_named_here_are_known() {
        let of_members = [CONTEXT_1M, CONTEXT_MANAGEMENT, COMPACT_EDIT, COMPACTION, SAFEGUARDS];
        for flag in FLAGS_OF_TOOLS.iter().map(|(_, flag)| *flag).chain(of_members) {
            assert!(Beta::new(flag).facts().is_some(), "{flag}");
        }
    }
}
