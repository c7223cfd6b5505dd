//! Access to a model: what an account has agreed to, is allowed, and has told Anthropic.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html>

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::json::{JsonError, RawJson, object::wire_struct, open_enum::open_enum, read};

wire_struct! {
    /// The answer of GetFoundationModelAvailability:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html>.
    pub struct FoundationModelAvailability {
        required {
            /// The model.
            model_id as "modelId": String,
            /// Whether the account has agreed to its terms.
            agreement_availability as "agreementAvailability": AgreementAvailability,
            /// Whether the caller may use it.
            authorization_status as "authorizationStatus": AuthorizationStatus,
            /// Whether the account may use it.
            entitlement_availability as "entitlementAvailability": AvailabilityStatus,
            /// Whether the region has it.
            region_availability as "regionAvailability": AvailabilityStatus,
        }
    }
}

wire_struct! {
    /// Whether an account has agreed to a model's terms.
    pub struct AgreementAvailability {
        required {
            /// Whether it has.
            status: AgreementStatus,
        }
        optional {
            /// Why not.
            error_message as "errorMessage": String,
        }
    }
}

open_enum! {
    /// How far an agreement is.
    pub enum AgreementStatus {
        /// It is made.
        Available = "AVAILABLE",
        /// It is being made.
        Pending = "PENDING",
        /// There is none.
        NotAvailable = "NOT_AVAILABLE",
        /// It failed.
        Error = "ERROR",
    }
}

open_enum! {
    /// Whether a caller may use a model.
    pub enum AuthorizationStatus {
        /// It may.
        Authorized = "AUTHORIZED",
        /// It may not.
        NotAuthorized = "NOT_AUTHORIZED",
    }
}

open_enum! {
    /// Whether there is something.
    pub enum AvailabilityStatus {
        /// There is.
        Available = "AVAILABLE",
        /// There is not.
        NotAvailable = "NOT_AVAILABLE",
    }
}

wire_struct! {
    /// The answer of ListFoundationModelAgreementOffers:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModelAgreementOffers.html>.
    pub struct ListFoundationModelAgreementOffersResponse {
        required {
            /// The model.
            model_id as "modelId": String,
            /// What can be agreed to.
            offers: Vec<Offer>,
        }
    }
}

wire_struct! {
    /// Terms that can be agreed to.
    pub struct Offer {
        required {
            /// What agrees to them: goes into [`CreateFoundationModelAgreementRequest`].
            offer_token as "offerToken": String,
            /// The terms.
            term_details as "termDetails": TermDetails,
        }
        optional {
            /// Their id.
            offer_id as "offerId": String,
        }
    }
}

wire_struct! {
    /// Terms.
    pub struct TermDetails {
        required {
            /// Prices.
            usage_based_pricing_term as "usageBasedPricingTerm": PricingTerm,
            /// The licence.
            legal_term as "legalTerm": LegalTerm,
            /// Refunds.
            support_term as "supportTerm": SupportTerm,
        }
        optional {
            /// For how long.
            validity_term as "validityTerm": ValidityTerm,
        }
    }
}

wire_struct! {
    /// Prices.
    pub struct PricingTerm {
        required {
            /// One for each dimension.
            rate_card as "rateCard": Vec<DimensionalPriceRate>,
        }
    }
}

wire_struct! {
    /// A price in one dimension.
    pub struct DimensionalPriceRate {
        optional {
            /// What is counted.
            dimension: String,
            /// The price, in dollars.
            price: String,
            /// What it is for.
            description: String,
            /// For how many.
            unit: String,
        }
    }
}

wire_struct! {
    /// The licence.
    pub struct LegalTerm {
        optional {
            /// Where it can be read.
            url: String,
        }
    }
}

wire_struct! {
    /// Refunds.
    pub struct SupportTerm {
        optional {
            /// What is given back.
            refund_policy_description as "refundPolicyDescription": String,
        }
    }
}

wire_struct! {
    /// For how long terms hold.
    pub struct ValidityTerm {
        optional {
            /// As ISO 8601 writes it.
            agreement_duration as "agreementDuration": String,
        }
    }
}

wire_struct! {
    /// The request of CreateFoundationModelAgreement:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateFoundationModelAgreement.html>.
    pub struct CreateFoundationModelAgreementRequest {
        required {
            /// From an [`Offer`].
            offer_token as "offerToken": String,
            /// The model.
            model_id as "modelId": String,
        }
    }
}

wire_struct! {
    /// The answer of CreateFoundationModelAgreement, and the request of DeleteFoundationModelAgreement.
    pub struct FoundationModelAgreement {
        required {
            /// The model.
            model_id as "modelId": String,
        }
    }
}

wire_struct! {
    /// What PutUseCaseForModelAccess takes and GetUseCaseForModelAccess answers:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutUseCaseForModelAccess.html>.
    ///
    /// ```
    /// use bedrock_types::control::{UseCaseForModelAccess, UseCaseForm};
    ///
    /// let form = UseCaseForm::new("Example", "https://example.com", "0", "Education", "Summaries of lectures");
    /// let sent = UseCaseForModelAccess::of(&form)?;
    /// assert_eq!(sent.form()?, form);
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct UseCaseForModelAccess {
        required {
            /// The form: base64 of JSON.
            form_data as "formData": String,
        }
    }
}

impl UseCaseForModelAccess {
    /// A form, as it is sent.
    ///
    /// # Errors
    ///
    /// The form has no JSON form; its own members always have.
    pub fn of(form: &UseCaseForm) -> Result<Self, JsonError> {
        Ok(Self::new(BASE64_STANDARD.encode(RawJson::written(form)?.as_str())))
    }

    /// The form that was sent.
    ///
    /// # Errors
    ///
    /// It is not base64 of a form.
    pub fn form(&self) -> Result<UseCaseForm, JsonError> {
        // What is not base64 is no form either.
        read::read_slice(&BASE64_STANDARD.decode(&self.form_data).unwrap_or_default())
    }
}

wire_struct! {
    /// What Anthropic wants to know before an account first uses its models.
    pub struct UseCaseForm {
        required {
            /// The company.
            company_name as "companyName": String,
            /// Its site.
            company_website as "companyWebsite": String,
            /// Who will use it: `0` for people inside, `1` for people outside.
            intended_users as "intendedUsers": String,
            /// The industry, as the console lists it.
            industry_option as "industryOption": String,
            /// What it is for; no personal or secret things.
            use_cases as "useCases": String,
        }
        optional {
            /// The industry, where the list has it not.
            other_industry_option as "otherIndustryOption": String,
        }
    }
}
