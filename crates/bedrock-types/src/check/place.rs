//! Where in a request something stands: written out only when there is something to say about it.

use std::fmt;

/// A place, as a way from the whole request down.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// A member of the request.
    pub(super) fn member(name: &'a str) -> Self {
        Self { above: None, step: Step::Member(name) }
    }

    /// A member of what stands here.
    pub(super) fn then(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), step: Step::Member(name) }
    }

    /// An element of what stands here.
    pub(super) fn at(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Place<'_> {
    /// As [`JsonError::path`](crate::JsonError::path) writes it: `messages[0].content[1]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            Step::Member(name) if self.above.is_none() => f.write_str(name),
            Step::Member(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
