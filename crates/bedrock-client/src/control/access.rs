//! Access to models: what an account has to do before it first calls one.

use bedrock_transport::encode_segment;
use bedrock_types::control::{
    AccountDataRetention, CreateFoundationModelAgreementRequest, DataRetentionMode, FoundationModelAgreement,
    FoundationModelAvailability, ListFoundationModelAgreementOffersResponse, UseCaseForModelAccess,
    UseCaseForm,
};

use super::{Request, if_found, models::base_id};
use crate::{Client, Error, Response};

/// Access of a [`Client`]'s account to models. Models are given by any id that calls them, their ARN, or an alias.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bedrock_client::types::control::{AgreementStatus, UseCaseForm};
///
/// let access = client.model_access();
/// let available = access.availability("opus-4.8").await?;
/// if available.agreement_availability.status != AgreementStatus::Available {
///     if access.use_case().await?.is_none() {
///         let form = UseCaseForm::new("Example", "https://example.com", "0", "Education", "Summaries of lectures");
///         access.submit_use_case(&form).await?;
///     }
///     let offers = access.offers("opus-4.8").await?;
///     let offer = offers.offers.first().ok_or("nothing is offered")?;
///     access.agree("opus-4.8", &offer.offer_token).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html>
#[derive(Debug, Clone, Copy)]
pub struct ModelAccess<'a> {
    client: &'a Client,
}

impl<'a> ModelAccess<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Whether a model can be used: agreement, authorisation, entitlement, region.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html>; the caller needs
    /// `bedrock:GetFoundationModelAvailability`.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials`, before anything was sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn availability(&self, model: &str) -> Result<Response<FoundationModelAvailability>, Error> {
        let path = format!("/foundation-model-availability/{}", encode_segment(&base_id(model)?));
        self.client.shared.control(Request::get("GetFoundationModelAvailability", path)).await
    }

    /// The terms that a model is offered on; the token of one goes into [`agree`](Self::agree).
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModelAgreementOffers.html>.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn offers(
        &self,
        model: &str,
    ) -> Result<Response<ListFoundationModelAgreementOffersResponse>, Error> {
        let path = format!("/list-foundation-model-agreement-offers/{}", encode_segment(&base_id(model)?));
        self.client.shared.control(Request::get("ListFoundationModelAgreementOffers", path)).await
    }

    /// Agrees to the terms of an offer, in the name of the account. It is made once; it is not tried again.
    ///
    /// AWS then needs some minutes. The caller needs `bedrock:CreateFoundationModelAgreement` and the actions of AWS Marketplace.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateFoundationModelAgreement.html>.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn agree(
        &self,
        model: &str,
        offer_token: &str,
    ) -> Result<Response<FoundationModelAgreement>, Error> {
        let agreement = CreateFoundationModelAgreementRequest::new(offer_token, base_id(model)?);
        let path = "/create-foundation-model-agreement";
        let request = Request::post("CreateFoundationModelAgreement", path).body(&agreement);
        self.client.shared.control(request).await
    }

    /// Ends the agreement for a model, so that the account cannot call it any more. It is not tried again.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteFoundationModelAgreement.html>.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn end_agreement(&self, model: &str) -> Result<Response<()>, Error> {
        let agreement = FoundationModelAgreement::new(base_id(model)?);
        let path = "/delete-foundation-model-agreement";
        let request = Request::post("DeleteFoundationModelAgreement", path).body(&agreement);
        self.client.shared.control_done(request).await
    }

    /// What the account told Anthropic of its use, if it did; [`form`](UseCaseForModelAccess::form) reads it.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetUseCaseForModelAccess.html>.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn use_case(&self) -> Result<Option<Response<UseCaseForModelAccess>>, Error> {
        let request = Request::get("GetUseCaseForModelAccess", "/use-case-for-model-access");
        if_found(self.client.shared.control(request).await)
    }

    /// Tells Anthropic what the account will use its models for; once is enough, and the last one holds.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutUseCaseForModelAccess.html>.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn submit_use_case(&self, form: &UseCaseForm) -> Result<Response<()>, Error> {
        let sent = UseCaseForModelAccess::of(form).map_err(|error| {
            Error::config("the form has no JSON form", "check the members that it has beyond AWS's")
                .with_source(error)
        })?;
        let path = "/use-case-for-model-access";
        let request = Request::post("PutUseCaseForModelAccess", path).body(&sent).repeatable();
        self.client.shared.control_done(request).await
    }

    /// What may be kept of the account's requests.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn data_retention(&self) -> Result<Response<AccountDataRetention>, Error> {
        self.client.shared.control(Request::get("GetAccountDataRetention", "/data-retention")).await
    }

    /// Sets what may be kept of the account's requests: some models refuse an account of which nothing is.
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub async fn set_data_retention(
        &self,
        mode: DataRetentionMode,
    ) -> Result<Response<AccountDataRetention>, Error> {
        let request = Request::put("PutAccountDataRetention", "/data-retention");
        self.client.shared.control(request.body(&AccountDataRetention::new(mode))).await
    }
}
