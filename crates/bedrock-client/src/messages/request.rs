//! From params to the call of a route: pure, and everything that can be refused is refused here.

use std::time::Duration;

use bedrock_transport::{Service, Timeouts, encode_segment};
use bedrock_types::{ContentBlock, InvokeModelBody, MessageCreateParams, ToolInput, models};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};

use crate::{Error, Route, call::Call, client::Shared};

/// Whether the answer comes whole or as events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Whole,
    Streamed,
}

/// `InvokeModel` or `InvokeModelWithResponseStream`.
pub(super) fn invoke(
    shared: &Shared,
    route: Route,
    params: &MessageCreateParams,
    operation: Operation,
) -> Result<Call, Error> {
    let Route::InvokeModel = route;
    let model = models::resolve(&params.model, shared.region.as_str(), shared.scope).map_err(|error| {
        let hint = match &error {
            models::ResolveError::Unavailable(_) => "choose another scope or region",
            _ => "give a model id of Amazon Bedrock, an ARN, or a short name like `sonnet`",
        };
        Error::config(format!("model {:?} has no id to send", shorten(&params.model)), hint)
            .with_source(error)
    })?;
    check_history(params)?;
    check_values(params)?;
    if operation == Operation::Whole {
        check_length(shared, params.max_tokens)?;
    }
    let action = match operation {
        Operation::Whole => "invoke",
        Operation::Streamed => "invoke-with-response-stream",
    };
    let path = format!("/model/{}/{action}", encode_segment(model.as_str()));
    let uri = shared.runtime.uri(&path).map_err(|error| {
        Error::config("the endpoint and the model id make no legal URL", "check both").with_source(error)
    })?;
    let body = InvokeModelBody::new(params).map_err(|error| {
        Error::config(error.to_string(), "leave anthropic_version out, or choose a model that takes it")
    })?;
    let body = serde_json::to_vec(&body).map_err(|error| {
        Error::config("the request has no JSON form", "check its extra members").with_source(error)
    })?;
    let (accept, answer) = match operation {
        Operation::Whole => (ACCEPT, "application/json"),
        Operation::Streamed => {
            (HeaderName::from_static("x-amzn-bedrock-accept"), "application/vnd.amazon.eventstream")
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(accept, JSON);
    Ok(Call { uri, headers, body: Bytes::from(body), service: Service::Runtime, accept: answer })
}

/// A tool call that was cut short, or whose input the model got wrong, cannot be sent back as history.
fn check_history(params: &MessageCreateParams) -> Result<(), Error> {
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
fn check_values(params: &MessageCreateParams) -> Result<(), Error> {
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
fn check_length(shared: &Shared, max_tokens: u64) -> Result<(), Error> {
    // 128,000 tokens in an hour, as Anthropic's SDKs reckon.
    let seconds = u128::from(max_tokens) * 3600 / 128_000;
    let chosen = shared.total.is_some() || shared.timeouts.response_head != Timeouts::default().response_head;
    if chosen
        || Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX)) <= shared.timeouts.response_head
    {
        return Ok(());
    }
    Err(Error::config(
        format!(
            "an answer of {max_tokens} tokens may take longer than {} s",
            shared.timeouts.response_head.as_secs()
        ),
        "use streaming, or set a read or total timeout",
    ))
}

/// Enough of a bad id to recognise it.
fn shorten(model: &str) -> String {
    let mut text: String = model.chars().take(80).collect();
    if text.len() < model.len() {
        text.push('…');
    }
    text
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
