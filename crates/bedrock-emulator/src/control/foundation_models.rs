//! The models that a region has, as the catalog knows them.

use bedrock_types::control::{
    FoundationModel, FoundationModelLifecycle, FoundationModelLifecycleStatus, GetFoundationModelResponse,
    InferenceType, ListFoundationModelsResponse, ModelModality,
};
use bedrock_types::models::{ArnKind, Modality, ModelId, ModelInfo, catalog};

use super::{Query, constraint};
use crate::error::AwsError;
use crate::model::has_ended;
use crate::operation::Scene;

/// `ListFoundationModels`, which has no pages.
///
/// # Errors
///
/// `ValidationException` for a filter that AWS does not know.
pub(super) fn list(query: &Query, scene: &Scene<'_>) -> Result<ListFoundationModelsResponse, AwsError> {
    let provider = query.get("byProvider");
    provider.map_or(Ok(()), |provider| constraint::provider("byProvider", provider))?;
    let inference = query.one_of("byInferenceType", &["ON_DEMAND", "PROVISIONED"])?;
    let modality = query.one_of("byOutputModality", &["TEXT", "IMAGE", "EMBEDDING"])?;
    let customization =
        query.one_of("byCustomizationType", &["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"])?;
    let has = |list: &Option<Vec<InferenceType>>, kind| list.iter().flatten().any(|one| one.as_str() == kind);
    let models = here(scene).map(|model| described(model, scene)).filter(|model| {
        provider.is_none_or(|asked| PROVIDER.eq_ignore_ascii_case(asked))
            && inference.is_none_or(|asked| has(&model.inference_types_supported, asked))
            && modality.is_none_or(|asked| asked == ModelModality::Text.as_str())
            && customization.is_none() // of the catalog's, none can be customised
    });
    Ok(ListFoundationModelsResponse::new().model_summaries(models.collect::<Vec<_>>()))
}

/// `GetFoundationModel`, by id or ARN.
///
/// # Errors
///
/// `ValidationException` for what cannot be one, `ResourceNotFoundException` for a model that the region does not have.
pub(super) fn get(id: &str, scene: &Scene<'_>) -> Result<GetFoundationModelResponse, AwsError> {
    constraint::model_identifier("modelIdentifier", id)?;
    let model = find(id, scene)?;
    Ok(GetFoundationModelResponse::new().model_details(described(model, scene)))
}

/// The model of the region with this base id, or the ARN of it.
///
/// # Errors
///
/// `ResourceNotFoundException` for a model that the region does not have.
pub(super) fn find(id: &str, scene: &Scene<'_>) -> Result<&'static ModelInfo, AwsError> {
    let parsed = ModelId::parse(id).ok();
    let name = match parsed.as_ref().and_then(ModelId::arn) {
        Some(arn) if arn.kind == ArnKind::FoundationModel => arn.resource_id,
        _ => id,
    };
    here(scene).find(|model| model.id == name).ok_or_else(|| AwsError::not_found(UNRESOLVED))
}

/// The models that can be called from the region in one way or another.
fn here(scene: &Scene<'_>) -> impl Iterator<Item = &'static ModelInfo> {
    catalog().iter().filter(|model| {
        let served = model.profiles.iter().any(|profile| profile.serves(scene.region));
        (served || model.in_region.contains(&scene.region)) && !has_ended(model, scene.now)
    })
}

fn described(model: &ModelInfo, scene: &Scene<'_>) -> FoundationModel {
    let on_demand = model.in_region.contains(&scene.region).then_some(InferenceType::OnDemand);
    let by_profile = model.profiles.iter().any(|profile| profile.serves(scene.region));
    let by_profile = by_profile.then_some(InferenceType::InferenceProfile);
    let input = model.input.iter().filter_map(|modality| match modality {
        Modality::Text => Some(ModelModality::Text),
        Modality::Image => Some(ModelModality::Image),
        // AWS lists no other kind of input.
        _ => None,
    });
    FoundationModel::new(scene.arn("", "foundation-model", model.id), model.id)
        .model_name(model.name)
        .provider_name(PROVIDER)
        .input_modalities(input.collect::<Vec<_>>())
        .output_modalities(vec![ModelModality::Text])
        .response_streaming_supported(true)
        .customizations_supported(Vec::new())
        .inference_types_supported(on_demand.into_iter().chain(by_profile).collect::<Vec<_>>())
        .model_lifecycle(lifecycle(model, scene))
}

fn lifecycle(model: &ModelInfo, scene: &Scene<'_>) -> FoundationModelLifecycle {
    let dates = model.lifecycle;
    let now = scene.timestamp();
    let is_legacy = dates.legacy.is_some_and(|day| day <= now.as_str());
    let status = match is_legacy {
        true => FoundationModelLifecycleStatus::Legacy,
        false => FoundationModelLifecycleStatus::Active,
    };
    let midnight = |day: Option<&str>| day.map(|day| format!("{day}T00:00:00Z"));
    let mut life = FoundationModelLifecycle::new(status);
    life.start_of_life_time = midnight(dates.launch);
    life.legacy_time = midnight(dates.legacy);
    life.public_extended_access_time = midnight(dates.extended_access);
    life.end_of_life_time = midnight(dates.eol);
    life
}

const PROVIDER: &str = "Anthropic";
/// Where AWS's own words were not found, these stand; status and code are those of its API reference.
pub(super) const UNRESOLVED: &str =
    "Could not resolve the foundation model from the provided model identifier.";
