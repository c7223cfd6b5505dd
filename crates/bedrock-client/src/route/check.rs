//! What can be refused before anything is sent.

use std::time::Duration;

use bedrock_types::{
    ContentBlock, MessageCreateParams, Route, ToolInput,
    check::{Finding, Outcome, Rule},
    models::{self, ModelInfo},
};

use crate::{Error, call::Limits, options::CallOptions};

/// Refuses a request that cannot be sent, or that its route does not take; else what the catalog knows against it.
///
/// What only the model would refuse is left to the service, whose word is newer than the catalog: that is logged, and said if the service
/// finds the request invalid, too.
pub(super) fn refuse(
    route: Route,
    options: &CallOptions,
    known: Option<&'static ModelInfo>,
    params: &MessageCreateParams,
) -> Result<Vec<Finding>, Error> {
    history(params)?;
    values(params)?;
    // A model that the catalog does not know has the rules of the routes all the same.
    let Some(info) = known.or_else(any_model) else { return Ok(Vec::new()) };
    let mut findings = params.check_for(info, route);
    findings.retain(|finding| finding.outcome == Outcome::Refused || known.is_some());
    for finding in &findings {
        if finding.outcome == Outcome::Refused && is_of_route(finding, known.is_some()) && !options.unchecked
        {
            let message = format!("{}: {}", finding.path, finding.rule);
            // Without the finding as its source: that would say the same again.
            return Err(Error::config(message, finding.fix.to_string()));
        }
        if known.is_some() {
            tracing::debug!(model = info.name, %finding, "the catalog knows something against the request");
        }
    }
    // Of a model that is not known only what is about the route holds.
    findings.retain(|finding| known.is_some() || is_of_route(finding, false));
    findings.retain(|finding| finding.outcome != Outcome::NoEffect);
    Ok(findings)
}

/// Whether a finding is about the route or all of Bedrock, and not about the model.
fn is_of_route(finding: &Finding, model_is_known: bool) -> bool {
    match &finding.rule {
        Rule::NotOnRoute { .. } => model_is_known || finding.path != "model",
        Rule::NotOnBedrock | Rule::BetaNotOnRoute { .. } => true,
        _ => false,
    }
}

/// A model that all routes have.
fn any_model() -> Option<&'static ModelInfo> {
    models::catalog().iter().rev().find(|model| model.mantle.is_some())
}

/// A tool call that was cut short, or whose input the model got wrong, cannot be sent back as history.
pub(super) fn history(params: &MessageCreateParams) -> Result<(), Error> {
    for (turn, message) in params.messages.iter().enumerate() {
        for (index, block) in message.content.blocks().iter().enumerate() {
            if let ContentBlock::ToolUse(call) = block
                && let ToolInput::Partial(_) = call.input
            {
                return Err(Error::config(
                    format!(
                        "messages[{turn}].content[{index}]: the input of tool call {:?} is not JSON",
                        call.id
                    ),
                    "leave the turn out, or answer the call with a tool error and let the model repeat it",
                ));
            }
        }
    }
    Ok(())
}

/// Values that have no form on the wire.
pub(super) fn values(params: &MessageCreateParams) -> Result<(), Error> {
    for (name, number) in [("temperature", params.temperature), ("top_p", params.top_p)] {
        if number.is_some_and(|number| !number.get().is_finite()) {
            return Err(Error::config(format!("{name} is not finite"), "give a number from 0 to 1"));
        }
    }
    for (index, name) in params.betas.iter().flatten().enumerate() {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',') {
            return Err(Error::config(
                format!("betas[{index}]: {name:?} is no name of a beta"),
                "give each flag by itself, like context-1m-2025-08-07",
            ));
        }
    }
    Ok(())
}

/// An answer that may take longer than the wait for its head must be streamed, unless the caller chose the wait.
pub(super) fn length(limits: &Limits, max_tokens: u64) -> Result<(), Error> {
    // 128,000 tokens in an hour, as Anthropic's SDKs reckon: 28.125 ms each.
    let expected = Duration::from_micros(max_tokens.saturating_mul(28_125));
    let chosen = limits.total.is_some() || limits.timeouts.response_head.is_some();
    let patience = limits.timeouts.response_head_limit();
    if chosen || expected <= patience {
        return Ok(());
    }
    Err(Error::config(
        format!("an answer of {max_tokens} tokens may take longer than {} s", patience.as_secs()),
        "use streaming, or set a read or total timeout",
    ))
}
