//! IAM Identity Center (`aws sso login`): a token from the session's cache file, renewed where it can be, and credentials of a role
//! for it.
//!
//! Wire facts: botocore's `sso` and `sso-oidc` models and
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (2026-11). Not here: logging in, which takes a
//! browser and the AWS CLI.

mod cache;
mod portal;
mod renewal;
mod token;

use std::time::Duration;

pub use token::SsoToken;

use super::Context;
use super::profile::plan::SsoSettings;
use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::source_error::SourceProblem;
use cache::CachedToken;

/// The credentials of the role that the settings name.
///
/// # Errors
///
/// [`SourceProblem::Expired`] where a person has to log in, [`SourceProblem::File`] and [`SourceProblem::Content`] where there is no
/// usable cache file, [`SourceProblem::Refused`] where the user may not have this role.
pub(crate) async fn credentials(
    context: &Context<'_>,
    settings: &SsoSettings,
) -> Result<Credentials, SourceProblem> {
    let token = live_token(context, settings).await?;
    portal::role_credentials(context, settings, token.access_token()).await
}

/// The token of the session, renewed if it has at most [`RENEWED_AHEAD`] to live.
async fn live_token(context: &Context<'_>, settings: &SsoSettings) -> Result<CachedToken, SourceProblem> {
    let cached = CachedToken::read(context, settings)?;
    let now = context.now();
    if cached.lives_beyond(now, RENEWED_AHEAD) {
        return Ok(cached);
    }
    let is_alive = cached.lives_beyond(now, Duration::ZERO);
    let expired = || expired(settings, &cached);
    // The settings of old name no session, and the tokens made by them cannot be renewed.
    let Some(grant) = settings.session.as_ref().and_then(|_| cached.grant(now)) else {
        return if is_alive { Ok(cached) } else { Err(expired()) };
    };
    let problem = match renewal::renew(context, settings, &grant).await {
        Ok(renewed) => return Ok(cached.renewed(context, &renewed)),
        Err(problem) => problem,
    };
    // Another program may have renewed it in between, and the token that renews is good for one time.
    match CachedToken::read(context, settings) {
        Ok(again) if again.lives_beyond(now, RENEWED_AHEAD) => return Ok(again),
        _ => {}
    }
    if is_alive {
        tracing::warn!(profile = settings.profile, %problem, "the SSO token was not renewed; the old one is used while it lives");
        return Ok(cached);
    }
    match &problem {
        SourceProblem::Refused { status: 400..=499, .. } if !problem.is_transient() => Err(expired()),
        _ => Err(problem),
    }
}

fn expired(settings: &SsoSettings, cached: &CachedToken) -> SourceProblem {
    SourceProblem::Expired { at: Some(cached.expires_at()), renew: login_command(&settings.profile) }
}

fn login_command(profile: &str) -> String {
    let source = IdentitySource::Sso { profile: profile.to_owned() };
    source.login_command().expect("a session of SSO is opened by a command")
}

/// As the AWS SDKs: early enough that no request is made with a token about to expire.
const RENEWED_AHEAD: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests;
