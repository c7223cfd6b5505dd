//! Who is calling: an identity, where it came from, and the trait of everything that can say so.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use crate::bearer::BearerToken;
use crate::credentials::Credentials;
use crate::identity_error::IdentityError;

/// What a request is authorised with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity {
    /// An access key: requests are signed (SigV4).
    Credentials(Credentials),
    /// A Bedrock API key: requests carry it.
    Bearer(BearerToken),
}

/// An identity and the source that won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedIdentity {
    /// What to authorise with.
    pub identity: Identity,
    /// Where it came from.
    pub source: IdentitySource,
}

/// Where an identity came from, for people: `Display` is what `bedrock doctor` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentitySource {
    /// Given by the program itself.
    Explicit,
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment,
    /// `AWS_BEARER_TOKEN_BEDROCK`.
    BearerEnvironment,
    /// The keys of a profile in the shared config and credentials files.
    Profile {
        /// The profile's name.
        name: String,
    },
    /// A role that was assumed with other credentials.
    Role {
        /// The role.
        arn: String,
        /// Where those other credentials came from.
        base: Box<Self>,
    },
    /// A web identity token exchanged for credentials, as in EKS.
    WebIdentity {
        /// The profile that says so; `None` where the environment does (`AWS_WEB_IDENTITY_TOKEN_FILE`).
        profile: Option<String>,
    },
    /// A session of IAM Identity Center (`aws sso login`).
    Sso {
        /// The profile that names it.
        profile: String,
    },
    /// A session of `aws login`.
    Login {
        /// The profile that names it.
        profile: String,
    },
    /// The program of `credential_process`.
    Process {
        /// The profile that names it.
        profile: String,
    },
    /// The credentials endpoint of a container (ECS, EKS pod identity).
    Container,
    /// The metadata service of an EC2 instance.
    InstanceMetadata,
    /// A short-term Bedrock API key made from credentials.
    ShortTermKey {
        /// Where the credentials came from.
        base: Box<Self>,
    },
    /// A [`ProvideIdentity`] from outside this crate.
    Custom {
        /// What it calls itself.
        name: String,
    },
}

/// A boxed future, as object-safe async traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that can say who is calling; asked before each attempt, so it may renew what it gives.
///
/// ```
/// use bedrock_auth::{BoxFuture, Credentials, IdentityError, IdentitySource, ProvideIdentity, ResolvedIdentity};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideIdentity for Vault {
///     fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
///         Box::pin(async {
///             let keys = Credentials::new("AKIDEXAMPLE", "from the vault");
///             Ok(ResolvedIdentity::new(keys, IdentitySource::Custom { name: "vault".into() }))
///         })
///     }
/// }
/// ```
pub trait ProvideIdentity: fmt::Debug + Send + Sync {
    /// The identity to use now.
    ///
    /// # Errors
    ///
    /// [`IdentityError`]: nothing found, or something that is configured and broken. No request has been sent.
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>>;

    /// Hears that AWS refused this identity as expired, so that it is not given again from a cache. The caller then asks
    /// [`identity`](Self::identity) once more; a provider that keeps nothing has nothing to do.
    fn reject(&self, identity: &Identity) {
        let _ = identity;
    }

    /// Whether what the last answer was made from has changed since, such as a file; a cache then asks anew.
    fn has_changed(&self) -> bool {
        false
    }
}

impl ResolvedIdentity {
    /// An identity and its source.
    pub fn new(identity: impl Into<Identity>, source: IdentitySource) -> Self {
        Self { identity: identity.into(), source }
    }
}

impl IdentitySource {
    /// The command with which a person opens a new session there.
    pub(crate) fn login_command(&self) -> Option<String> {
        match self {
            Self::Sso { profile } => Some(format!("aws sso login --profile {profile}")),
            Self::Login { profile } => Some(format!("aws login --profile {profile}")),
            _ => None,
        }
    }

    /// What to do when what comes from there has expired and is not renewed by itself, as a sentence for people.
    pub fn renewal_hint(&self) -> String {
        match self {
            Self::Sso { .. } | Self::Login { .. } => {
                format!("run `{}`", self.login_command().expect("sessions are opened by a command"))
            }
            Self::Environment | Self::Explicit => {
                "get new temporary credentials, or let a profile renew them".to_owned()
            }
            Self::BearerEnvironment => "set AWS_BEARER_TOKEN_BEDROCK to a new key".to_owned(),
            Self::Profile { name } => format!("put new temporary credentials into the profile `{name}`"),
            Self::WebIdentity { .. } => {
                "see why the file of the web identity token is not replaced in time".to_owned()
            }
            Self::Process { profile } => {
                format!("see why the `credential_process` of profile `{profile}` gives what has expired")
            }
            Self::Role { base, .. } | Self::ShortTermKey { base } => base.renewal_hint(),
            Self::Container | Self::InstanceMetadata | Self::Custom { .. } => {
                "renew the credentials at their source".to_owned()
            }
        }
    }
}

impl Identity {
    /// When it expires, if the source said so.
    pub fn expiry(&self) -> Option<SystemTime> {
        match self {
            Self::Credentials(credentials) => credentials.expiry(),
            Self::Bearer(token) => token.expiry(),
        }
    }
}

impl From<Credentials> for Identity {
    fn from(credentials: Credentials) -> Self {
        Self::Credentials(credentials)
    }
}

impl From<BearerToken> for Identity {
    fn from(token: BearerToken) -> Self {
        Self::Bearer(token)
    }
}

impl ProvideIdentity for Identity {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        explicit(self.clone())
    }
}

impl ProvideIdentity for Credentials {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        explicit(self.clone().into())
    }
}

impl ProvideIdentity for BearerToken {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        explicit(self.clone().into())
    }
}

impl<P: ProvideIdentity + ?Sized> ProvideIdentity for Arc<P> {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        (**self).identity()
    }

    fn reject(&self, identity: &Identity) {
        (**self).reject(identity);
    }

    fn has_changed(&self) -> bool {
        (**self).has_changed()
    }
}

impl fmt::Display for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("given by the program"),
            Self::Environment => f.write_str("environment (AWS_ACCESS_KEY_ID)"),
            Self::BearerEnvironment => f.write_str("environment (AWS_BEARER_TOKEN_BEDROCK)"),
            Self::Profile { name } => write!(f, "profile `{name}`"),
            Self::Role { arn, base } => write!(f, "role {arn}, assumed with {base}"),
            Self::WebIdentity { profile: None } => f.write_str("environment (AWS_WEB_IDENTITY_TOKEN_FILE)"),
            Self::WebIdentity { profile: Some(name) } => write!(f, "web identity of profile `{name}`"),
            Self::Sso { profile } => write!(f, "SSO session of profile `{profile}`"),
            Self::Login { profile } => write!(f, "login session of profile `{profile}`"),
            Self::Process { profile } => write!(f, "credential_process of profile `{profile}`"),
            Self::Container => f.write_str("container credentials (AWS_CONTAINER_CREDENTIALS_*)"),
            Self::InstanceMetadata => f.write_str("EC2 instance metadata"),
            Self::ShortTermKey { base } => write!(f, "short-term key made from {base}"),
            Self::Custom { name } => f.write_str(name),
        }
    }
}

fn explicit<'a>(identity: Identity) -> BoxFuture<'a, Result<ResolvedIdentity, IdentityError>> {
    Box::pin(std::future::ready(Ok(ResolvedIdentity { identity, source: IdentitySource::Explicit })))
}
