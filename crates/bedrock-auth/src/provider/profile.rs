//! The static keys of a profile in the shared files.

use super::Outcome;
use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::profile::{Profile, Profiles};

/// The keys of the selected profile.
///
/// # Errors
///
/// [`IdentityError::Incomplete`] with an id and no secret; [`IdentityError::Unsupported`] where the profile gets its credentials in
/// another way.
pub(crate) fn identity(profiles: &Profiles) -> Result<Outcome, IdentityError> {
    let name = profiles.selected_name();
    let source = IdentitySource::Profile { name: name.to_owned() };
    let Some(profile) = profiles.selected() else {
        return Ok(Outcome::absent(source, "it does not exist"));
    };
    let unsupported = |setting| IdentityError::Unsupported { profile: name.to_owned(), setting };
    if let Some(setting) = first_set(profile, BEFORE_KEYS) {
        return Err(unsupported(setting));
    }
    let Some(id) = profile.get("aws_access_key_id") else {
        return match first_set(profile, AFTER_KEYS) {
            Some(setting) => Err(unsupported(setting)),
            None => Ok(Outcome::absent(source, "it has no aws_access_key_id")),
        };
    };
    let secret = profile.get("aws_secret_access_key").ok_or_else(|| IdentityError::Incomplete {
        source: source.clone(),
        missing: "aws_secret_access_key",
    })?;
    let credentials = Credentials::new(id, secret);
    let credentials = match profile.get("aws_session_token") {
        Some(token) => credentials.session_token(token),
        None => credentials,
    };
    Ok(Outcome::found(credentials, source))
}

fn first_set(profile: &Profile, settings: &'static [&'static str]) -> Option<&'static str> {
    settings.iter().copied().find(|setting| profile.get(setting).is_some())
}

/// Sources that this build does not know and that every AWS tool prefers to keys in the same profile: signing with those keys
/// would be acting as somebody else.
const BEFORE_KEYS: &[&str] = &["role_arn", "web_identity_token_file", "sso_account_id", "sso_role_name"];

/// Sources that this build does not know and that give way to keys.
const AFTER_KEYS: &[&str] = &["sso_session", "sso_start_url", "login_session", "credential_process"];
