//! The other process: an emulator for each case, all in one runtime.
//!
//! Its first lines name the endpoint of each case. Then it answers every line that comes with its own [`Inside`], and ends with its
//! standard input.

use std::panic;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use bedrock_emulator::Emulator;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines, stdin};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;

use crate::Result;
use crate::cases::CASES;

/// Every so many requests one answer is broken: 5 %.
pub(crate) const ONE_IN: u64 = 20;

/// What a process knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inside {
    pub(crate) tasks: usize,
    pub(crate) panics: usize,
}

impl Inside {
    /// Counts panics from now on.
    pub(crate) fn watch() {
        let show = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            show(panic);
        }));
    }

    pub(crate) fn now() -> Self {
        let tasks = Handle::current().metrics().num_alive_tasks();
        Self { tasks, panics: PANICS.load(Ordering::Relaxed) }
    }
}

/// Streams that begin and then stand still: while it waits, the emulator sees at once who leaves.
const SLOW: &str = "stall:600";

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Runs in the child; `faults_each` is how many broken answers each emulator has to give.
pub(crate) async fn serve(faults_each: u64) -> Result<()> {
    Inside::watch();
    let mut emulators = Vec::new();
    for case in CASES {
        let fault = case.fault.map(str::parse).transpose()?;
        let broken = (1..=faults_each).map(|nth| nth * ONE_IN);
        let builder = Emulator::builder();
        let builder = fault.into_iter().fold(builder, |builder, fault| {
            broken.clone().fold(builder, |builder, nth| builder.fault_at(nth, Clone::clone(&fault)))
        });
        let emulator = builder.start().await?;
        println!("{}", emulator.url());
        emulators.push(emulator);
    }
    let slow = Emulator::builder().fault(SLOW.parse()?).start().await?;
    println!("{}", slow.url());
    let mut asked = BufReader::new(stdin()).lines();
    while asked.next_line().await?.is_some() {
        let Inside { tasks, panics } = Inside::now();
        println!("{tasks} {panics}");
    }
    Ok(())
}

/// The child, seen from here.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    asks: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
    /// One for each case, in their order.
    pub(crate) urls: Vec<String>,
    /// An emulator that takes its time, for those who do not wait for the end.
    pub(crate) slow_url: String,
}

impl Server {
    pub(crate) async fn start(faults_each: u64) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &faults_each.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let asks = child.stdin.take().ok_or("the server has no input")?;
        let mut says = BufReader::new(child.stdout.take().ok_or("the server has no output")?).lines();
        let mut urls = Vec::new();
        for _ in CASES {
            urls.push(says.next_line().await?.ok_or("the server ended at its start")?);
        }
        let slow_url = says.next_line().await?.ok_or("the server ended at its start")?;
        Ok(Self { child, asks, says, urls, slow_url })
    }

    /// Its process.
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().ok_or_else(|| "the server has ended".into())
    }

    pub(crate) async fn inside(&mut self) -> Result<Inside> {
        self.asks.write_all(b"\n").await?;
        let line = self.says.next_line().await?.ok_or("the server has ended")?;
        let (tasks, panics) = line.split_once(' ').ok_or("the server speaks in riddles")?;
        Ok(Inside { tasks: tasks.parse()?, panics: panics.parse()? })
    }
}
