//! What an error keeps, out of sight of the compiler where an error is dropped.
//!
//! Nearly every function drops an error on some way out, and there what it keeps would be dropped by code made anew for each codegen unit
//! of each crate: a whole message among it, of a hundred types. Behind a trait object that code is made once.

use std::ops::{Deref, DerefMut};

use super::Facts;

pub(super) struct Kept(Box<dyn Keeps + Send + Sync>);

trait Keeps {
    fn facts(&self) -> &Facts;
    fn facts_mut(&mut self) -> &mut Facts;
}

impl Keeps for Facts {
    fn facts(&self) -> &Facts {
        self
    }

    fn facts_mut(&mut self) -> &mut Facts {
        self
    }
}

impl Kept {
    pub(super) fn new(facts: Facts) -> Self {
        Self(Box::new(facts))
    }
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::new((**self).clone())
    }
}

impl Deref for Kept {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        self.0.facts()
    }
}

impl DerefMut for Kept {
    fn deref_mut(&mut self) -> &mut Facts {
        self.0.facts_mut()
    }
}
