//! Counting tokens before they are paid for: `CountTokens` of bedrock-runtime, and the `count_tokens` of mantle.
//!
//! Both count as the answers do, by the rule of `reply`. <https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html>

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bedrock_types::converse::ConverseRequest;
use bedrock_types::models::{Feature, ModelInfo, Support};
use bedrock_types::{
    ConverseTokensRequest, CountTokensInput, CountTokensRequest, CountTokensResponse, MessageCreateParams,
    json,
};
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use serde_json::json as value;

use super::{Scene, converse, count, json_response, native, wire_response};
use crate::answer::Content;
use crate::error::AwsError;
use crate::model::{UNKNOWN_MODEL, known};
use crate::route::Endpoint;
use crate::validate::invoke_model_body;

/// `CountTokens`, of a request of InvokeModel or of Converse.
pub(super) fn of_runtime(
    model_id: &str,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    Ok(runtime_answer(count(read_runtime(model_id, body, scene)?.0)))
}

/// What is to be counted.
pub(super) fn read_runtime(
    model_id: &str,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<(Box<MessageCreateParams>, &'static ModelInfo), AwsError> {
    let request: CountTokensRequest =
        json::from_slice(body).map_err(|error| AwsError::serialization(error.to_string()))?;
    let model = countable(model_id, scene)?;
    let params = match request.input {
        CountTokensInput::InvokeModel(request) => {
            let Ok(body) = BASE64_STANDARD.decode(&request.body) else {
                return Err(AwsError::serialization("input.invokeModel.body is not base64"));
            };
            invoke_model_body(&body, model)?
        }
        CountTokensInput::Converse(request) => converse::to_params(of_converse(request), model_id, model)?,
        _ => {
            return Err(AwsError::validation("input: one of invokeModel and converse is required"));
        }
    };
    Ok((params, model))
}

/// A count as `CountTokens` answers it.
pub(super) fn runtime_answer(count: u64) -> Response<Content> {
    wire_response(&CountTokensResponse::new(count))
}

/// `/anthropic/v1/messages/count_tokens`.
pub(super) fn of_mantle(
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    Ok(mantle_answer(count(read_mantle(head, body, scene)?.0)))
}

/// What is to be counted.
pub(super) fn read_mantle(
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<(Box<MessageCreateParams>, &'static ModelInfo), AwsError> {
    let mut members = native::read(body)?;
    let (_, model) = native::named_model(Endpoint::Mantle, &members, scene)?;
    if model.supports(Feature::CountTokensMantle) == Support::No {
        return Err(AwsError::validation(UNCOUNTABLE));
    }
    if let Some(name) = members.keys().find(|name| !COUNTED.contains(&name.as_str())) {
        return Err(native::extra(name));
    }
    // The request to count has none; what is checked is one to answer.
    members.insert("max_tokens".to_owned(), native::raw(&model.max_output_tokens));
    let params = native::to_params(Endpoint::Mantle, members, &head.headers, model)?;
    Ok((params, model))
}

/// A count as the Messages API answers it.
pub(super) fn mantle_answer(count: u64) -> Response<Content> {
    json_response(value!({"input_tokens": count}).to_string())
}

/// The model of a base id; profiles have no tokens of their own.
fn countable(id: &str, scene: &Scene<'_>) -> Result<&'static ModelInfo, AwsError> {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/:".contains(&byte);
    if id.len() > MAX_ID_BYTES || !id.bytes().all(is_label) {
        return Err(AwsError::validation(UNKNOWN_MODEL));
    }
    let model = known(id, scene.region, scene.now)?;
    let name = id.rsplit_once('/').map_or(id, |(_, name)| name);
    if model.id != name || model.supports(Feature::CountTokensRuntime) == Support::No {
        return Err(AwsError::validation(UNCOUNTABLE));
    }
    Ok(model)
}

fn of_converse(counted: ConverseTokensRequest) -> ConverseRequest {
    let mut request = ConverseRequest::new();
    request.messages = counted.messages;
    request.system = counted.system;
    request.tool_config = counted.tool_config;
    request.additional_model_request_fields = counted.additional_model_request_fields;
    request
}

/// The members of a request to mantle's `count_tokens`: what a model reads, and how it is to think about it.
const COUNTED: [&str; 10] = [
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "context_management",
    "compaction",
    "user_profile_id",
];
const UNCOUNTABLE: &str = "The provided model doesn't support counting tokens.";
const MAX_ID_BYTES: usize = 256;
