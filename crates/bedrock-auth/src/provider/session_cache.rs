//! The files in which the AWS CLI keeps sessions that a person has opened, and in which we keep what renews them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Context;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;

/// The home folder, below which the caches are.
pub(super) fn home(context: &Context<'_>) -> Result<PathBuf, SourceProblem> {
    let home = context.effects.env.var("HOME").ok_or_else(|| SourceProblem::Setting {
        name: "HOME".to_owned(),
        problem: "is not set, so the cache of sessions cannot be found".to_owned(),
    })?;
    Ok(PathBuf::from(home))
}

/// Reads a file of a cache.
pub(super) fn read(context: &Context<'_>, path: &Path) -> Result<SecretJson, SourceProblem> {
    let bytes = context.effects.files.read(path).map(Zeroizing::new);
    let bytes =
        bytes.map_err(|error| SourceProblem::File { path: path.to_owned(), error: Arc::new(error) })?;
    SecretJson::parse(&bytes).ok_or_else(|| content(path, "it is no JSON object"))
}

/// Writes a session that was renewed, for its owner alone.
///
/// A file that cannot be written costs the next program its renewal and is no reason to stop this one.
pub(super) fn write(context: &Context<'_>, path: &Path, session: &SecretJson) {
    if let Err(error) = context.effects.files.write_private(path, &session.to_bytes()) {
        tracing::warn!(path = %path.display(), %error, "the renewed session was not saved");
    }
}

/// What is wrong with the content of a file, told without it.
pub(super) fn content(path: &Path, problem: impl Into<String>) -> SourceProblem {
    SourceProblem::Content { path: path.to_owned(), problem: problem.into() }
}
