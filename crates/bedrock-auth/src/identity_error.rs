//! Why there is no identity, and what to do about it.

use std::fmt;
use std::sync::Arc;

use crate::bearer::ParseBearerTokenError;
use crate::identity::IdentitySource;
use crate::profile::ProfileError;
use crate::source_error::SourceError;

/// Why there is no identity. Nothing has been sent.
///
/// A source that is not configured lets the next one try; one that is configured and broken ends the search, so that a typing
/// error never makes a program act as somebody else. [`hint`](Self::hint) says what to run.
#[derive(Clone, Debug)]
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
    /// A source is configured and failed.
    Source(SourceError),
    /// AWS refused credentials as expired, and their source gave the same ones again.
    SameAgain {
        /// The source.
        source: IdentitySource,
    },
    /// A [`ProvideIdentity`](crate::ProvideIdentity) from outside this crate failed; made by [`custom`](Self::custom).
    #[non_exhaustive]
    Custom {
        /// What it calls itself.
        provider: String,
        /// Whether the same may succeed later.
        transient: bool,
        /// What went wrong.
        source: Arc<dyn std::error::Error + Send + Sync>,
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
    /// The failure of a [`ProvideIdentity`](crate::ProvideIdentity) from outside this crate; trying again does not help, unless
    /// [`transient`](Self::transient) says so.
    ///
    /// `provider` is what it calls itself. `source` is the error below it, or a text; it is shown to people and must not hold a
    /// secret.
    ///
    /// ```
    /// use std::error::Error;
    ///
    /// use bedrock_auth::IdentityError;
    ///
    /// let error = IdentityError::custom("vault", "it is sealed").transient(true);
    /// assert!(error.is_transient());
    /// assert_eq!(error.to_string(), "`vault` gave no identity");
    /// assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("it is sealed"));
    /// ```
    pub fn custom(
        provider: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Custom { provider: provider.into(), transient: false, source: Arc::from(source.into()) }
    }

    /// Says of a [`Custom`](Self::Custom) error whether the same may succeed later; any other stays as it is.
    pub fn transient(mut self, is_transient: bool) -> Self {
        if let Self::Custom { transient, .. } = &mut self {
            *transient = is_transient;
        }
        self
    }

    /// Whether the same may succeed later: a service that gives out identities was busy or out of reach. All other errors last until
    /// somebody changes a setting or a file.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Custom { transient, .. } => *transient,
            Self::Source(error) => error.is_transient(),
            Self::NoneFound { .. }
            | Self::Incomplete { .. }
            | Self::Bearer(_)
            | Self::Profile(_)
            | Self::SameAgain { .. } => false,
        }
    }

    /// What to do, as a sentence for people.
    pub fn hint(&self) -> String {
        match self {
            Self::NoneFound { .. } => {
                "run `bedrock configure`, or `aws sso login --profile NAME` and set AWS_PROFILE, or set \
                AWS_BEARER_TOKEN_BEDROCK to a Bedrock API key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    .to_owned()
            }
            Self::Incomplete { missing, .. } => format!("set {missing} too, or remove the access key id"),
            Self::Bearer(_) => {
                "set AWS_BEARER_TOKEN_BEDROCK to the text of the key alone, or unset it".to_owned()
            }
            Self::Profile(error) => error.hint(),
            Self::Source(error) => error.hint(),
            Self::SameAgain { source } => source.renewal_hint(),
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
            Self::Source(_) => f.write_str("a source of credentials failed"),
            Self::SameAgain { source } => {
                write!(f, "the credentials have expired, and {source} gives the same ones again")
            }
            Self::Custom { provider, .. } => write!(f, "`{provider}` gave no identity"),
        }
    }
}

impl std::error::Error for IdentityError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bearer(error) => Some(error),
            Self::Profile(error) => Some(error),
            Self::Source(error) => Some(error),
            Self::Custom { source, .. } => Some(&**source),
            Self::NoneFound { .. } | Self::Incomplete { .. } | Self::SameAgain { .. } => None,
        }
    }
}
