//! Jobs, page by page.

use bedrock_types::control::{ListModelInvocationJobsResponse, ModelInvocationJob, ModelInvocationJobStatus};

use super::super::{Request, pages::Walk};
use crate::{Client, Error, Response};

/// The batch inference jobs of an account, from [`Batches::list`](crate::Batches::list), the newest first: each page is asked for when
/// it is wanted.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::types::control::ModelInvocationJobStatus;
///
/// let mut pages = client.batches().list().with_status(ModelInvocationJobStatus::InProgress);
/// while let Some(page) = pages.next_page().await? {
///     for job in page.iter() {
///         println!("{} {}", job.id(), job.job_name.as_deref().unwrap_or_default());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct BatchJobPages<'a> {
    client: &'a Client,
    status: Option<ModelInvocationJobStatus>,
    name: Option<String>,
    page_size: Option<u32>,
    walk: Walk,
}

impl<'a> BatchJobPages<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, status: None, name: None, page_size: None, walk: Walk::new("batch jobs") }
    }

    /// Asks only for jobs that are this far.
    #[must_use]
    pub fn with_status(mut self, status: ModelInvocationJobStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Asks only for jobs whose name has this in it.
    #[must_use]
    pub fn with_name_containing(mut self, part: impl Into<String>) -> Self {
        self.name = Some(part.into());
        self
    }

    /// How many jobs a page has at most: 1 to 1000. AWS decides unless it is set.
    #[must_use]
    pub fn with_page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// The next page; `None` after the last. A page may be empty and not the last.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html>; the caller needs
    /// `bedrock:ListModelInvocationJobs`.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials`, before anything was sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`, which
    /// is also what a server gets that names a page a second time. After an error of the network the same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Response<Vec<ModelInvocationJob>>>, Error> {
        let Some(token) = self.walk.token() else { return Ok(None) };
        let size = self.page_size.map(|size| size.to_string());
        let request = Request::get("ListModelInvocationJobs", "/model-invocation-jobs")
            .query("maxResults", size.as_deref())
            .query("nameContains", self.name.as_deref())
            .query("nextToken", token)
            .query("statusEquals", self.status.as_ref().map(ModelInvocationJobStatus::as_str));
        let page: Response<ListModelInvocationJobsResponse> = self.client.shared.control(request).await?;
        self.walk.go_on(page.next_token.clone(), &page)?;
        Ok(Some(page.map(|page| page.invocation_job_summaries.unwrap_or_default())))
    }

    /// The jobs of all pages that were not asked for yet.
    ///
    /// # Errors
    ///
    /// As [`next_page`](Self::next_page); what came before is lost.
    pub async fn all(mut self) -> Result<Vec<ModelInvocationJob>, Error> {
        let mut jobs = Vec::new();
        while let Some(page) = self.next_page().await? {
            jobs.extend(page.into_inner());
        }
        Ok(jobs)
    }
}
