//! `soak load`: how many whole answers a second, and how soon a server is rid of those who leave.
//!
//! Both sides share the machine. What streams cost in time and memory beside others is measured by `cargo xtask bench --peers`.

use std::time::{Duration, Instant};

use bedrock_client::{Client, MessageCreateParams, MessageStream};
use bedrock_transport::HyperClient;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Result;
use crate::server::Server;
use crate::soak::client;
use crate::vitals::Vitals;

/// Prints a row for each, and says whether all aims were met.
pub(crate) async fn run() -> Result<bool> {
    let server = Server::start(0).await?;
    let unary = unary(server.urls.first().ok_or("no emulator")?).await?;
    let storm = storm(&server).await?;
    let rows = [
        (
            "whole answers a second",
            format!("{:.0}", unary.per_second),
            ">= 4000",
            unary.per_second >= 4_000.0,
        ),
        (
            "their 99th percentile, ms",
            milliseconds(unary.late),
            "< 25",
            unary.late < Duration::from_millis(25),
        ),
        ("10,000 streams closed, ms", milliseconds(storm), "< 1000", storm < Duration::from_secs(1)),
    ];
    for (what, figure, aim, held) in &rows {
        println!("{what:<28}{figure:>10}  {aim:<8}  {}", if *held { "ok" } else { "MISSED" });
    }
    Ok(rows.iter().all(|(.., held)| *held))
}

struct Unary {
    per_second: f64,
    /// All but one in a hundred are sooner.
    late: Duration,
}

/// Answers of 1 KiB to requests of 1 KiB, [`AT_ONCE`] at a time.
async fn unary(url: &str) -> Result<Unary> {
    let client = client(url, HyperClient::builder().build()?)?;
    let mut workers = JoinSet::new();
    let start = Instant::now();
    for _ in 0..AT_ONCE {
        let client = client.clone();
        workers.spawn(async move {
            let params = MessageCreateParams::new(MODEL, 1024).user("All work and no play. ".repeat(38));
            let mut times = Vec::new();
            while start.elapsed() < MEASURED {
                let sent = Instant::now();
                client.messages().create(&params).await?;
                times.push(sent.elapsed());
            }
            Result::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(worker) = workers.join_next().await {
        times.extend(worker??);
    }
    let took = start.elapsed();
    times.sort_unstable();
    let late = times.get(times.len() * 99 / 100).copied().unwrap_or(Duration::MAX);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let per_second = times.len() as f64 / took.as_secs_f64();
    Ok(Unary { per_second, late })
}

/// How long the server has connections after all streams were dropped, each after its first event.
async fn storm(server: &Server) -> Result<Duration> {
    let client = client(&server.slow_url, HyperClient::builder().build()?)?;
    let process = server.id()?;
    let before = Vitals::of(process)?.sockets;
    let mut opening = JoinSet::new();
    let mut streams = Vec::with_capacity(STORM);
    for _ in 0..STORM {
        if opening.len() >= AT_ONCE * 4 {
            streams.extend(opening.join_next().await.transpose()?.transpose()?);
        }
        opening.spawn(open(client.clone()));
    }
    while let Some(stream) = opening.join_next().await {
        streams.push(stream??);
    }
    let open = Vitals::of(process)?.sockets - before;
    if open < u64::try_from(STORM)? {
        return Err(format!("only {open} of {STORM} streams were open at once").into());
    }
    drop(streams);
    let start = Instant::now();
    while Vitals::of(process)?.sockets > before {
        sleep(Duration::from_millis(5)).await;
    }
    Ok(start.elapsed())
}

async fn open(client: Client) -> Result<MessageStream> {
    let params = MessageCreateParams::new(MODEL, 1024).user("Tell me something long. ".repeat(100));
    let mut stream = client.messages().stream(&params).await?;
    match stream.next_event().await? {
        Some(_) => Ok(stream),
        None => Err("a stream without events".into()),
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

const MODEL: &str = "haiku-4.5";
const AT_ONCE: usize = 64;
const MEASURED: Duration = Duration::from_secs(10);
const STORM: usize = 10_000;
