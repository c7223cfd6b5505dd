//! Credentials for a session of IAM Identity Center.

use super::Context;
use super::profile::plan::SsoSettings;
use crate::credentials::Credentials;
use crate::source_error::SourceProblem;

/// The credentials of a role that an SSO session may use.
///
/// # Errors
///
/// [`SourceProblem`]: there is no session, it has expired, or the portal refuses.
pub(crate) async fn credentials(
    _context: &Context<'_>,
    _settings: &SsoSettings,
) -> Result<Credentials, SourceProblem> {
    Err(SourceProblem::NoHttp)
}
