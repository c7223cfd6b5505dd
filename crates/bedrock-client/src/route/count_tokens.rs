//! Counting tokens: `CountTokens` of bedrock-runtime, and the path of the same purpose on bedrock-mantle.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html>

use bedrock_types::{
    CountTokensParams, CountTokensRequest, MessageCreateParams, Route,
    json::Wire,
    models::{ArnKind, Feature, ModelId, ModelInfo, Support},
};

use super::{Address, JSON_TYPE, Making, check, invoke, model, native, not_built};
use crate::{Error, call::Call, client::Shared, options::CallOptions, text};

/// What asks for a count.
pub(crate) struct Counting {
    pub(crate) call: Call,
    /// The model as it is asked for: for the runtime by its base id.
    pub(crate) model: ModelId,
    /// What to try if it is refused.
    pub(crate) hint: Option<String>,
}

/// Makes the call that counts what the route would be sent.
pub(crate) fn count_tokens(
    shared: &Shared,
    route: Route,
    options: &CallOptions,
    params: &MessageCreateParams,
) -> Result<Counting, Error> {
    let model = model::resolve(shared, route, &params.model)?;
    check::history(params)?;
    check::values(params)?;
    let making = Making { shared, options, params, guardrail: None };
    match route {
        Route::Mantle => mantle(making, model),
        _ => runtime(making, route, &model),
    }
}

/// The runtime takes a whole request, and the model by its base id.
fn runtime(making: Making<'_>, route: Route, model: &ModelId) -> Result<Counting, Error> {
    let behind = making.shared.profiles.base(model);
    let model = behind.as_ref().unwrap_or(model);
    let base = base_id(model)?;
    let info = model.base_model();
    let supported = info.map_or(Support::Unsure, |info| info.supports(Feature::CountTokensRuntime));
    let elsewhere = info.and_then(|info| elsewhere(info, making.shared.region.as_str()));
    if supported == Support::No && !making.options.unchecked {
        let name = info.map_or(base, |info| info.name);
        return Err(Error::config(
            format!("CountTokens of bedrock-runtime does not take {name}"),
            elsewhere.unwrap_or_else(|| "nothing on Bedrock counts its tokens before a call".to_owned()),
        ));
    }
    // The caller's own members belong to the request that is counted, not to its envelope.
    let request = match route {
        Route::InvokeModel | Route::Messages => {
            let body = invoke::body(making)?;
            CountTokensRequest::invoke_model_json(&making.json(&|json| body.write_json(json))?)
        }
        #[cfg(feature = "converse")]
        Route::Converse => super::converse::counted(making)?,
        other => return Err(not_built(other)),
    };
    let mut envelope = Vec::new();
    request.write_json(&mut envelope);
    let base = ModelId::parse(base).map_err(|error| {
        Error::config("the model has no base id", "give the id of a model").with_source(error)
    })?;
    let to = Address::of_model(making.shared, &base, "count-tokens", JSON_TYPE);
    let call = making.call_with(to, envelope)?;
    Ok(Counting { call, model: base, hint: elsewhere.filter(|_| supported != Support::Yes) })
}

fn mantle(making: Making<'_>, model: ModelId) -> Result<Counting, Error> {
    let mut params = CountTokensParams::from(making.params.clone());
    model.as_str().clone_into(&mut params.model);
    // Here version and flags are headers.
    params.anthropic_version = None;
    params.betas = None;
    let to = native::MANTLE.address(making.shared, "messages/count_tokens", JSON_TYPE)?;
    let mut call = making.call(to, &|json| params.write_json(json))?;
    native::add_version(making.params, &mut call)?;
    Ok(Counting { call, model, hint: None })
}

/// The model's own id, behind a profile of AWS's.
fn base_id(model: &ModelId) -> Result<&str, Error> {
    if let Some(info) = model.base_model() {
        return Ok(info.id);
    }
    let id = match model.arn() {
        None => model.as_str(),
        Some(arn) if matches!(arn.kind, ArnKind::FoundationModel | ArnKind::InferenceProfile) => {
            arn.resource_id
        }
        // What is behind the others, such as a provisioned model, is the service's to know.
        Some(_) => return Ok(model.as_str()),
    };
    // A profile of a model that the catalog does not know yet.
    match id.split_once('.') {
        Some((_, base)) if base.starts_with("anthropic.") => Ok(base),
        _ => Ok(id),
    }
}

/// Where a model's tokens can be counted that the runtime does not take.
fn elsewhere(info: &ModelInfo, region: &str) -> Option<String> {
    let mantle = info.mantle.as_ref().filter(|_| info.supports(Feature::CountTokensMantle) != Support::No)?;
    let serves = mantle.regions.is_empty() || mantle.regions.contains(&region);
    let place = if serves { String::new() } else { format!(" in {}", text::joined(mantle.regions, ", ")) };
    Some(format!(
        "bedrock-mantle{place} counts for it, under IAM actions of its own: --route mantle, or count_tokens_on(Route::Mantle)"
    ))
}
