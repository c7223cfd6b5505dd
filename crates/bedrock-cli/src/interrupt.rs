//! Ctrl-C, heard from the moment it is listened for.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// The one listener of a command: a Ctrl-C that comes while nobody waits is told at the next wait.
#[derive(Debug)]
pub(crate) struct Interrupt(Signal);

impl Interrupt {
    pub(crate) fn listen() -> Result<Self, Failure> {
        signal(SignalKind::interrupt()).map(Self).map_err(|error| Failure::io("signals", &error))
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn wait(&mut self) {
        self.0.recv().await;
    }

    /// Forgets a Ctrl-C that came while nobody waited.
    pub(crate) async fn forget(&mut self) {
        tokio::select! {
            biased;
            () = self.wait() => {}
            () = std::future::ready(()) => {}
        }
    }
}
