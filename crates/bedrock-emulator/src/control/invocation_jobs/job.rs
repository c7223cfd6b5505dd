//! One job: what it is at a time, and what it does on its way.

use std::time::{Duration, SystemTime};

use bedrock_types::control::{
    CreateModelInvocationJobRequest, ModelInvocationJob, ModelInvocationJobStatus as Status,
    ModelInvocationType,
};
use bedrock_types::models::ModelInfo;

use super::records::{self, Records};
use crate::account::Account;
use crate::operation::Scene;
use crate::temporary::timestamp;

/// A job.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) arn: String,
    pub(super) region: String,
    pub(super) request: CreateModelInvocationJobRequest,
    model: &'static ModelInfo,
    submitted: SystemTime,
    /// When it was asked to stop.
    stopped: Option<SystemTime>,
    /// Its lines with their answers, once it works.
    records: Option<Records>,
    over: Option<Over>,
}

/// How it ended.
#[derive(Debug)]
struct Over {
    status: Status,
    message: Option<String>,
    at: SystemTime,
    processed: usize,
}

impl Job {
    pub(super) fn new(
        arn: String,
        region: &str,
        request: CreateModelInvocationJobRequest,
        model: &'static ModelInfo,
        now: SystemTime,
    ) -> Self {
        let region = region.to_owned();
        Self { arn, region, request, model, submitted: now, stopped: None, records: None, over: None }
    }

    /// Goes as far as the clock is.
    pub(super) fn advance(&mut self, account: &Account, now: SystemTime) {
        if self.over.is_some() {
            return;
        }
        // What a job does at its end, it does by the clock of its end.
        let until = self.stopped.unwrap_or(now);
        if self.records.is_none() && self.age(until) >= SCHEDULED {
            let scene = Scene::new(account, &self.region, until);
            match records::answered(&self.request, self.model, &scene) {
                Ok(records) => self.records = Some(records),
                Err(message) => {
                    return self.end(Status::Failed, Some(message), self.submitted + SCHEDULED, 0);
                }
            }
        }
        let total = self.records.as_ref().map_or(0, Records::len);
        let (status, at, processed) = match self.stopped {
            Some(asked) => (Status::Stopped, asked + STAGE, self.processed(asked)),
            None => (Status::Completed, self.submitted + END, total),
        };
        if now < at {
            return;
        }
        let written = match &self.records {
            Some(records) => records.write(self.described(at).output(), processed, account, at),
            None => Ok(()),
        };
        match written {
            Ok(()) => self.end(status, None, at, processed),
            Err(message) => self.end(Status::Failed, Some(message), at, processed),
        }
    }

    /// Asks it to stop; false if it is over.
    pub(super) fn stop(&mut self, now: SystemTime) -> bool {
        if self.over.is_none() {
            self.stopped.get_or_insert(now);
        }
        self.over.is_none()
    }

    /// What stands last in its ARN.
    pub(super) fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn status(&self, now: SystemTime) -> Status {
        match (&self.over, self.stopped) {
            (Some(over), _) => over.status.clone(),
            (None, Some(_)) => Status::Stopping,
            (None, None) => match self.age(now) {
                age if age < VALIDATING => Status::Submitted,
                age if age < SCHEDULED => Status::Validating,
                age if age < IN_PROGRESS => Status::Scheduled,
                _ => Status::InProgress,
            },
        }
    }

    /// The job as `GetModelInvocationJob` tells it.
    pub(super) fn described(&self, now: SystemTime) -> ModelInvocationJob {
        let request = &self.request;
        let hours = request.timeout_duration_in_hours.unwrap_or(HOURS);
        let mut job = ModelInvocationJob::new(
            &self.arn,
            &request.model_id,
            &request.role_arn,
            timestamp(self.submitted),
            request.input_data_config.clone(),
            request.output_data_config.clone(),
        )
        .job_name(&request.job_name)
        .status(self.status(now))
        .model_invocation_type(
            request.model_invocation_type.clone().unwrap_or(ModelInvocationType::InvokeModel),
        )
        .timeout_duration_in_hours(hours)
        .last_modified_time(timestamp(self.modified(now)))
        .job_expiration_time(timestamp(self.submitted + Duration::from_secs(u64::from(hours) * 3600)));
        job.client_request_token.clone_from(&request.client_request_token);
        job.vpc_config.clone_from(&request.vpc_config);
        if let Some(over) = &self.over {
            job.message.clone_from(&over.message);
            job.end_time = Some(timestamp(over.at));
        }
        if let Some(records) = &self.records {
            let processed = match &self.over {
                Some(over) => over.processed,
                None => self.processed(self.stopped.unwrap_or(now)),
            };
            let counts = records.counts(processed);
            job.total_record_count = counts.total_record_count;
            job.processed_record_count = counts.processed_record_count;
            job.success_record_count = counts.success_record_count;
            job.error_record_count = counts.error_record_count;
        }
        job
    }

    /// How many records are done: all of them at the end, evenly before.
    fn processed(&self, now: SystemTime) -> usize {
        let total = self.records.as_ref().map_or(0, Records::len);
        let worked = self.age(now).saturating_sub(IN_PROGRESS).min(STAGE);
        usize::try_from(worked.as_millis()).unwrap_or(0) * total
            / usize::try_from(STAGE.as_millis()).unwrap_or(1)
    }

    /// When it last changed.
    fn modified(&self, now: SystemTime) -> SystemTime {
        match (&self.over, self.stopped) {
            (Some(over), _) => over.at,
            (None, Some(stopped)) => stopped,
            (None, None) => {
                let stages = [IN_PROGRESS, SCHEDULED, VALIDATING];
                let last = stages.into_iter().find(|stage| self.age(now) >= *stage).unwrap_or_default();
                self.submitted + last
            }
        }
    }

    fn age(&self, now: SystemTime) -> Duration {
        now.duration_since(self.submitted).unwrap_or_default()
    }

    fn end(&mut self, status: Status, message: Option<String>, at: SystemTime, processed: usize) {
        self.over = Some(Over { status, message, at, processed });
    }
}

const STAGE: Duration = Duration::from_millis(500);
const VALIDATING: Duration = STAGE;
const SCHEDULED: Duration = STAGE.saturating_mul(2);
const IN_PROGRESS: Duration = STAGE.saturating_mul(3);
const END: Duration = STAGE.saturating_mul(4);
/// What a job may take that does not say.
const HOURS: u32 = 24;
