//! How an answer is sent, where a script wants it otherwise: after a while, piece by piece, broken.
//!
//! What is answered is not here. Both travel with the answer, as extensions of the response.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::fault::Fault;

/// What a script says about the sending of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Play {
    /// Passes before the head of the answer.
    pub(crate) head: Duration,
    /// Passes before each delta of a stream.
    pub(crate) delta: Duration,
    /// Characters of a delta; words, if it is not said.
    pub(crate) delta_chars: Option<NonZeroUsize>,
    /// What goes wrong.
    pub(crate) fault: Option<Fault>,
}

impl Play {
    /// The pauses of a stream of which each piece is a delta or not.
    pub(crate) fn pauses(&self, deltas: impl Iterator<Item = bool>) -> Pauses {
        if self.delta.is_zero() {
            return Pauses::default();
        }
        Pauses(deltas.map(|is_delta| if is_delta { self.delta } else { Duration::ZERO }).collect())
    }
}

/// What passes before each piece of a stream; those that it has no place for wait for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pauses(Vec<Duration>);

impl Pauses {
    /// What passes before the piece with this index, if anything does.
    pub(crate) fn before(&self, index: usize) -> Option<Duration> {
        self.0.get(index).copied().filter(|pause| !pause.is_zero())
    }
}
