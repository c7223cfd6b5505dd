//! Which model is behind an inference profile of the account's own, asked of Bedrock's control plane once.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use bedrock_transport::encode_segment;
use bedrock_types::{
    control::InferenceProfile,
    models::{ArnKind, ModelId, ModelInfo},
};
use tokio::sync::OnceCell;

use crate::{Error, Response, call::Limits, client::Shared, operation::Request};

/// What asks for a profile.
pub(crate) fn question(id: &ModelId) -> Request<'static> {
    Request::get("GetInferenceProfile", path(id.as_str()))
}

pub(crate) fn path(id: &str) -> String {
    format!("/inference-profiles/{}", encode_segment(id))
}

/// Finds out which model is behind an application profile, if `model` is one and it is not known yet; `limits` are those of the call
/// that needs to know.
pub(crate) async fn learn(shared: &Shared, model: &str, limits: Limits) -> Result<(), Error> {
    let Some(id) = ModelId::parse(model).ok().filter(is_of_account) else { return Ok(()) };
    let cell = shared.profiles.cell(&id);
    let asked = cell.get_or_try_init(|| async {
        let profile: Response<InferenceProfile> = shared.control(question(&id).within(limits)).await?;
        model_behind(&profile).ok_or_else(|| {
            Error::config(
                format!("there is no base model behind the inference profile {id}"),
                "give the id of the model that it was made from",
            )
        })
    });
    asked.await.map(drop)
}

/// The models behind the account's own profiles, as far as they were asked for: a profile never changes its model.
///
/// Sorted by the profile's id: an account has few, and a table of hashes is a hundred times as much code.
#[derive(Default)]
pub(crate) struct KnownProfiles(Mutex<Vec<(ModelId, Arc<OnceCell<ModelId>>)>>);

impl KnownProfiles {
    /// The base id behind a profile, if it is known.
    pub(crate) fn base(&self, id: &ModelId) -> Option<ModelId> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.binary_search_by(|(profile, _)| profile.cmp(id)).ok()?;
        known.get(place)?.1.get().cloned()
    }

    /// What the catalog knows of the model that an id names, or that is behind the profile that it names.
    pub(crate) fn info(&self, id: &ModelId) -> Option<&'static ModelInfo> {
        id.base_model().or_else(|| self.base(id)?.base_model())
    }

    /// Keeps the model behind a profile of the account, for calls by its ARN and by its id.
    #[cfg(feature = "control-plane")]
    pub(crate) fn remember(&self, profile: &InferenceProfile) {
        let Some(base) = model_behind(profile) else { return };
        for name in [&profile.inference_profile_arn, &profile.inference_profile_id] {
            if let Some(id) = ModelId::parse(name).ok().filter(is_of_account) {
                // One that is known, or just being asked for, is the same.
                let _ = self.cell(&id).set(base.clone());
            }
        }
    }

    /// Where the answer for a profile goes: whoever asks at the same time waits for the same one.
    fn cell(&self, id: &ModelId) -> Arc<OnceCell<ModelId>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.binary_search_by(|(profile, _)| profile.cmp(id));
        if let Ok(place) = found
            && let Some((_, cell)) = known.get(place)
        {
            return cell.clone();
        }
        let cell = Arc::default();
        let (Ok(place) | Err(place)) = found;
        known.insert(place, (id.clone(), Arc::clone(&cell)));
        cell
    }
}

impl fmt::Debug for KnownProfiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownProfiles").finish_non_exhaustive()
    }
}

/// Whether an id is that of an application profile, which does not say its model: its ARN, or the twelve characters that AWS gave it.
fn is_of_account(id: &ModelId) -> bool {
    match id.arn() {
        Some(arn) => arn.kind == ArnKind::ApplicationInferenceProfile,
        None => {
            let text = id.as_str();
            text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        }
    }
}

/// The base id that the models of a profile have in common; they differ in their region alone.
fn model_behind(profile: &InferenceProfile) -> Option<ModelId> {
    let arns = profile.models.iter().filter_map(|model| ModelId::parse(model.model_arn.as_deref()?).ok());
    arns.into_iter().find_map(|id| {
        let arn = id.arn().filter(|arn| arn.kind == ArnKind::FoundationModel)?;
        ModelId::parse(arn.resource_id).ok()
    })
}

#[cfg(test)]
mod tests {
    use bedrock_types::json;

    use super::*;

    #[test]
    fn the_accounts_profiles_are_told_from_what_says_its_model() {
        for (id, expected) in [
            ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12", true),
            ("abcdefghij12", true),
            ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8", false),
            ("us.anthropic.claude-opus-4-8", false),
            ("sonnet", false),
            ("haiku-4.5", false),
            ("opus-4.6-abc", false),
            ("ABCDEFGHIJ12", false),
        ] {
            assert_eq!(is_of_account(&ModelId::parse(id).expect("an id")), expected, "{id}");
        }
    }

    #[test]
    fn the_model_is_that_of_the_first_arn_of_one() {
        let behind = |models: &str| {
            let text = format!(
                r#"{{"inferenceProfileName":"n","inferenceProfileArn":"a","inferenceProfileId":"i","models":{models},"status":"ACTIVE","type":"APPLICATION"}}"#
            );
            let profile: InferenceProfile = json::from_slice(text.as_bytes()).expect("a profile");
            model_behind(&profile).map(|id| id.to_string())
        };
        let model = r#"{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8"}"#;
        let other = r#"{"modelArn":"arn:aws:bedrock:us-east-1:1:provisioned-model/abc"}"#;
        assert_eq!(behind(&format!("[{other},{{}},{model}]")).as_deref(), Some("anthropic.claude-opus-4-8"));
        assert_eq!(behind(&format!("[{other}]")), None);
        assert_eq!(behind("[]"), None);
    }
}
