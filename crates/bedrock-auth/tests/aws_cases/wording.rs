//! What AWS's cases mean by the text of an error. The wording is theirs; ours must mean the same.

use std::error::Error;
use std::fmt::Debug;

use bedrock_auth::{IdentityError, IdentitySource, ProfileError, SourceError, SourceProblem};
use libtest_mimic::Failed;
use serde_json::Value;

/// Whether a result is the error that a case expects.
pub(crate) fn check<T: Debug>(expected: &Value, found: Result<T, IdentityError>) -> Result<(), Failed> {
    let text =
        expected["ErrorContains"].as_str().ok_or_else(|| format!("a new kind of result: {expected}"))?;
    match found {
        Ok(found) => Err(format!("expected {text}, found {found:?}").into()),
        Err(error) => means(text, &error),
    }
}

/// Whether an error means what AWS says; a text that nobody has read yet fails.
pub(crate) fn means(text: &str, error: &IdentityError) -> Result<(), Failed> {
    let is_meant = match MEANINGS.iter().find(|(part, _)| text.contains(part)) {
        Some((_, is_meant)) => is_meant(text, error),
        None => {
            refused_as(text, error).ok_or_else(|| format!("a new text: {text}; ours is {}", whole(error)))?
        }
    };
    if is_meant { Ok(()) } else { Err(format!("expected {text}, found {}", whole(error)).into()) }
}

/// An error and what is below it, on one line.
pub(crate) fn whole(error: &IdentityError) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        text = format!("{text}: {error}");
        below = error.source();
    }
    text
}

/// Whether an error means what this text of AWS's says.
type IsMeant = fn(&str, &IdentityError) -> bool;

/// Told by a part of the text, in this order.
const MEANINGS: &[(&str, IsMeant)] = &[
    // The chain.
    ("provider was not enabled", |_, error| {
        matches!(error, IdentityError::NoneFound { .. })
            || is_setting(error, "credential_source", "Ec2InstanceMetadata")
    }),
    ("no providers in chain provided credentials", |_, error| {
        matches!(error, IdentityError::NoneFound { .. })
    }),
    ("failed to read `", |text, error| names_the_file(text, error)),
    ("No such file", |_, error| {
        matches!(problem(error), Some(SourceProblem::File { .. } | SourceProblem::Expired { .. }))
    }),
    ("No environment variables were set to configure ECS", |_, error| {
        matches!(error, IdentityError::NoneFound { .. })
    }),
    ("URI did not specify a host", |_, error| {
        is_setting_of(error, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "host")
    }),
    ("loopback", |_, error| is_setting_of(error, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "loopback")),
    ("IMDS", |_, error| is_about_the_metadata_service(error)),
    ("metadata", |_, error| is_about_the_metadata_service(error)),
    ("token has expired", |_, error| matches!(problem(error), Some(SourceProblem::Expired { .. }))),
    ("infinite loop", |_, error| matches!(problem(error), Some(SourceProblem::Loop { .. }))),
    // Profiles.
    ("profile must contain `source_profile`", |_, error| is_setting(error, "source_profile", "missing")),
    ("both source_profile and credential_source", |_, error| {
        is_setting(error, "credential_source", "contradicts")
    }),
    ("profile missing aws_secret_access_key", |_, error| is_incomplete(error, "aws_secret_access_key")),
    ("profile missing aws_access_key_id", |_, error| is_incomplete(error, "aws_access_key_id")),
    ("did not contain credential information", |_, error| {
        matches!(error, IdentityError::NoneFound { .. }) || is_setting(error, "", "no credentials")
    }),
    ("could not find source profile", |text, error| {
        let name = text.split_whitespace().nth(5).unwrap_or_default();
        is_setting(error, "source_profile", name) && is_setting(error, "source_profile", "does not exist")
    }),
    ("No profiles were defined", |_, error| {
        matches!(error, IdentityError::Profile(ProfileError::UnknownProfile { .. }))
    }),
    ("`role_arn` was missing", |_, error| is_setting(error, "role_arn", "missing")),
    ("then `sso_account_id` must also be set", |_, error| is_setting(error, "sso_account_id", "")),
    ("then `sso_role_name` must also be set", |_, error| is_setting(error, "sso_role_name", "")),
    ("can only be specified in the [sso-session] config", |text, error| {
        let name = text.split('`').nth(1).unwrap_or_default();
        is_setting(error, name, "")
    }),
    ("sso-session named", |text, error| {
        let name = text.split('`').nth(1).unwrap_or_default();
        is_setting(error, "sso_session", name)
    }),
    // What the AWS SDK says of any error of a kind.
    ("not properly configured", |_, error| {
        matches!(
            error,
            IdentityError::Incomplete { .. } | IdentityError::Profile(_) | IdentityError::Source(_)
        )
    }),
    ("while loading credentials", |_, error| matches!(error, IdentityError::Source(_))),
    ("service error", |_, error| is_refused(error)),
    ("server error", |_, error| is_refused(error)),
    ("unhandled error", |_, error| is_refused(error)),
    ("timed out", |_, error| matches!(problem(error), Some(SourceProblem::Unreachable(_)))),
];

/// `SomeException: message`, as a service says it: its name for the error may come without the word.
fn refused_as(text: &str, error: &IdentityError) -> Option<bool> {
    let (name, said) = text.split_once(": ").unwrap_or((text, ""));
    let name = name
        .strip_suffix("Exception")
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    Some(match problem(error) {
        Some(SourceProblem::Refused { code: Some(code), message, .. }) => {
            code.strip_suffix("Exception").unwrap_or(code) == name
                && message.as_deref().unwrap_or_default().contains(said)
        }
        Some(SourceProblem::Expired { .. }) => name == "Unauthorized",
        _ => false,
    })
}

fn problem(error: &IdentityError) -> Option<&SourceProblem> {
    match error {
        IdentityError::Source(SourceError { problem, .. }) => Some(problem),
        _ => None,
    }
}

fn is_setting(error: &IdentityError, setting: &str, part: &str) -> bool {
    match problem(error) {
        Some(SourceProblem::Setting { name, problem }) => {
            (setting.is_empty() || name == setting) && problem.contains(part)
        }
        _ => false,
    }
}

fn is_setting_of(error: &IdentityError, setting: &str, part: &str) -> bool {
    matches!(error, IdentityError::Source(SourceError { source: IdentitySource::Container, .. }))
        && is_setting(error, setting, part)
}

fn is_incomplete(error: &IdentityError, setting: &str) -> bool {
    match error {
        IdentityError::Incomplete { missing, .. } => *missing == setting,
        _ => is_setting(error, setting, ""),
    }
}

/// A cache that is not there is a session that nobody has begun, which may be said so too; the file must be named.
fn names_the_file(text: &str, error: &IdentityError) -> bool {
    let path = text.split('`').nth(1).unwrap_or_default();
    let is_of_a_file = matches!(
        problem(error),
        Some(SourceProblem::File { .. } | SourceProblem::Content { .. } | SourceProblem::Expired { .. })
    );
    is_of_a_file && whole(error).contains(path)
}

fn is_about_the_metadata_service(error: &IdentityError) -> bool {
    match error {
        IdentityError::NoneFound { tried } => {
            tried.iter().any(|attempt| attempt.source == IdentitySource::InstanceMetadata)
        }
        IdentityError::Source(error) => error.source == IdentitySource::InstanceMetadata,
        _ => false,
    }
}

fn is_refused(error: &IdentityError) -> bool {
    matches!(problem(error), Some(SourceProblem::Refused { .. } | SourceProblem::BadAnswer { .. }))
}
