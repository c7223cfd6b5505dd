//! What a profile asks for, as a value: where the first credentials come from, and which roles to assume with them.

use crate::credentials::Credentials;

/// The way from a profile to credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) base: Base,
    /// The roles to assume one after the other, the first with the base's credentials.
    pub(crate) roles: Vec<RoleStep>,
}

/// Where the first credentials come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Keys in the shared files.
    Keys { profile: String, credentials: Credentials },
    /// A token in a file, exchanged at STS.
    WebIdentity { profile: String, settings: WebIdentitySettings },
    /// IAM Identity Center.
    Sso(SsoSettings),
    /// A session of `aws login`.
    Login { profile: String, session: String },
    /// The program of `credential_process`.
    Process { profile: String, command: String },
    /// `credential_source` of a role.
    Named(CredentialSource),
}

/// The values of `credential_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialSource {
    Environment,
    Ec2InstanceMetadata,
    EcsContainer,
}

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleStep {
    /// The profile that names the role.
    pub(crate) profile: String,
    pub(crate) role_arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) duration_seconds: Option<u32>,
    pub(crate) mfa_serial: Option<String>,
}

/// A web identity token and the role it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebIdentitySettings {
    pub(crate) role_arn: String,
    pub(crate) token_file: String,
    pub(crate) session_name: Option<String>,
}

/// The settings of IAM Identity Center in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SsoSettings {
    pub(crate) profile: String,
    /// The `[sso-session NAME]` section; `None` for the settings of old, which have no refresh token.
    pub(crate) session: Option<String>,
    pub(crate) start_url: String,
    pub(crate) region: String,
    /// Absent in a profile that only names a session: it has a token and no credentials.
    pub(crate) account_id: Option<String>,
    pub(crate) role_name: Option<String>,
}
