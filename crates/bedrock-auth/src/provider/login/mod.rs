//! Credentials of a session of `aws login`.

use super::Context;
use crate::credentials::Credentials;
use crate::source_error::SourceProblem;

/// The credentials of a session.
///
/// # Errors
///
/// [`SourceProblem`]: there is no session, or it has expired and cannot be renewed.
pub(crate) async fn credentials(
    _context: &Context<'_>,
    _profile: &str,
    _session: &str,
) -> Result<Credentials, SourceProblem> {
    Err(SourceProblem::NoHttp)
}
