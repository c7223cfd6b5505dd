//! The activity log: a line of JSON for each call, kept on this machine.
//!
//! `record.rs` has what a line says, `content.rs` what was asked and answered, where that is wanted, `files.rs` the files of the days.
//! When a line is due is `Observation`'s to say.

mod content;
mod files;
mod record;

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use bedrock_types::{Message, MessageCreateParams};

use self::content::Content;
pub use self::{
    files::DailyFiles,
    record::{ActivityError, ActivityIdentity, ActivityRecord},
};
use super::CallRecord;

/// Keeps a line for each call of a client: when, as whom, which model, tokens, cost, times, and how it ended; what was asked and
/// answered only if it is told to.
///
/// Bedrock has such a log too, kept by AWS ([`InvocationLogging`](crate::InvocationLogging)); this one is for accounts without it, for
/// the routes that it does not cover, and for times that only the caller can measure. Anthropic recommends to keep the last 30 days.
///
/// ```
/// use bedrock_client::{ActivityLog, Client, Credentials};
///
/// # let folder = std::env::temp_dir();
/// let client = Client::builder()
///     .region("us-east-1")
///     .credentials(Credentials::new("AKIA…", "secret"))
///     .activity_log(ActivityLog::daily(folder.join("claude-activity")))
///     .build()?;
/// # drop(client);
/// # Ok::<(), bedrock_client::Error>(())
/// ```
///
/// A line is written where the call ends: when it is complete, when it failed (also before anything was sent), and when its future or
/// stream is dropped. That takes one append to a file; where even this is too slow for the task that makes the calls, give
/// [`to`](Self::to) a sink that hands lines on. No secret is ever in a line. A log that cannot be written fails no call: it is warned
/// of once.
#[derive(Clone)]
pub struct ActivityLog {
    sink: Arc<dyn ActivitySink>,
    content: bool,
    is_failing: Arc<AtomicBool>,
}

/// Takes the lines of an [`ActivityLog`].
///
/// ```
/// use std::{io, sync::mpsc::Sender, time::SystemTime};
///
/// use bedrock_client::ActivitySink;
///
/// /// Hands the lines to a thread of their own.
/// struct Elsewhere(Sender<String>);
///
/// impl ActivitySink for Elsewhere {
///     fn append(&self, _: SystemTime, line: &str) -> io::Result<()> {
///         self.0.send(line.to_owned()).map_err(io::Error::other)
///     }
/// }
/// ```
pub trait ActivitySink: Send + Sync {
    /// Takes the line of a call that began at `time`: JSON, without a line break.
    ///
    /// # Errors
    ///
    /// It could not be kept. The call is not affected; the log warns of the first such failure.
    fn append(&self, time: SystemTime, line: &str) -> io::Result<()>;
}

impl ActivityLog {
    /// Writes a file a day into a folder, which is made if it is not there, and keeps the last 30 days: see [`DailyFiles`].
    pub fn daily(folder: impl Into<std::path::PathBuf>) -> Self {
        Self::to(DailyFiles::new(folder))
    }

    /// Gives the lines to `sink`.
    pub fn to(sink: impl ActivitySink + 'static) -> Self {
        Self { sink: Arc::new(sink), content: false, is_failing: Arc::default() }
    }

    /// Keeps what was asked and answered too; files and pictures by kind and size alone.
    #[must_use]
    pub fn with_content(mut self) -> Self {
        self.content = true;
        self
    }

    /// Begins the line of a call.
    pub(super) fn begin(&self, params: &MessageCreateParams) -> Activity {
        let content = self.content.then(|| Content::of(params));
        Activity { log: self.clone(), content: content.unwrap_or_default() }
    }

    fn append(&self, time: SystemTime, line: &str) {
        let Err(error) = self.sink.append(time, line) else { return };
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "the activity log cannot be written; calls go on without it");
        }
    }
}

impl fmt::Debug for ActivityLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityLog").field("content", &self.content).finish_non_exhaustive()
    }
}

/// The line of a call that has not ended.
pub(super) struct Activity {
    log: ActivityLog,
    content: Content,
}

impl Activity {
    /// A message came, or some of it.
    pub(super) fn answer(&mut self, message: &Message) {
        if self.log.content {
            self.content.answer(message);
        }
    }

    /// The call is over.
    pub(super) fn end(self, call: &CallRecord) {
        let record = ActivityRecord::of(call, self.content);
        match serde_json::to_string(&record) {
            Ok(line) => self.log.append(call.started, &line),
            Err(error) => tracing::warn!(%error, "a call is missing in the activity log"),
        }
    }
}
