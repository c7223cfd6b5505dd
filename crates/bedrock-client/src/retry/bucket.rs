//! What all calls of a client may retry together: tokens that retries take and successes give back.
//!
//! As in the standard mode of AWS's SDKs. While a service refuses everything, each call is soon made once and no more, so a client does
//! not multiply the load that made it refuse.

use std::sync::atomic::{AtomicU32, Ordering};

/// The tokens that are left.
#[derive(Debug)]
pub(crate) struct RetryBucket(AtomicU32); // at most CAPACITY

impl RetryBucket {
    /// How many there are now.
    pub(crate) fn tokens(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes so many, or none if there are fewer.
    pub(crate) fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(cost)).is_ok()
    }

    /// After a call that succeeded: what its last retry took, or one token if it needed none.
    pub(crate) fn succeeded(&self, last_cost: Option<u32>) {
        let tokens = last_cost.unwrap_or(GIVEN_BY_FIRST_ATTEMPT);
        // A full bucket, the usual case, is not written to.
        let give = |left: u32| (left < CAPACITY).then(|| left.saturating_add(tokens).min(CAPACITY));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give).ok();
    }
}

impl Default for RetryBucket {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

/// What there is at first, and at most.
const CAPACITY: u32 = 500;

/// What a call gives back that succeeded at once, so that a bucket does not stay empty.
const GIVEN_BY_FIRST_ATTEMPT: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_and_given_back_within_the_capacity() {
        let bucket = RetryBucket::default();
        bucket.succeeded(None);
        assert_eq!(bucket.tokens(), CAPACITY);
        assert!(bucket.take(495) && !bucket.take(10) && bucket.tokens() == 5);
        assert!(bucket.take(5) && !bucket.take(1) && bucket.take(0));
        bucket.succeeded(None);
        bucket.succeeded(Some(10));
        assert_eq!(bucket.tokens(), 11);
        bucket.succeeded(Some(u32::MAX));
        assert_eq!(bucket.tokens(), CAPACITY);
    }
}
