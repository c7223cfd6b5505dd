//! The program of `credential_process`.

use super::Context;
use crate::credentials::Credentials;
use crate::source_error::SourceProblem;

/// The credentials that a program prints.
///
/// # Errors
///
/// [`SourceProblem`]: it does not run, or does not print credentials that live.
pub(crate) async fn credentials(
    _context: &Context<'_>,
    _command: &str,
) -> Result<Credentials, SourceProblem> {
    Err(SourceProblem::NoHttp)
}
