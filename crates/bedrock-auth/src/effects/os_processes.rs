//! Programs of this machine.
//!
//! Two threads watch over each: one reads what it prints, the other waits for that, for the end of its time, or for the caller to
//! lose interest. So nothing here needs an async runtime or its timers, and the program is waited for in every case.

use std::io::{self, Read};
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::process::{Command, ProcessError, ProcessOutput, Processes};
use crate::identity::BoxFuture;

/// Programs of this machine.
///
/// A program that is killed takes its own children along only if they notice that nobody reads what they print.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsProcesses;

impl Processes for OsProcesses {
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        Box::pin(async {
            let watch = Arc::new(Watch::default());
            let (answer, result) = oneshot::channel();
            let _interest = Interest(watch.clone());
            spawn_thread("program", move || {
                // Whoever asked may be gone.
                let _ = answer.send(supervise(&command, &watch));
            })
            .map_err(start)?;
            result.await.unwrap_or_else(|_| Err(start(io::Error::other("its supervisor is gone"))))
        })
    }
}

/// What a supervisor hears.
enum Event {
    /// Everything that the program printed, or one byte more than it may.
    Printed(Printed),
    /// Nobody waits any longer.
    Abandoned,
    /// Nothing, for as long as it was listened for.
    Silence,
}

type Printed = io::Result<Zeroizing<Vec<u8>>>;

/// Where a supervisor hears it: there are two things to hear, each once, so no channel is needed.
#[derive(Default)]
struct Watch {
    heard: Mutex<Heard>,
    changed: Condvar,
}

#[derive(Default)]
struct Heard {
    printed: Option<Printed>,
    is_abandoned: bool,
}

impl Watch {
    fn printed(&self, printed: Printed) {
        self.lock().printed = Some(printed);
        self.changed.notify_one();
    }

    fn abandon(&self) {
        self.lock().is_abandoned = true;
        self.changed.notify_one();
    }

    /// Waits for something to hear. What was printed is told once.
    fn listen(&self, patience: Duration) -> Event {
        let is_silent = |heard: &mut Heard| heard.printed.is_none() && !heard.is_abandoned;
        let listened = self.changed.wait_timeout_while(self.lock(), patience, is_silent);
        let (mut heard, _) = listened.unwrap_or_else(PoisonError::into_inner);
        match heard.printed.take() {
            Some(printed) => Event::Printed(printed),
            None if heard.is_abandoned => Event::Abandoned,
            None => Event::Silence,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The interest of whoever waits for a program: lost when it is dropped.
struct Interest(Arc<Watch>);

impl Drop for Interest {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Runs a program to its end, whatever that is.
fn supervise(command: &Command, watch: &Arc<Watch>) -> Result<ProcessOutput, ProcessError> {
    let started = Instant::now();
    let mut program = process::Command::new(&command.program)
        .args(&command.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map(Running)
        .map_err(start)?;
    let mut stdout = program.0.stdout.take().expect("it was piped");
    let (limit, of_reader) = (command.max_output, watch.clone());
    spawn_thread("program output", move || of_reader.printed(read(&mut stdout, limit))).map_err(start)?;

    let left = || command.timeout.saturating_sub(started.elapsed());
    let timed_out = || ProcessError::TimedOut(command.timeout);
    let stdout = match watch.listen(left()) {
        Event::Printed(stdout) => stdout.map_err(|error| ProcessError::Read(Arc::new(error)))?,
        // Nobody hears what becomes of a program that was abandoned.
        Event::Abandoned | Event::Silence => return Err(timed_out()),
    };
    if stdout.len() > limit {
        return Err(ProcessError::TooMuchOutput { limit });
    }

    // It has closed its output and so is about to end; one that is not must not take longer than it may.
    let mut pause = Duration::from_millis(1);
    loop {
        let ended = program.0.try_wait().map_err(|error| ProcessError::Read(Arc::new(error)))?;
        if let Some(status) = ended {
            return Ok(output(status, stdout));
        }
        if left().is_zero() {
            return Err(timed_out());
        }
        if let Event::Abandoned = watch.listen(pause.min(left())) {
            return Err(timed_out());
        }
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

/// A program that is killed and waited for unless it has ended before.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended and been waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program prints, and at most one byte more than it may.
fn read(stdout: &mut dyn Read, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = limit.saturating_add(1);
    // Room from the start for what is usual: a buffer that grows leaves copies of secrets behind.
    let mut printed = Zeroizing::new(Vec::with_capacity(most.min(USUAL_OUTPUT)));
    stdout.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut printed)?;
    Ok(printed)
}

fn output(status: ExitStatus, stdout: Zeroizing<Vec<u8>>) -> ProcessOutput {
    ProcessOutput { success: status.success(), status: status.to_string(), stdout }
}

fn spawn_thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // Boxed, since starting a thread is compiled for each type of work.
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

fn start(error: io::Error) -> ProcessError {
    ProcessError::Start(Arc::new(error))
}

/// As much as `credential_process` may print, and the byte that tells too much.
const USUAL_OUTPUT: usize = 64 * 1024 + 1;

/// The longest pause between two looks at whether a program has ended.
const MAX_PAUSE: Duration = Duration::from_millis(50);

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        Command::new("/bin/sh", vec!["-c".into(), script.into()])
    }

    fn printed(output: &ProcessOutput) -> &str {
        std::str::from_utf8(&output.stdout).unwrap()
    }

    /// Whether a program of this number runs or is a zombie.
    fn exists(pid: &str) -> bool {
        process::Command::new("/bin/sh")
            .args(["-c", "kill -0 \"$0\" 2>/dev/null", pid])
            .status()
            .unwrap()
            .success()
    }

    #[tokio::test]
    async fn a_program_prints_and_ends() {
        let output = OsProcesses.run(shell("echo said; echo canary >&2; cat")).await.unwrap();
        assert!(output.success);
        assert_eq!((printed(&output), output.status.as_str()), ("said\n", "exit status: 0"));

        let output = OsProcesses.run(shell("echo said; exit 3")).await.unwrap();
        assert!(!output.success);
        assert_eq!((printed(&output), output.status.as_str()), ("said\n", "exit status: 3"));
    }

    #[tokio::test]
    async fn arguments_are_given_as_they_are() {
        let command = Command::new("printf", vec!["%s|".into(), "a b".into(), "$HOME".into(), String::new()]);
        assert_eq!(printed(&OsProcesses.run(command).await.unwrap()), "a b|$HOME||");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_does_not_start() {
        let command = Command::new("bedrock-no-such-program", vec!["canary".into()]);
        let error = OsProcesses.run(command).await.unwrap_err();
        assert!(
            matches!(&error, ProcessError::Start(error) if error.kind() == io::ErrorKind::NotFound),
            "{error:?}"
        );
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[tokio::test]
    async fn what_is_too_much_is_not_read_to_its_end() {
        let mut command = Command::new("yes", vec![]);
        command.max_output = 1000;
        let error = OsProcesses.run(command).await.unwrap_err();
        assert!(matches!(error, ProcessError::TooMuchOutput { limit: 1000 }), "{error:?}");

        let exactly = |length| {
            let mut command = shell(&format!("head -c {length} /dev/zero"));
            command.max_output = 1000;
            OsProcesses.run(command)
        };
        assert_eq!(exactly(1000).await.unwrap().stdout.len(), 1000);
        assert!(exactly(1001).await.is_err());
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_is_killed() {
        is_killed_in_time("echo $$ > PID; exec sleep 60").await;
    }

    #[tokio::test]
    async fn a_program_that_closed_its_output_and_does_not_end_is_killed() {
        is_killed_in_time("echo $$ > PID; exec sleep 60 >&-").await;
    }

    async fn is_killed_in_time(script: &str) {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let mut command = shell(&script.replace("PID", pid.to_str().unwrap()));
        command.timeout = Duration::from_secs(2);
        let error = OsProcesses.run(command).await.unwrap_err();
        assert!(matches!(error, ProcessError::TimedOut(_)), "{error:?}");
        let pid = std::fs::read_to_string(pid).unwrap();
        assert!(!exists(pid.trim()), "waited for before the error is told");
    }

    #[tokio::test]
    async fn a_program_that_nobody_waits_for_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let mut run = OsProcesses.run(shell(&format!("echo $$ > {}; exec sleep 60", pid.display())));
        // Polled until the program has written, and dropped in the middle.
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let number = loop {
            tokio::select! {
                _ = &mut run => panic!("it cannot have ended"),
                _ = looks.tick() => match std::fs::read_to_string(&pid) {
                    Ok(number) if number.ends_with('\n') => break number,
                    _ => (),
                }
            }
        };
        assert!(exists(number.trim()));
        drop(run);
        let deadline = Instant::now() + Duration::from_secs(20);
        while exists(number.trim()) {
            assert!(Instant::now() < deadline, "still there");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[test]
    fn no_async_runtime_is_needed() {
        use std::pin::pin;
        use std::task::{Context, Poll, Waker};
        let mut run = pin!(OsProcesses.run(shell("echo said")));
        let deadline = Instant::now() + Duration::from_secs(20);
        let output = loop {
            assert!(Instant::now() < deadline, "it never ends");
            match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(output) => break output.unwrap(),
                Poll::Pending => thread::yield_now(),
            }
        };
        assert_eq!(printed(&output), "said\n");
    }
}
