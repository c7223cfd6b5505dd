//! Inference profiles, asked of Bedrock's control plane: what they are, and which model is behind one of the account's own.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use bedrock_transport::encode_segment;
use bedrock_types::{
    control::{CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile},
    models::{self, ArnKind, ModelId, ModelInfo},
};
use tokio::sync::OnceCell;

use crate::{Client, Error, InferenceProfilePages, Response, call::Limits, client::Shared, control::Request};

/// The inference profiles that a [`Client`] can call models by: AWS's, and those of the account.
#[derive(Debug, Clone, Copy)]
pub struct InferenceProfiles<'a> {
    client: &'a Client,
}

impl<'a> InferenceProfiles<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// What is known of a profile, by its id or ARN: above all, the models behind it.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// let profile = client.inference_profiles().get("us.anthropic.claude-opus-4-8").await?;
    /// for model in &profile.models {
    ///     println!("{}", model.model_arn.as_deref().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is the control plane that answers (`bedrock.{region}.amazonaws.com`): an explicit endpoint replaces its host too, one of the
    /// environment is `AWS_ENDPOINT_URL_BEDROCK` or `AWS_ENDPOINT_URL`. The caller needs `bedrock:GetInferenceProfile`.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html>.
    ///
    /// # Errors
    ///
    /// `Config` where the id is none or AWS has no such endpoint, and `Credentials`; then nothing was sent. Afterwards `Connect`,
    /// `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn get(&self, id: &str) -> Result<Response<InferenceProfile>, Error> {
        let id = ModelId::parse(id).map_err(|error| {
            Error::config(
                "the profile has no id to ask for",
                "give the id or the ARN of an inference profile",
            )
            .with_source(error)
        })?;
        let shared = &self.client.shared;
        let profile: Response<InferenceProfile> = shared.control(question(&id)).await?;
        shared.profiles.remember(&profile);
        Ok(profile)
    }

    /// The profiles of the region, page by page: AWS's and the account's own.
    pub fn list(&self) -> InferenceProfilePages<'a> {
        InferenceProfilePages::new(self.client)
    }

    /// Makes a profile of the account's own, so that what is called by it is counted and billed apart.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::types::control::{CreateInferenceProfileRequest, InferenceProfileModelSource, Tag};
    ///
    /// let source = InferenceProfileModelSource::new().copy_from("us.anthropic.claude-opus-4-8");
    /// let request = CreateInferenceProfileRequest::new("search", source).tags(vec![Tag::new("team", "search")]);
    /// let made = client.inference_profiles().create(request).await?;
    /// println!("call {}", made.inference_profile_arn);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// AWS wants the ARN of what the profile is made of: where `copy_from` is an id or an alias, the ARN is asked for first. A request
    /// without a token gets one, so that trying it again makes no second profile. The caller needs `bedrock:CreateInferenceProfile`.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html>.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn create(
        &self,
        mut request: CreateInferenceProfileRequest,
    ) -> Result<Response<CreateInferenceProfileResponse>, Error> {
        if let Some(id) = request.model_source.copy_from.take() {
            request.model_source.copy_from = Some(self.source_arn(id).await?);
        }
        request.client_request_token.get_or_insert_with(request_token);
        let create = Request::post("CreateInferenceProfile", "/inference-profiles").body(&request)?;
        self.client.shared.control(create.repeatable()).await
    }

    /// Deletes a profile of the account's own, by its id or ARN.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteInferenceProfile.html>; the caller needs
    /// `bedrock:DeleteInferenceProfile`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn delete(&self, id: &str) -> Result<Response<()>, Error> {
        self.client.shared.control_done(Request::delete("DeleteInferenceProfile", path(id))).await
    }

    /// The ARN of a profile, of a model that has none before its name, or of what an alias means.
    async fn source_arn(&self, id: String) -> Result<String, Error> {
        if id.starts_with("arn:") {
            return Ok(id);
        }
        let is_profile =
            models::find(&id).is_some_and(|model| model.profiles.iter().any(|profile| profile.id == id));
        if is_profile {
            return Ok(self.get(&id).await?.into_inner().inference_profile_arn);
        }
        Ok(self.client.models().get(&id).await?.into_inner().foundation_model.model_arn)
    }
}

/// What asks for a profile.
fn question(id: &ModelId) -> Request<'static> {
    Request::get("GetInferenceProfile", path(id.as_str()))
}

fn path(id: &str) -> String {
    format!("/inference-profiles/{}", encode_segment(id))
}

/// Tells a request from all others.
pub(crate) fn request_token() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(32).collect()
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
#[derive(Default)]
pub(crate) struct KnownProfiles(Mutex<HashMap<ModelId, Arc<OnceCell<ModelId>>>>);

impl KnownProfiles {
    /// The base id behind a profile, if it is known.
    pub(crate) fn base(&self, id: &ModelId) -> Option<ModelId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id)?.get().cloned()
    }

    /// What the catalog knows of the model that an id names, or that is behind the profile that it names.
    pub(crate) fn info(&self, id: &ModelId) -> Option<&'static ModelInfo> {
        id.base_model().or_else(|| self.base(id)?.base_model())
    }

    /// Keeps the model behind a profile of the account, for calls by its ARN and by its id.
    fn remember(&self, profile: &InferenceProfile) {
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone()
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
