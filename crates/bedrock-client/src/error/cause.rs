//! The levels below an error, as far as they can be kept.

use std::{error, fmt};

/// A source that is a copy of its text, so that an error can be cloned.
pub(super) struct Cause {
    text: String,
    source: Option<Box<Self>>,
}

impl Cause {
    pub(super) fn of(error: &(dyn error::Error + 'static)) -> Self {
        Self { text: error.to_string(), source: error.source().map(|source| Box::new(Self::of(source))) }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl error::Error for Cause {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
