//! Small requests with small answers, one after the other on one connection.

use super::Report;
use crate::Result;
use crate::measure::{ALLOCATIONS, CPU, Counter, Meter};
use crate::runner::{CONNECTIONS, Runner, samples};
use crate::server::Script;
use crate::subject::Subject;
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "unary";

/// Makes so many requests of 1 KiB.
pub(super) async fn perform<S: Subject>(endpoint: &str, requests: u32, counter: Counter) -> Result<Report> {
    let subject = S::new(endpoint)?;
    let request = S::request(Script::Message, &"How was it? ".repeat(1024 / 12));
    for _ in 0..50 {
        subject.create(&request).await?;
    }
    let meter = Meter::start(counter);
    for _ in 0..requests {
        subject.create(&request).await?;
    }
    Ok(meter.each(requests))
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let [ours, sdk, bare] =
        runner.in_turn(&["ours", "sdk", "bare"], TASK, REQUESTS)?.try_into().map_err(|_| "three")?;
    let [counted, sdk_counted] =
        runner.in_turn(&["ours-counted", "sdk-counted"], TASK, REQUESTS)?.try_into().map_err(|_| "two")?;
    let cpu = samples(&ours, CPU)?;
    Ok(vec![
        Line {
            what: "1 KiB request and answer: CPU, µs".to_owned(),
            ours: cpu.clone(),
            peer: Some(("sdk", samples(&sdk, CPU)?)),
            aim: Aim::Times(0.5),
        },
        Line {
            what: "the same".to_owned(),
            ours: cpu,
            peer: Some(("bare", samples(&bare, CPU)?)),
            aim: Aim::None,
        },
        Line {
            what: "1 KiB request and answer: allocations".to_owned(),
            ours: samples(&counted, ALLOCATIONS)?,
            peer: Some(("sdk", samples(&sdk_counted, ALLOCATIONS)?)),
            aim: Aim::AtMost(150.0),
        },
        Line {
            what: "connections for all of them".to_owned(),
            ours: samples(&ours, CONNECTIONS)?,
            peer: Some(("sdk", samples(&sdk, CONNECTIONS)?)),
            aim: Aim::AtMost(1.0),
        },
    ])
}

const REQUESTS: u32 = 2_000;
