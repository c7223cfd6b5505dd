//! `soak emulator`: how fast the emulator is beside a bare hyper server that sends the same bytes without looking.
//!
//! Each server is a process of its own, and both are asked the same signed requests in turns, so that whatever else the machine does meets
//! both. [`bare`] is the server without an emulator in it, [`asker`] asks without making anything of the answers.

mod asker;
mod bare;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use bedrock_emulator::Emulator;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, stdin};
use tokio::process::{Child, Command};

use crate::Result;
use asker::{Answer, Kind};

/// Prints a row for each kind of answer, and says whether the aim was met.
pub(crate) async fn run() -> Result<bool> {
    let emulator = Server::start(&["emulator", "serve"]).await?;
    println!(
        "{:<24}{:>12}{:>12}{:>10}{:>12}{:>12}{:>10}  aim",
        "", "emulator/s", "bare/s", "quotient", "CPU, us", "CPU, us", "quotient"
    );
    let mut held = true;
    for kind in [Kind::Whole, Kind::Streamed] {
        let answer = asker::first(&emulator.url, kind).await?;
        let units = answer.units as f64;
        let bare = Server::start_bare(&answer).await?;
        let (mut of_emulator, mut of_bare) = (vec![], vec![]);
        for _ in 0..ROUNDS {
            of_bare.push(round(&bare, kind).await?);
            of_emulator.push(round(&emulator, kind).await?);
        }
        let rate = |rounds: &[Round]| median(rounds.iter().map(|round| round.answers_a_second * units));
        let cost = |rounds: &[Round]| median(rounds.iter().map(|round| round.cpu_micros / units));
        let quotient = rate(&of_emulator) / rate(&of_bare);
        held &= quotient >= AIM;
        println!(
            "{:<24}{:>12.0}{:>12.0}{:>10.2}{:>12.2}{:>12.2}{:>10.2}  >= {AIM}: {}",
            match kind {
                Kind::Whole => "whole answers".to_owned(),
                Kind::Streamed => format!("events, {units} a stream"),
            },
            rate(&of_emulator),
            rate(&of_bare),
            quotient,
            cost(&of_emulator),
            cost(&of_bare),
            cost(&of_bare) / cost(&of_emulator),
            if quotient >= AIM { "ok" } else { "MISSED" },
        );
    }
    Ok(held)
}

/// The emulator alone, as it starts by default, until the standard input ends.
pub(crate) async fn serve() -> Result<()> {
    let emulator = Emulator::builder().start().await?;
    println!("{}", emulator.url());
    until_left().await
}

/// The bare server, with the answer of a file, until the standard input ends.
pub(crate) async fn serve_bare(answer: &str) -> Result<()> {
    let answer = Answer::read(&fs::read(answer)?)?;
    println!("http://{}", bare::start(answer).await?);
    until_left().await
}

async fn until_left() -> Result<()> {
    stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// A server in a process of its own; it ends with this value.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    async fn start(words: &[&str]) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut says = BufReader::new(child.stdout.take().ok_or("the server has no output")?).lines();
        let url = says.next_line().await?.ok_or("the server ended at its start")?;
        Ok(Self { child, url })
    }

    async fn start_bare(answer: &Answer) -> Result<Self> {
        let file = std::env::temp_dir().join(format!("soak-answer-{}", std::process::id()));
        fs::write(&file, &answer.bytes)?;
        let started = Self::start(&["emulator", "bare", &file.display().to_string()]).await;
        fs::remove_file(&file)?;
        started
    }

    /// What the process has had of the processors.
    fn cpu(&self) -> Result<Duration> {
        let process = self.child.id().ok_or("the server has ended")?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name stands in parentheses and may have blanks; user and system time are the 14th and 15th of all.
        let behind = stat.rsplit_once(')').ok_or("/proc has no times")?.1;
        let ticks = behind.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let ticks = ticks.sum::<std::result::Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * MILLISECONDS_A_TICK))
    }
}

struct Round {
    answers_a_second: f64,
    /// Of the server, for one answer.
    cpu_micros: f64,
}

async fn round(server: &Server, kind: Kind) -> Result<Round> {
    let (cpu, start) = (server.cpu()?, Instant::now());
    let answers = asker::ask(&server.url, kind, MEASURED).await? as f64;
    let took = start.elapsed();
    let cpu = server.cpu()?.saturating_sub(cpu);
    Ok(Round {
        answers_a_second: answers / took.as_secs_f64(),
        cpu_micros: cpu.as_secs_f64() * 1e6 / answers,
    })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The emulator is to be no bottleneck of a load test: half of what hyper can do.
const AIM: f64 = 0.5;
const ROUNDS: usize = 5;
const MEASURED: Duration = Duration::from_secs(3);
/// Of Linux: `getconf CLK_TCK` is 100.
const MILLISECONDS_A_TICK: u64 = 10;
