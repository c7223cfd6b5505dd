//! Calls of the control plane, made by a thread that waits: models, access to them, the invocation log.

use bedrock_types::control::{
    AccountDataRetention, DataRetentionMode, FoundationModelAgreement, FoundationModelAvailability,
    InferenceType, ListFoundationModelAgreementOffersResponse, LoggingConfig,
    ModelInvocationLoggingConfiguration, ModelModality, UseCaseForModelAccess, UseCaseForm,
};

use super::mirror::mirror;
use crate::{Model, Response};

mirror! {
    /// The models that a [`Client`](super::Client)'s region offers.
    ///
    /// ```no_run
    /// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
    /// for model in client.models().list()?.iter() {
    ///     println!("{}: call {}", model.id(), model.callable_as.join(" or "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone)]
    Models [
        with_provider(provider: impl Into<String>),
        with_output_modality(modality: ModelModality),
        with_inference_type(inference: InferenceType),
    ] {
        list() -> Response<Vec<Model>>,
        get(id: &str) -> Response<Model>,
    }
}

mirror! {
    /// Access of a [`Client`](super::Client)'s account to models.
    ///
    /// ```no_run
    /// # fn example(client: bedrock_client::blocking::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_client::types::control::AgreementStatus;
    ///
    /// let access = client.model_access();
    /// if access.availability("opus-4.8")?.agreement_availability.status != AgreementStatus::Available {
    ///     let offers = access.offers("opus-4.8")?;
    ///     let offer = offers.offers.first().ok_or("nothing is offered")?;
    ///     access.agree("opus-4.8", &offer.offer_token)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone, Copy)]
    ModelAccess {
        availability(model: &str) -> Response<FoundationModelAvailability>,
        offers(model: &str) -> Response<ListFoundationModelAgreementOffersResponse>,
        agree(model: &str, offer_token: &str) -> Response<FoundationModelAgreement>,
        end_agreement(model: &str) -> Response<()>,
        use_case() -> Option<Response<UseCaseForModelAccess>>,
        submit_use_case(form: &UseCaseForm) -> Response<()>,
        data_retention() -> Response<AccountDataRetention>,
        set_data_retention(mode: DataRetentionMode) -> Response<AccountDataRetention>,
    }
}

mirror! {
    /// The invocation log of a [`Client`](super::Client)'s account and region.
    ///
    /// ```no_run
    /// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::types::control::{LoggingConfig, S3Config};
    ///
    /// let config = LoggingConfig::new().s3_config(S3Config::new("my-logs")).text_data_delivery_enabled(true);
    /// client.invocation_logging().put(config)?;
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone, Copy)]
    InvocationLogging {
        get() -> Response<ModelInvocationLoggingConfiguration>,
        put(config: LoggingConfig) -> Response<()>,
        delete() -> Response<()>,
    }
}
