//! Batch jobs, made and watched by a thread that waits.

use bedrock_types::control::{
    CreateModelInvocationJobRequest, CreateModelInvocationJobResponse, ModelInvocationJob,
    ModelInvocationJobStatus,
};

use super::{driver::Driver, mirror::mirror};
use crate::{Error, Polling, Response};

mirror! {
    /// The batch jobs of a [`Client`](super::Client)'s account and region.
    ///
    /// ```no_run
    /// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
    /// let job = client.batches().watch("abcdefghij12").finished()?;
    /// println!("{:?}", job.status);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone, Copy)]
    Batches {
        create(request: CreateModelInvocationJobRequest) -> Response<CreateModelInvocationJobResponse>,
        get(job: &str) -> Response<ModelInvocationJob>,
        stop(job: &str) -> Response<()>,
    }
}

impl<'a> Batches<'a> {
    /// The jobs of the region, page by page.
    pub fn list(&self) -> BatchJobPages<'a> {
        BatchJobPages { pages: self.handle.list(), driver: self.driver }
    }

    /// Looks at a job again and again until it is over.
    pub fn watch(&self, job: impl Into<String>) -> BatchWatch<'a> {
        BatchWatch { watch: self.handle.watch(job), driver: self.driver }
    }
}

/// The batch jobs of a region, page by page: [`crate::BatchJobPages`], waiting.
#[derive(Debug)]
pub struct BatchJobPages<'a> {
    pages: crate::BatchJobPages<'a>,
    driver: &'a Driver,
}

impl BatchJobPages<'_> {
    /// As [`crate::BatchJobPages::with_status`].
    #[must_use]
    pub fn with_status(self, status: ModelInvocationJobStatus) -> Self {
        Self { pages: self.pages.with_status(status), ..self }
    }

    /// As [`crate::BatchJobPages::with_name_containing`].
    #[must_use]
    pub fn with_name_containing(self, part: impl Into<String>) -> Self {
        Self { pages: self.pages.with_name_containing(part), ..self }
    }

    /// As [`crate::BatchJobPages::with_page_size`].
    #[must_use]
    pub fn with_page_size(self, size: u32) -> Self {
        Self { pages: self.pages.with_page_size(size), ..self }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`crate::BatchJobPages::next_page`].
    pub fn next_page(&mut self) -> Result<Option<Response<Vec<ModelInvocationJob>>>, Error> {
        self.driver.wait(self.pages.next_page())
    }

    /// The jobs of all pages that were not asked for yet.
    ///
    /// # Errors
    ///
    /// Those of [`crate::BatchJobPages::all`].
    pub fn all(self) -> Result<Vec<ModelInvocationJob>, Error> {
        self.driver.wait(self.pages.all())
    }
}

/// A batch job, looked at until it is over: [`crate::BatchWatch`], waiting.
#[derive(Debug)]
pub struct BatchWatch<'a> {
    watch: crate::BatchWatch<'a>,
    driver: &'a Driver,
}

impl BatchWatch<'_> {
    /// As [`crate::BatchWatch::with_polling`].
    #[must_use]
    pub fn with_polling(self, polling: Polling) -> Self {
        Self { watch: self.watch.with_polling(polling), ..self }
    }

    /// The job as it is at the next look; `None` once it was over.
    ///
    /// # Errors
    ///
    /// Those of [`crate::BatchWatch::next`].
    #[allow(clippy::should_implement_trait, reason = "the name that it has in the async client")]
    pub fn next(&mut self) -> Result<Option<Response<ModelInvocationJob>>, Error> {
        self.driver.wait(self.watch.next())
    }

    /// Waits until the job is over.
    ///
    /// # Errors
    ///
    /// Those of [`crate::BatchWatch::finished`].
    pub fn finished(self) -> Result<Response<ModelInvocationJob>, Error> {
        self.driver.wait(self.watch.finished())
    }
}
