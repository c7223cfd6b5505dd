//! `InvokeModel` and `InvokeModelWithResponseStream`: the body is the request, and headers say the rest.

use bedrock_types::models::ModelInfo;
use bedrock_types::{ExtraFields, Message, MessageCreateParams, MessageStreamEvent, RawJson, Route};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use serde_json::Value;

use super::{Scene, say, stream_response, wire_response};
use crate::answer::Content;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::frames::{self, StreamFormat};
use crate::guardrail::Guardrail;
use crate::options::CallOptions;
use crate::reply::close;
use crate::script::Calling;
use crate::stream;
use crate::validate::invoke_model_body;

/// `InvokeModel`.
pub(super) fn whole(
    model_id: &str,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    let Answer { mut message, options, .. } = answer(model_id, false, head, body, scene)?;
    Ok(dressed(&mut message, &options))
}

/// A message as `InvokeModel` answers it.
pub(super) fn dressed(message: &mut Message, options: &CallOptions) -> Response<Content> {
    close(message);
    tell_guarded(options.guardrail.as_ref(), &mut message.extra);
    let mut response = wire_response(message);
    let (headers, usage) = (response.headers_mut(), &message.usage);
    options.echo(headers);
    headers.insert(INVOCATION_LATENCY, number(stream::INVOCATION_LATENCY_MS));
    headers.insert(INPUT_TOKENS, number(usage.input_tokens));
    headers.insert(OUTPUT_TOKENS, number(usage.output_tokens));
    for (name, count) in [
        (CACHE_READ_TOKENS, usage.cache_read_input_tokens),
        (CACHE_WRITE_TOKENS, usage.cache_creation_input_tokens),
    ] {
        if let Some(count) = count.filter(|count| *count > 0) {
            headers.insert(name, number(count));
        }
    }
    response
}

/// `InvokeModelWithResponseStream`.
pub(super) fn streamed(
    model_id: &str,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    let Answer { message, options, digest } = answer(model_id, true, head, body, scene)?;
    let mut events = stream::events(&message, scene.play().delta_chars);
    for event in &mut events {
        dress(event, &options);
    }
    let pauses = scene.play().pauses(events.iter().map(stream::is_delta));
    let frames = frames::of_invoke_model(&events, digest);
    let mut response = stream_response(StreamFormat::InvokeModel, frames, pauses);
    dress_head(response.headers_mut(), &options);
    Ok(response)
}

/// Adds to an event of a stream what is not the model's.
pub(super) fn dress(event: &mut MessageStreamEvent, options: &CallOptions) {
    if let MessageStreamEvent::MessageDelta(delta) = event {
        tell_guarded(options.guardrail.as_ref(), &mut delta.extra);
    }
}

/// The headers of a stream beside its content type.
pub(super) fn dress_head(headers: &mut HeaderMap, options: &CallOptions) {
    options.echo(headers);
    headers.insert(BEDROCK_CONTENT_TYPE, HeaderValue::from_static("application/json"));
}

/// `From` makes two allocations of it.
fn number(number: impl ToString) -> HeaderValue {
    HeaderValue::try_from(number.to_string()).expect("digits")
}

struct Answer {
    message: Box<Message>,
    options: CallOptions,
    digest: Digest,
}

/// What is asked of the model, and what beside.
pub(super) fn read(
    model_id: &str,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<(Box<MessageCreateParams>, &'static ModelInfo, CallOptions), AwsError> {
    let options = CallOptions::from_headers(&head.headers)?;
    let model = scene.model(model_id)?;
    let params = invoke_model_body(body, model)?;
    if options.guardrail.is_none() && params.extra.get(GUARDRAIL_CONFIG).is_some() {
        return Err(AwsError::validation(format!(
            "{GUARDRAIL_CONFIG} needs the guardrail's identifier and version in the headers of the request."
        )));
    }
    Ok((params, model, options))
}

fn answer(
    model_id: &str,
    streamed: bool,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Answer, AwsError> {
    let (mut params, model, options) = read(model_id, head, body, scene)?;
    let calling = Calling { id: model_id, route: Route::InvokeModel, streamed };
    let (mut message, digest) = say(&mut params, model, &calling, scene)?;
    if let Some(guardrail) = &options.guardrail {
        guardrail.answer(&mut message);
    }
    Ok(Answer { message, options, digest })
}

/// Adds the members in which an answer says what its guardrail did.
fn tell_guarded(guardrail: Option<&Guardrail>, members: &mut ExtraFields) {
    let Some(guardrail) = guardrail else { return };
    let raw = |value: Value| RawJson::of(&value).expect("a value is JSON");
    if let Some(trace) = guardrail.trace() {
        members.insert("amazon-bedrock-trace", raw(trace));
    }
    members.insert("amazon-bedrock-guardrailAction", raw(guardrail.action().into()));
}

const GUARDRAIL_CONFIG: &str = "amazon-bedrock-guardrailConfig";
const BEDROCK_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-amzn-bedrock-content-type");
pub(super) const INVOCATION_LATENCY: HeaderName =
    HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-output-token-count");
const CACHE_READ_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-cache-read-input-token-count");
const CACHE_WRITE_TOKENS: HeaderName =
    HeaderName::from_static("x-amzn-bedrock-cache-write-input-token-count");
