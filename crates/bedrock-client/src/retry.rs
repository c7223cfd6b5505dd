//! When to try again, and how long to wait: functions of what is known, without a clock of their own.
//!
//! The rules are AWS's and Anthropic's together; `docs/errors.md` has them as a table.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::Error;

/// How often a call is tried, and how long it waits in between.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_client::RetryPolicy;
///
/// let policy = RetryPolicy::default();
/// assert_eq!(policy.max_attempts, 3);
/// // Full jitter: anything between nothing and the doubling bound.
/// assert_eq!(policy.backoff(1, 1.0), Duration::from_millis(500));
/// assert_eq!(policy.backoff(2, 0.5), Duration::from_millis(500));
/// assert_eq!(policy.backoff(9, 1.0), Duration::from_secs(8));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// All attempts together, the first included; at least 1.
    pub max_attempts: u32,
    /// The bound of the first wait; it doubles with each attempt.
    pub base: Duration,
    /// The bound of any wait.
    pub cap: Duration,
    /// The longest wait that a server may ask for; a longer one ends the call with the error, which has the value.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// One attempt and no more.
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// The same with another number of attempts, where one is given.
    pub(crate) fn with_max_attempts(self, attempts: Option<u32>) -> Self {
        Self { max_attempts: attempts.unwrap_or(self.max_attempts), ..self }
    }

    /// How long to wait after `attempt` (the first is 1) failed with `error`, or `None` to give up.
    ///
    /// `random` is a number from 0 to 1.
    pub fn wait(&self, error: &Error, attempt: u32, random: f64) -> Option<Duration> {
        if !error.is_retryable() || attempt >= self.max_attempts {
            return None;
        }
        match error.retry_after() {
            Some(asked) if asked > self.max_retry_after => None,
            // At least what was asked for, and not all clients at the same moment.
            Some(asked) => Some(asked.saturating_add(fraction(self.base, random))),
            None => Some(self.backoff(attempt, random)),
        }
    }

    /// The wait after `attempt` when the server asked for none.
    pub fn backoff(&self, attempt: u32, random: f64) -> Duration {
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        fraction(doubled.min(self.cap), random)
    }
}

/// A part of a wait; what is no part is all of it.
fn fraction(wait: Duration, random: f64) -> Duration {
    if (0.0..=1.0).contains(&random) { wait.mul_f64(random) } else { wait }
}

/// Statuses after which the same request may succeed.
pub(crate) fn is_retryable_status(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500 | 502 | 503 | 504 | 529)
}

/// What the server itself says about trying again.
pub(crate) fn asked(headers: &HeaderMap) -> Option<bool> {
    match headers.get("x-should-retry")?.as_bytes() {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// How long the server asks to wait; `None` where it does not say, or says nothing that makes sense.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = |name: &str| seconds(text(name)?.parse::<f64>().ok()? / 1000.0);
    milliseconds("retry-after-ms").or_else(|| milliseconds("x-amz-retry-after")).or_else(|| {
        let text = text("retry-after")?;
        match text.parse::<f64>() {
            Ok(number) => seconds(number),
            Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).ok(),
        }
    })
}

fn seconds(number: f64) -> Option<Duration> {
    (number > 0.0).then(|| Duration::try_from_secs_f64(number).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_wait_is_asked_for_in_four_ways() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
        for (name, value, expected) in [
            ("retry-after", "1", Some(1000)),
            ("retry-after", "0.25", Some(250)),
            ("retry-after-ms", "700", Some(700)),
            ("x-amz-retry-after", "1500", Some(1500)),
            ("retry-after", "Sun, 22 Nov 2026 00:00:05 GMT", Some(5000)),
            ("retry-after", "Sun, 22 Nov 2026 00:00:00 GMT", Some(0)),
            ("retry-after", "Sat, 21 Nov 2026 00:00:00 GMT", None),
            ("retry-after", "soon", None),
            ("retry-after", "-5", None),
            ("retry-after", "NaN", None),
            ("retry-after", "1e300", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a legal value"));
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_millis), "{name}: {value}");
        }
    }

    #[test]
    fn what_to_do_after_a_failure() {
        let policy = RetryPolicy::default();
        let error = |retryable, after: Option<u64>| {
            Error::new(ErrorKind::Api, "no")
                .with_retryable(retryable)
                .with_retry_after(after.map(Duration::from_secs))
        };
        for (error, attempt, expected) in [
            (error(true, None), 1, Some(500)),
            (error(true, None), 2, Some(1000)),
            (error(true, None), 3, None),
            (error(false, None), 1, None),
            (error(true, Some(2)), 1, Some(2500)),
            (error(true, Some(86_400)), 1, None),
        ] {
            assert_eq!(
                policy.wait(&error, attempt, 1.0),
                expected.map(Duration::from_millis),
                "attempt {attempt}"
            );
        }
    }
}
