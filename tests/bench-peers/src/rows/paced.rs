//! A thousand streams at a time, each with a delta every 20 ms.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::Report;
use crate::Result;
use crate::measure::{CPU, Meter, peak_resident, raise_descriptor_limit};
use crate::runner::{Runner, samples};
use crate::server::{Script, now};
use crate::subject::{Events, Subject};
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "paced";

/// Reads so many streams at once. The text of each delta is the time when it was sent.
pub(super) async fn perform<S: Subject>(endpoint: &str, streams: u32) -> Result<Report> {
    raise_descriptor_limit()?;
    let meter = Meter::start(None);
    let subject = Arc::new(S::new(endpoint)?);
    let mut tasks = JoinSet::new();
    for _ in 0..streams {
        let subject = Arc::clone(&subject);
        tasks.spawn(async move { read(&*subject).await });
    }
    let mut delays = Vec::new();
    while let Some(read) = tasks.join_next().await {
        delays.extend(read??);
    }
    delays.sort_unstable();
    let p99 = delays.get(delays.len() * 99 / 100).copied().ok_or("no delta came")?;
    let mut report = meter.each(delays.len().try_into()?);
    report.push((P99, p99 as f64 / 1e3));
    report.push((PEAK, peak_resident()? / 1024.0));
    Ok(report)
}

/// How late each delta was, in microseconds.
async fn read<S: Subject>(subject: &S) -> Result<Vec<u64>> {
    let mut delays = Vec::with_capacity(DELTAS as usize);
    let mut stream = subject.stream(&S::request(Script::Paced(DELTAS), "How was it?")).await?;
    while stream.next(|text| delays.extend(text.parse().map(|sent| now().saturating_sub(sent)))).await? {}
    stream.finish()?;
    if delays.len() == DELTAS as usize { Ok(delays) } else { Err("a delta was lost".into()) }
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    raise_descriptor_limit()?;
    let [ours, sdk] = runner.in_turn(&["ours", "sdk"], TASK, 1_000)?.try_into().map_err(|_| "two")?;
    let line = |what: &str, name: &str, aim| -> Result<Line> {
        Ok(Line {
            what: what.to_owned(),
            ours: samples(&ours, name)?,
            peer: Some(("sdk", samples(&sdk, name)?)),
            aim,
        })
    };
    Ok(vec![
        line("1,000 paced streams: peak of resident memory, MiB", PEAK, Aim::Times(0.7))?,
        line("1,000 paced streams: p99 of the added delay, ms", P99, Aim::Times(0.5))?,
        line("1,000 paced streams: CPU an event, µs", CPU, Aim::None)?,
    ])
}

const DELTAS: u32 = 50;
const P99: &str = "p99_ms";
const PEAK: &str = "peak_mib";
