//! The control plane: which models there are, what the account may use and has made, and what it keeps.
//!
//! | file | operations |
//! | --- | --- |
//! | `foundation_models` | `ListFoundationModels`, `GetFoundationModel` |
//! | `inference_profiles` | List-, Get-, Create- and `DeleteInferenceProfile`; the account's own are held in `application_profiles` |
//! | `access` | availability, agreements, the form for the use case, data retention |
//! | `invocation_jobs` | Create-, Get-, List- and `StopModelInvocationJob` |
//! | `logging` | Get-, Put- and `DeleteModelInvocationLoggingConfiguration` |
//!
//! What a member may be is in `constraint`. What is changed stays until the emulator ends, and calls of models follow it. Which request is which operation is in
//! `operation`.
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html>

mod access;
mod application_profiles;
mod constraint;
mod foundation_models;
mod inference_profiles;
mod invocation_jobs;
mod logging;
mod operation;
mod pages;

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Content;
use crate::error::AwsError;
use crate::form::Form;
use crate::operation::{Scene, json_response};
use crate::temporary::timestamp;
pub(crate) use access::{ModelAccess, ModelState};
pub(crate) use application_profiles::ApplicationProfiles;
pub(crate) use inference_profiles::called;
use invocation_jobs::InvocationJobs;
use logging::LoggingConfigurations;
pub(crate) use operation::ControlOperation;

/// What an account has in the control plane; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ControlPlane {
    pub(crate) application_profiles: ApplicationProfiles,
    pub(crate) access: ModelAccess,
    pub(crate) jobs: InvocationJobs,
    logging: LoggingConfigurations,
}

/// Performs an operation for who may ask for it.
///
/// # Errors
///
/// The refusal that Bedrock would give.
pub(crate) fn perform(
    operation: &ControlOperation,
    head: &Parts,
    body: &Bytes,
    scene: &Scene<'_>,
) -> Result<Response<Content>, AwsError> {
    use ControlOperation as Op;
    let query = || Query::of(head);
    let access = &scene.account.control.access;
    let logging = &scene.account.control.logging;
    let jobs = &scene.account.control.jobs;
    match operation {
        Op::ListFoundationModels => ok(&foundation_models::list(&query()?, scene)?),
        Op::GetFoundationModel(id) => ok(&foundation_models::get(id, scene)?),
        Op::ListInferenceProfiles => ok(&inference_profiles::list(&query()?, scene)?),
        Op::GetInferenceProfile(id) => ok(&inference_profiles::get(id, scene.region, scene.account)?),
        Op::CreateInferenceProfile => answered(
            StatusCode::CREATED,
            &inference_profiles::create(&read(body, &["inferenceProfileName", "modelSource"])?, scene)?,
        ),
        Op::DeleteInferenceProfile(id) => {
            inference_profiles::delete(id, scene)?;
            done(StatusCode::OK)
        }
        Op::GetFoundationModelAvailability(id) => ok(&access.availability(id, scene)?),
        Op::ListFoundationModelAgreementOffers(id) => ok(&access::offers(id, &query()?, scene)?),
        Op::CreateFoundationModelAgreement => {
            answered(StatusCode::ACCEPTED, &access.agree(&read(body, &["modelId", "offerToken"])?, scene)?)
        }
        Op::DeleteFoundationModelAgreement => {
            access.revoke(&read(body, &["modelId"])?, scene)?;
            done(StatusCode::ACCEPTED)
        }
        Op::GetUseCaseForModelAccess => ok(&access.use_case()?),
        Op::PutUseCaseForModelAccess => {
            access.put_use_case(read(body, &["formData"])?)?;
            done(StatusCode::CREATED)
        }
        Op::GetAccountDataRetention => ok(&access.data_retention()),
        Op::PutAccountDataRetention => ok(&access.put_data_retention(read(body, &["mode"])?, scene)?),
        Op::CreateModelInvocationJob => ok(&jobs.create(read(body, &invocation_jobs::REQUIRED)?, scene)?),
        Op::GetModelInvocationJob(id) => ok(&jobs.get(id, scene)?),
        Op::ListModelInvocationJobs => ok(&jobs.list(&query()?, scene)?),
        Op::StopModelInvocationJob(id) => {
            jobs.stop(id, scene)?;
            done(StatusCode::OK)
        }
        Op::GetModelInvocationLoggingConfiguration => ok(&logging.get(scene.region)),
        Op::PutModelInvocationLoggingConfiguration => {
            logging.put(read(body, &logging::REQUIRED)?, scene)?;
            done(StatusCode::OK)
        }
        Op::DeleteModelInvocationLoggingConfiguration => {
            logging.delete(scene.region);
            done(StatusCode::OK)
        }
    }
}

fn ok(answer: &impl Serialize) -> Result<Response<Content>, AwsError> {
    answered(StatusCode::OK, answer)
}

/// What has nothing to tell answers an empty object.
fn done(status: StatusCode) -> Result<Response<Content>, AwsError> {
    answered(status, &serde_json::Map::new())
}

fn answered(status: StatusCode, answer: &impl Serialize) -> Result<Response<Content>, AwsError> {
    let mut response = json_response(serde_json::to_vec(answer).expect("texts and numbers are JSON"));
    *response.status_mut() = status;
    Ok(response)
}

/// The body, with the members that must be there.
fn read<T: DeserializeOwned>(body: &Bytes, required: &[&str]) -> Result<T, AwsError> {
    constraint::required(body, required)?;
    bedrock_types::json::from_slice(body).map_err(|error| AwsError::serialization(error.to_string()))
}

/// What stands behind the question mark of a request.
struct Query(Form);

impl Query {
    fn of(head: &Parts) -> Result<Self, AwsError> {
        let text = head.uri.query().unwrap_or_default();
        Form::parse(text.as_bytes())
            .map(Self)
            .ok_or_else(|| AwsError::serialization("The query cannot be decoded."))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// The value, which is one of these.
    fn one_of<'a>(&'a self, name: &str, values: &[&str]) -> Result<Option<&'a str>, AwsError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        if values.contains(&value) {
            return Ok(Some(value));
        }
        let rule = format!("satisfy enum value set: [{}]", values.join(", "));
        Err(AwsError::constraint(name, value, &rule))
    }
}

impl Scene<'_> {
    /// The time as the control plane writes it.
    fn timestamp(&self) -> String {
        timestamp(self.now)
    }

    fn arn(&self, account: &str, kind: &str, id: &str) -> String {
        arn(self.region, account, kind, id)
    }
}

fn arn(region: &str, account: &str, kind: &str, id: &str) -> String {
    let partition = match region {
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("cn-") => "aws-cn",
        _ => "aws",
    };
    format!("arn:{partition}:bedrock:{region}:{account}:{kind}/{id}")
}

#[cfg(test)]
mod tests;
