//! What this crate asks of the world, as small traits: environment, files, programs, the time, and one HTTP exchange.
//!
//! Everything else here is a function of what they answer, so all of it is tested with maps, a clock that stands still and scripted
//! answers. [`ProcessEnv`], [`OsFiles`], [`OsProcesses`] and [`SystemClock`] are the real ones; an [`Http`] comes from outside, as
//! `bedrock-client` brings one.

mod clock;
mod env;
mod files;
mod http;
mod os_files;
mod os_processes;
mod process;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt;
use std::sync::Arc;

pub use clock::{Clock, ManualClock, SystemClock};
pub use env::{Env, MapEnv, ProcessEnv};
pub use files::{FileStamp, Files, MAX_FILE_BYTES, MapFiles};
pub use http::{Http, HttpError, HttpOptions, MAX_RESPONSE_BYTES, NetworkPath};
pub use os_files::OsFiles;
pub use os_processes::OsProcesses;
pub use process::{Command, NoProcesses, ProcessError, ProcessOutput, Processes};

use crate::identity::BoxFuture;
use crate::secret::SecretString;

/// What the sources of identities may use.
///
/// ```
/// use bedrock_auth::{Effects, ManualClock, MapEnv, MapFiles};
///
/// let real = Effects::of_process();
/// let closed = Effects::new(MapEnv::default(), MapFiles::default());
/// # let _ = (real, closed);
/// ```
///
/// Without an [`Http`] the sources that need the network fail and say so; those that do not, work.
#[derive(Clone, Debug)]
#[must_use]
pub struct Effects {
    pub(crate) env: Arc<dyn Env>,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) processes: Arc<dyn Processes>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) http: Option<Arc<dyn Http>>,
    pub(crate) mfa: Option<Arc<dyn MfaPrompt>>,
}

/// Someone who can be asked for the code of a multi-factor device, for profiles with `mfa_serial`.
pub trait MfaPrompt: fmt::Debug + Send + Sync {
    /// The code that the device shows now; `None` where nobody answers.
    fn code<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Option<SecretString>>;
}

impl<P: MfaPrompt + ?Sized> MfaPrompt for Arc<P> {
    fn code<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Option<SecretString>> {
        (**self).code(serial)
    }
}

impl Effects {
    /// The environment, files, programs and clock of this process; no HTTP yet.
    pub fn of_process() -> Self {
        Self::new(ProcessEnv, OsFiles).with_processes(OsProcesses)
    }

    /// This environment and these files, the system clock, no programs and no HTTP.
    pub fn new(env: impl Env + 'static, files: impl Files + 'static) -> Self {
        Self {
            env: Arc::new(env),
            files: Arc::new(files),
            processes: Arc::new(NoProcesses),
            clock: Arc::new(SystemClock),
            http: None,
            mfa: None,
        }
    }

    /// Programs are run by `processes`.
    pub fn with_processes(mut self, processes: impl Processes + 'static) -> Self {
        self.processes = Arc::new(processes);
        self
    }

    /// The time is that of `clock`.
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Exchanges are made by `http`.
    pub fn with_http(mut self, http: impl Http + 'static) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// Codes of multi-factor devices are asked of `prompt`.
    pub fn with_mfa_prompt(mut self, prompt: impl MfaPrompt + 'static) -> Self {
        self.mfa = Some(Arc::new(prompt));
        self
    }
}
