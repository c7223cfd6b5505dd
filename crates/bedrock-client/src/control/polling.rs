//! How often one asks whether something is done: pure, the clock is tokio's.

use std::time::Duration;

/// How long to wait before asking again.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_client::Polling;
///
/// let polling = Polling::default();
/// assert_eq!(polling.wait(0), Duration::from_secs(2));
/// assert_eq!(polling.wait(1), Duration::from_secs(3));
/// assert_eq!(polling.wait(100), Duration::from_secs(60));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Polling {
    /// Before the second question; 2 s.
    pub first: Duration,
    /// At most; 60 s.
    pub longest: Duration,
    /// Each wait is so many times the one before; 1.5.
    pub factor: f64,
}

impl Polling {
    /// Asks at even intervals.
    pub fn every(interval: Duration) -> Self {
        Self { first: interval, longest: interval, factor: 1.0 }
    }

    /// Waits at most so long.
    #[must_use]
    pub fn with_longest(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// The wait after so many waits.
    pub fn wait(&self, waits: u32) -> Duration {
        let seconds = self.first.as_secs_f64() * self.factor.powf(f64::from(waits));
        Duration::try_from_secs_f64(seconds).map_or(self.longest, |wait| wait.min(self.longest))
    }
}

impl Default for Polling {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), longest: Duration::from_secs(60), factor: 1.5 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_whatever_the_numbers() {
        let seconds =
            |polling: Polling| (0..4).map(|waits| polling.wait(waits).as_secs_f64()).collect::<Vec<_>>();
        assert_eq!(seconds(Polling::default()), [2.0, 3.0, 4.5, 6.75]);
        assert_eq!(seconds(Polling::default().with_longest(Duration::from_secs(4))), [2.0, 3.0, 4.0, 4.0]);
        assert_eq!(seconds(Polling::every(Duration::from_secs(1))), [1.0; 4]);
        let wild = Polling { factor: f64::NAN, ..Polling::default() };
        assert_eq!(wild.wait(3), wild.longest);
        assert_eq!(Polling::default().wait(u32::MAX), Duration::from_secs(60));
    }
}
