//! The control plane of Amazon Bedrock: models, inference profiles, access, invocation logging, batch jobs.
//!
//! Names are AWS's (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html>). Times are texts of
//! ISO 8601 as AWS writes them, and ids in paths are the caller's to encode.
//!
//! ```
//! use bedrock_types::{control::ListFoundationModelsResponse, json};
//!
//! let answer: ListFoundationModelsResponse = json::from_slice(
//!     br#"{"modelSummaries":[{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5",
//!         "modelId":"anthropic.claude-opus-5","inferenceTypesSupported":["INFERENCE_PROFILE"]}]}"#,
//! )?;
//! assert_eq!(answer.model_summaries.unwrap_or_default()[0].model_id, "anthropic.claude-opus-5");
//! # Ok::<(), bedrock_types::JsonError>(())
//! ```
//!
//! What is not here: what the catalog knows of a model, which is [`crate::models`], and the lines of a batch, which are
//! [`BatchInputRecord`](crate::BatchInputRecord) and [`BatchOutputRecord`](crate::BatchOutputRecord).

mod access;
mod data_retention;
mod foundation_models;
mod inference_profiles;
mod invocation_jobs;
mod invocation_log;
mod job_rules;
mod logging;

pub use access::{
    AgreementAvailability, AgreementStatus, AuthorizationStatus, AvailabilityStatus,
    CreateFoundationModelAgreementRequest, DimensionalPriceRate, FoundationModelAgreement,
    FoundationModelAvailability, LegalTerm, ListFoundationModelAgreementOffersResponse, Offer, PricingTerm,
    SupportTerm, TermDetails, UseCaseForModelAccess, UseCaseForm, ValidityTerm,
};
pub use data_retention::{AccountDataRetention, DataRetentionMode};
pub use foundation_models::{
    FoundationModel, FoundationModelLifecycle, FoundationModelLifecycleStatus, GetFoundationModelResponse,
    InferenceType, ListFoundationModelsResponse, ModelModality,
};
pub use inference_profiles::{
    CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile, InferenceProfileModel,
    InferenceProfileModelSource, InferenceProfileStatus, InferenceProfileType, ListInferenceProfilesResponse,
    Tag,
};
pub use invocation_jobs::{
    CreateModelInvocationJobRequest, CreateModelInvocationJobResponse, ListModelInvocationJobsResponse,
    ModelInvocationJob, ModelInvocationJobInputDataConfig, ModelInvocationJobOutputDataConfig,
    ModelInvocationJobS3InputDataConfig, ModelInvocationJobS3OutputDataConfig, ModelInvocationJobStatus,
    ModelInvocationType, VpcConfig,
};
pub use invocation_log::{InvocationIdentity, InvocationInput, InvocationOutput, ModelInvocationLog};
pub use job_rules::InvalidJobRequest;
pub use logging::{CloudWatchConfig, LoggingConfig, ModelInvocationLoggingConfiguration, S3Config};
