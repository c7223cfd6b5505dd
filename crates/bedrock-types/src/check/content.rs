//! Turns and what they are made of.

use super::{Check, Fix, Outcome, Rule, place::Place, thinking::Thinks};
use crate::{
    messages::{Content, ContentBlock, DocumentSource, ImageSource, MessageCreateParams, MessageParam, Role},
    models::{Feature, Modality, Support},
    route::Route,
};

pub(super) fn check(check: &mut Check<'_>) {
    system_turns(check);
    prefill(check);
    let params = check.params;
    each_block(params, &mut |place, block, role| one(check, place, block, role));
}

/// Calls `visit` for every block of the request, in the order in which they end: system, then messages, and what is inside a
/// block before the block. The role is `None` in the system text.
pub(super) fn each_block<'a>(
    params: &'a MessageCreateParams,
    visit: &mut dyn FnMut(Place<'_>, &'a ContentBlock, Option<&'a Role>),
) {
    if let Some(system) = &params.system {
        within(Place::member("system"), system.blocks(), None, visit);
    }
    for (index, turn) in params.messages.iter().enumerate() {
        let messages = Place::member("messages");
        let place = messages.at(index);
        within(place.then("content"), turn.content.blocks(), Some(&turn.role), visit);
    }
}

/// Whether citations were asked for anywhere.
pub(super) fn wants_citations(params: &MessageCreateParams) -> bool {
    let mut found = false;
    each_block(params, &mut |_, block, _| found |= cites(block));
    found
}

fn within<'a>(
    place: Place<'_>,
    blocks: &'a [ContentBlock],
    role: Option<&'a Role>,
    visit: &mut dyn FnMut(Place<'_>, &'a ContentBlock, Option<&'a Role>),
) {
    for (index, block) in blocks.iter().enumerate() {
        let place = place.at(index);
        match block {
            ContentBlock::ToolResult(result) => {
                let content = result.content.as_ref().map_or(&[][..], Content::blocks);
                within(place.then("content"), content, role, visit);
            }
            ContentBlock::SearchResult(result) => {
                within(place.then("content"), &result.content, role, visit);
            }
            ContentBlock::Document(document) => {
                if let DocumentSource::Content(source) = &document.source {
                    within(place.then("source").then("content"), source.content.blocks(), role, visit);
                }
            }
            _ => {}
        }
        visit(place, block, role);
    }
}

fn system_turns(check: &mut Check<'_>) {
    let messages = Place::member("messages");
    for (index, turn) in check.params.messages.iter().enumerate() {
        if turn.role != Role::System {
            continue;
        }
        let place = messages.at(index);
        let place = place.then("role");
        check.needs(Feature::MidConversationSystem, place, Fix::SayAsUser);
        // AWS's model of Converse has the role; Anthropic says it is not taken there.
        if check.route == Route::Converse
            && check.model.supports(Feature::MidConversationSystem) == Support::Yes
        {
            let rule = Rule::NotOnRoute { route: check.route };
            check.found(Outcome::Unsure, place, rule, Fix::Route(Route::InvokeModel));
        }
    }
}

/// The last turn is the model's own: it would go on from there.
fn prefill(check: &mut Check<'_>) {
    let turns = &check.params.messages;
    if turns.last().is_none_or(|turn| turn.role != Role::Assistant || is_paused(turn)) {
        return;
    }
    let messages = Place::member("messages");
    let place = messages.at(turns.len().saturating_sub(1));
    if check.model.supports(Feature::Prefill) != Support::Yes {
        check.needs(Feature::Prefill, place, Fix::SayAsUser);
    } else if Thinks::of(check) == Thinks::Asked {
        check.refused(place, Rule::PrefillWithThinking, Fix::Remove);
    }
}

/// A turn that the model broke off, behind a compaction or in the middle of a search for tools, is sent back as it is, and the model
/// goes on: <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-compaction.html>, 2026-11.
fn is_paused(turn: &MessageParam) -> bool {
    matches!(
        turn.content.blocks().last(),
        Some(
            ContentBlock::Compaction(_)
                | ContentBlock::ServerToolUse(_)
                | ContentBlock::ToolSearchToolResult(_)
        )
    )
}

fn one(check: &mut Check<'_>, place: Place<'_>, block: &ContentBlock, role: Option<&Role>) {
    if cites(block) {
        check.needs(Feature::Citations, place.then("citations"), Fix::Remove);
    }
    match block {
        ContentBlock::Image(image) => {
            if !check.model.input.contains(&Modality::Image) {
                check.refused(place, Rule::ModalityNotTaken { modality: Modality::Image }, Fix::Model);
            }
            let elsewhere = match &image.source {
                ImageSource::Base64(_) => false,
                ImageSource::Url(_) => true,
                ImageSource::Unknown(source) => source.kind == FILE,
            };
            bytes_only(check, place, elsewhere);
        }
        ContentBlock::Document(document) => {
            let elsewhere = match &document.source {
                DocumentSource::Base64(_) => {
                    check.needs(Feature::Pdf, place, Fix::Model);
                    false
                }
                DocumentSource::Text(_) | DocumentSource::Content(_) => false,
                DocumentSource::Url(_) => true,
                DocumentSource::Unknown(source) => source.kind == FILE,
            };
            bytes_only(check, place, elsewhere);
            if role == Some(&Role::Assistant) {
                not_in_version(check, place);
            }
        }
        ContentBlock::Text(text)
            if role == Some(&Role::User)
                && text.citations.as_ref().is_some_and(|found| !found.is_empty()) =>
        {
            not_in_version(check, place.then("citations"));
        }
        _ => {}
    }
}

/// Bedrock fetches nothing and keeps no files.
fn bytes_only(check: &mut Check<'_>, place: Place<'_>, elsewhere: bool) {
    if elsewhere {
        check.refused(place.then("source"), Rule::NotOnBedrock, Fix::SendBytes);
    }
}

fn not_in_version(check: &mut Check<'_>, place: Place<'_>) {
    if let Some(version @ STRICTER_VERSION) = check.params.anthropic_version.as_deref() {
        check.refused(place, Rule::NotInApiVersion { version: version.to_owned() }, Fix::Remove);
    }
}

/// Whether the block asks for citations.
fn cites(block: &ContentBlock) -> bool {
    let citations = match block {
        ContentBlock::Document(document) => &document.citations,
        ContentBlock::SearchResult(result) => &result.citations,
        _ => return false,
    };
    citations.as_ref().is_some_and(|citations| citations.enabled == Some(true))
}

/// The `type` of a source that names a file of the Files API.
const FILE: &str = "file";

/// The version that takes no document from the model and no citations from the user.
const STRICTER_VERSION: &str = "2026-10-21";
