//! Sessions of `aws login`: credentials from the session's cache file, renewed with the feature `aws-login`.
//!
//! The credentials live for 15 minutes and the session for up to 12 hours. Renewing takes a proof that we hold the key that the
//! session was opened with (DPoP, RFC 9449), which is what the feature brings; a session that lives is used without it.
//!
//! Wire facts: botocore's `signin` model and
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (2026-11). Not here: logging in, which takes a
//! browser and the AWS CLI.

mod cache;
#[cfg(feature = "aws-login")]
mod proof;
#[cfg(feature = "aws-login")]
mod renewal;

use std::time::Duration;

use super::Context;
use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::source_error::SourceProblem;
use cache::CachedSession;

/// The credentials of a session, renewed if they have at most [`RENEWED_AHEAD`] to live.
///
/// # Errors
///
/// [`SourceProblem::File`] and [`SourceProblem::Content`] where there is no usable cache file, [`SourceProblem::Expired`] where a
/// person has to log in again, and [`SourceProblem::NotBuiltIn`] where the session may live and the feature is off.
pub(crate) async fn credentials(
    context: &Context<'_>,
    profile: &str,
    session: &str,
) -> Result<Credentials, SourceProblem> {
    let cached = CachedSession::read(context, session)?;
    if cached.lives_beyond(context.now(), RENEWED_AHEAD) {
        return Ok(cached.credentials());
    }
    renewed(context, profile, session, cached).await
}

#[cfg(feature = "aws-login")]
async fn renewed(
    context: &Context<'_>,
    profile: &str,
    session: &str,
    cached: CachedSession,
) -> Result<Credentials, SourceProblem> {
    let problem = match renewal::renew(context, &cached).await {
        Ok(renewed) => return Ok(cached.renewed(context, &renewed)),
        Err(problem) => problem,
    };
    let now = context.now();
    // Another program may have renewed it in between, and the token that renews is good for one time.
    match CachedSession::read(context, session) {
        Ok(again) if again.lives_beyond(now, RENEWED_AHEAD) => return Ok(again.credentials()),
        _ => {}
    }
    if cached.lives_beyond(now, Duration::ZERO) {
        tracing::warn!(profile, %problem, "the login session was not renewed; the old credentials are used while they live");
        return Ok(cached.credentials());
    }
    match &problem {
        SourceProblem::Refused { code: Some(code), .. }
            if renewal::NEEDS_A_PERSON.contains(&code.as_str()) =>
        {
            Err(SourceProblem::Expired { at: Some(cached.expires_at()), renew: login_command(profile) })
        }
        _ => Err(problem),
    }
}

#[cfg(not(feature = "aws-login"))]
async fn renewed(
    context: &Context<'_>,
    profile: &str,
    _session: &str,
    cached: CachedSession,
) -> Result<Credentials, SourceProblem> {
    if cached.lives_beyond(context.now(), Duration::ZERO) {
        return Ok(cached.credentials());
    }
    Err(SourceProblem::NotBuiltIn { feature: "aws-login", instead: login_command(profile) })
}

fn login_command(profile: &str) -> String {
    let source = IdentitySource::Login { profile: profile.to_owned() };
    source.login_command().expect("a session of `aws login` is opened by a command")
}

/// As the AWS SDKs: early enough that no request is signed with credentials about to expire.
const RENEWED_AHEAD: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests;
