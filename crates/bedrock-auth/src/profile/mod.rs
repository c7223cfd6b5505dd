//! The shared AWS files, `~/.aws/config` and `~/.aws/credentials`: profiles, `sso-session` and `services` sections.
//!
//! `parse` turns one file into sections, `merge` both files into [`Profiles`], `load` finds and reads them. Reading only: what
//! `bedrock configure` writes is written elsewhere, and what a setting means is known where it is used.
//!
//! Format: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod by_name;
mod error;
mod load;
mod merge;
mod parse;
mod section;

pub use error::{ProfileError, SyntaxProblem};
pub use merge::Profiles;
pub use section::Profile;
pub(crate) use section::SharedFile;
