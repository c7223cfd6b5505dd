//! Tools, which of them must be called, and the form of the answer.

use super::{Check, Fix, Outcome, Rule, place::Place, thinking::Thinks};
use crate::{
    json::{ExtraFields, RawJson},
    messages::{Tool, ToolChoice},
    models::{Feature, Support},
    route::Route,
};

pub(super) fn check(check: &mut Check<'_>) {
    tools(check);
    tool_choice(check);
    format(check);
}

fn tools(check: &mut Check<'_>) {
    let place = Place::member("tools");
    let tools = check.params.tools.as_deref().unwrap_or_default();
    if !tools.is_empty() && check.model.supports(Feature::Tools) == Support::No {
        return check.needs(Feature::Tools, place, Fix::Model);
    }
    for (index, tool) in tools.iter().enumerate() {
        let place = place.at(index);
        if NOT_ON_BEDROCK.iter().any(|kind| tool.kind().starts_with(kind)) {
            check.refused(place, Rule::NotOnBedrock, Fix::Remove);
        }
        if is_strict(tool) {
            strict(check, place.then("strict"));
        }
    }
}

fn strict(check: &mut Check<'_>, place: Place<'_>) {
    match check.route {
        Route::InvokeModel | Route::Converse => check.needs(Feature::StrictTools, place, Fix::Remove),
        Route::Messages | Route::Mantle => {
            check.refused(place, Rule::NotOnRoute { route: check.route }, Fix::Remove);
        }
    }
}

fn tool_choice(check: &mut Check<'_>) {
    let place = Place::member("tool_choice");
    match &check.params.tool_choice {
        Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) => {}
        Some(ToolChoice::None(_)) if check.route == Route::Converse => {
            return check.refused(place, Rule::NotOnRoute { route: check.route }, Fix::Remove);
        }
        Some(ToolChoice::None(_) | ToolChoice::Auto(_) | ToolChoice::Unknown(_)) | None => return,
    }
    let auto = Fix::Set(r#"{"type":"auto"}"#.to_owned());
    if check.model.supports(Feature::ForcedToolChoice) != Support::Yes {
        return check.needs(Feature::ForcedToolChoice, place, auto);
    }
    let outcome = match check.model.supports(Feature::ForcedToolChoiceWithThinking) {
        _ if Thinks::of(check) == Thinks::No => return,
        Support::Yes => return,
        Support::Unsure => Outcome::Unsure,
        Support::No => Outcome::Refused,
    };
    check.found(outcome, place, Rule::ForcedToolChoiceWithThinking, auto);
}

fn format(check: &mut Check<'_>) {
    if check.params.output_config.as_ref().is_none_or(|config| config.format.is_none()) {
        return;
    }
    let config = Place::member("output_config");
    let place = config.then("format");
    if check.route == Route::Mantle {
        return check.refused(place, Rule::NotOnRoute { route: check.route }, Fix::AskWithTool);
    }
    check.needs(Feature::StructuredOutput, place, Fix::AskWithTool);
    if super::content::wants_citations(check.params) {
        check.refused(place, Rule::StructuredOutputWithCitations, Fix::Remove);
    }
}

/// Every kind of tool may have it, those that this version does not know included: so the JSON is asked.
fn is_strict(tool: &Tool) -> bool {
    let members = RawJson::written(tool).and_then(|json| json.read::<ExtraFields>());
    members.is_ok_and(|members| members.get("strict").is_some_and(|strict| strict.as_str() == "true"))
}

/// How the `type` of tools begins that Anthropic's own API runs and Bedrock does not.
const NOT_ON_BEDROCK: &[&str] = &[
    "advisor_",
    "browser_toolset_",
    "code_execution_",
    "computer_toolset_",
    "mcp_toolset",
    "web_fetch_",
    "web_search_",
];
