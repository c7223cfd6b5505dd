//! What a cache keeps, and when that is due: functions of the state and the time.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use crate::identity::{Identity, IdentitySource, ResolvedIdentity};
use crate::identity_error::IdentityError;

/// What is kept, and how the last load ended.
#[derive(Default)]
pub(super) struct State {
    current: Option<Current>,
    /// Whether the current one comes from something that has changed since.
    is_outdated: bool,
    /// How many loads have ended.
    loads: u64,
    /// Why the last load failed, if it did.
    failure: Option<IdentityError>,
    /// When the last load failed, if it did.
    failed_at: Option<SystemTime>,
    /// What AWS refused as expired. It stays so.
    rejected: Option<Identity>,
    /// How many were rejected.
    rejections: u64,
}

/// An identity and its times.
struct Current {
    resolved: ResolvedIdentity,
    loaded_at: SystemTime,
    /// When it is to be renewed, and when it expires; `None` if never.
    times: Option<Times>,
}

struct Times {
    refresh_at: SystemTime,
    expires_at: SystemTime,
}

/// What is there for a caller.
pub(super) enum Kept {
    Good(ResolvedIdentity),
    /// Good, and time to load anew if still no more than `seen` loads have ended.
    Due {
        seen: u64,
    },
    /// Nothing, after `seen` loads.
    Nothing {
        seen: u64,
    },
}

/// How a load ended.
pub(super) enum Ended {
    /// With what AWS refused while it was loading: the provider may have a new one by now.
    Outdated,
    /// For everybody who waits, and with a warning if there is something to warn of.
    With { result: Result<ResolvedIdentity, IdentityError>, warn_of: Option<IdentitySource> },
}

impl State {
    /// What there is at `now`.
    pub(super) fn look(&mut self, now: SystemTime, has_changed: bool) -> Kept {
        self.is_outdated |= has_changed;
        match &self.current {
            Some(current) if !current.is_expired(now) => {
                let is_due = (self.is_outdated || current.is_due(now)) && self.may_try_again(now);
                if is_due { Kept::Due { seen: self.loads } } else { Kept::Good(current.resolved.clone()) }
            }
            _ => Kept::Nothing { seen: self.loads },
        }
    }

    /// The identity, if it has not expired.
    pub(super) fn live(&self, now: SystemTime) -> Option<ResolvedIdentity> {
        let current = self.current.as_ref().filter(|current| !current.is_expired(now))?;
        Some(current.resolved.clone())
    }

    pub(super) fn loads(&self) -> u64 {
        self.loads
    }

    pub(super) fn rejections(&self) -> u64 {
        self.rejections
    }

    /// How the last load ended, if one has since there were `seen`; `None` also if what it gave was rejected.
    pub(super) fn ended_since(&self, seen: u64) -> Option<Result<ResolvedIdentity, IdentityError>> {
        if self.loads == seen {
            return None;
        }
        match &self.failure {
            Some(error) => Some(Err(error.clone())),
            // Also one that has expired by now: AWS decides, and the clock here may be wrong.
            None => self.current.as_ref().map(|current| Ok(current.resolved.clone())),
        }
    }

    /// Takes the result of a load that began when there were so many `rejections`.
    pub(super) fn end(
        &mut self,
        result: Result<ResolvedIdentity, IdentityError>,
        rejections: u64,
        now: SystemTime,
    ) -> Ended {
        let result = match result {
            Ok(found) if self.rejected.as_ref() == Some(&found.identity) => {
                if self.rejections != rejections {
                    return Ended::Outdated;
                }
                Err(IdentityError::SameAgain { source: found.source })
            }
            other => other,
        };
        self.loads += 1;
        let mut warn_of = None;
        match &result {
            Ok(found) => {
                self.current = Some(Current::new(found.clone(), now));
                self.is_outdated = false;
                self.failure = None;
                self.failed_at = None;
            }
            Err(error) => {
                let was_failing = self.failed_at.replace(now).is_some();
                if !was_failing {
                    warn_of = self.live(now).map(|current| current.source);
                }
                self.failure = Some(error.clone());
            }
        }
        Ended::With { result, warn_of }
    }

    /// Drops the identity, unless another has taken its place.
    pub(super) fn reject(&mut self, identity: &Identity) {
        if self.current.as_ref().is_some_and(|current| current.resolved.identity != *identity) {
            return;
        }
        self.current = None;
        if self.rejected.as_ref() != Some(identity) {
            self.rejected = Some(identity.clone());
            self.rejections += 1;
        }
    }

    /// Whether a load may be tried while the old identity lives: not again at once after one that failed.
    fn may_try_again(&self, now: SystemTime) -> bool {
        // A clock that was set back must not put it off for long.
        self.failed_at.is_none_or(|failed| {
            now.duration_since(failed).map_or(true, |passed| passed >= PAUSE_AFTER_FAILURE)
        })
    }
}

impl Current {
    fn new(resolved: ResolvedIdentity, now: SystemTime) -> Self {
        let times = resolved.identity.expiry().map(|expires_at| {
            let left = expires_at.duration_since(now).unwrap_or_default();
            let ahead = (REFRESH_AHEAD + jitter()).min(left / 3);
            Times { refresh_at: expires_at.checked_sub(ahead).unwrap_or(expires_at), expires_at }
        });
        Self { resolved, loaded_at: now, times }
    }

    fn is_expired(&self, now: SystemTime) -> bool {
        self.times.as_ref().is_some_and(|times| now >= times.expires_at)
    }

    /// Whether it is time to renew it, or the clock was set back, so that nobody knows how long it lives.
    fn is_due(&self, now: SystemTime) -> bool {
        self.times.as_ref().is_some_and(|times| now >= times.refresh_at || now < self.loaded_at)
    }
}

/// Some part of the greatest jitter, so that many processes do not renew together.
fn jitter() -> Duration {
    // The hasher's own random keys are random enough, and need no crate.
    let random = RandomState::new().hash_one(());
    Duration::from_millis(random % MAX_JITTER_MILLISECONDS)
}

/// How long before its expiry an identity is renewed, at the latest.
const REFRESH_AHEAD: Duration = Duration::from_secs(5 * 60);

/// How much earlier that may be.
const MAX_JITTER_MILLISECONDS: u64 = 60_000;

/// How long after a load that failed the next is not tried, while there is an identity to use.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);
