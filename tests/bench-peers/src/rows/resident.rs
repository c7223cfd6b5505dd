//! The memory of streams that are open and silent.

use super::Report;
use crate::Result;
use crate::measure::{raise_descriptor_limit, resident};
use crate::runner::{Runner, samples};
use crate::server::Script;
use crate::subject::{Events, Subject};
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "resident";

/// Opens one stream, then so many more.
pub(super) async fn perform<S: Subject>(endpoint: &str, more: u32) -> Result<Report> {
    raise_descriptor_limit()?;
    let subject = S::new(endpoint)?;
    let mut streams = vec![open(&subject).await?];
    let one = resident()?;
    for _ in 0..more {
        streams.push(open(&subject).await?);
    }
    Ok(vec![(ONE, one / 1024.0), (FURTHER, (resident()? - one) / f64::from(more))])
}

/// A stream whose one delta was read.
async fn open<S: Subject>(subject: &S) -> Result<S::Stream> {
    let mut stream = subject.stream(&S::request(Script::Silent, "How was it?")).await?;
    let mut length = 0;
    while length == 0 && stream.next(|text| length += text.len()).await? {}
    Ok(stream)
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let [ours, sdk] = runner.in_turn(&["ours", "sdk"], TASK, 500)?.try_into().map_err(|_| "two")?;
    let line = |what: &str, name: &str, aim| -> Result<Line> {
        Ok(Line {
            what: what.to_owned(),
            ours: samples(&ours, name)?,
            peer: Some(("sdk", samples(&sdk, name)?)),
            aim,
        })
    };
    Ok(vec![
        line("one open stream: resident memory, MiB", ONE, Aim::AtMost(10.0))?,
        line("each further open stream: resident memory, KiB", FURTHER, Aim::AtMost(64.0))?,
    ])
}

const ONE: &str = "one_mib";
const FURTHER: &str = "further_kib";
