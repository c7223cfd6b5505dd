//! The table at the end: what became of the calls by fault, and whether what must hold did.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cases::CASES;
use crate::judge::Verdict;
use crate::soak::End;
use crate::vitals::{Drift, Vitals};

/// What became of the calls of a worker, or of all.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    cases: BTreeMap<usize, Count>,
    /// The first few, in words.
    wrong: Vec<String>,
}

#[derive(Debug, Default)]
struct Count {
    right: u64,
    cancelled: u64,
    meaningless: u64,
    errors: BTreeMap<&'static str, u64>,
    wrong: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, case: usize, verdict: Verdict) {
        let count = self.cases.entry(case).or_default();
        match verdict {
            Verdict::Right => count.right += 1,
            Verdict::Cancelled => count.cancelled += 1,
            Verdict::Meaningless => count.meaningless += 1,
            Verdict::Allowed(kind) => *count.errors.entry(kind).or_default() += 1,
            Verdict::Wrong(why) => {
                count.wrong += 1;
                self.tell(format!("{}: {why}", name(case)));
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (case, part) in other.cases {
            let count = self.cases.entry(case).or_default();
            count.right += part.right;
            count.cancelled += part.cancelled;
            count.meaningless += part.meaningless;
            count.wrong += part.wrong;
            for (kind, number) in part.errors {
                *count.errors.entry(kind).or_default() += number;
            }
        }
        other.wrong.into_iter().for_each(|why| self.tell(why));
    }

    fn tell(&mut self, why: String) {
        if self.wrong.len() < TOLD {
            self.wrong.push(why);
        }
    }
}

impl Count {
    fn errors(&self) -> u64 {
        self.errors.values().sum()
    }

    fn calls(&self) -> u64 {
        self.right + self.cancelled + self.meaningless + self.errors() + self.wrong
    }
}

/// What was measured beside the calls.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) took: Duration,
    /// This process and the server, every second.
    pub(crate) samples: Vec<[Vitals; 2]>,
    pub(crate) before: End,
    pub(crate) after: End,
}

/// The table, and whether everything held.
pub(crate) fn render(tally: &Tally, figures: &Figures) -> (String, bool) {
    let mut text =
        format!("{:<32}{:>8}{:>8}{:>10}{:>7}  errors\n", "fault", "calls", "right", "cancelled", "wrong");
    let (mut calls, mut wrong) = (0, 0);
    for (case, count) in &tally.cases {
        calls += count.calls();
        wrong += count.wrong;
        let mut errors: Vec<_> =
            count.errors.iter().map(|(kind, number)| format!("{kind} {number}")).collect();
        if count.meaningless > 0 {
            errors.push(format!("means nothing there {}", count.meaningless));
        }
        let (name, right, cancelled) = (name(*case), count.right, count.cancelled);
        text += &format!(
            "{name:<32}{:>8}{right:>8}{cancelled:>10}{:>7}  {}\n",
            count.calls(),
            count.wrong,
            errors.join(", ")
        );
    }
    for why in &tally.wrong {
        text += &format!("WRONG {why}\n");
    }
    let seconds = figures.took.as_secs().max(1);
    text += &format!("\n{calls} calls in {seconds} s, {} a second\n", calls / seconds);
    let mut holds = true;
    let mut check = |what: &str, figure: String, held: bool| {
        holds &= held;
        text += &format!("{:<28}{figure:<40}{}\n", what, if held { "ok" } else { "MISSED" });
    };
    check("wrong results", wrong.to_string(), wrong == 0);
    let unmet: Vec<_> = (0..CASES.len()).filter(|case| !is_met(tally, *case)).map(name).collect();
    check("faults that were not met", unmet.len().to_string() + " " + &unmet.join(" "), unmet.is_empty());
    let [here, there] = figures.after.inside.map(|inside| inside.panics);
    check("panics", format!("{here} here, {there} at the server"), here + there == 0);
    for (index, process) in ["here", "at the server"].into_iter().enumerate() {
        for (what, value) in FLAT {
            let values: Vec<u64> =
                figures.samples.iter().filter_map(|pair| pair.get(index)).map(value).collect();
            let Some(drift) = Drift::of(&values) else { continue };
            let figure = format!("{} -> {} ({:+.1} %)", drift.early, drift.late, drift.percent());
            check(&format!("{what} {process}"), figure, drift.percent() < 5.0);
        }
        let ends = [figures.before, figures.after].map(|end| {
            let sockets = end.vitals.get(index).map_or(0, |vitals| vitals.sockets);
            (sockets, end.inside.get(index).map_or(0, |inside| inside.tasks))
        });
        let [(sockets, tasks), (sockets_left, tasks_left)] = ends;
        check(
            &format!("sockets left {process}"),
            format!("{sockets} -> {sockets_left}"),
            sockets_left <= sockets,
        );
        check(&format!("tasks left {process}"), format!("{tasks} -> {tasks_left}"), tasks_left <= tasks);
    }
    (text, holds)
}

/// Whether calls were made, and failed where they had to.
fn is_met(tally: &Tally, case: usize) -> bool {
    let must_show = CASES.get(case).is_some_and(|case| case.must_show());
    tally.cases.get(&case).is_some_and(|count| count.calls() > 0 && (!must_show || count.errors() > 0))
}

fn name(case: usize) -> &'static str {
    CASES.get(case).map_or("?", |case| case.name())
}

type Figure = (&'static str, fn(&Vitals) -> u64);
const FLAT: [Figure; 2] =
    [("resident KiB", |vitals| vitals.resident), ("descriptors", |vitals| vitals.descriptors)];
const TOLD: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Inside;

    fn figures(resident: [u64; 2], tasks: [usize; 2]) -> Figures {
        let vitals = |resident| [Vitals { resident, descriptors: 10, sockets: 5 }; 2];
        let end = |tasks| End { vitals: vitals(1), inside: [Inside { tasks, panics: 0 }; 2] };
        let samples = (0..100).map(|at| vitals(resident[usize::from(at > 50)])).collect();
        let [before, after] = tasks.map(end);
        Figures { took: Duration::from_secs(100), samples, before, after }
    }

    fn tally() -> Tally {
        let mut tally = Tally::default();
        for case in 0..CASES.len() {
            tally.count(case, Verdict::Right);
            tally.count(case, Verdict::Allowed("decode"));
        }
        tally
    }

    #[test]
    fn it_holds_when_nothing_is_wrong_and_nothing_grows() {
        let (text, holds) = render(&tally(), &figures([100, 104], [3, 3]));
        assert!(holds, "{text}");
        assert!(text.contains("resident KiB here") && text.contains("100 -> 104 (+4.0 %)"), "{text}");
    }

    #[test]
    fn each_thing_that_is_wrong_is_enough() {
        let mut wrong = tally();
        let mut part = Tally::default();
        part.count(1, Verdict::Wrong("another's answer".into()));
        wrong.add(part);
        let mut unmet = tally();
        unmet.cases.remove(&4);
        for (what, tally, figures) in [
            ("wrong results", wrong, figures([100, 100], [3, 3])),
            ("faults that were not met", unmet, figures([100, 100], [3, 3])),
            ("resident KiB here", tally(), figures([100, 106], [3, 3])),
            ("tasks left here", tally(), figures([100, 100], [3, 4])),
        ] {
            let (text, holds) = render(&tally, &figures);
            let line = text.lines().find(|line| line.starts_with(what)).unwrap();
            assert!(!holds && line.ends_with("MISSED"), "{what}: {text}");
        }
    }
}
