//! The Messages API of bedrock-runtime and of bedrock-mantle: model and stream stand in the body, version and betas in headers.
//!
//! A request is read as the body of InvokeModel that it stands for. What differs is said here: mantle has ids of its own and no
//! `output_config.format`, and neither endpoint takes `strict` on a tool.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html>

use std::collections::BTreeMap;

use bedrock_types::models::{Feature, ModelId, ModelInfo, ModelScope, Support, catalog};
use bedrock_types::{
    ANTHROPIC_VERSION, ANTHROPIC_VERSION_2026_10_21, Message, MessageCreateParams, NATIVE_ANTHROPIC_VERSION,
    RawJson, Route, Tool, json,
};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Response};

use super::{Scene, say, stream_response, wire_response};
use crate::answer::Content;
use crate::error::AwsError;
use crate::frames::{self, StreamFormat};
use crate::options::is_metadata;
use crate::reply::close;
use crate::route::Endpoint;
use crate::script::Calling;
use crate::stream;
use crate::validate::body_for;

/// `/anthropic/v1/messages`.
pub(super) fn messages(
    endpoint: Endpoint,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    let NativeCall { id, mut params, model, is_stream } = asked(endpoint, head, body, scene)?;
    let calling = Calling { id: &id, route: route_of(endpoint), streamed: is_stream };
    let (mut message, _) = say(&mut params, model, &calling, scene)?;
    Ok(if is_stream {
        let events = stream::events(&message, scene.play().delta_chars);
        let pauses = scene.play().pauses(events.iter().map(stream::is_delta));
        stream_response(StreamFormat::Sse, frames::of_sse(&events), pauses)
    } else {
        dressed(&mut message)
    })
}

/// A message as the Messages API answers it.
pub(super) fn dressed(message: &mut Message) -> Response<Content> {
    close(message);
    wire_response(message)
}

/// A request that was read.
pub(super) struct NativeCall {
    /// The model's id as the body has it.
    id: String,
    pub(super) params: Box<MessageCreateParams>,
    pub(super) model: &'static ModelInfo,
    pub(super) is_stream: bool,
}

/// What is asked of the model, and whether as a stream.
pub(super) fn asked(
    endpoint: Endpoint,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<NativeCall, AwsError> {
    let mut members = read(body)?;
    let is_stream = match members.remove("stream").map(|stream| stream.to::<bool>()) {
        None => false,
        Some(Ok(stream)) => stream,
        Some(Err(_)) => return Err(AwsError::validation("stream: Input should be a valid boolean")),
    };
    let (id, model) = named_model(endpoint, &members, scene)?;
    let params = to_params(endpoint, members, &head.headers, model)?;
    Ok(NativeCall { id, params, model, is_stream })
}

/// The members of a body.
pub(super) type Members = BTreeMap<String, RawJson>;

/// The body, if it is a JSON object.
pub(super) fn read(body: &[u8]) -> Result<Members, AwsError> {
    json::from_slice(body)
        .map_err(|error| AwsError::validation(format!("The request body is not a JSON object: {error}")))
}

/// The model that the body names, and how.
pub(super) fn named_model(
    endpoint: Endpoint,
    members: &Members,
    scene: &Scene<'_>,
) -> Result<(String, &'static ModelInfo), AwsError> {
    let Some(model) = members.get("model") else {
        return Err(AwsError::validation("model: Field required"));
    };
    let Ok(id) = model.to::<String>() else {
        return Err(AwsError::validation("model: Input should be a valid string"));
    };
    match endpoint {
        Endpoint::Runtime => {
            let model = scene.model(&id)?;
            if model.supports(Feature::MessagesRoute) == Support::No {
                return Err(AwsError::validation(format!(
                    "The Messages API does not have the model '{id}'."
                )));
            }
            Ok((id, model))
        }
        Endpoint::Mantle => {
            let model = find_on_mantle(&id, scene.region)?;
            scene.account.control.access.check(model)?;
            Ok((id, model))
        }
    }
}

fn route_of(endpoint: Endpoint) -> Route {
    match endpoint {
        Endpoint::Runtime => Route::Messages,
        Endpoint::Mantle => Route::Mantle,
    }
}

/// A request as InvokeModel would have it, checked.
pub(super) fn to_params(
    endpoint: Endpoint,
    mut members: Members,
    headers: &HeaderMap,
    model: &ModelInfo,
) -> Result<Box<MessageCreateParams>, AwsError> {
    members.remove("model");
    // What InvokeModel has in its body and these routes have not.
    for name in ["anthropic_version", "anthropic_beta", "amazon-bedrock-guardrailConfig"] {
        if members.contains_key(name) {
            return Err(extra(name));
        }
    }
    members.insert("anthropic_version".to_owned(), raw(version(headers, model)?));
    if let Some(betas) = betas(headers)? {
        members.insert("anthropic_beta".to_owned(), raw(&betas));
    }
    let body = serde_json::to_vec(&members).expect("what was read from JSON is written as JSON");
    let params = body_for(&body, model, route_of(endpoint))?;
    check(endpoint, &params)?;
    Ok(params)
}

/// The refusal of a member that there is not.
pub(super) fn extra(name: &str) -> AwsError {
    AwsError::validation(format!("{name}: Extra inputs are not permitted"))
}

/// Any value as the member of a body.
pub(super) fn raw(value: &(impl serde::Serialize + ?Sized)) -> RawJson {
    RawJson::of(value).expect("texts and numbers are JSON")
}

/// The model of an id that mantle has in this region; it knows no profiles and no ARNs.
///
/// Mantle has a host for each region, and not in all. There is one host here, so where a model has none in a region, it does not exist there.
fn find_on_mantle(id: &str, region: &str) -> Result<&'static ModelInfo, AwsError> {
    let mut models = catalog().iter().filter_map(|model| Some((model, model.mantle?)));
    if let Some((model, mantle)) = models.find(|(_, mantle)| mantle.id == id) {
        // Of some models the regions were not found.
        if mantle.regions.is_empty() || mantle.regions.contains(&region) {
            return Ok(model);
        }
        return Err(AwsError::not_found(format!(
            "The model '{id}' does not exist on bedrock-mantle.{region}.api.aws; it is in {}",
            mantle.regions.join(", ")
        )));
    }
    let parsed = ModelId::parse(id).ok();
    let scope = parsed.as_ref().and_then(ModelId::scope);
    let is_profile = matches!(scope, Some(ModelScope::Global | ModelScope::Regional { .. }));
    if is_profile || id.starts_with("arn:") {
        return Err(AwsError::validation(format!(
            "model: '{id}' is an inference profile or an ARN; this endpoint takes model ids such as \
             anthropic.claude-haiku-4-5"
        )));
    }
    Err(AwsError::not_found(format!("The model '{id}' does not exist")))
}

/// The version of the header, as a body of InvokeModel would name it.
fn version(headers: &HeaderMap, model: &ModelInfo) -> Result<&'static str, AwsError> {
    let Some(version) = headers.get("anthropic-version") else {
        return Err(AwsError::validation("anthropic-version: header is required"));
    };
    let taken = [
        (NATIVE_ANTHROPIC_VERSION, ANTHROPIC_VERSION),
        (ANTHROPIC_VERSION_2026_10_21, ANTHROPIC_VERSION_2026_10_21),
    ];
    let taken = taken.into_iter().filter(|(_, body)| model.takes_api_version(body));
    match taken.clone().find(|(header, _)| version == *header) {
        Some((_, body)) => Ok(body),
        None => {
            let taken: Vec<_> = taken.map(|(header, _)| format!("'{header}'")).collect();
            Err(AwsError::validation(format!("anthropic-version: Input should be {}", taken.join(" or "))))
        }
    }
}

/// The flags of all `anthropic-beta` headers; `None` without any.
fn betas(headers: &HeaderMap) -> Result<Option<Vec<String>>, AwsError> {
    let mut betas = Vec::new();
    for header in headers.get_all("anthropic-beta") {
        let Ok(flags) = header.to_str() else {
            return Err(AwsError::validation("anthropic-beta: Input should be visible ASCII characters"));
        };
        betas.extend(flags.split(',').map(str::trim).filter(|flag| !flag.is_empty()).map(str::to_owned));
    }
    Ok((!betas.is_empty()).then_some(betas))
}

/// What InvokeModel takes and these routes do not.
fn check(endpoint: Endpoint, params: &MessageCreateParams) -> Result<(), AwsError> {
    let is_strict = |tool: &Tool| matches!(tool, Tool::Custom(tool) if tool.strict.is_some());
    if let Some(index) = params.tools.iter().flatten().position(is_strict) {
        return Err(extra(&format!("tools.{index}.custom.strict")));
    }
    let user = params.metadata.as_ref().and_then(|metadata| metadata.user_id.as_deref()).unwrap_or_default();
    let has_format = params.output_config.as_ref().is_some_and(|config| config.format.is_some());
    match endpoint {
        Endpoint::Runtime if !user.chars().all(is_metadata) => Err(AwsError::validation(
            "metadata.user_id: Input should be of letters, digits, spaces and _.:/=+-@$#, characters",
        )),
        Endpoint::Mantle if has_format => Err(extra("output_config.format")),
        Endpoint::Runtime | Endpoint::Mantle => Ok(()),
    }
}
