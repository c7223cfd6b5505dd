//! The default policy: so many attempts, full jitter, and what the server asks for.

use std::time::Duration;

use bedrock_transport::TimeoutPhase;

use super::{Decision, FailedAttempt, Retry};
use crate::ErrorKind;

/// How often a call is tried, how long it waits in between, and what that may cost a client's other calls.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_client::RetryPolicy;
///
/// let mut policy = RetryPolicy::default();
/// assert_eq!(policy.max_attempts, 3);
/// // Full jitter: anything between nothing and the doubling bound.
/// assert_eq!(policy.backoff(1, 1.0), Duration::from_millis(500));
/// assert_eq!(policy.backoff(2, 0.5), Duration::from_millis(500));
/// assert_eq!(policy.backoff(9, 1.0), Duration::from_secs(8));
///
/// // For answers that are cheap to ask for twice.
/// policy.retry_timeouts = true;
/// ```
///
/// The rules are AWS's (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>) and those of Anthropic's SDKs
/// together; `docs/errors.md` has them as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// All attempts together, the first included, unless the settings say otherwise; at least 1.
    pub max_attempts: u32,
    /// The bound of the first wait; it doubles with each attempt.
    pub base: Duration,
    /// The bound of any wait.
    pub cap: Duration,
    /// The longest wait that a server may ask for; a longer one ends the call with the error, which has the value.
    pub max_retry_after: Duration,
    /// Whether to ask again when the head, or the rest of a whole answer, did not come in time. The model has probably worked all the
    /// while, so each of these attempts may be paid for: off by default. Connect timeouts are tried again in any case.
    pub retry_timeouts: bool,
    /// Tokens that a retry takes from the 500 of the client; success gives them back. A server that refuses everything is so asked
    /// hardly more often than there are calls. With 0 nothing bounds the retries of all calls together.
    pub cost: u32,
    /// The same for a retry after a timeout.
    pub timeout_cost: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(60),
            retry_timeouts: false,
            cost: 5,
            timeout_cost: 10,
        }
    }
}

impl RetryPolicy {
    /// One attempt and no more.
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// The wait after attempt `number` (the first is 1) when the server asked for none; `random` is from 0 to 1.
    pub fn backoff(&self, number: u32, random: f64) -> Duration {
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(number.saturating_sub(1)));
        fraction(doubled.min(self.cap), random)
    }

    fn is_worth_it(&self, attempt: &FailedAttempt<'_>) -> bool {
        let answer_was_late = matches!(
            attempt.error.kind(),
            ErrorKind::Timeout(TimeoutPhase::ResponseHead | TimeoutPhase::Idle)
        );
        attempt.error.is_retryable() || (self.retry_timeouts && answer_was_late)
    }
}

impl Retry for RetryPolicy {
    fn decide(&self, attempt: &FailedAttempt<'_>) -> Decision {
        let is_last = attempt.number >= attempt.max_attempts.unwrap_or(self.max_attempts);
        let timed_out = matches!(attempt.error.kind(), ErrorKind::Timeout(_));
        let cost = if timed_out { self.timeout_cost } else { self.cost };
        if is_last || !self.is_worth_it(attempt) || cost > attempt.tokens {
            return Decision::GiveUp;
        }
        let after = match attempt.error.retry_after() {
            Some(asked) if asked > self.max_retry_after => return Decision::GiveUp,
            // At least what was asked for, and not all clients at the same moment.
            Some(asked) => asked.saturating_add(fraction(self.base, attempt.random)),
            None => self.backoff(attempt.number, attempt.random),
        };
        Decision::Retry { after, cost }
    }
}

/// A part of a wait; what is no part is all of it.
fn fraction(wait: Duration, random: f64) -> Duration {
    if (0.0..=1.0).contains(&random) { wait.mul_f64(random) } else { wait }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, "no")
    }

    fn refused(after: Option<u64>) -> Error {
        error(ErrorKind::Api).with_retryable(true).with_retry_after(after.map(Duration::from_secs))
    }

    #[test]
    fn what_to_do_after_a_failure() {
        let default = RetryPolicy::default();
        let with_timeouts = RetryPolicy { retry_timeouts: true, ..default };
        let late = || error(ErrorKind::Timeout(TimeoutPhase::ResponseHead));
        let no_total = || error(ErrorKind::Timeout(TimeoutPhase::Total));
        let unconnected = || error(ErrorKind::Timeout(TimeoutPhase::Connect)).with_retryable(true);
        for (rule, policy, error, number, max_attempts, tokens, expected) in [
            ("the first wait", default, refused(None), 1, None, 500, Some((500, 5))),
            ("the second", default, refused(None), 2, None, 500, Some((1000, 5))),
            ("no fourth attempt", default, refused(None), 3, None, 500, None),
            ("settings allow more", default, refused(None), 3, Some(4), 500, Some((2000, 5))),
            ("settings allow one", default, refused(None), 1, Some(1), 500, None),
            ("not what cannot succeed", default, error(ErrorKind::Api), 1, None, 500, None),
            ("what the server asks", default, refused(Some(2)), 1, None, 500, Some((2500, 5))),
            ("but not a day", default, refused(Some(86_400)), 1, None, 500, None),
            ("the last tokens", default, refused(None), 1, None, 5, Some((500, 5))),
            ("too few tokens", default, refused(None), 1, None, 4, None),
            ("no connection costs more", default, unconnected(), 1, None, 10, Some((500, 10))),
            ("and is not made for less", default, unconnected(), 1, None, 9, None),
            ("a late answer is not asked for again", default, late(), 1, None, 500, None),
            ("unless wanted", with_timeouts, late(), 1, None, 500, Some((500, 10))),
            ("the end of all time is that", with_timeouts, no_total(), 1, None, 500, None),
            ("never", RetryPolicy::none(), refused(None), 1, None, 500, None),
        ] {
            let attempt = FailedAttempt {
                error: &error,
                number,
                max_attempts,
                elapsed: Duration::ZERO,
                tokens,
                random: 1.0,
            };
            let expected = expected.map_or(Decision::GiveUp, |(after, cost)| Decision::Retry {
                after: Duration::from_millis(after),
                cost,
            });
            assert_eq!(policy.decide(&attempt), expected, "{rule}");
        }
    }
}
