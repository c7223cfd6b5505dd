//! Inference profiles: what they are, and those of the account's own, made and deleted. Which model is behind one is kept in
//! `inference_profiles.rs` beside this folder, for the calls that need to know.

use bedrock_types::{
    control::{CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile},
    models::{self, ModelId},
};

use super::{InferenceProfilePages, request_token};
use crate::{
    Client, Error, Response,
    inference_profiles::{path, question},
    operation::Request,
};

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
        let create = Request::post("CreateInferenceProfile", "/inference-profiles").body(&request);
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
