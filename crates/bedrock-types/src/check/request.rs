//! The request as a whole: whether the model can be asked at all, by this route, in this version, for an answer of this length.

use super::{Check, Fix, Outcome, Rule, place::Place};
use crate::{
    models::{Feature, LifecycleStatus},
    route::Route,
};

pub(super) fn check(check: &mut Check<'_>) {
    lifecycle(check);
    served(check);
    api_version(check);
    max_tokens(check);
    members(check);
}

fn lifecycle(check: &mut Check<'_>) {
    let life = check.model.lifecycle;
    let (outcome, rule) = match life.status {
        LifecycleStatus::Active => return,
        LifecycleStatus::Eol => (Outcome::Refused, Rule::EndOfLife { since: life.eol }),
        LifecycleStatus::Legacy => (Outcome::Unsure, Rule::Legacy { since: life.legacy, until: life.eol }),
        LifecycleStatus::Gated => (Outcome::Unsure, Rule::Gated),
    };
    check.found(outcome, Place::member("model"), rule, Fix::Model);
}

fn served(check: &mut Check<'_>) {
    let served = match check.route {
        Route::InvokeModel | Route::Converse => return,
        Route::Messages => {
            return check.needs(
                Feature::MessagesRoute,
                Place::member("model"),
                Fix::Route(Route::InvokeModel),
            );
        }
        Route::Mantle => check.model.mantle.is_some(),
    };
    if !served {
        let rule = Rule::NotOnRoute { route: check.route };
        check.refused(Place::member("model"), rule, Fix::Route(Route::InvokeModel));
    }
}

fn api_version(check: &mut Check<'_>) {
    let Some(version) = &check.params.anthropic_version else { return };
    if check.route != Route::Converse && !version_is_taken(check, version) {
        let rule = Rule::ApiVersionNotTaken { taken: check.model.api_versions };
        check.refused(Place::member("anthropic_version"), rule, Fix::Remove);
    }
}

/// On the native routes the first version goes by another name than in the body of InvokeModel.
fn version_is_taken(check: &Check<'_>, version: &str) -> bool {
    let native = matches!(check.route, Route::Messages | Route::Mantle);
    check.model.takes_api_version(version) || native && version == FIRST_NATIVE_VERSION
}

fn max_tokens(check: &mut Check<'_>) {
    let longer = check.model.betas.iter().any(|beta| beta.flag == LONG_OUTPUT && check.has_beta(LONG_OUTPUT));
    let limit = if longer { LONG_OUTPUT_TOKENS } else { u64::from(check.model.max_output_tokens) };
    let got = check.params.max_tokens;
    if got > limit {
        let rule = Rule::MaxTokensOverLimit { limit, got };
        check.refused(Place::member("max_tokens"), rule, Fix::AtMost(limit));
    }
}

/// Members that a route does not have, and those that Bedrock knows on none, which the type has no field for.
fn members(check: &mut Check<'_>) {
    let params = check.params;
    if params.service_tier.is_some() {
        // Bedrock's tiers have other names, and another place: a header, or a member of Converse. What the native routes do with
        // Anthropic's nobody says.
        let outcome = match check.route {
            Route::InvokeModel | Route::Converse => Outcome::Refused,
            Route::Messages | Route::Mantle => Outcome::Unsure,
        };
        let rule = Rule::NotOnRoute { route: check.route };
        check.found(outcome, Place::member("service_tier"), rule, Fix::Remove);
    }
    if check.route == Route::Converse {
        for (name, is_set) in
            [("metadata", params.metadata.is_some()), ("user_profile_id", params.user_profile_id.is_some())]
        {
            if is_set {
                check.refused(Place::member(name), Rule::NotOnRoute { route: check.route }, Fix::Remove);
            }
        }
    }
    for name in NOT_ON_BEDROCK {
        if check.params.extra.get(name).is_some() {
            check.refused(Place::member(name), Rule::NotOnBedrock, Fix::Remove);
        }
    }
}

const FIRST_NATIVE_VERSION: &str = "2023-06-01";

/// What Claude 3.7 needed to write more than 64,000 tokens.
const LONG_OUTPUT: &str = "output-128k-2025-02-19";
const LONG_OUTPUT_TOKENS: u64 = 128_000;

/// <https://platform.claude.com/docs/en/build-with-claude/claude-in-amazon-bedrock>, 2026-11.
const NOT_ON_BEDROCK: &[&str] = &[
    "billing_policy",
    "cache_control",
    "container",
    "fallback_credit_token",
    "fallbacks",
    "inference_geo",
    "mcp_servers",
    "output_format",
    "speed",
    "thread",
];
