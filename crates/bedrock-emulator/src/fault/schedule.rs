//! Which request meets which fault.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Fault, FaultRule};

/// A fault for every request, others for some, and how many requests there have been.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    every: Option<Fault>,
    nth: BTreeMap<u64, Fault>,
    seen: Mutex<u64>,
}

impl Schedule {
    /// `nth` counts from 1, and outranks `every`.
    pub(crate) fn new(every: Option<Fault>, nth: BTreeMap<u64, Fault>) -> Self {
        Self { every, nth, seen: Mutex::default() }
    }

    /// The last of those without a number is for every request.
    pub(crate) fn of(rules: impl IntoIterator<Item = FaultRule>) -> Self {
        let mut schedule = Self::default();
        for FaultRule { fault, request } in rules {
            match request {
                Some(request) => drop(schedule.nth.insert(request.get(), fault)),
                None => schedule.every = Some(fault),
            }
        }
        schedule
    }

    /// The fault of the request that came just now.
    pub(crate) fn next(&self) -> Option<&Fault> {
        if self.every.is_none() && self.nth.is_empty() {
            return None; // and all connections need not wait for each other to count
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = seen.saturating_add(1);
        self.nth(*seen)
    }

    /// Whether a connection that came just now is to be reset; if so, that was a request.
    pub(crate) fn resets_connection(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let next = seen.saturating_add(1);
        let resets = self.nth(next) == Some(&Fault::ResetAtAccept);
        if resets {
            *seen = next;
        }
        resets
    }

    fn nth(&self, number: u64) -> Option<&Fault> {
        self.nth.get(&number).or(self.every.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_fault_outranks_the_one_for_all() {
        let nth = BTreeMap::from([(2, Fault::Gzip)]);
        let schedule = Schedule::new(Some(Fault::Empty), nth.clone());
        assert_eq!([(); 3].map(|()| schedule.next()), [&Fault::Empty, &Fault::Gzip, &Fault::Empty].map(Some));
        let schedule = Schedule::new(None, nth);
        assert_eq!([(); 3].map(|()| schedule.next()), [None, Some(&Fault::Gzip), None]);
        assert_eq!(Schedule::default().next(), None);
    }

    #[test]
    fn a_connection_counts_only_if_it_is_reset() {
        let schedule = Schedule::new(None, BTreeMap::from([(2, Fault::ResetAtAccept), (3, Fault::Gzip)]));
        assert!(!schedule.resets_connection());
        assert_eq!(schedule.next(), None);
        assert!(schedule.resets_connection());
        assert!(!schedule.resets_connection());
        assert_eq!(schedule.next(), Some(&Fault::Gzip));
    }
}
