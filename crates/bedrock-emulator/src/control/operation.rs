//! Method and path to an operation of the control plane.

use http::Method;

use crate::route::percent_decode;

/// An operation; ids and ARNs are percent-decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ControlOperation {
    ListFoundationModels,
    GetFoundationModel(String),
    GetFoundationModelAvailability(String),
    ListInferenceProfiles,
    GetInferenceProfile(String),
    CreateInferenceProfile,
    DeleteInferenceProfile(String),
    ListFoundationModelAgreementOffers(String),
    CreateFoundationModelAgreement,
    DeleteFoundationModelAgreement,
    GetUseCaseForModelAccess,
    PutUseCaseForModelAccess,
    GetAccountDataRetention,
    PutAccountDataRetention,
    GetModelInvocationLoggingConfiguration,
    PutModelInvocationLoggingConfiguration,
    DeleteModelInvocationLoggingConfiguration,
    CreateModelInvocationJob,
    GetModelInvocationJob(String),
    ListModelInvocationJobs,
    StopModelInvocationJob(String),
}

impl ControlOperation {
    /// The operation of a request; an id is one segment of its path.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let Some((folder, id)) = path.split_once('/').filter(|(folder, _)| *folder != "logging") else {
            return Self::of_folder(method, path);
        };
        let (folder, id) = match id.strip_suffix("/stop") {
            Some(id) if folder == JOB => (STOP, id),
            _ => (folder, id),
        };
        let id = (!id.is_empty() && !id.contains('/')).then(|| percent_decode(id)).flatten()?;
        match (method, folder) {
            (&Method::GET, "foundation-models") => Some(Self::GetFoundationModel(id)),
            (&Method::GET, "foundation-model-availability") => Some(Self::GetFoundationModelAvailability(id)),
            (&Method::GET, "inference-profiles") => Some(Self::GetInferenceProfile(id)),
            (&Method::DELETE, "inference-profiles") => Some(Self::DeleteInferenceProfile(id)),
            (&Method::GET, JOB) => Some(Self::GetModelInvocationJob(id)),
            (&Method::POST, STOP) => Some(Self::StopModelInvocationJob(id)),
            (&Method::GET, "list-foundation-model-agreement-offers") => {
                Some(Self::ListFoundationModelAgreementOffers(id))
            }
            _ => None,
        }
    }

    fn of_folder(method: &Method, path: &str) -> Option<Self> {
        Some(match (method, path) {
            (&Method::GET, "foundation-models") => Self::ListFoundationModels,
            (&Method::GET, "inference-profiles") => Self::ListInferenceProfiles,
            (&Method::POST, "inference-profiles") => Self::CreateInferenceProfile,
            (&Method::POST, "create-foundation-model-agreement") => Self::CreateFoundationModelAgreement,
            (&Method::POST, "delete-foundation-model-agreement") => Self::DeleteFoundationModelAgreement,
            (&Method::GET, "use-case-for-model-access") => Self::GetUseCaseForModelAccess,
            (&Method::POST, "use-case-for-model-access") => Self::PutUseCaseForModelAccess,
            (&Method::GET, "data-retention") => Self::GetAccountDataRetention,
            (&Method::PUT, "data-retention") => Self::PutAccountDataRetention,
            (&Method::GET, "logging/modelinvocations") => Self::GetModelInvocationLoggingConfiguration,
            (&Method::PUT, "logging/modelinvocations") => Self::PutModelInvocationLoggingConfiguration,
            (&Method::DELETE, "logging/modelinvocations") => Self::DeleteModelInvocationLoggingConfiguration,
            (&Method::POST, JOB) => Self::CreateModelInvocationJob,
            (&Method::GET, "model-invocation-jobs") => Self::ListModelInvocationJobs,
            _ => return None,
        })
    }

    /// AWS's name of it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ListFoundationModels => "ListFoundationModels",
            Self::GetFoundationModel(_) => "GetFoundationModel",
            Self::GetFoundationModelAvailability(_) => "GetFoundationModelAvailability",
            Self::ListInferenceProfiles => "ListInferenceProfiles",
            Self::GetInferenceProfile(_) => "GetInferenceProfile",
            Self::CreateInferenceProfile => "CreateInferenceProfile",
            Self::DeleteInferenceProfile(_) => "DeleteInferenceProfile",
            Self::ListFoundationModelAgreementOffers(_) => "ListFoundationModelAgreementOffers",
            Self::CreateFoundationModelAgreement => "CreateFoundationModelAgreement",
            Self::DeleteFoundationModelAgreement => "DeleteFoundationModelAgreement",
            Self::GetUseCaseForModelAccess => "GetUseCaseForModelAccess",
            Self::PutUseCaseForModelAccess => "PutUseCaseForModelAccess",
            Self::GetAccountDataRetention => "GetAccountDataRetention",
            Self::PutAccountDataRetention => "PutAccountDataRetention",
            Self::GetModelInvocationLoggingConfiguration => "GetModelInvocationLoggingConfiguration",
            Self::PutModelInvocationLoggingConfiguration => "PutModelInvocationLoggingConfiguration",
            Self::DeleteModelInvocationLoggingConfiguration => "DeleteModelInvocationLoggingConfiguration",
            Self::CreateModelInvocationJob => "CreateModelInvocationJob",
            Self::GetModelInvocationJob(_) => "GetModelInvocationJob",
            Self::ListModelInvocationJobs => "ListModelInvocationJobs",
            Self::StopModelInvocationJob(_) => "StopModelInvocationJob",
        }
    }
}

const JOB: &str = "model-invocation-job";
/// A job's path with `/stop` behind it.
const STOP: &str = "model-invocation-job/stop";
