//! The control plane of Amazon Bedrock: models, inference profiles, access, invocation logging, batch jobs.
//!
//! Names are AWS's (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html>). Times are texts of
//! ISO 8601 as AWS writes them, and ids in paths are the caller's to encode.
//!
//! ```
//! use bedrock_types::{control::ListInferenceProfilesResponse, json};
//!
//! let answer: ListInferenceProfilesResponse = json::from_slice(br#"{"nextToken":"t","inferenceProfileSummaries":[]}"#)?;
//! assert_eq!(answer.next_token.as_deref(), Some("t"));
//! # Ok::<(), bedrock_types::JsonError>(())
//! ```
//!
//! Inference profiles are always here; the rest is with the feature `control-plane`.
//! What is not here: what the catalog knows of a model, which is [`crate::models`], and the lines of a batch, which are
//! `BatchInputRecord` and `BatchOutputRecord`.

#[cfg(feature = "control-plane")]
mod access;
#[cfg(feature = "control-plane")]
mod data_retention;
#[cfg(feature = "control-plane")]
mod foundation_models;
mod inference_profiles;
#[cfg(feature = "control-plane")]
mod invocation_jobs;
#[cfg(feature = "control-plane")]
mod invocation_log;
#[cfg(feature = "control-plane")]
mod job_rules;
#[cfg(feature = "control-plane")]
mod logging;

#[cfg(feature = "control-plane")]
pub use access::{
    AgreementAvailability, AgreementStatus, AuthorizationStatus, AvailabilityStatus,
    CreateFoundationModelAgreementRequest, DimensionalPriceRate, FoundationModelAgreement,
    FoundationModelAvailability, LegalTerm, ListFoundationModelAgreementOffersResponse, Offer, PricingTerm,
    SupportTerm, TermDetails, UseCaseForModelAccess, UseCaseForm, ValidityTerm,
};
#[cfg(feature = "control-plane")]
pub use data_retention::{AccountDataRetention, DataRetentionMode};
#[cfg(feature = "control-plane")]
pub use foundation_models::{
    FoundationModel, FoundationModelLifecycle, FoundationModelLifecycleStatus, GetFoundationModelResponse,
    InferenceType, ListFoundationModelsResponse, ModelModality,
};
pub use inference_profiles::{
    CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile, InferenceProfileModel,
    InferenceProfileModelSource, InferenceProfileStatus, InferenceProfileType, ListInferenceProfilesResponse,
    Tag,
};
#[cfg(feature = "control-plane")]
pub use invocation_jobs::{
    CreateModelInvocationJobRequest, CreateModelInvocationJobResponse, ListModelInvocationJobsResponse,
    ModelInvocationJob, ModelInvocationJobInputDataConfig, ModelInvocationJobOutputDataConfig,
    ModelInvocationJobS3InputDataConfig, ModelInvocationJobS3OutputDataConfig, ModelInvocationJobStatus,
    ModelInvocationType, VpcConfig,
};
#[cfg(feature = "control-plane")]
pub use invocation_log::{InvocationIdentity, InvocationInput, InvocationOutput, ModelInvocationLog};
#[cfg(feature = "control-plane")]
pub use job_rules::InvalidJobRequest;
#[cfg(feature = "control-plane")]
pub use logging::{CloudWatchConfig, LoggingConfig, ModelInvocationLoggingConfiguration, S3Config};
