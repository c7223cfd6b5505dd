//! Looking at a job until it is over.

use bedrock_types::control::ModelInvocationJob;

use super::Batches;
use crate::{Error, Polling, Response};

/// A job that is looked at again and again, from [`Batches::watch`]. Dropping it stops nothing but the looking.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// let mut watch = client.batches().watch("abcdefghij12");
/// while let Some(job) = watch.next().await? {
///     println!("{:?}: {} of {}", job.status, job.processed_record_count.unwrap_or(0), job.total_record_count.unwrap_or(0));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct BatchWatch<'a> {
    batches: Batches<'a>,
    job: String,
    polling: Polling,
    /// How often it was looked at.
    looks: u32,
    over: bool,
}

impl<'a> BatchWatch<'a> {
    pub(super) fn new(batches: Batches<'a>, job: String, polling: Polling) -> Self {
        Self { batches, job, polling, looks: 0, over: false }
    }

    /// How long to wait between two looks.
    #[must_use]
    pub fn with_polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// The job: now at first, then each time after a wait, and `None` once a look has found it over.
    ///
    /// # Errors
    ///
    /// As [`Batches::get`]. It can be asked on after an error, which the next wait then follows.
    pub async fn next(&mut self) -> Result<Option<Response<ModelInvocationJob>>, Error> {
        if self.over {
            return Ok(None);
        }
        if let Some(waits) = self.looks.checked_sub(1) {
            tokio::time::sleep(self.polling.wait(waits)).await;
        }
        self.looks = self.looks.saturating_add(1);
        let job = self.batches.get(&self.job).await?;
        self.over = job.is_finished();
        Ok(Some(job))
    }

    /// The job when it is over.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); that a job failed is none, its status says so.
    pub async fn finished(mut self) -> Result<Response<ModelInvocationJob>, Error> {
        self.over = false;
        loop {
            if let Some(job) = self.next().await?
                && self.over
            {
                return Ok(job);
            }
        }
    }
}
