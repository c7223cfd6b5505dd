//! The operations: each reads its own request, lets the model say its answer, and puts that into its own clothes.
//!
//! | file | operations |
//! | --- | --- |
//! | `invoke` | `InvokeModel`, `InvokeModelWithResponseStream` |
//! | `converse` | `Converse`, `ConverseStream` |
//! | `native` | the Messages API of bedrock-runtime and of bedrock-mantle |
//! | `control`, beside this folder | all of the control plane |
//! | `count_tokens` | `CountTokens`, and mantle's `count_tokens` |
//!
//! Every one of them makes a [`MessageCreateParams`] of its request, so what the model says is one thing whichever is asked.

#[cfg(feature = "upstream")]
mod asked;
mod converse;
mod count_tokens;
mod form;
mod invoke;
mod native;

use std::time::SystemTime;

use bedrock_types::models::ModelInfo;
use bedrock_types::{JsonError, Message, MessageCreateParams, RawJson, Usage};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Response};

use crate::account::Account;
use crate::answer::Content;
use crate::control;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::frames::StreamFormat;
use crate::model;
use crate::reply;
use crate::route::{ModelOperation, NativeOperation, Route};
use crate::validate::invoke_model_body;

#[cfg(feature = "upstream")]
pub(crate) use asked::{Asked, Clothes, Count, Dresser, Want};

/// Where and when an operation is asked for, and in whose name.
pub(crate) struct Scene<'a> {
    pub(crate) account: &'a Account,
    pub(crate) region: &'a str,
    pub(crate) now: SystemTime,
}

impl Scene<'_> {
    /// The model that an id names, if it can be called here and now.
    fn model(&self, id: &str) -> Result<&'static ModelInfo, AwsError> {
        let called = control::called(id, self.region, self.account)?;
        let model = model::callable(&called, self.region, self.now)?;
        self.account.control.access.check(model)?;
        Ok(model)
    }
}

/// Performs an operation for who may ask for it.
///
/// # Errors
///
/// The refusal that Bedrock would give.
pub(crate) fn perform(
    route: &Route,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    let response = match route {
        Route::Model { operation, model_id } => match operation {
            ModelOperation::InvokeModel => invoke::whole(model_id, head, body, scene),
            ModelOperation::InvokeModelWithResponseStream => invoke::streamed(model_id, head, body, scene),
            ModelOperation::Converse => converse::whole(model_id, body, scene),
            ModelOperation::ConverseStream => converse::streamed(model_id, body, scene),
            ModelOperation::CountTokens => count_tokens::of_runtime(model_id, body, scene),
        },
        Route::Control(operation) => control::perform(operation, head, body, scene),
        Route::Native { endpoint, operation: NativeOperation::Messages } => {
            native::messages(*endpoint, head, body, scene)
        }
        Route::Native { operation: NativeOperation::CountTokens, .. } => {
            count_tokens::of_mantle(head, body, scene)
        }
    }?;
    tracing::debug!(operation = route.name(), "answered");
    Ok(response)
}

/// What becomes of a record of a batch.
pub(crate) struct RecordAnswer {
    /// The answer, as the operation that the job calls would give it.
    pub(crate) output: RawJson,
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
}

/// Answers a record of a batch as a call of the model would be, without options and streams.
///
/// # Errors
///
/// The refusal that Bedrock would give.
pub(crate) fn answer_record(
    model: &ModelInfo,
    input: &RawJson,
    converse: bool,
    scene: &Scene<'_>,
) -> Result<RecordAnswer, AwsError> {
    let body = input.as_str().as_bytes();
    let params = if converse { converse::record(body, model)? } else { invoke_model_body(body, model)? };
    let message = reply::closed(say(params, model, scene).0);
    let output = if converse {
        converse::record_output(&message)?
    } else {
        RawJson::of(&message).map_err(uncarried)?
    };
    let Usage { input_tokens, output_tokens, .. } = message.usage;
    Ok(RecordAnswer { output, input_tokens, output_tokens })
}

/// What has no form in an answer.
fn uncarried(error: JsonError) -> AwsError {
    AwsError::validation(error.to_string())
}

/// What the model answers, and what stands in for chance beside it; both depend on what is asked, not on the route.
fn say(params: MessageCreateParams, model: &ModelInfo, scene: &Scene<'_>) -> (Message, Digest) {
    let params = form::usual(params);
    let digest =
        Digest::of(&[&serde_json::to_vec(&params).expect("what was read from JSON is written as JSON")]);
    let mut message = reply::reply(&params, model, digest.message_id());
    scene.account.prompt_cache.settle(&mut message.usage, &params, model, scene.now);
    (message, digest)
}

/// What the input of a request counts.
fn count(params: MessageCreateParams) -> u64 {
    reply::input_tokens(&form::usual(params))
}

pub(crate) fn json_response(body: impl Into<Bytes>) -> Response<Content> {
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

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
