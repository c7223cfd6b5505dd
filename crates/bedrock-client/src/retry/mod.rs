//! Whether a failed attempt is worth another one: the facts a policy is given, and what it answers.
//!
//! Policies are pure: no clock, no sleep, no randomness of their own. `policy.rs` has the default one, `rules.rs` says which answers are
//! worth another attempt, `asked.rs` what the server itself asks for, `bucket.rs` bounds what all calls of a client retry together. The
//! loop that acts on it is in `call.rs`; refusals that are mended and not waited out (`remedy.rs`) are never asked about here.

mod asked;
mod bucket;
mod policy;
mod rules;

use std::{fmt, time::Duration};

pub(crate) use asked::{retry_after, should_retry};
pub(crate) use bucket::RetryBucket;
pub use policy::RetryPolicy;
pub(crate) use rules::{is_retryable, is_retryable_status, is_throttling, is_transient};

use crate::Error;

/// Decides whether a failed attempt is followed by another one, and when: the seam for policies other than [`RetryPolicy`].
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_client::{Client, Decision, FailedAttempt, Retry, RetryPolicy};
///
/// /// As ever, but whoever waits for the answer gets an error after ten seconds.
/// #[derive(Debug)]
/// struct Impatient(RetryPolicy);
///
/// impl Retry for Impatient {
///     fn decide(&self, attempt: &FailedAttempt<'_>) -> Decision {
///         match self.0.decide(attempt) {
///             Decision::Retry { after, .. } if attempt.elapsed + after > Duration::from_secs(10) => Decision::GiveUp,
///             decision => decision,
///         }
///     }
/// }
///
/// let client = Client::builder().region("us-east-1").retry_policy(Impatient(RetryPolicy::default())).build()?;
/// # Ok::<(), bedrock_client::Error>(())
/// ```
///
/// It is never asked after the head of a streamed answer: a second answer is paid for again, so that is the caller's to decide.
pub trait Retry: fmt::Debug + Send + Sync {
    /// What to do after this attempt. A pure function of its facts.
    fn decide(&self, attempt: &FailedAttempt<'_>) -> Decision;
}

/// What is known when an attempt has failed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FailedAttempt<'a> {
    /// Why it failed; [`Error::is_retryable`] says whether the same request may succeed, [`Error::retry_after`] what the server asks.
    pub error: &'a Error,
    /// Which of the call's attempts it was; the first is 1. Those that only renewed an identity or corrected the date do not count.
    pub number: u32,
    /// How many attempts the settings allow (`max_retries`, `AWS_MAX_ATTEMPTS`, the profile), where they say so: more than what a
    /// policy says of itself.
    pub max_attempts: Option<u32>,
    /// Since the call began, waits included.
    pub elapsed: Duration,
    /// What is left of the client's retry tokens, of which there are 500 at most.
    pub tokens: u32,
    /// From 0 to 1, for jitter.
    pub random: f64,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Another attempt, unless the total time limit of the call comes first.
    Retry {
        /// How long to wait before.
        after: Duration,
        /// Tokens to take for it. The attempt is not made if fewer are left; success gives them back.
        cost: u32,
    },
    /// The call ends with the error.
    GiveUp,
}
