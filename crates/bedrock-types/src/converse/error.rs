//! What one API says and the other cannot.

use std::fmt;

/// Something that cannot be carried from Messages to Converse, or back.
///
/// ```
/// use bedrock_types::{ImageBlock, MessageCreateParams, UrlSource};
/// use bedrock_types::converse::{ConverseErrorKind, ConverseOptions, ConverseRequest};
///
/// let image = ImageBlock::new(UrlSource::new("https://example.com/a.png"));
/// let params = MessageCreateParams::new("us.anthropic.claude-opus-4-8", 64).user([image.into()]);
/// let error = ConverseRequest::from_params(&params, &ConverseOptions::default()).unwrap_err();
/// assert_eq!(error.path(), "messages[0].content[0].source");
/// assert_eq!(error.kind(), &ConverseErrorKind::NoCounterpart);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConverseError {
    /// From the innermost member outwards.
    steps: Vec<String>,
    kind: ConverseErrorKind,
}

/// Why it cannot be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConverseErrorKind {
    /// The other API has nothing of the kind.
    NoCounterpart,
    /// The other API has it, but not with this value.
    Value,
    /// The name of a document may have letters, digits, single spaces, hyphens, parentheses and square brackets, 200 of them.
    DocumentName,
    /// A document needs a text in the same turn.
    DocumentWithoutText,
    /// A mark for the cache with nothing before it that it could close.
    CachePoint,
    /// The other API wants a member that is not here.
    Missing,
}

impl ConverseError {
    pub(super) fn new(kind: ConverseErrorKind) -> Self {
        Self { steps: Vec::new(), kind }
    }

    /// The same error, one member further out.
    pub(super) fn within(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }

    #[cold]
    fn in_member(self, step: &str) -> Self {
        self.within(step)
    }

    #[cold]
    fn in_list(self, index: usize) -> Self {
        self.within(format!("[{index}]"))
    }

    /// Where it stands in what was given, like `messages[0].content[1].source`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        path
    }

    /// Why.
    pub fn kind(&self) -> &ConverseErrorKind {
        &self.kind
    }
}

impl fmt::Display for ConverseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.kind {
            ConverseErrorKind::NoCounterpart => "has no counterpart in the other API",
            ConverseErrorKind::Value => "has a value that the other API does not take",
            ConverseErrorKind::DocumentName => {
                "is no name for a document: letters, digits, single spaces, hyphens, parentheses and square brackets"
            }
            ConverseErrorKind::DocumentWithoutText => "is a document without a text beside it",
            ConverseErrorKind::CachePoint => "is a cache point with nothing before it to close",
            ConverseErrorKind::Missing => "is missing",
        };
        write!(f, "`{}` {why}", self.path())
    }
}

impl std::error::Error for ConverseError {}

/// A member in whose value something went wrong.
pub(super) trait At<T> {
    /// Names the member.
    fn at(self, step: &str) -> Result<T, ConverseError>;

    /// Names the place in a list.
    fn at_index(self, index: usize) -> Result<T, ConverseError>;
}

impl<T> At<T> for Result<T, ConverseError> {
    fn at(self, step: &str) -> Self {
        self.map_err(|error| error.in_member(step))
    }

    fn at_index(self, index: usize) -> Self {
        self.map_err(|error| error.in_list(index))
    }
}
