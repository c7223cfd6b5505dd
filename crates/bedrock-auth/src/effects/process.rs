//! Running a program, for `credential_process`.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::identity::BoxFuture;

/// Programs that can be run.
pub trait Processes: fmt::Debug + Send + Sync {
    /// Runs a program without a shell, its standard input closed and its standard error thrown away, and reads what it prints.
    ///
    /// A program that prints more than [`Command::max_output`] or runs longer than [`Command::timeout`] is killed, and so is one
    /// whose future is dropped.
    ///
    /// # Errors
    ///
    /// [`ProcessError`]: it did not start, did not end in time, or printed too much. A program that failed is no error here:
    /// [`ProcessOutput::success`] says so.
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>>;
}

/// A program to run. `Debug` shows the program and not its arguments, which may hold a secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Command {
    /// The program: a path, or a name to look for in `PATH`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// How long it may run.
    pub timeout: Duration,
    /// How many bytes it may print.
    pub max_output: usize,
}

/// What a program printed and how it ended.
#[derive(Clone)]
#[non_exhaustive]
pub struct ProcessOutput {
    /// Whether it ended with status 0.
    pub success: bool,
    /// How it ended, for people: `exit status: 1`.
    pub status: String,
    /// What it printed on standard output.
    pub stdout: Zeroizing<Vec<u8>>,
}

/// Why a program gave nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// It could not be started.
    Start(Arc<io::Error>),
    /// It did not end in time, and was killed.
    TimedOut(Duration),
    /// It printed more than it may, and was killed.
    TooMuchOutput {
        /// How many bytes it may print.
        limit: usize,
    },
    /// What it printed could not be read.
    Read(Arc<io::Error>),
}

impl Command {
    /// A program with arguments and the limits of `credential_process`: 60 seconds and 64 KiB.
    pub fn new(program: impl Into<String>, arguments: Vec<String>) -> Self {
        Self { program: program.into(), arguments, timeout: Duration::from_secs(60), max_output: 64 * 1024 }
    }
}

impl ProcessOutput {
    /// What a program that ended well printed: for implementors of [`Processes`] and tests.
    pub fn new(success: bool, status: impl Into<String>, stdout: Vec<u8>) -> Self {
        Self { success, status: status.into(), stdout: Zeroizing::new(stdout) }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("program", &self.program).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProcessOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessOutput").field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(_) => f.write_str("the program could not be started"),
            Self::TimedOut(after) => write!(f, "the program did not end within {} s", after.as_secs()),
            Self::TooMuchOutput { limit } => write!(f, "the program printed more than {limit} bytes"),
            Self::Read(_) => f.write_str("what the program printed could not be read"),
        }
    }
}

impl std::error::Error for ProcessError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(error) | Self::Read(error) => Some(&**error),
            Self::TimedOut(_) | Self::TooMuchOutput { .. } => None,
        }
    }
}

/// No programs at all: where nothing may be started.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProcesses;

impl<P: Processes + ?Sized> Processes for Arc<P> {
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        (**self).run(command)
    }
}

impl Processes for NoProcesses {
    fn run(&self, _command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        Box::pin(async { Err(ProcessError::Start(Arc::new(io::ErrorKind::Unsupported.into()))) })
    }
}
