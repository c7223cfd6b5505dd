//! Batch inference: jobs that read requests from S3 and write answers there.
//!
//! A job goes its way by the emulator's clock: half a second each as Submitted, Validating, Scheduled and InProgress, then it is over.
//! Nothing runs between requests: whoever asks for jobs or for objects lets all of them go as far as the clock is. `job` is one
//! of them, `records` reads, answers and writes their lines.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html>
//!
//! Not kept to: quotas of records, since they are an account's; and no job lasts so long that its time is over.

mod job;
mod records;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bedrock_types::control::{
    CreateModelInvocationJobRequest, CreateModelInvocationJobResponse, ListModelInvocationJobsResponse,
    ModelInvocationJob,
};
use bedrock_types::models::{Feature, Support};

use super::{Query, called, constraint, pages};
use crate::account::Account;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::model::known;
use crate::operation::Scene;
use job::Job;

/// The jobs of an account by the order in which they were submitted; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct InvocationJobs(Arc<Mutex<BTreeMap<usize, Job>>>);

impl InvocationJobs {
    /// Lets every job go as far as the clock is.
    pub(crate) fn settle(&self, account: &Account, now: SystemTime) {
        for job in self.lock().values_mut() {
            job.advance(account, now);
        }
    }

    /// `CreateModelInvocationJob`.
    ///
    /// # Errors
    ///
    /// `ValidationException` for a request that Bedrock would not take and for a model without batch inference, `ConflictException` for
    /// a name that is taken and for another request with the same token, `ServiceQuotaExceededException` when the account is full.
    pub(super) fn create(
        &self,
        request: CreateModelInvocationJobRequest,
        scene: &Scene<'_>,
    ) -> Result<CreateModelInvocationJobResponse, AwsError> {
        request.check().map_err(|error| match &error.value {
            Some(value) => AwsError::constraint(error.member, value, &error.rule),
            None => AwsError::missing(error.member),
        })?;
        constraint::tags(request.tags.as_deref().unwrap_or_default())?;
        let model = known(&called(&request.model_id, scene.region, scene.account)?, scene.region, scene.now)?;
        scene.account.control.access.check(model)?;
        if model.supports(Feature::Batch) == Support::No {
            return Err(AwsError::validation(NO_BATCH));
        }
        let mut jobs = self.lock();
        let here = || jobs.values().filter(|job| job.region == scene.region);
        let same_token = here().find(|job| {
            request.client_request_token.is_some()
                && job.request.client_request_token == request.client_request_token
        });
        match same_token {
            Some(found) if found.request == request => {
                return Ok(CreateModelInvocationJobResponse::new(&found.arn));
            }
            Some(_) => return Err(AwsError::conflict(OTHER_REQUEST)),
            None => {}
        }
        if here().any(|job| job.request.job_name == request.job_name) {
            return Err(AwsError::conflict(format!("A job named {} already exists.", request.job_name)));
        }
        if jobs.len() >= MOST {
            return Err(AwsError::quota(format!("You have reached the limit of {MOST} jobs.")));
        }
        let number = jobs.len();
        let parts = [scene.region.as_bytes(), request.job_name.as_bytes(), &number.to_be_bytes()];
        let id = Digest::of(&parts).capitals(12).to_ascii_lowercase();
        let arn = scene.arn(scene.account.id(), "model-invocation-job", &id);
        jobs.insert(number, Job::new(arn.clone(), scene.region, request, model, scene.now));
        Ok(CreateModelInvocationJobResponse::new(arn))
    }

    /// `GetModelInvocationJob`, by id or ARN.
    ///
    /// # Errors
    ///
    /// `ResourceNotFoundException` if there is no such job in this region.
    pub(super) fn get(&self, identifier: &str, scene: &Scene<'_>) -> Result<ModelInvocationJob, AwsError> {
        self.with(identifier, scene, |job| Ok(job.described(scene.now)))
    }

    /// `StopModelInvocationJob`.
    ///
    /// # Errors
    ///
    /// As `get`, and `ConflictException` for a job that is over.
    pub(super) fn stop(&self, identifier: &str, scene: &Scene<'_>) -> Result<(), AwsError> {
        self.with(identifier, scene, |job| {
            if job.stop(scene.now) {
                return Ok(());
            }
            let status = job.status(scene.now);
            Err(AwsError::conflict(format!("The job cannot be stopped: its status is {}.", status.as_str())))
        })
    }

    /// `ListModelInvocationJobs`, in pages, the newest first unless it is asked for otherwise.
    ///
    /// # Errors
    ///
    /// `ValidationException` for a filter, a size of a page or a token that AWS would not take.
    pub(super) fn list(
        &self,
        query: &Query,
        scene: &Scene<'_>,
    ) -> Result<ListModelInvocationJobsResponse, AwsError> {
        let status = query.one_of("statusEquals", &STATUSES)?;
        let name = query.get("nameContains");
        query.one_of("sortBy", &["CreationTime"])?;
        let is_ascending = query.one_of("sortOrder", &["Ascending", "Descending"])? == Some("Ascending");
        // As texts, times of one form follow each other as they do.
        let (after, before) = (query.get("submitTimeAfter"), query.get("submitTimeBefore"));
        self.settle(scene.account, scene.now);
        let jobs = self.lock();
        let here = jobs.values().filter(|job| job.region == scene.region).map(|job| job.described(scene.now));
        let mut found: Vec<_> = here
            .filter(|job| {
                status.is_none_or(|asked| job.status.as_ref().is_some_and(|is| is.as_str() == asked))
            })
            .filter(|job| {
                name.is_none_or(|part| job.job_name.as_ref().is_some_and(|name| name.contains(part)))
            })
            .filter(|job| after.is_none_or(|after| job.submit_time.as_str() > after))
            .filter(|job| before.is_none_or(|before| job.submit_time.as_str() < before))
            .collect();
        if !is_ascending {
            found.reverse();
        }
        let (page, next) = pages::page(found, query, |job| job.id())?;
        let mut answer = ListModelInvocationJobsResponse::new().invocation_job_summaries(page);
        answer.next_token = next;
        Ok(answer)
    }

    fn with<T>(
        &self,
        identifier: &str,
        scene: &Scene<'_>,
        look: impl FnOnce(&mut Job) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        constraint::job_identifier("jobIdentifier", identifier)?;
        self.settle(scene.account, scene.now);
        let mut jobs = self.lock();
        let mut here = jobs.values_mut().filter(|job| job.region == scene.region);
        let found = here.find(|job| job.arn == identifier || job.id() == identifier);
        look(found.ok_or_else(|| AwsError::not_found(format!("The job {identifier} was not found.")))?)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request for a job must have.
pub(super) const REQUIRED: [&str; 7] = [
    "jobName",
    "roleArn",
    "modelId",
    "inputDataConfig",
    "outputDataConfig",
    "inputDataConfig.s3InputDataConfig.s3Uri",
    "outputDataConfig.s3OutputDataConfig.s3Uri",
];
const STATUSES: [&str; 10] = [
    "Submitted",
    "InProgress",
    "Completed",
    "Failed",
    "Stopping",
    "Stopped",
    "PartiallyCompleted",
    "Expired",
    "Validating",
    "Scheduled",
];
const MOST: usize = 1000;
const OTHER_REQUEST: &str = "The client request token was already used with other parameters.";
// What AWS writes here was not found.
const NO_BATCH: &str = "The provided model doesn't support batch inference.";

#[cfg(test)]
mod tests;
