//! Effects for the tests of this crate: answers that were written beforehand, and everything that was asked for.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::{
    Command, FileStamp, Files, Http, HttpError, HttpOptions, ProcessError, ProcessOutput, Processes,
};
use crate::identity::BoxFuture;

/// An HTTP client that gives the answers of a script, in its order; a request that is not the next one of the script panics.
///
/// Clones are the same client: keep one to look at what was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptedHttp(Arc<Mutex<HttpScript>>);

#[derive(Debug, Default)]
struct HttpScript {
    expected: VecDeque<(String, Result<Response<Bytes>, HttpError>)>,
    requests: Vec<(Request<Bytes>, HttpOptions)>,
}

impl ScriptedHttp {
    /// Exchanges as method and URI (`PUT http://169.254.169.254/latest/api/token`), status and body.
    pub(crate) fn new<'a>(exchanges: impl IntoIterator<Item = (&'a str, u16, &'a str)>) -> Self {
        exchanges.into_iter().fold(Self::default(), |script, (request, status, body)| {
            let answer = Response::builder().status(status).body(Bytes::copy_from_slice(body.as_bytes()));
            script.then(request, answer.expect("a legal status"))
        })
    }

    /// One more exchange, with an answer that has headers.
    pub(crate) fn then(self, request: &str, answer: Response<Bytes>) -> Self {
        locked(&self.0).expected.push_back((request.to_owned(), Ok(answer)));
        self
    }

    /// One more exchange, without an answer.
    pub(crate) fn then_fails(self, request: &str) -> Self {
        locked(&self.0).expected.push_back((request.to_owned(), Err(HttpError::new("scripted"))));
        self
    }

    /// What was asked, in order.
    pub(crate) fn requests(&self) -> Vec<(Request<Bytes>, HttpOptions)> {
        locked(&self.0).requests.clone()
    }

    /// How many requests were made.
    pub(crate) fn count(&self) -> usize {
        locked(&self.0).requests.len()
    }

    /// Whether everything in the script was asked for.
    pub(crate) fn is_done(&self) -> bool {
        locked(&self.0).expected.is_empty()
    }
}

impl Http for ScriptedHttp {
    fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let asked = format!("{} {}", request.method(), request.uri());
        let next = {
            let mut script = locked(&self.0);
            script.requests.push((request, options));
            script.expected.pop_front()
        };
        let (expected, answer) = next.unwrap_or_else(|| panic!("the script has nothing for {asked}"));
        assert_eq!(asked, expected, "the script has another request next");
        Box::pin(std::future::ready(answer))
    }
}

/// Programs that end as a script says, in its order; clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptedProcesses(Arc<Mutex<ProcessScript>>);

#[derive(Debug, Default)]
struct ProcessScript {
    results: VecDeque<Result<ProcessOutput, ProcessError>>,
    commands: Vec<Command>,
}

impl ScriptedProcesses {
    /// How the programs end.
    pub(crate) fn new(results: impl IntoIterator<Item = Result<ProcessOutput, ProcessError>>) -> Self {
        let script = ProcessScript { results: results.into_iter().collect(), commands: Vec::new() };
        Self(Arc::new(Mutex::new(script)))
    }

    /// One program that ends well and prints this.
    pub(crate) fn printing(stdout: &str) -> Self {
        Self::new([Ok(ProcessOutput::new(true, "exit status: 0", stdout.into()))])
    }

    /// What was run, in order.
    pub(crate) fn commands(&self) -> Vec<Command> {
        locked(&self.0).commands.clone()
    }
}

impl Processes for ScriptedProcesses {
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        let result = {
            let mut script = locked(&self.0);
            script.commands.push(command);
            script.results.pop_front()
        };
        Box::pin(std::future::ready(result.expect("the script has no program left")))
    }
}

/// A file system in memory that can be written and counts its changes; clones are the same.
#[derive(Clone, Default)]
pub(crate) struct MemoryFiles(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    files: BTreeMap<PathBuf, (Vec<u8>, u128)>,
    changes: u128,
    /// What was written by the code under test.
    written: Vec<PathBuf>,
}

impl MemoryFiles {
    /// Files by path.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let memory = Self::default();
        for (path, content) in files {
            memory.put(path, content);
        }
        memory
    }

    /// Somebody else writes a file.
    pub(crate) fn put(&self, path: &str, content: &str) {
        locked(&self.0).put(path.into(), content.into());
    }

    /// Somebody else removes a file.
    pub(crate) fn remove(&self, path: &str) {
        locked(&self.0).files.remove(Path::new(path));
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let (content, _) = locked(&self.0).files.get(Path::new(path))?.clone();
        Some(String::from_utf8(content).expect("tests write text"))
    }

    /// What was written through [`Files::write_private`], in order.
    pub(crate) fn written(&self) -> Vec<PathBuf> {
        locked(&self.0).written.clone()
    }
}

impl Memory {
    fn put(&mut self, path: PathBuf, content: Vec<u8>) {
        self.changes += 1;
        self.files.insert(path, (content, self.changes));
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let memory = locked(&self.0);
        let (content, _) = memory.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(content.clone())
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut memory = locked(&self.0);
        memory.put(path.to_owned(), content.to_owned());
        memory.written.push(path.to_owned());
        Ok(())
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        let memory = locked(&self.0);
        let (content, change) = memory.files.get(path)?;
        Some(FileStamp::new(*change, u64::try_from(content.len()).expect("tests are small")))
    }
}

impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(locked(&self.0).files.keys()).finish()
    }
}

/// The warnings of this thread, from [`listen`](Self::listen) on.
#[derive(Debug)]
pub(crate) struct Warnings {
    before: usize,
}

impl Warnings {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        static COUNTER: Once = Once::new();
        COUNTER.call_once(|| {
            tracing::subscriber::set_global_default(Counter).expect("no other test listens globally");
        });
        Self { before: WARNINGS.get() }
    }

    pub(crate) fn count(&self) -> usize {
        WARNINGS.get() - self.before
    }
}

thread_local! {
    static WARNINGS: Cell<usize> = const { Cell::new(0) };
}

/// Counts for each thread. One of a thread alone would miss some: `tracing` asks once for each place that logs whether anybody
/// listens, and it may ask on the thread of another test.
struct Counter;

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN
    }

    fn event(&self, _: &Event<'_>) {
        WARNINGS.set(WARNINGS.get() + 1);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
