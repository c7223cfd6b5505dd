//! A model as JSON: AWS's names for what ListFoundationModels tells too, and the row of the catalog.

use bedrock_types::models::{Modality, ModelInfo};
use serde_json::{Map, Value, json};

use super::Here;

/// `idToSend` is missing where the model cannot be called from here.
pub(super) fn model(model: &ModelInfo, here: &Here) -> Value {
    let mut lifecycle = Map::from_iter([("status".to_owned(), here.standing(model).as_aws_says().into())]);
    let life = model.lifecycle;
    for (name, day) in [
        ("startOfLifeTime", life.launch),
        ("legacyTime", life.legacy),
        ("publicExtendedAccessTime", life.extended_access),
        ("endOfLifeTime", life.eol),
    ] {
        if let Some(day) = day {
            lifecycle.insert(name.to_owned(), day.into());
        }
    }
    let on_demand = model.in_region.contains(&here.region.as_str()).then_some("ON_DEMAND");
    let by_profile = model
        .profiles
        .iter()
        .any(|profile| profile.serves(here.region.as_str()))
        .then_some("INFERENCE_PROFILE");
    let mut value = json!({
        "modelId": model.id,
        "modelName": model.name,
        "providerName": "Anthropic",
        "inputModalities": model.input.iter().map(modality).collect::<Vec<_>>(),
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": on_demand.into_iter().chain(by_profile).collect::<Vec<_>>(),
        "modelLifecycle": lifecycle,
        "region": here.region.as_str(),
        "catalog": model,
    });
    if let (Some(id), Some(members)) = (here.id(model), value.as_object_mut()) {
        members.insert("idToSend".to_owned(), id.into());
    }
    value
}

fn modality(modality: &Modality) -> Value {
    let name = serde_json::to_value(modality).unwrap_or_default();
    name.as_str().map(str::to_ascii_uppercase).into()
}
