//! Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.

use super::Outcome;
use crate::credentials::Credentials;
use crate::effects::Env;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;

/// The keys of the environment.
///
/// # Errors
///
/// [`IdentityError::Incomplete`] with an id and no secret. A secret without an id names nobody: the other AWS tools pass over it
/// too, so the next source may try.
pub(crate) fn identity(env: &dyn Env) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::Environment;
    let secret = env.var("AWS_SECRET_ACCESS_KEY");
    let Some(id) = env.var("AWS_ACCESS_KEY_ID") else {
        let reason = match secret {
            Some(_) => "not set, although AWS_SECRET_ACCESS_KEY is",
            None => "not set",
        };
        return Ok(Outcome::absent(source, reason));
    };
    let secret = secret
        .ok_or(IdentityError::Incomplete { source: source.clone(), missing: "AWS_SECRET_ACCESS_KEY" })?;
    let credentials = Credentials::new(id, secret);
    let credentials = match env.var("AWS_SESSION_TOKEN") {
        Some(token) => credentials.session_token(token),
        None => credentials,
    };
    Ok(Outcome::found(credentials, source))
}
