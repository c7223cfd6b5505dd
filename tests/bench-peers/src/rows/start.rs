//! From the start of the process until the server has the head of its first request.

use super::Report;
use crate::Result;
use crate::runner::{FIRST_REQUEST, Report as Whole, Runner, samples};
use crate::server::Script;
use crate::subject::Subject;
use crate::table::{Aim, Line};

pub(super) const TASK: &str = "start";

/// Makes one request; the server has the watch.
pub(super) async fn perform<S: Subject>(endpoint: &str) -> Result<Report> {
    S::new(endpoint)?.create(&S::request(Script::Message, "How was it?")).await?;
    Ok(Report::new())
}

pub(super) fn judge(runner: &Runner) -> Result<Vec<Line>> {
    let [mut ours, mut bare, mut sdk]: [Vec<Whole>; 3] = Default::default();
    // It takes a few milliseconds, so that more rounds than usual can be had.
    for _ in 0..5 {
        let [ours_too, bare_too, sdk_too] =
            runner.in_turn(&["ours", "bare", "sdk"], TASK, 1)?.try_into().map_err(|_| "three")?;
        ours.extend(ours_too);
        bare.extend(bare_too);
        sdk.extend(sdk_too);
    }
    let what = "process start to first request, ms".to_owned();
    let ours = samples(&ours, FIRST_REQUEST)?;
    Ok(vec![
        Line {
            what: what.clone(),
            ours: ours.clone(),
            peer: Some(("bare", samples(&bare, FIRST_REQUEST)?)),
            aim: Aim::Times(1.1),
        },
        Line { what, ours, peer: Some(("sdk", samples(&sdk, FIRST_REQUEST)?)), aim: Aim::None },
    ])
}
