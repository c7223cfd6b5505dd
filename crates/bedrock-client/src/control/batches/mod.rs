//! Batch inference: jobs that Bedrock runs over files of requests. Waiting for one is in `watch`, listing them in `pages`.

mod pages;
mod watch;

use bedrock_transport::encode_segment;
use bedrock_types::{
    Route,
    control::{CreateModelInvocationJobRequest, CreateModelInvocationJobResponse, ModelInvocationJob},
};

pub use self::{pages::BatchJobPages, watch::BatchWatch};
use super::{Request, polling::Polling};
use crate::{Client, Error, Response, control::request_token, route::resolve_model};

/// The batch inference jobs of a [`Client`]'s account and region.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::types::control::CreateModelInvocationJobRequest;
///
/// let request = CreateModelInvocationJobRequest::from_s3(
///     "night-shift",
///     "arn:aws:iam::123456789012:role/batch",
///     "opus-4.6",
///     "s3://my-bucket/requests.jsonl",
///     "s3://my-bucket/answers/",
/// );
/// let made = client.batches().create(request).await?;
/// let job = client.batches().watch(&made.job_arn).finished().await?;
/// println!("{:?}: {:?} answered", job.status, job.success_record_count);
/// # Ok(())
/// # }
/// ```
///
/// The files are in S3, and moving them is the program's: [`BatchInputRecord`](bedrock_types::BatchInputRecord) writes the lines of the
/// input, [`BatchOutputRecord`](bedrock_types::BatchOutputRecord) reads those of the output,
/// [`BatchJoin`](bedrock_types::BatchJoin) brings them together.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html>
#[derive(Debug, Clone, Copy)]
pub struct Batches<'a> {
    client: &'a Client,
}

impl<'a> Batches<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Starts a job. The model may be an alias; it becomes the id that serves the client's region.
    ///
    /// A request without a token gets one, so that trying it again starts no second job. The caller needs
    /// `bedrock:CreateModelInvocationJob` and `iam:PassRole` for the role, and the role needs to read the input and write the output.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html>.
    ///
    /// # Errors
    ///
    /// `Config` where the request is not of the form that Bedrock wants or AWS has no such endpoint, and `Credentials`; then nothing
    /// was sent. Afterwards `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn create(
        &self,
        mut request: CreateModelInvocationJobRequest,
    ) -> Result<Response<CreateModelInvocationJobResponse>, Error> {
        request.check().map_err(|error| {
            Error::config("no job can be made of this", error.to_string()).with_source(error)
        })?;
        let shared = &self.client.shared;
        request.model_id = resolve_model(shared, Route::InvokeModel, &request.model_id)?.to_string();
        request.client_request_token.get_or_insert_with(request_token);
        let create = Request::post("CreateModelInvocationJob", "/model-invocation-job").body(&request);
        shared.control(create.repeatable()).await
    }

    /// How far a job is, by its id or ARN.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html>; the caller needs
    /// `bedrock:GetModelInvocationJob`.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn get(&self, job: &str) -> Result<Response<ModelInvocationJob>, Error> {
        self.client.shared.control(Request::get("GetModelInvocationJob", path(job)?)).await
    }

    /// The jobs of the account, page by page, the newest first.
    pub fn list(&self) -> BatchJobPages<'a> {
        BatchJobPages::new(self.client)
    }

    /// Stops a job; what it has answered by then is written and paid for.
    ///
    /// Stopping takes a while: the job is `Stopping`, then `Stopped`. Since a second request could be refused for the first, it is not
    /// tried again.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_StopModelInvocationJob.html>; the caller needs
    /// `bedrock:StopModelInvocationJob`.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); a job that is over cannot be stopped.
    pub async fn stop(&self, job: &str) -> Result<Response<()>, Error> {
        let request = Request::post("StopModelInvocationJob", format!("{}/stop", path(job)?));
        self.client.shared.control_done(request).await
    }

    /// Looks at a job until it is over.
    pub fn watch(&self, job: impl Into<String>) -> BatchWatch<'a> {
        BatchWatch::new(*self, job.into(), Polling::default())
    }
}

/// An empty id would ask for something else.
fn path(job: &str) -> Result<String, Error> {
    if job.trim().is_empty() {
        return Err(Error::config(
            "the job has no id to ask for",
            "give the ARN of the job, or its last 12 characters",
        ));
    }
    Ok(format!("/model-invocation-job/{}", encode_segment(job)))
}
