//! A stream of many deltas, as fast as it can be read, folded into its message.

use super::Report;
use crate::Result;
use crate::measure::{ALLOCATIONS, CPU, Counter, Meter};
use crate::runner::{Runner, samples};
use crate::server::Script;
use crate::subject::{Events, Subject};
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "stream";

/// Reads 200,000 deltas in streams of `deltas` each, and reports what one cost.
pub(super) async fn perform<S: Subject>(endpoint: &str, deltas: u32, counter: Counter) -> Result<Report> {
    let subject = S::new(endpoint)?;
    read(&subject, 1_000).await?;
    let streams = (TOTAL / deltas).max(1);
    let meter = Meter::start(counter);
    for _ in 0..streams {
        read(&subject, deltas).await?;
    }
    Ok(meter.each(streams * deltas))
}

async fn read<S: Subject>(subject: &S, deltas: u32) -> Result<()> {
    let mut stream = subject.stream(&S::request(Script::Deltas(deltas), "How was it?")).await?;
    let mut length = 0;
    while stream.next(|text| length += text.len()).await? {}
    let folded = stream.finish()?;
    // The bare parts show no text.
    if length > 0 && folded != length {
        Err("the message is not what its events were".into())
    } else {
        Ok(())
    }
}

/// By event, and by the length of the stream.
pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let programs = [("ours", 10_000), ("sdk", 10_000), ("bare", 10_000), ("ours", 100_000)];
    let [ours, sdk, bare, long] = runner.counts_in_turn(&programs, TASK)?.try_into().map_err(|_| "four")?;
    let [counted, sdk_counted] =
        runner.in_turn(&["ours-counted", "sdk-counted"], TASK, 10_000)?.try_into().map_err(|_| "two")?;
    let cpu = samples(&ours, CPU)?;
    Ok(vec![
        Line {
            what: "10,000 deltas: CPU an event, µs".to_owned(),
            ours: cpu.clone(),
            peer: Some(("sdk", samples(&sdk, CPU)?)),
            aim: Aim::Times(0.5),
        },
        Line {
            what: "the same, where the bare parts read the bytes alone".to_owned(),
            ours: cpu.clone(),
            peer: Some(("bare", samples(&bare, CPU)?)),
            aim: Aim::None,
        },
        Line {
            what: "10,000 deltas: allocations an event".to_owned(),
            ours: samples(&counted, ALLOCATIONS)?,
            peer: Some(("sdk", samples(&sdk_counted, ALLOCATIONS)?)),
            aim: Aim::AtMost(3.0),
        },
        Line {
            what: "100,000 deltas: CPU an event, by that of 10,000, µs".to_owned(),
            ours: samples(&long, CPU)?,
            peer: Some(("ours", cpu)),
            aim: Aim::Times(1.1),
        },
    ])
}

const TOTAL: u32 = 200_000;
