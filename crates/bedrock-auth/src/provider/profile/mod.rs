//! The static keys of a profile in the shared files.

pub(crate) mod plan;

use super::{Context, Outcome};
use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::profile::{Profile, SharedFile};

/// The keys of the selected profile.
///
/// # Errors
///
/// [`IdentityError::Incomplete`] with an id and no secret; [`IdentityError::Unsupported`] where the profile gets its credentials in
/// another way.
pub(crate) async fn identity(context: &Context<'_>, name: &str) -> Result<Outcome, IdentityError> {
    let profiles = context.profiles;
    let source = IdentitySource::Profile { name: name.to_owned() };
    let Some(profile) = profiles.selected() else {
        return Ok(Outcome::absent(source, "it does not exist"));
    };
    let supported = |others| match first_set(profile, others) {
        Some(setting) => Err(IdentityError::Incomplete { source: source.clone(), missing: setting }),
        None => Ok(()),
    };
    supported(BEFORE_KEYS)?;
    if let Some(keys) = keys(profile, SharedFile::Credentials, &source)? {
        return Ok(Outcome::found(keys, source));
    }
    supported(BEFORE_CONFIG_KEYS)?;
    if let Some(keys) = keys(profile, SharedFile::Config, &source)? {
        return Ok(Outcome::found(keys, source));
    }
    supported(AFTER_KEYS)?;
    Ok(Outcome::absent(source, "it has no aws_access_key_id"))
}

/// The keys in one file. Id, secret and token are one set: the token of a file left over from yesterday does not fit the keys that
/// another program wrote into the other one.
fn keys(
    profile: &Profile,
    file: SharedFile,
    source: &IdentitySource,
) -> Result<Option<Credentials>, IdentityError> {
    let Some(id) = profile.get_in(file, "aws_access_key_id") else {
        return Ok(None);
    };
    let secret = profile.get_in(file, "aws_secret_access_key").ok_or_else(|| IdentityError::Incomplete {
        source: source.clone(),
        missing: "aws_secret_access_key",
    })?;
    let credentials = Credentials::new(id, secret);
    Ok(Some(match profile.get_in(file, "aws_session_token") {
        Some(token) => credentials.session_token(token),
        None => credentials,
    }))
}

fn first_set(profile: &Profile, settings: &[&'static str]) -> Option<&'static str> {
    settings.iter().copied().find(|setting| profile.get(setting).is_some())
}

/// Sources that this build does not know and that every AWS tool prefers to keys in the same profile: signing with those keys
/// would be acting as somebody else.
const BEFORE_KEYS: &[&str] = &["role_arn", "web_identity_token_file", "sso_account_id", "sso_role_name"];

/// Sources that this build does not know and that give way to keys in the credentials file, but not to those in the config file:
/// botocore asks in this order.
const BEFORE_CONFIG_KEYS: &[&str] = &["login_session", "credential_process"];

/// Sources that this build does not know and that give way to keys in either file.
const AFTER_KEYS: &[&str] = &["sso_session", "sso_start_url"];
