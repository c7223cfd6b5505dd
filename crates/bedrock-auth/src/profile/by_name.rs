//! Things by name, in the order of the names.

use std::fmt;

/// Sections or settings, each under its name.
///
/// A `BTreeMap` would do it too, and is compiled anew for each type of its values; a file that somebody writes has a few.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ByName<T, N = String>(Vec<(N, T)>);

impl<T, N: AsRef<str>> ByName<T, N> {
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.place(name).ok()?).map(|(_, value)| value)
    }

    /// What is under this name; `absent` is put there where there is nothing.
    pub(super) fn entry(&mut self, name: N, absent: T) -> &mut T {
        let place = match self.place(name.as_ref()) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (name, absent));
                place
            }
        };
        let (_, value) = self.0.get_mut(place).expect("it was there or was put there");
        value
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (N, T)> {
        self.0.into_iter()
    }

    /// Where the name is, or would be. Every setting is looked up by it.
    #[inline(never)]
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_ref().cmp(name))
    }
}

impl<T, N> Default for ByName<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for ByName<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
