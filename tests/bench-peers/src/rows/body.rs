//! Requests of 5 MiB: what they cost, and how often the body is copied.

use super::Report;
use crate::Result;
use crate::measure::{ALLOCATED, CPU, Counter, Meter};
use crate::runner::{Runner, samples};
use crate::server::Script;
use crate::subject::Subject;
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "body";
pub(super) const TASK_REFUSED: &str = "body-refused";

/// When the server answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answers {
    AtOnce,
    AfterTwoRefusals,
}

/// Makes so many requests. [`COPIES`] is the memory that one asked for, by the length of the prompt.
pub(super) async fn perform<S: Subject>(
    endpoint: &str,
    requests: u32,
    counter: Counter,
    answers: Answers,
) -> Result<Report> {
    let subject = S::new(endpoint)?;
    let prompt = "How was it? ".repeat(BODY / 12);
    let script = match answers {
        Answers::AtOnce => Script::Message,
        Answers::AfterTwoRefusals => Script::Refused,
    };
    let request = S::request(script, &prompt);
    subject.create(&request).await?;
    let meter = Meter::start(counter);
    for _ in 0..requests {
        subject.create(&request).await?;
    }
    let mut report = meter.each(requests);
    if let Some((_, bytes)) = report.iter().find(|(name, _)| *name == ALLOCATED) {
        let copies = bytes / prompt.len() as f64;
        report.push((COPIES, copies));
    }
    Ok(report)
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let [ours, sdk, bare] =
        runner.in_turn(&["ours", "sdk", "bare"], TASK, 20)?.try_into().map_err(|_| "three")?;
    let [counted, sdk_counted] =
        runner.in_turn(&["ours-counted", "sdk-counted"], TASK, 5)?.try_into().map_err(|_| "two")?;
    let refused = runner.in_turn(&["ours-counted"], TASK_REFUSED, 3)?.concat();
    let (cpu, once) = (samples(&ours, CPU)?, samples(&counted, COPIES)?);
    Ok(vec![
        Line {
            what: "5 MiB request: CPU, µs".to_owned(),
            ours: cpu.clone(),
            peer: Some(("sdk", samples(&sdk, CPU)?)),
            aim: Aim::Times(1.0),
        },
        Line {
            what: "the same".to_owned(),
            ours: cpu,
            peer: Some(("bare", samples(&bare, CPU)?)),
            aim: Aim::None,
        },
        Line {
            // One serialization: its buffer doubles for the few bytes that follow the prompt. A copy would be a third.
            what: "5 MiB request: memory asked for, in bodies".to_owned(),
            ours: once.clone(),
            peer: Some(("sdk", samples(&sdk_counted, COPIES)?)),
            aim: Aim::AtMost(2.1),
        },
        Line {
            // What is left are the connections: one that answered 503 is not used again. A copy would be half as much again.
            what: "the same sent three times, by that of once".to_owned(),
            ours: samples(&refused, COPIES)?,
            peer: Some(("ours", once)),
            aim: Aim::Times(1.1),
        },
    ])
}

const COPIES: &str = "allocated_bodies";
const BODY: usize = 5 * 1024 * 1024;
