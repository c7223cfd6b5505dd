//! Access to models: terms that the account agreed to, the form for its use case, and what may be kept of its requests.
//!
//! An account has all of it from the start, unless the builder or a script says otherwise; what is taken back is missed by the next call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bedrock_types::control::{
    AccountDataRetention, AgreementAvailability, AgreementStatus, AuthorizationStatus, AvailabilityStatus,
    CreateFoundationModelAgreementRequest, DataRetentionMode, DimensionalPriceRate, FoundationModelAgreement,
    FoundationModelAvailability, LegalTerm, ListFoundationModelAgreementOffersResponse, Offer, PricingTerm,
    SupportTerm, TermDetails, UseCaseForModelAccess, UseCaseForm,
};
use bedrock_types::models::{ModelId, ModelInfo, Usd};

use super::foundation_models::{UNRESOLVED, find};
use super::{Query, constraint};
use crate::digest::Digest;
use crate::error::AwsError;
use crate::operation::Scene;

/// What an account may use; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct ModelAccess(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Of the models that are named.
    models: BTreeMap<&'static str, ModelState>,
    /// Of all others.
    others: ModelState,
    use_case: Option<UseCaseForModelAccess>,
    retention: AccountDataRetention,
}

/// How the account stands with a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelState {
    /// It may use it.
    Granted,
    /// Nobody agreed to its terms.
    Missing,
    /// The agreement is being made.
    Pending,
    /// It could not be made.
    Failed,
    /// It is agreed to, and the account may not use it all the same.
    NotAuthorized,
    /// It is agreed to, and the account's contract does not have it.
    NotEntitled,
}

impl ModelState {
    fn agreement(self) -> AgreementStatus {
        match self {
            Self::Granted | Self::NotAuthorized | Self::NotEntitled => AgreementStatus::Available,
            Self::Missing => AgreementStatus::NotAvailable,
            Self::Pending => AgreementStatus::Pending,
            Self::Failed => AgreementStatus::Error,
        }
    }
}

impl State {
    fn of(&self, model: &ModelInfo) -> ModelState {
        self.models.get(model.id).copied().unwrap_or(self.others)
    }
}

impl ModelAccess {
    /// Every mode of data retention that an account can be in.
    pub(crate) const MODES: [DataRetentionMode; 5] = [
        DataRetentionMode::Default,
        DataRetentionMode::None,
        DataRetentionMode::AwsReview,
        DataRetentionMode::ProviderDataShare,
        DataRetentionMode::Inherit,
    ];

    /// Of an account that never asked for any.
    pub(crate) fn none() -> Self {
        Self::with(ModelState::Missing, BTreeMap::new(), false, DataRetentionMode::Default)
    }

    /// Of an account that stands so with these models and so with all others.
    pub(crate) fn with(
        others: ModelState,
        models: BTreeMap<&'static str, ModelState>,
        has_form: bool,
        retention: DataRetentionMode,
    ) -> Self {
        let form =
            || UseCaseForm::new("Example Corp", "https://example.com", "0", "Software", "Trying things out.");
        let use_case = has_form.then(form).and_then(|form| UseCaseForModelAccess::of(&form).ok());
        let retention = AccountDataRetention::new(retention);
        Self(Arc::new(Mutex::new(State { models, others, use_case, retention })))
    }

    /// Whether the account may call a model.
    ///
    /// # Errors
    ///
    /// `AccessDeniedException` without an agreement, `ValidationException` where nothing may be kept of what the model is asked.
    pub(crate) fn check(&self, model: &ModelInfo) -> Result<(), AwsError> {
        let state = self.lock();
        match state.of(model) {
            ModelState::Granted => {}
            ModelState::Pending => return Err(AwsError::no_access(PENDING)),
            ModelState::Missing
            | ModelState::Failed
            | ModelState::NotAuthorized
            | ModelState::NotEntitled => {
                return Err(AwsError::no_access(NO_ACCESS));
            }
        }
        let mode = &state.retention.mode;
        let is_kept = !matches!(mode, DataRetentionMode::Default | DataRetentionMode::None);
        if model.needs_data_retention() && !is_kept {
            let mode = mode.as_str();
            return Err(AwsError::validation(format!(
                "data retention mode '{mode}' is not available for this model"
            )));
        }
        Ok(())
    }

    /// `GetFoundationModelAvailability`.
    pub(super) fn availability(
        &self,
        id: &str,
        scene: &Scene<'_>,
    ) -> Result<FoundationModelAvailability, AwsError> {
        constraint::model_id("modelId", id)?;
        let model = of_catalog(id)?;
        let state = self.lock().of(model);
        let mut agreement = AgreementAvailability::new(state.agreement());
        if state == ModelState::Failed {
            agreement = agreement.error_message(FAILED);
        }
        let authorization = match state {
            ModelState::NotAuthorized => AuthorizationStatus::NotAuthorized,
            _ => AuthorizationStatus::Authorized,
        };
        let available = |is: bool| {
            if is { AvailabilityStatus::Available } else { AvailabilityStatus::NotAvailable }
        };
        Ok(FoundationModelAvailability::new(
            model.id,
            agreement,
            authorization,
            available(state != ModelState::NotEntitled),
            available(find(id, scene).is_ok()),
        ))
    }

    /// `CreateFoundationModelAgreement`, once the form is there.
    pub(super) fn agree(
        &self,
        request: &CreateFoundationModelAgreementRequest,
        scene: &Scene<'_>,
    ) -> Result<FoundationModelAgreement, AwsError> {
        let model = sent_id(&request.model_id, scene)?;
        if request.offer_token != offer_token(model) {
            return Err(AwsError::validation("The provided offer token is invalid."));
        }
        let mut state = self.lock();
        if state.use_case.is_none() {
            return Err(AwsError::not_found(NO_FORM));
        }
        match state.of(model) {
            ModelState::Missing | ModelState::Failed => {}
            ModelState::Pending => return Err(AwsError::conflict(PENDING)),
            ModelState::Granted | ModelState::NotAuthorized | ModelState::NotEntitled => {
                return Err(AwsError::conflict("The agreement for this model already exists."));
            }
        }
        state.models.insert(model.id, ModelState::Granted);
        Ok(FoundationModelAgreement::new(model.id))
    }

    /// `DeleteFoundationModelAgreement`.
    pub(super) fn revoke(
        &self,
        request: &FoundationModelAgreement,
        scene: &Scene<'_>,
    ) -> Result<(), AwsError> {
        let model = sent_id(&request.model_id, scene)?;
        let mut state = self.lock();
        if state.of(model).agreement() != AgreementStatus::Available {
            return Err(AwsError::not_found("There is no agreement for this model."));
        }
        state.models.insert(model.id, ModelState::Missing);
        Ok(())
    }

    /// `GetUseCaseForModelAccess`.
    pub(super) fn use_case(&self) -> Result<UseCaseForModelAccess, AwsError> {
        self.lock().use_case.clone().ok_or_else(|| AwsError::not_found(NO_FORM))
    }

    /// `PutUseCaseForModelAccess`, of a form that has all that Anthropic asks.
    pub(super) fn put_use_case(&self, sent: UseCaseForModelAccess) -> Result<(), AwsError> {
        if sent.form_data.len() > MAX_FORM {
            let rule = "have length less than or equal to 16384";
            return Err(AwsError::constraint("formData", "…", rule));
        }
        sent.form().map_err(|error| AwsError::validation(format!("The form data is invalid: {error}")))?;
        self.lock().use_case = Some(sent);
        Ok(())
    }

    /// `GetAccountDataRetention`.
    pub(super) fn data_retention(&self) -> AccountDataRetention {
        self.lock().retention.clone()
    }

    /// `PutAccountDataRetention`.
    pub(super) fn put_data_retention(
        &self,
        sent: AccountDataRetention,
        scene: &Scene<'_>,
    ) -> Result<AccountDataRetention, AwsError> {
        if !Self::MODES.contains(&sent.mode) {
            let modes: Vec<_> = Self::MODES.iter().map(DataRetentionMode::as_str).collect();
            let rule = format!("satisfy enum value set: [{}]", modes.join(", "));
            return Err(AwsError::constraint("mode", sent.mode.as_str(), &rule));
        }
        let retention = AccountDataRetention::new(sent.mode).updated_at(scene.timestamp());
        self.lock().retention = retention.clone();
        Ok(retention)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ModelAccess {
    /// Of an account that may use all there is.
    fn default() -> Self {
        Self::with(ModelState::Granted, BTreeMap::new(), true, DataRetentionMode::AwsReview)
    }
}

/// `ListFoundationModelAgreementOffers`: one, at the catalog's prices, which is public.
pub(super) fn offers(
    id: &str,
    query: &Query,
    scene: &Scene<'_>,
) -> Result<ListFoundationModelAgreementOffersResponse, AwsError> {
    let model = sent_id(id, scene)?;
    query.one_of("offerType", &["ALL", "PUBLIC"])?;
    let rate = |price: Usd, tokens: &str| {
        DimensionalPriceRate::new()
            .dimension(format!("{}_{}TokenCount", scene.region, tokens.replace(' ', "")))
            .price(price.to_string())
            .description(format!("Million {tokens} Tokens"))
            .unit("1M tokens")
    };
    let rates = model.price.map(|price| vec![rate(price.input, "Input"), rate(price.output, "Output")]);
    let terms = TermDetails::new(
        PricingTerm::new(rates.unwrap_or_default()),
        LegalTerm::new().url("https://aws.amazon.com/legal/bedrock/third-party-models/"),
        SupportTerm::new().refund_policy_description("No refunds."),
    );
    let offer = Offer::new(offer_token(model), terms).offer_id(format!("offer-{}", offer_id(model)));
    Ok(ListFoundationModelAgreementOffersResponse::new(model.id, vec![offer]))
}

/// The model of the region with this id.
fn sent_id(id: &str, scene: &Scene<'_>) -> Result<&'static ModelInfo, AwsError> {
    constraint::model_id("modelId", id)?;
    find(id, scene)
}

/// A model that some region has or had.
fn of_catalog(id: &str) -> Result<&'static ModelInfo, AwsError> {
    let model = ModelId::parse(id).ok().and_then(|id| id.base_model());
    model.filter(|model| model.id == id).ok_or_else(|| AwsError::not_found(UNRESOLVED))
}

fn offer_id(model: &ModelInfo) -> String {
    Digest::of(&[b"offer", model.id.as_bytes()]).capitals(13).to_ascii_lowercase()
}

fn offer_token(model: &ModelInfo) -> String {
    Digest::of(&[b"offer token", model.id.as_bytes()]).base64()
}

/// In base64 of 16384 bytes.
const MAX_FORM: usize = 21_848;
const PENDING: &str =
    "Your AWS Marketplace subscription for this model is being created. Try again after 15 minutes.";
const FAILED: &str =
    "The agreement could not be created: the payment instrument of the account was declined.";
const NO_ACCESS: &str = "You don't have access to the model with the specified model ID.";
const NO_FORM: &str = "Model use case details have not been submitted for this account. Fill out the Anthropic use case \
    details form before using the model. If you have already filled out the form, try again in 15 minutes.";
