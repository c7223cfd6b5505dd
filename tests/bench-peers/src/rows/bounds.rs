//! What a peer without measure can make a program hold.

use std::time::Duration;

use super::Report;
use crate::Result;
use crate::measure::{peak_resident, resident};
use crate::runner::{Runner, samples};
use crate::server::Script;
use crate::subject::{Events, Subject};
use crate::table::{Aim, Line, Samples};

pub(super) const TASK_UNPOLLED: &str = "unpolled";
pub(super) const TASK_ANSWER: &str = "huge-answer";
pub(super) const TASK_REFUSAL: &str = "huge-refusal";

/// Which body is 1 GiB.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    Answer,
    Refusal,
}

/// Begins a stream without end, and reads no more of it for two seconds.
pub(super) async fn not_polled<S: Subject>(endpoint: &str) -> Result<Report> {
    let subject = S::new(endpoint)?;
    let mut stream = subject.stream(&S::request(Script::Endless, "How was it?")).await?;
    for _ in 0..10 {
        stream.next(|_| ()).await?;
    }
    let before = resident()?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let grown = resident()? - before;
    // It goes on where it was.
    stream.next(|_| ()).await?;
    Ok(vec![(GROWN, grown / 1024.0)])
}

/// Makes a request whose answer nobody wants as a whole: it must fail.
pub(super) async fn huge<S: Subject>(endpoint: &str, body: Body) -> Result<Report> {
    let script = match body {
        Body::Answer => Script::Huge,
        Body::Refusal => Script::HugeRefusal,
    };
    match S::new(endpoint)?.create(&S::request(script, "How was it?")).await {
        Ok(_) => Err("white space was taken for a message".into()),
        Err(_) => Ok(vec![(PEAK, peak_resident()? / 1024.0)]),
    }
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let ours = |task, name| -> Result<Samples> { samples(&[runner.once("ours", task, 1)?], name) };
    let line = |what: &str, ours, aim| Line { what: what.to_owned(), ours, peer: None, aim };
    Ok(vec![
        line(
            "an endless stream that is not read for 2 s: resident memory gained, MiB",
            ours(TASK_UNPOLLED, GROWN)?,
            Aim::AtMost(4.0),
        ),
        line(
            "an answer of 1 GiB: peak of resident memory, MiB",
            ours(TASK_ANSWER, PEAK)?,
            Aim::AtMost(100.0),
        ),
        line(
            "a refusal of 1 GiB: peak of resident memory, MiB",
            ours(TASK_REFUSAL, PEAK)?,
            Aim::AtMost(100.0),
        ),
    ])
}

const GROWN: &str = "grown_mib";
const PEAK: &str = "peak_mib";
