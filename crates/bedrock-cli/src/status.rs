//! The spinner while nothing has come yet, and the bar of what takes long: on a terminal only.

mod line;

use std::{
    io::IsTerminal,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Spins on stderr until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Option<ProgressBar>);

impl Waiting {
    pub(crate) fn start(what: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        Self(Some(drawn(ProgressBar::no_length(), what, SPINNER)))
    }

    /// Stops and leaves no trace.
    pub(crate) fn stop(&mut self) {
        if let Some(bar) = self.0.take() {
            cleared(&bar);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A bar on stderr, until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Of so many bytes.
    #[cfg(feature = "s3")]
    pub(crate) fn bytes(what: &str, total: u64) -> Self {
        Self::start(ProgressBar::new(total), what, BYTES)
    }

    /// Of records; a spinner as long as their number is not known.
    pub(crate) fn records() -> Self {
        Self::start(ProgressBar::no_length(), "", SPINNER)
    }

    fn start(bar: ProgressBar, what: &str, template: &str) -> Self {
        Self(std::io::stderr().is_terminal().then(|| drawn(bar, what, template)))
    }

    /// How many bytes are there.
    #[cfg(feature = "s3")]
    pub(crate) fn set(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
        }
    }

    /// How many records are done, and of how many.
    pub(crate) fn set_records(&self, done: u64, total: Option<u64>) {
        let (Some(bar), Some(total)) = (&self.0, total.filter(|total| *total > 0)) else { return };
        if bar.length() != Some(total) {
            bar.set_length(total);
            style(bar, RECORDS);
        }
        bar.set_position(done);
    }

    /// What is being done.
    pub(crate) fn say(&self, what: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(what.to_owned());
        }
    }

    /// Stops and leaves no trace.
    pub(crate) fn stop(&mut self) {
        if let Some(bar) = self.0.take() {
            cleared(&bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Writes to the terminal what is to stand above a spinner or bar, if there is one.
pub(crate) fn beside<T>(write: impl FnOnce() -> T) -> T {
    let shown = shown().clone();
    match shown {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn drawn(bar: ProgressBar, what: &str, template: &str) -> ProgressBar {
    bar.set_draw_target(ProgressDrawTarget::hidden()); // every setting draws, in the style there is
    bar.set_message(what.to_owned());
    style(&bar, template);
    bar.set_draw_target(line::target());
    bar.enable_steady_tick(TICK);
    *shown() = Some(bar.clone());
    bar
}

fn cleared(bar: &ProgressBar) {
    *shown() = None;
    bar.finish_and_clear();
}

/// What is drawn: there is one line for it, as there is one terminal.
fn shown() -> MutexGuard<'static, Option<ProgressBar>> {
    static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

/// All short, so that most windows have room for them.
const SPINNER: &str = "{spinner} {msg} {elapsed}";
const RECORDS: &str = "{spinner} {msg} {bar:20} {pos}/{len} records {elapsed}";
#[cfg(feature = "s3")]
const BYTES: &str = "{spinner} {msg} {bar:20} {bytes}/{total_bytes} {eta}";
const TICK: Duration = Duration::from_millis(100);
