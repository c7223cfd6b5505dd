//! The rows of the table: for each, what a program does, and what is asked of ours.

mod body;
mod bounds;
mod paced;
mod resident;
mod start;
mod stream;
mod unary;

use tokio::runtime::Builder;

use crate::Result;
use crate::measure::Counter;
use crate::runner::Runner;
use crate::subject::Subject;
use crate::table::Line;

/// What a program reports.
pub type Report = Vec<(&'static str, f64)>;

/// Does a task in this process.
///
/// # Errors
///
/// The task is unknown, or failed.
pub fn perform<S: Subject>(task: &str, endpoint: &str, count: u32, counter: Counter) -> Result<Report> {
    match task {
        stream::TASK => alone(stream::perform::<S>(endpoint, count, counter)),
        unary::TASK => alone(unary::perform::<S>(endpoint, count, counter)),
        body::TASK => alone(body::perform::<S>(endpoint, count, counter, body::Answers::AtOnce)),
        body::TASK_REFUSED => {
            alone(body::perform::<S>(endpoint, count, counter, body::Answers::AfterTwoRefusals))
        }
        paced::TASK => among_threads(paced::perform::<S>(endpoint, count)),
        start::TASK => alone(start::perform::<S>(endpoint)),
        resident::TASK => alone(resident::perform::<S>(endpoint, count)),
        bounds::TASK_UNPOLLED => alone(bounds::not_polled::<S>(endpoint)),
        bounds::TASK_ANSWER => alone(bounds::huge::<S>(endpoint, bounds::Body::Answer)),
        bounds::TASK_REFUSAL => alone(bounds::huge::<S>(endpoint, bounds::Body::Refusal)),
        _ => Err(format!("no task {task}").into()),
    }
}

/// Measures the rows whose name begins with one of these, or all.
///
/// # Errors
///
/// A program fails, or no row has such a name.
pub fn measure(runner: &Runner, names: &[String]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut any = false;
    for (name, judge) in ROWS {
        if names.is_empty() || names.iter().any(|wanted| name.starts_with(wanted.as_str())) {
            any = true;
            eprintln!("measuring {name}");
            lines.extend(judge(runner)?);
        }
    }
    if any {
        Ok(lines)
    } else {
        Err(format!("no row of {names:?}; there are {:?}", ROWS.map(|(name, _)| name)).into())
    }
}

type Judge = fn(&Runner) -> Result<Vec<Line>>;

const ROWS: [(&str, Judge); 7] = [
    ("stream", stream::judge),
    ("unary", unary::judge),
    ("body", body::judge),
    ("paced", paced::judge),
    ("start", start::judge),
    ("resident", resident::judge),
    ("bounds", bounds::judge),
];

/// On the one thread of the program, so that nothing moves between processors while it is measured.
fn alone<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_current_thread().enable_all().build()?.block_on(task)
}

/// On two threads, as a program with a thousand streams would.
fn among_threads<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(task)
}
