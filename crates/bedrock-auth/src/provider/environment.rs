//! Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, and what is known of them in `AWS_ACCOUNT_ID` and
//! `AWS_CREDENTIAL_EXPIRATION`.

use super::Outcome;
use crate::credentials::Credentials;
use crate::effects::Env;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::source_error::{SourceError, SourceProblem};
use crate::timestamp;

/// The keys of the environment.
///
/// # Errors
///
/// [`IdentityError::Incomplete`] with an id and no secret. A secret without an id names nobody: the other AWS tools pass over it
/// too, so the next source may try. [`SourceProblem::Setting`] with an expiry that is no time.
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
    let mut credentials = Credentials::new(id, secret);
    if let Some(token) = env.var("AWS_SESSION_TOKEN") {
        credentials = credentials.session_token(token);
    }
    if let Some(account) = env.var("AWS_ACCOUNT_ID") {
        credentials = credentials.in_account(account);
    }
    if let Some(expiry) = env.var(EXPIRATION) {
        let expiry = timestamp::parse(&expiry).ok_or_else(|| {
            let problem = "is no time like 2026-11-22T00:00:00Z".to_owned();
            let problem = SourceProblem::Setting { name: EXPIRATION.to_owned(), problem };
            IdentityError::Source(SourceError::new(source.clone(), problem))
        })?;
        credentials = credentials.expires_at(expiry);
    }
    Ok(Outcome::found(credentials, source))
}

const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::effects::MapEnv;
    use crate::identity::Identity;

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "canary")];

    #[test]
    fn account_and_expiry_go_along_with_the_keys() {
        let extra = [("AWS_ACCOUNT_ID", "123456789012"), (EXPIRATION, "2026-11-22T00:00:00Z")];
        let Ok(Outcome::Found(found)) = identity(&KEYS.into_iter().chain(extra).collect::<MapEnv>()) else {
            panic!("keys are there")
        };
        let Identity::Credentials(keys) = found.identity else { panic!("keys are no bearer") };
        assert_eq!(keys.account_id(), Some("123456789012"));
        assert_eq!(keys.expiry(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)));
    }

    #[test]
    fn an_expiry_that_is_no_time_is_an_error_naming_the_variable() {
        let error =
            identity(&KEYS.into_iter().chain([(EXPIRATION, "soon")]).collect::<MapEnv>()).unwrap_err();
        assert!(format!("{error:?}").contains(EXPIRATION), "{error:?}");
    }
}
