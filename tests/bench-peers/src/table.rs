//! What was measured, a line for each aim: medians, spread, quotient, and whether the aim is met.

use std::fmt::{self, Write};

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Line {
    /// What was measured, with its unit.
    pub what: String,
    /// What our program reports, round by round.
    pub ours: Samples,
    /// The peer's name, and what it reports in the same rounds.
    pub peer: Option<(&'static str, Samples)>,
    /// What is asked.
    pub aim: Aim,
}

/// What a line asks of our median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    /// At most so many times the peer's.
    Times(f64),
    /// At most this.
    AtMost(f64),
    /// Nothing: for the reader.
    None,
}

/// The values of all rounds, in ascending order.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Puts them in order.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The value in the middle; of an even number, the upper one of the two.
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// `median (least-greatest)`.
impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(&least), Some(&greatest)) = (self.0.first(), self.0.last()) else {
            return f.write_str("-");
        };
        write!(f, "{} ({}-{})", short(self.median()), short(least), short(greatest))
    }
}

impl Line {
    /// Our median by the peer's.
    pub fn quotient(&self) -> Option<f64> {
        self.peer.as_ref().map(|(_, peer)| self.ours.median() / peer.median())
    }

    /// Whether the aim is met, where there is one.
    pub fn holds(&self) -> Option<bool> {
        match self.aim {
            Aim::Times(most) => Some(self.quotient().is_some_and(|quotient| quotient <= most)),
            Aim::AtMost(most) => Some(self.ours.median() <= most),
            Aim::None => None,
        }
    }
}

/// The table as Markdown.
pub fn render(lines: &[Line]) -> String {
    let mut table = String::from(
        "| what | ours: median (least-greatest) | peer | its median (least-greatest) | quotient | aim | holds |\n\
         | --- | ---: | --- | ---: | ---: | ---: | --- |\n",
    );
    for line in lines {
        let (name, peer) =
            line.peer.as_ref().map_or(("", String::new()), |(name, peer)| (*name, peer.to_string()));
        let quotient = line.quotient().map_or_else(String::new, |quotient| format!("{quotient:.2}"));
        let aim = match line.aim {
            Aim::Times(most) => format!("{most} times"),
            Aim::AtMost(most) => short(most),
            Aim::None => String::new(),
        };
        let holds = line.holds().map_or("", |holds| if holds { "yes" } else { "NO" });
        let Line { what, ours, .. } = line;
        let _ = writeln!(table, "| {what} | {ours} | {name} | {peer} | {quotient} | {aim} | {holds} |");
    }
    table
}

/// Three digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(ours: &[f64], peer: Option<&[f64]>, aim: Aim) -> Line {
        let samples = |values: &[f64]| Samples::new(values.to_vec());
        Line { what: "x".to_owned(), ours: samples(ours), peer: peer.map(|peer| ("sdk", samples(peer))), aim }
    }

    #[test]
    fn medians_are_compared() {
        let line = line(&[9.0, 1.0, 2.0], Some(&[4.0, 5.0, 1.0]), Aim::Times(0.5));
        assert_eq!((line.quotient(), line.holds()), (Some(0.5), Some(true)));
        assert_eq!(
            render(&[line]).lines().last(),
            Some("| x | 2.00 (1.00-9.00) | sdk | 4.00 (1.00-5.00) | 0.50 | 0.5 times | yes |")
        );
    }

    #[test]
    fn an_aim_that_is_missed_shows() {
        for (missed, aim) in [
            (line(&[3.0], Some(&[4.0]), Aim::Times(0.5)), "times"),
            (line(&[3.0], None, Aim::AtMost(2.9)), "at most"),
            (line(&[], None, Aim::AtMost(1.0)), "nothing was measured"),
            (line(&[1.0], None, Aim::Times(1.0)), "no peer"),
        ] {
            assert_eq!(missed.holds(), Some(false), "{aim}");
        }
    }
}
