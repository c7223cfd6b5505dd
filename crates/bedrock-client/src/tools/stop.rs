//! Stopping a run from elsewhere, and noticing it.

use std::sync::Arc;

use tokio::sync::watch;

/// Stops a run from elsewhere: another task, a signal handler, a button. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StopHandle(Arc<watch::Sender<bool>>);

impl StopHandle {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the run: a stream is closed, tools that run are dropped. What the run came to is kept.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn cancellation(&self) -> Cancellation {
        Cancellation(self.0.subscribe())
    }
}

/// Whether a run was stopped or dropped.
///
/// ```
/// use bedrock_client::{ToolCall, types::RawJson};
///
/// let call = ToolCall::new("count", RawJson::parse("{}")?);
/// let cancellation = call.cancellation();
/// let counting = std::thread::spawn(move || (0..1000).take_while(|_| !cancellation.is_cancelled()).count());
/// assert_eq!(counting.join().ok(), Some(1000));
/// # Ok::<(), bedrock_client::types::JsonError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cancellation(watch::Receiver<bool>);

impl Cancellation {
    /// One of a run that is not.
    pub(super) fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether the run is over for its tools.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the run is stopped or dropped; forever, if it ends by itself.
    pub async fn cancelled(&self) {
        if self.0.clone().wait_for(|stopped| *stopped).await.is_err() {
            // Nobody is left who could stop it.
            std::future::pending::<()>().await;
        }
    }
}

/// Tells what outlives the run that it is gone.
#[derive(Debug)]
pub(super) struct StopOnDrop(pub(super) StopHandle);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}
