//! What a model refuses in a request, in Bedrock's words.
//!
//! The rules are those of `bedrock_types::check`, which clients hold a request to before they send it; here they are what stops one
//! that was sent. The words are from answers that others quote (2026-11); where none was found, the place and the rule are named.

use bedrock_types::check::{Finding, Outcome, Rule};
use bedrock_types::models::{Feature, ModelInfo};
use bedrock_types::{Beta, ContentBlock, MessageCreateParams, Route, ThinkingConfig};

/// The first thing that this model refuses on this route.
///
/// # Errors
///
/// Bedrock's sentence.
pub(super) fn check(params: &MessageCreateParams, model: &ModelInfo, route: Route) -> Result<(), String> {
    // A flag that Bedrock does not know fails the request where it stands in the body; the types let it pass, because their list
    // may be older than the flag.
    let in_body = matches!(route, Route::InvokeModel | Route::Converse);
    if in_body && params.betas.iter().flatten().any(|flag| Beta::new(flag.as_str()).facts().is_none()) {
        return Err(INVALID_BETA.to_owned());
    }
    let findings = params.check_for(model, route);
    let refused = findings.iter().filter(|finding| finding.outcome == Outcome::Refused);
    match refused.into_iter().find(|finding| !is_of_the_clock(&finding.rule)) {
        Some(finding) => Err(sentence(finding, params)),
        None => Ok(()),
    }
}

/// The catalog's day is that of its making; the emulator has a clock.
fn is_of_the_clock(rule: &Rule) -> bool {
    matches!(rule, Rule::EndOfLife { .. })
}

fn sentence(finding: &Finding, params: &MessageCreateParams) -> String {
    let place = super::dotted(&finding.path);
    // The kind of a tool is part of the place of its members, and the only one that has some of its own is this.
    let place = place.trim_start_matches('.').replace(".strict", ".custom.strict");
    let place = place.as_str();
    match &finding.rule {
        Rule::SamplingNotTaken | Rule::SamplingFixed { .. } => {
            format!("`{place}` is deprecated for this model.")
        }
        Rule::TemperatureAndTopP => {
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
                .to_owned()
        }
        Rule::SamplingWithThinking => {
            let demand = match place {
                "temperature" => "may only be set to 1",
                "top_p" => "must be greater than or equal to 0.95 or unset",
                _ => "must be unset",
            };
            format!(
                "`{place}` {demand} when thinking is enabled. Please consult our documentation at {THINKING_PAGE}"
            )
        }
        Rule::ThinkingModeNotTaken { taken } => mode_not_taken(params, taken),
        Rule::ThinkingBudgetTooSmall { least, .. } => {
            format!("thinking.enabled.budget_tokens: Input should be greater than or equal to {least}")
        }
        Rule::ThinkingBudgetNotUnderMaxTokens { .. } => format!(
            "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at {THINKING_PAGE}"
        ),
        Rule::PrefillWithThinking => format!(
            "{place}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is enabled, a \
             final `assistant` message must start with a thinking block. Please consult our documentation at {THINKING_PAGE}"
        ),
        Rule::ForcedToolChoiceWithThinking => {
            "Thinking may not be enabled when tool_choice forces tool use.".to_owned()
        }
        Rule::BetaNotOnRoute { .. } => INVALID_BETA.to_owned(),
        // Without its flag a member is one that there is not.
        Rule::BetaNeeded { .. } if !place.starts_with("tools.") => format!("{place}: {EXTRA}"),
        Rule::NotOnRoute { .. } | Rule::CacheTtlNotTaken => format!("{place}: {EXTRA}"),
        Rule::FeatureNotTaken { feature: Feature::StructuredOutput | Feature::StrictTools } => {
            format!("{place}: {EXTRA}")
        }
        Rule::ToolCallWithoutResult => {
            let (turn, id) = (place.split(".content").next().unwrap_or(place), tool_use_id(params, place));
            format!(
                "{turn}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}. Each `tool_use` block \
                 must have a corresponding `tool_result` block in the next message."
            )
        }
        Rule::ToolResultWithoutCall => format!(
            "{place}: unexpected `tool_use_id` found in `tool_result` blocks: {}. Each `tool_result` block must have a \
             corresponding `tool_use` block in the previous message.",
            tool_use_id(params, place)
        ),
        Rule::TooManyCacheControls { limit, got } => {
            format!("A maximum of {limit} blocks with cache_control may be provided. Found {got}.")
        }
        Rule::CacheTtlOrder => format!(
            "{place}: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are \
             processed in the following order: `tools`, `system`, `messages`."
        ),
        rule => format!("{place}: {rule}"),
    }
}

fn mode_not_taken(params: &MessageCreateParams, taken: &[&str]) -> String {
    let mode = params.thinking.as_ref().map_or("", |thinking| thinking.kind());
    match &params.thinking {
        Some(ThinkingConfig::Adaptive(_)) => "adaptive thinking is not supported on this model".to_owned(),
        Some(ThinkingConfig::Enabled(_)) if taken.contains(&"adaptive") => format!(
            "\"thinking.type.{mode}\" is not supported for this model. Use \"thinking.type.adaptive\" and \
             \"output_config.effort\" to control thinking behavior."
        ),
        _ => format!("\"thinking.type.{mode}\" is not supported for this model."),
    }
}

/// The id that the call or result at `messages.T.content.B` has.
fn tool_use_id<'a>(params: &'a MessageCreateParams, place: &str) -> &'a str {
    let mut indices = place.split('.').filter_map(|step| step.parse::<usize>().ok());
    let block = indices.next().and_then(|turn| params.messages.get(turn)).zip(indices.next());
    match block.and_then(|(turn, index)| turn.content.blocks().get(index)) {
        Some(ContentBlock::ToolUse(call)) => &call.id,
        Some(ContentBlock::ToolResult(result)) => &result.tool_use_id,
        _ => "",
    }
}

const INVALID_BETA: &str = "invalid beta flag";
const EXTRA: &str = "Extra inputs are not permitted";
const THINKING_PAGE: &str = "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
