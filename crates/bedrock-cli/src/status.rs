//! The spinner while nothing has come yet, and the bar of what takes long: on a terminal only.

mod line;

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Stderr;

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
            bar.finish_and_clear();
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

    /// Says something above the bar.
    pub(crate) fn aside(&self, stderr: Stderr, text: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| stderr.note(text)),
            None => stderr.note(text),
        }
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
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}

fn drawn(bar: ProgressBar, what: &str, template: &str) -> ProgressBar {
    bar.set_draw_target(line::target());
    bar.set_message(what.to_owned());
    style(&bar, template);
    bar.enable_steady_tick(TICK);
    bar
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
