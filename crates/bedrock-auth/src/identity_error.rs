//! Why there is no identity, and what to do about it.

use std::fmt;

use crate::bearer::ParseBearerTokenError;
use crate::identity::IdentitySource;
use crate::profile::ProfileError;

/// Why there is no identity. Nothing has been sent.
///
/// A source that is not configured lets the next one try; one that is configured and broken ends the search, so that a typing
/// error never makes a program act as somebody else. [`hint`](Self::hint) says what to run.
#[derive(Debug)]
#[non_exhaustive]
pub enum IdentityError {
    /// No source is configured.
    NoneFound {
        /// Each source, in the order tried, with the reason it gave nothing.
        tried: Vec<Attempt>,
    },
    /// A source names an access key id and no secret access key.
    Incomplete {
        /// The source.
        source: IdentitySource,
        /// What is missing, by the name it has there.
        missing: &'static str,
    },
    /// `AWS_BEARER_TOKEN_BEDROCK` is set to something that is no token.
    Bearer(ParseBearerTokenError),
    /// The shared config or credentials file is broken, or has no profile of the name asked for.
    Profile(ProfileError),
    /// A profile gets its credentials in a way this build does not know.
    Unsupported {
        /// The profile.
        profile: String,
        /// The setting that says so, such as `role_arn`.
        setting: &'static str,
    },
    /// A [`ProvideIdentity`](crate::ProvideIdentity) from outside this crate failed.
    Custom {
        /// What it calls itself.
        provider: String,
        /// What went wrong, for people; it must not hold a secret.
        message: String,
    },
}

/// A source that was tried and gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The source.
    pub source: IdentitySource,
    /// Why it gave nothing.
    pub reason: String,
}

impl IdentityError {
    /// What to do, as a sentence for people.
    pub fn hint(&self) -> String {
        match self {
            Self::NoneFound { .. } => {
                "set AWS_BEARER_TOKEN_BEDROCK to a Bedrock API key, or set AWS_ACCESS_KEY_ID and \
                AWS_SECRET_ACCESS_KEY, or run `aws configure`; for SSO, roles and other sources run \
                `eval \"$(aws configure export-credentials --format env)\"`"
                    .to_owned()
            }
            Self::Incomplete { missing, .. } => format!("set {missing} too, or remove the access key id"),
            Self::Bearer(_) => {
                "set AWS_BEARER_TOKEN_BEDROCK to the text of the key alone, or unset it".to_owned()
            }
            Self::Profile(ProfileError::UnknownProfile { name, .. }) => {
                format!(
                    "choose another profile with --profile or AWS_PROFILE, or run `aws configure --profile {name}`"
                )
            }
            Self::Profile(_) => "correct the file".to_owned(),
            Self::Unsupported { profile, .. } => {
                format!(
                    "run `eval \"$(aws configure export-credentials --profile {profile} --format env)\"` and try again without --profile"
                )
            }
            Self::Custom { provider, .. } => format!("see the documentation of `{provider}`"),
        }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneFound { tried } => {
                f.write_str("no AWS identity found")?;
                for (index, Attempt { source, reason }) in tried.iter().enumerate() {
                    let separator = if index == 0 { ": " } else { "; " };
                    write!(f, "{separator}{source}: {reason}")?;
                }
                Ok(())
            }
            Self::Incomplete { source, missing } => {
                write!(f, "{source} has an access key id and no {missing}")
            }
            Self::Bearer(_) => f.write_str("AWS_BEARER_TOKEN_BEDROCK is not a bearer token"),
            Self::Profile(_) => f.write_str("the shared AWS files give no profile"),
            Self::Unsupported { profile, setting } => {
                write!(
                    f,
                    "profile `{profile}` uses `{setting}`, a source of credentials this build does not support yet"
                )
            }
            Self::Custom { provider, message } => write!(f, "`{provider}` gave no identity: {message}"),
        }
    }
}

impl std::error::Error for IdentityError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bearer(error) => Some(error),
            Self::Profile(error) => Some(error),
            Self::NoneFound { .. }
            | Self::Incomplete { .. }
            | Self::Unsupported { .. }
            | Self::Custom { .. } => None,
        }
    }
}
