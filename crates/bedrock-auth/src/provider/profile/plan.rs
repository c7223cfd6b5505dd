//! What a profile asks for, as a value: where the first credentials come from, and which roles to assume with them.
//!
//! ```
//! use bedrock_auth::plan::{Base, Plan};
//! use bedrock_auth::{MapEnv, MapFiles, Profiles};
//!
//! let config = "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = base\n\
//!     [profile base]\ncredential_process = /usr/bin/keys\n";
//! let env = MapEnv::from([("HOME", "/home/me")]);
//! let profiles = Profiles::load(&env, &MapFiles::from([("/home/me/.aws/config", config)]))?;
//!
//! let plan = Plan::of(&profiles, "dev").expect("it can be followed").expect("it asks for credentials");
//! assert!(matches!(plan.base, Base::Process { ref profile, .. } if profile == "base"));
//! assert_eq!(plan.roles[0].role_arn, "arn:aws:iam::123456789012:role/dev");
//! # Ok::<(), bedrock_auth::ProfileError>(())
//! ```
//!
//! Nothing is read or asked here; following a plan is what [`DefaultIdentity`](crate::DefaultIdentity) does.

use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::secret::SecretString;
use crate::sts::RoleRequest;

/// The way from a profile to credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Where the first credentials come from.
    pub base: Base,
    /// The roles to assume one after the other, the first with the base's credentials.
    pub roles: Vec<RoleStep>,
}

/// Where the first credentials come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// Keys in the shared files.
    Keys {
        /// The profile that has them.
        profile: String,
        /// The keys.
        credentials: Credentials,
    },
    /// A token in a file, exchanged at STS.
    WebIdentity {
        /// The profile that names it.
        profile: String,
        /// The token and the role.
        settings: WebIdentitySettings,
    },
    /// IAM Identity Center.
    Sso(SsoSettings),
    /// A session of `aws login`.
    Login {
        /// The profile that names it.
        profile: String,
        /// The session, from `login_session`.
        session: String,
    },
    /// The program of `credential_process`.
    Process {
        /// The profile that names it.
        profile: String,
        /// Program and arguments, which may hold a secret.
        command: SecretString,
    },
    /// `credential_source` of a role.
    Named(CredentialSource),
}

/// The values of `credential_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialSource {
    /// The keys of the environment.
    Environment,
    /// The metadata service of an EC2 instance.
    Ec2InstanceMetadata,
    /// The credentials endpoint of a container.
    EcsContainer,
}

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleStep {
    /// The profile that names the role.
    pub profile: String,
    /// The role.
    pub role_arn: String,
    /// What to call the session; made up where nobody says.
    pub session_name: Option<String>,
    /// The word that the role's owner asks for.
    pub external_id: Option<String>,
    /// How long the credentials are to live.
    pub duration_seconds: Option<u32>,
    /// The device whose code STS asks for.
    pub mfa_serial: Option<String>,
}

/// A web identity token and the role it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebIdentitySettings {
    /// The role.
    pub role_arn: String,
    /// The file with the token.
    pub token_file: String,
    /// What to call the session; made up where nobody says.
    pub session_name: Option<String>,
}

/// The settings of IAM Identity Center in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoSettings {
    /// The profile that has them.
    pub profile: String,
    /// The `[sso-session NAME]` section; `None` for the settings of old, which have no refresh token.
    pub session: Option<String>,
    /// The portal's address for people.
    pub start_url: String,
    /// The region of the portal.
    pub region: String,
    /// The account. Absent in a profile that only names a session: it has a token and no credentials.
    pub account_id: Option<String>,
    /// The role, absent like the account.
    pub role_name: Option<String>,
}

impl Base {
    /// What an identity from here has as its source.
    pub(crate) fn source(&self) -> IdentitySource {
        match self {
            Self::Keys { profile, .. } => IdentitySource::Profile { name: profile.clone() },
            Self::WebIdentity { profile, .. } => {
                IdentitySource::WebIdentity { profile: Some(profile.clone()) }
            }
            Self::Sso(settings) => IdentitySource::Sso { profile: settings.profile.clone() },
            Self::Login { profile, .. } => IdentitySource::Login { profile: profile.clone() },
            Self::Process { profile, .. } => IdentitySource::Process { profile: profile.clone() },
            Self::Named(source) => source.source(),
        }
    }
}

impl CredentialSource {
    pub(crate) fn source(self) -> IdentitySource {
        match self {
            Self::Environment => IdentitySource::Environment,
            Self::Ec2InstanceMetadata => IdentitySource::InstanceMetadata,
            Self::EcsContainer => IdentitySource::Container,
        }
    }
}

impl RoleStep {
    pub(crate) fn request(&self) -> RoleRequest<'_> {
        RoleRequest {
            role_arn: &self.role_arn,
            session_name: self.session_name.as_deref(),
            external_id: self.external_id.as_deref(),
            duration_seconds: self.duration_seconds,
            mfa_serial: self.mfa_serial.as_deref(),
        }
    }
}
