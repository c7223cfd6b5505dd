//! The web identity of the environment: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.

use super::{Context, Outcome};
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::source_error::{SourceError, SourceProblem};

/// The credentials of the role that the environment names.
///
/// # Errors
///
/// [`IdentityError::Source`] where it is configured.
pub(crate) async fn identity(context: &Context<'_>) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::WebIdentity { profile: None };
    match context.effects.env.var("AWS_WEB_IDENTITY_TOKEN_FILE") {
        None => Ok(Outcome::absent(source, "AWS_WEB_IDENTITY_TOKEN_FILE is not set")),
        Some(_) => Err(IdentityError::Source(SourceError::new(source, SourceProblem::NoHttp))),
    }
}
