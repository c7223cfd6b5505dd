//! The operations: each reads its own request, lets the model say its answer, and puts that into its own clothes.
//!
//! | file | operations |
//! | --- | --- |
//! | `invoke` | `InvokeModel`, `InvokeModelWithResponseStream` |
//! | `converse` | `Converse`, `ConverseStream` |
//! | `native` | the Messages API of bedrock-runtime and of bedrock-mantle |
//! | `count_tokens` | `CountTokens`, and mantle's `count_tokens` |
//!
//! Every one of them makes a [`MessageCreateParams`] of its request, so what the model says is one thing whichever is asked.

mod converse;
mod count_tokens;
mod form;
mod invoke;
mod native;

use bedrock_types::models::{ModelId, ModelInfo};
use bedrock_types::{Message, MessageCreateParams};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Response};

use crate::answer::Content;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::frames::StreamFormat;
use crate::reply;
use crate::route::{ModelOperation, NativeOperation, Route};

/// Performs an operation for who may ask for it.
///
/// # Errors
///
/// The refusal that Bedrock would give.
pub(crate) fn perform(route: &Route, head: &Parts, body: &Bytes) -> Result<Response<Content>, AwsError> {
    let response = match route {
        Route::Model { operation, model_id } => match operation {
            ModelOperation::InvokeModel => invoke::whole(model_id, head, body),
            ModelOperation::InvokeModelWithResponseStream => invoke::streamed(model_id, head, body),
            ModelOperation::Converse => converse::whole(model_id, body),
            ModelOperation::ConverseStream => converse::streamed(model_id, body),
            ModelOperation::CountTokens => count_tokens::of_runtime(model_id, body),
        },
        Route::Native { endpoint, operation: NativeOperation::Messages } => {
            native::messages(*endpoint, head, body)
        }
        Route::Native { operation: NativeOperation::CountTokens, .. } => count_tokens::of_mantle(head, body),
    }?;
    tracing::debug!(operation = route.name(), "answered");
    Ok(response)
}

/// The model that a base id, a profile id or the ARN of either names.
fn find_model(id: &str) -> Result<&'static ModelInfo, AwsError> {
    let unknown = || AwsError::validation(UNKNOWN_MODEL);
    let model = ModelId::parse(id).ok().and_then(|id| id.base_model()).ok_or_else(unknown)?;
    // `base_model` goes by the prefix alone; the emulator has the profiles that the catalog lists for this very model.
    let name = id.rsplit_once('/').map_or(id, |(_, name)| name);
    let listed = model.id == name || model.profiles.iter().any(|profile| profile.id == name);
    if listed { Ok(model) } else { Err(unknown()) }
}

/// What the model answers, and what stands in for chance beside it; both depend on what is asked, not on the route.
fn say(params: MessageCreateParams, model: &ModelInfo) -> (Message, Digest) {
    let params = form::usual(params);
    let digest =
        Digest::of(&[&serde_json::to_vec(&params).expect("what was read from JSON is written as JSON")]);
    (reply::reply(&params, model, digest.message_id()), digest)
}

/// What the input of a request counts.
fn count(params: MessageCreateParams) -> u64 {
    reply::input_tokens(&form::usual(params))
}

fn json_response(body: impl Into<Bytes>) -> Response<Content> {
    let mut response = Response::new(Content::Whole(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn stream_response(format: StreamFormat, frames: Vec<Bytes>) -> Response<Content> {
    let kind = match format {
        StreamFormat::InvokeModel | StreamFormat::Converse => "application/vnd.amazon.eventstream",
        StreamFormat::Sse => "text/event-stream; charset=utf-8",
    };
    let mut response = Response::new(Content::Frames(format, frames));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

const UNKNOWN_MODEL: &str = "The provided model identifier is invalid.";

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
