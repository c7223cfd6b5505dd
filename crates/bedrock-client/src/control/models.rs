//! The models of a region: what AWS says of them, joined with what the catalog knows.

use bedrock_transport::encode_segment;
use bedrock_types::{
    control::{
        FoundationModel, FoundationModelLifecycleStatus, GetFoundationModelResponse, InferenceType,
        ListFoundationModelsResponse, ModelModality,
    },
    models::{self, ModelId, ModelInfo},
};

use super::Request;
use crate::{Client, Error, Response};

/// The models that a [`Client`]'s region offers.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// for model in client.models().list().await?.iter() {
///     println!("{}: call {}", model.id(), model.callable_as.join(" or "));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Models<'a> {
    client: &'a Client,
    provider: String,
    output: Option<ModelModality>,
    inference: Option<InferenceType>,
}

impl<'a> Models<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, provider: "anthropic".to_owned(), output: None, inference: None }
    }

    /// Asks for the models of another provider; `anthropic` unless it is set, and an empty text for those of all.
    #[must_use]
    pub fn with_provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = provider.into();
        self
    }

    /// Asks only for models that write this.
    #[must_use]
    pub fn with_output_modality(mut self, modality: ModelModality) -> Self {
        self.output = Some(modality);
        self
    }

    /// Asks only for models that can be called like this; AWS takes `ON_DEMAND` and `PROVISIONED`.
    #[must_use]
    pub fn with_inference_type(mut self, inference: InferenceType) -> Self {
        self.inference = Some(inference);
        self
    }

    /// Every such model; AWS has no pages here.
    ///
    /// A model that is listed can still want an agreement: see [`ModelAccess`](crate::ModelAccess). The caller needs
    /// `bedrock:ListFoundationModels`.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html>.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials`, before anything was sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn list(&self) -> Result<Response<Vec<Model>>, Error> {
        let request = Request::get("ListFoundationModels", "/foundation-models")
            .query("byProvider", Some(self.provider.as_str()).filter(|provider| !provider.is_empty()))
            .query("byOutputModality", self.output.as_ref().map(ModelModality::as_str))
            .query("byInferenceType", self.inference.as_ref().map(InferenceType::as_str));
        let listed: Response<ListFoundationModelsResponse> = self.client.shared.control(request).await?;
        let region = self.client.region().as_str();
        Ok(listed.map(|listed| {
            let models = listed.model_summaries.unwrap_or_default();
            models.into_iter().map(|model| Model::of(model, region)).collect()
        }))
    }

    /// One model, by any id that calls it, its ARN, or an alias of the catalog.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html>; the caller needs
    /// `bedrock:GetFoundationModel`.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list). A model that the region does not have is an `Api` error with status 404.
    pub async fn get(&self, id: &str) -> Result<Response<Model>, Error> {
        let path = format!("/foundation-models/{}", encode_segment(&base_id(id)?));
        let found: Response<GetFoundationModelResponse> =
            self.client.shared.control(Request::get("GetFoundationModel", path)).await?;
        let Some(model) = found.model_details.clone() else {
            return Err(Error::new(crate::ErrorKind::Decode, "the answer has no modelDetails")
                .with_request_id(found.request_id()));
        };
        let region = self.client.region().as_str();
        Ok(found.map(|_| Model::of(model, region)))
    }
}

/// The base id that the control plane knows a model by.
pub(super) fn base_id(id: &str) -> Result<String, Error> {
    if let Some(model) = models::find(id) {
        return Ok(model.id.to_owned());
    }
    let parsed = ModelId::parse(id).map_err(|error| {
        Error::config("the model has no id to ask for", "give its id, its ARN, or an alias")
            .with_source(error)
    })?;
    let known = parsed.base_model().map(|model| model.id.to_owned());
    Ok(known.unwrap_or_else(|| parsed.arn().map_or(id, |arn| arn.resource_id).to_owned()))
}

/// A model of a region.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// What AWS says of it.
    pub foundation_model: FoundationModel,
    /// What the catalog knows of it: limits, prices, what it can do. Nothing, if it is newer than this version.
    pub info: Option<&'static ModelInfo>,
    /// The ids that call it from the client's region, as far as the catalog and AWS tell: the global profile, those of geographies, and
    /// its own id where that works.
    pub callable_as: Vec<String>,
}

impl Model {
    fn of(model: FoundationModel, region: &str) -> Self {
        let info = models::find(&model.model_id);
        let mut callable_as = Vec::new();
        for is_global in [true, false] {
            let profiles = info.map_or(&[][..], |info| info.profiles).iter();
            let served = profiles.filter(|profile| profile.serves(region)).map(|profile| profile.id);
            callable_as.extend(served.filter(|id| id.starts_with("global.") == is_global).map(str::to_owned));
        }
        let types = model.inference_types_supported.iter().flatten();
        if types.into_iter().any(|kind| *kind == InferenceType::OnDemand) {
            callable_as.push(model.model_id.clone());
        }
        Self { foundation_model: model, info, callable_as }
    }

    /// Its base id.
    pub fn id(&self) -> &str {
        &self.foundation_model.model_id
    }

    /// Its name for people.
    pub fn name(&self) -> &str {
        let name = self.foundation_model.model_name.as_deref().filter(|name| !name.is_empty());
        name.unwrap_or_else(|| self.info.map_or(self.id(), |info| info.name))
    }

    /// Whether it is on its way out.
    pub fn is_legacy(&self) -> bool {
        let lifecycle = self.foundation_model.model_lifecycle.as_ref();
        lifecycle.is_some_and(|lifecycle| lifecycle.status == FoundationModelLifecycleStatus::Legacy)
    }

    /// The day on which it goes, such as `2027-02-05`: AWS's, else the catalog's.
    pub fn end_of_life(&self) -> Option<&str> {
        let lifecycle = self.foundation_model.model_lifecycle.as_ref();
        let time = lifecycle.and_then(|lifecycle| lifecycle.end_of_life_time.as_deref());
        let day = time.map(|time| time.split_once('T').map_or(time, |(day, _)| day));
        day.or_else(|| self.info.and_then(|info| info.lifecycle.eol))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_asked_for_by_its_base_id() {
        for (given, asked) in [
            ("opus-4.8", "anthropic.claude-opus-4-8"),
            ("us.anthropic.claude-opus-4-8", "anthropic.claude-opus-4-8"),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8",
                "anthropic.claude-opus-4-8",
            ),
            ("anthropic.claude-tomorrow", "anthropic.claude-tomorrow"),
            ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova", "amazon.nova"),
        ] {
            assert_eq!(base_id(given).expect("an id"), asked, "{given}");
        }
        assert!(base_id("").is_err());
    }

    #[test]
    fn a_model_is_joined_with_the_catalog() {
        let listed =
            |id: &str| FoundationModel::new(format!("arn:aws:bedrock:us-east-1::foundation-model/{id}"), id);
        let opus = Model::of(listed("anthropic.claude-opus-4-6-v1"), "us-east-1");
        assert_eq!(opus.callable_as[0], "global.anthropic.claude-opus-4-6-v1");
        assert!(opus.callable_as.contains(&"us.anthropic.claude-opus-4-6-v1".to_owned()));
        assert_eq!(opus.name(), "Claude Opus 4.6");
        let on_demand =
            listed("anthropic.claude-tomorrow").inference_types_supported(vec![InferenceType::OnDemand]);
        let tomorrow = Model::of(on_demand, "us-east-1");
        assert_eq!((tomorrow.info, tomorrow.name()), (None, "anthropic.claude-tomorrow"));
        assert_eq!(tomorrow.callable_as, ["anthropic.claude-tomorrow"]);
    }
}
