//! What can be wrong with the shared files. A broken line may be a secret: its number is told, its text is not.

use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, io};

use crate::text::joined;

/// Why the shared files gave no profiles.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProfileError {
    /// A file is there and cannot be read, or is larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: Arc<io::Error>,
    },
    /// A line is not what the format allows.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: SyntaxProblem,
    },
    /// A profile was asked for by name, by the caller or `AWS_PROFILE`, and is in neither file.
    UnknownProfile {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxProblem {
    /// The line is not UTF-8.
    NotUtf8,
    /// A section's opening `[` has no `]`, or something other than a comment follows it.
    SectionNotClosed,
    /// A setting stands before the first section.
    OutsideSection,
    /// An indented line continues no setting.
    ContinuesNothing,
    /// A setting has no `=`.
    PropertyWithoutEquals,
    /// A setting has no name.
    PropertyWithoutName,
    /// An indented line below an empty setting has no `=`.
    NestedWithoutEquals,
    /// An indented line below an empty setting has no name.
    NestedWithoutName,
}

impl ProfileError {
    /// What to do, as a sentence for people.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownProfile { name, .. } => {
                format!(
                    "choose another profile with --profile or AWS_PROFILE, or run `bedrock configure --profile {name}`"
                )
            }
            Self::Read { .. } | Self::Syntax { .. } => "correct the file".to_owned(),
        }
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "{} cannot be read", path.display()),
            Self::Syntax { path, line, problem } => write!(f, "{} line {line}: {problem}", path.display()),
            Self::UnknownProfile { name, known } if known.is_empty() => {
                write!(f, "the profile `{name}` does not exist, nor does any other")
            }
            Self::UnknownProfile { name, known } => {
                write!(f, "the profile `{name}` does not exist; there are: {}", joined(known, ", "))
            }
        }
    }
}

impl std::error::Error for ProfileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Syntax { .. } | Self::UnknownProfile { .. } => None,
        }
    }
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "the text is not UTF-8",
            Self::SectionNotClosed => "a section must end with `]`",
            Self::OutsideSection => "expected a section such as `[default]` first",
            Self::ContinuesNothing => "an indented line must follow a setting",
            Self::PropertyWithoutEquals => "expected `name = value`",
            Self::PropertyWithoutName => "expected a name before `=`",
            Self::NestedWithoutEquals => "expected an indented `name = value`",
            Self::NestedWithoutName => "expected a name before the indented `=`",
        })
    }
}
