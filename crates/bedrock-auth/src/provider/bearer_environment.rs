//! A Bedrock API key in `AWS_BEARER_TOKEN_BEDROCK`.

use zeroize::Zeroizing;

use super::Outcome;
use crate::bearer::BearerToken;
use crate::effects::Env;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;

/// The token of the environment.
///
/// # Errors
///
/// [`IdentityError::Bearer`] where the variable is set to something else.
pub(crate) fn identity(env: &dyn Env) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::BearerEnvironment;
    // Zeroized also where it turns out to be no token.
    let Some(text) = env.var("AWS_BEARER_TOKEN_BEDROCK").map(Zeroizing::new) else {
        return Ok(Outcome::absent(source, "not set"));
    };
    let token = BearerToken::parse(&text).map_err(IdentityError::Bearer)?;
    Ok(Outcome::found(token, source))
}
