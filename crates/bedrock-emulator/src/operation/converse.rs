//! `Converse` and `ConverseStream`: a request in AWS's words, which is one of Messages in others.
//!
//! What Converse itself finds wrong it says in its own words; what the model does, behind `The model returned the following
//! errors`, as on Bedrock. A PDF is read as text only unless its document asks for citations; as no model runs here, that shows in
//! nothing.

use bedrock_types::converse::{
    ConverseError, ConverseErrorKind, ConverseMetrics, ConverseRequest, ConverseResponse,
    ConverseStreamEvent, InferenceConfiguration, PerformanceConfiguration, ServiceTier, StopReason,
    ToConverseStream,
};
use bedrock_types::models::ModelInfo;
use bedrock_types::{InvokeModelBody, Message, MessageCreateParams, RawJson, Role, Route, json};
use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value};

use super::{Scene, say, stream_response, wire_response};
use crate::answer::Content;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::frames::{self, StreamFormat};
use crate::options::CallOptions;
use crate::reply::close;
use crate::script::Calling;
use crate::stream;
use crate::validate::body_for;

/// `Converse`.
pub(super) fn whole(model_id: &str, body: &Bytes, scene: &Scene<'_>) -> Result<Response<Content>, AwsError> {
    let Answer { mut message, call, .. } = answer(model_id, false, body, scene)?;
    dressed(&mut message, &call, stream::INVOCATION_LATENCY_MS)
}

/// A message as `Converse` answers it.
pub(super) fn dressed(
    message: &mut Message,
    call: &Call,
    latency_ms: i32,
) -> Result<Response<Content>, AwsError> {
    close(message);
    let mut response = ConverseResponse::from_message(message).map_err(uncarried)?;
    response.metrics = Some(ConverseMetrics::new(latency_ms));
    response.additional_model_response_fields = call.picked(response.additional_model_response_fields.take());
    response.stop_reason = call.stop_reason(response.stop_reason);
    response.trace = call.trace();
    response.performance_config = call.performance_config();
    response.service_tier = call.service_tier();
    Ok(wire_response(&response))
}

/// `ConverseStream`.
pub(super) fn streamed(
    model_id: &str,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    let Answer { message, call, digest } = answer(model_id, true, body, scene)?;
    let mut turned = ToConverseStream::new();
    let mut events = Vec::new();
    for event in stream::events(&message, scene.play().delta_chars) {
        events.extend(turned.push(&event).map_err(uncarried)?);
    }
    for event in &mut events {
        call.dress(event);
    }
    let is_delta = |event: &ConverseStreamEvent| matches!(event, ConverseStreamEvent::ContentBlockDelta(_));
    let pauses = scene.play().pauses(events.iter().map(is_delta));
    Ok(stream_response(StreamFormat::Converse, frames::of_converse(&events, digest), pauses))
}

/// A record of a batch whose job calls `Converse`.
pub(super) fn record(body: &[u8], model: &ModelInfo) -> Result<Box<MessageCreateParams>, AwsError> {
    let request: ConverseRequest =
        json::from_slice(body).map_err(|error| AwsError::serialization(error.to_string()))?;
    to_params(request, model.id, model)
}

/// What is written of it.
pub(super) fn record_output(message: &Message) -> Result<RawJson, AwsError> {
    let mut response = ConverseResponse::from_message(message).map_err(uncarried)?;
    response.metrics = Some(ConverseMetrics::new(stream::INVOCATION_LATENCY_MS));
    RawJson::of(&response).map_err(super::uncarried)
}

/// A request of Converse as one of Messages that the model takes.
///
/// # Errors
///
/// `ValidationException`, in the words of Converse or in those of the model.
pub(super) fn to_params(
    mut request: ConverseRequest,
    model_id: &str,
    model: &ModelInfo,
) -> Result<Box<MessageCreateParams>, AwsError> {
    check(&request)?;
    // Left out, it is all that the model can write.
    let inference = request.inference_config.get_or_insert_with(InferenceConfiguration::new);
    inference.max_tokens.get_or_insert(u64::from(model.max_output_tokens));
    let params = request.to_params(model_id).map_err(|error| refused(&error))?;
    let body =
        serde_json::to_vec(&InvokeModelBody(&params)).expect("what was read from JSON is written as JSON");
    body_for(&body, model, Route::Converse)
        .map_err(|error| error.prefixed("The model returned the following errors: "))
}

struct Answer {
    message: Box<Message>,
    call: Call,
    digest: Digest,
}

/// What is asked of the model, and what beside.
pub(super) fn read(
    model_id: &str,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<(Box<MessageCreateParams>, &'static ModelInfo, Call), AwsError> {
    let request: ConverseRequest =
        json::from_slice(body).map_err(|error| AwsError::serialization(error.to_string()))?;
    let call = Call {
        options: CallOptions::from_converse(&request)?,
        paths: request.additional_model_response_field_paths.clone().unwrap_or_default(),
    };
    call.check_paths()?;
    let model = scene.model(model_id)?;
    let params = to_params(request, model_id, model)?;
    Ok((params, model, call))
}

fn answer(model_id: &str, streamed: bool, body: &Bytes, scene: &Scene<'_>) -> Result<Answer, AwsError> {
    let (mut params, model, call) = read(model_id, body, scene)?;
    let calling = Calling { id: model_id, route: Route::Converse, streamed };
    let (mut message, digest) = say(&mut params, model, &calling, scene)?;
    if let Some(guardrail) = &call.options.guardrail {
        guardrail.answer(&mut message);
    }
    Ok(Answer { message, call, digest })
}

/// What a request asks of the answer, beside what the model says.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(super) options: CallOptions,
    /// JSON pointers to members of the model's own answer.
    paths: Vec<String>,
}

impl Call {
    fn check_paths(&self) -> Result<(), AwsError> {
        if self.paths.len() > MAX_PATHS {
            return Err(AwsError::validation(format!(
                "additionalModelResponseFieldPaths has more than {MAX_PATHS} paths."
            )));
        }
        match self.paths.iter().find(|path| !path.starts_with('/')) {
            Some(path) => Err(AwsError::validation(format!(
                "The value '{path}' at additionalModelResponseFieldPaths is no JSON pointer. \
                 Provide one, such as /stop_sequence, and try again."
            ))),
            None => Ok(()),
        }
    }

    /// Adds to an event of a stream what is not the model's, and takes away what was not asked for.
    pub(super) fn dress(&self, event: &mut ConverseStreamEvent) {
        match event {
            ConverseStreamEvent::MessageStop(stop) => {
                stop.additional_model_response_fields =
                    self.picked(stop.additional_model_response_fields.take());
                stop.stop_reason = self.stop_reason(stop.stop_reason.clone());
            }
            ConverseStreamEvent::Metadata(metadata) => {
                metadata.trace = self.trace();
                metadata.performance_config = self.performance_config();
                metadata.service_tier = self.service_tier();
            }
            _ => {}
        }
    }

    /// Of the members that Converse has no words for, those that were asked for, each at its place.
    fn picked(&self, all: Option<RawJson>) -> Option<RawJson> {
        let all: Value = all?.to().ok()?;
        let mut picked = Value::Object(Map::new());
        for path in &self.paths {
            if let Some(found) = all.pointer(path) {
                put(&mut picked, path, found.clone());
            }
        }
        let is_empty = picked.as_object().is_none_or(Map::is_empty);
        if is_empty { None } else { RawJson::of(&picked).ok() }
    }

    fn stop_reason(&self, of_model: StopReason) -> StopReason {
        let intervened = self.options.guardrail.as_ref().is_some_and(|guardrail| guardrail.intervenes());
        if intervened { StopReason::GuardrailIntervened } else { of_model }
    }

    fn trace(&self) -> Option<RawJson> {
        RawJson::of(&self.options.guardrail.as_ref()?.converse_trace()?).ok()
    }

    fn performance_config(&self) -> Option<PerformanceConfiguration> {
        let latency = self.options.latency.as_deref()?;
        Some(PerformanceConfiguration::new().latency(latency))
    }

    fn service_tier(&self) -> Option<ServiceTier> {
        self.options.service_tier.as_deref().map(ServiceTier::new)
    }
}

/// Sets the member at this pointer, with objects on the way where there are none; one into a list stands under its index.
fn put(into: &mut Value, pointer: &str, value: Value) {
    let mut place = into;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[step];
    }
    *place = value;
}

/// What Converse looks at before the model does.
fn check(request: &ConverseRequest) -> Result<(), AwsError> {
    let turns = request.messages.as_deref().unwrap_or_default();
    if let Some(first) = turns.first()
        && first.role.as_str() != Role::User.as_str()
    {
        return Err(AwsError::validation(
            "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
        ));
    }
    for (turn, message) in turns.iter().enumerate() {
        for (index, block) in message.content.iter().enumerate() {
            match block {
                bedrock_types::converse::ContentBlock::Text(text) if text.trim().is_empty() => {
                    return Err(AwsError::validation(format!(
                        "The text field in the ContentBlock object at messages.{turn}.content.{index} is blank. \
                         Add text to the text field, and try again."
                    )));
                }
                bedrock_types::converse::ContentBlock::ToolUse(_)
                | bedrock_types::converse::ContentBlock::ToolResult(_)
                    if request.tool_config.is_none() =>
                {
                    return Err(AwsError::validation(
                        "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// What of the request Messages has no words for, which is what Claude has none for.
fn refused(error: &ConverseError) -> AwsError {
    let path = error.path().replace('[', ".").replace(']', "");
    AwsError::validation(match error.kind() {
        ConverseErrorKind::NoCounterpart => {
            format!("This model doesn't support the {path} field. Remove {path} and try again.")
        }
        ConverseErrorKind::Value => {
            format!("The value at {path} is invalid. Provide a valid value and try again.")
        }
        _ => error.to_string(),
    })
}

/// The model can say more than Converse has words for, when it is asked to by `additionalModelRequestFields`.
pub(super) fn uncarried(error: ConverseError) -> AwsError {
    AwsError::validation(format!("Converse cannot carry the model's answer: {error}"))
}

const MAX_PATHS: usize = 10;
