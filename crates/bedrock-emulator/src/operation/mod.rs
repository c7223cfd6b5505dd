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
mod window;

use std::cell::OnceCell;
use std::time::SystemTime;

use bedrock_types::json::Wire;
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
use crate::play::{Pauses, Play};
use crate::reply;
use crate::route::{ModelOperation, NativeOperation, Route};
use crate::script::{Calling, Gives};
use crate::validate::invoke_model_body;

#[cfg(feature = "upstream")]
pub(crate) use asked::{Asked, Clothes, Count, Dresser, Want};

/// Where and when an operation is asked for, and in whose name; and how its answer is to be sent, once a rule has said so.
pub(crate) struct Scene<'a> {
    pub(crate) account: &'a Account,
    pub(crate) region: &'a str,
    pub(crate) now: SystemTime,
    play: OnceCell<Play>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(account: &'a Account, region: &'a str, now: SystemTime) -> Self {
        Self { account, region, now, play: OnceCell::new() }
    }

    /// An answer with how it is to be sent.
    pub(crate) fn directed(self, mut response: Response<Content>) -> Response<Content> {
        if let Some(play) = self.play.into_inner() {
            response.extensions_mut().insert(play);
        }
        response
    }

    fn play(&self) -> &Play {
        self.play.get_or_init(Play::default)
    }

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
    let mut params = if converse { converse::record(body, model)? } else { invoke_model_body(body, model)? };
    let route = if converse { bedrock_types::Route::Converse } else { bedrock_types::Route::InvokeModel };
    let calling = Calling { id: model.id, route, streamed: false };
    // A record is not sent, so what a rule says of that is nobody's.
    let scene = Scene::new(scene.account, scene.region, scene.now);
    let (mut message, _) = say(&mut params, model, &calling, &scene)?;
    reply::close(&mut message);
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

/// What the model answers, and what stands in for chance beside it; both depend on what is asked, and on the route only where a script
/// says so.
///
/// # Errors
///
/// More input than the model has room for, and what a script says in place of an answer.
fn say(
    params: &mut MessageCreateParams,
    model: &ModelInfo,
    calling: &Calling<'_>,
    scene: &Scene<'_>,
) -> Result<(Box<Message>, Digest), AwsError> {
    form::make_usual(params);
    let weighed = reply::weigh(params);
    window::check(weighed.input_tokens, params, model, calling.route)?;
    let told = match scene.account.rules.rule_of(calling, params, model)? {
        None => None,
        Some((gives, play)) => {
            scene.play.get_or_init(|| play);
            match gives {
                Gives::Ordinary => None,
                Gives::Answer(answer) => Some(answer.as_ref()),
                Gives::Refusal(refusal) => return Err(refusal.to_error()),
            }
        }
    };
    let mut message = reply::reply(params, model, &weighed, told);
    scene.account.prompt_cache.settle(&mut message.usage, params, model, scene.now);
    if let Some(answer) = told {
        answer.usage.tell(&mut message.usage);
    }
    Ok((message, weighed.digest))
}

/// What the input of a request counts.
fn count(mut params: Box<MessageCreateParams>) -> u64 {
    form::make_usual(&mut params);
    reply::weigh(&mut params).input_tokens
}

/// An answer that is this value.
fn wire_response(value: &impl Wire) -> Response<Content> {
    let mut json = Vec::with_capacity(768);
    value.write_json(&mut json);
    json_response(json)
}

pub(crate) fn json_response(body: impl Into<Bytes>) -> Response<Content> {
    let mut response = Response::new(Content::Whole(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A stream of these frames, with what passes before each.
fn stream_response(format: StreamFormat, frames: Vec<Bytes>, pauses: Pauses) -> Response<Content> {
    let kind = match format {
        StreamFormat::InvokeModel | StreamFormat::Converse => "application/vnd.amazon.eventstream",
        StreamFormat::Sse => "text/event-stream; charset=utf-8",
    };
    let mut response = Response::new(Content::Frames(format, frames));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.extensions_mut().insert(pauses);
    response
}

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
