//! From the sections of the shared files to a [`Plan`].
//!
//! Where the AWS tools agree, so do we; where one profile has several kinds of credentials, the order is botocore's.

use super::plan::{Base, CredentialSource, Plan, RoleStep, SsoSettings, WebIdentitySettings};
use crate::credentials::Credentials;
use crate::profile::{Profile, Profiles, SharedFile};
use crate::secret::SecretString;
use crate::source_error::SourceProblem;
use crate::text::is_word;

impl Plan {
    /// What the profile `name` asks for; `None` where it is not there or has settings of other kinds only.
    ///
    /// # Errors
    ///
    /// [`SourceProblem::Setting`] where something is missing, contradictory or malformed, [`SourceProblem::Loop`] where the
    /// `source_profile`s lead back to one that was there before.
    pub fn of(profiles: &Profiles, name: &str) -> Result<Option<Self>, SourceProblem> {
        let Some(section) = profiles.profile(name) else {
            return Ok(None);
        };
        let mut current = Named { name, section };
        let mut source = current;
        let mut visited = vec![name];
        let mut roles = Vec::new();

        let base = loop {
            // The keys of a source profile win over its role: the profile stands for them, as it does for every AWS tool.
            let is_source = visited.len() > 1;
            let Some(role) = current.role().filter(|_| !(is_source && current.has_keys())) else {
                break current.base(profiles)?;
            };
            roles.push(current.role_step(role)?);
            match current.origin()? {
                Origin::Named(source) => break Some(Base::Named(source)),
                Origin::Profile(next) if next == current.name => {
                    break Some(current.base(profiles)?.ok_or_else(|| looped(&visited, next))?);
                }
                Origin::Profile(next) if visited.contains(&next) => return Err(looped(&visited, next)),
                Origin::Profile(next) => {
                    let section = profiles.profile(next).ok_or_else(|| {
                        current.problem("source_profile", &format!("names `{next}`, which does not exist"))
                    })?;
                    visited.push(next);
                    source = current;
                    current = Named { name: next, section };
                }
            }
        };
        // The role nearest to the base is the first to be assumed.
        roles.reverse();
        match base {
            Some(base) => Ok(Some(Self { base, roles })),
            None if roles.is_empty() => Ok(None),
            // Only a source profile can have neither role nor credentials here.
            None => Err(source
                .problem("source_profile", &format!("names `{}`, which has no credentials", current.name))),
        }
    }
}

/// A profile with its name.
#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    section: &'a Profile,
}

/// Where the credentials to assume a role with come from.
enum Origin<'a> {
    Named(CredentialSource),
    Profile(&'a str),
}

impl<'a> Named<'a> {
    fn get(&self, setting: &str) -> Option<&'a str> {
        self.section.get(setting)
    }

    fn owned(&self, setting: &str) -> Option<String> {
        self.get(setting).map(str::to_owned)
    }

    /// The role to assume with other credentials; that of a web identity is got with its token.
    fn role(&self) -> Option<&'a str> {
        self.get("role_arn").filter(|_| self.get("web_identity_token_file").is_none())
    }

    fn has_keys(&self) -> bool {
        self.get("aws_access_key_id").is_some() || self.get("aws_secret_access_key").is_some()
    }

    fn role_step(&self, role_arn: &str) -> Result<RoleStep, SourceProblem> {
        let duration_seconds = match self.get("duration_seconds") {
            Some(text) => Some(text.trim().parse().map_err(|_| {
                self.problem("duration_seconds", "is not a whole number of seconds, such as 3600")
            })?),
            None => None,
        };
        Ok(RoleStep {
            profile: self.name.to_owned(),
            role_arn: role_arn.to_owned(),
            session_name: self.owned("role_session_name"),
            external_id: self.owned("external_id"),
            duration_seconds,
            mfa_serial: self.owned("mfa_serial"),
        })
    }

    fn origin(&self) -> Result<Origin<'a>, SourceProblem> {
        match (self.get("source_profile"), self.credential_source()?) {
            (Some(next), None) => Ok(Origin::Profile(next)),
            (None, Some(source)) => Ok(Origin::Named(source)),
            (Some(_), Some(_)) => Err(self.problem("credential_source", "contradicts `source_profile`")),
            (None, None) => Err(self.problem(
                "source_profile",
                "is missing, and so is `credential_source`: `role_arn` needs one",
            )),
        }
    }

    fn credential_source(&self) -> Result<Option<CredentialSource>, SourceProblem> {
        let Some(text) = self.get("credential_source") else {
            return Ok(None);
        };
        let known = CREDENTIAL_SOURCES.iter().find(|(name, _)| is_word(text.trim(), name));
        let (_, source) = known.ok_or_else(|| {
            self.problem("credential_source", "is none of Environment, Ec2InstanceMetadata and EcsContainer")
        })?;
        Ok(Some(*source))
    }

    /// The credentials of this profile itself.
    fn base(&self, profiles: &Profiles) -> Result<Option<Base>, SourceProblem> {
        let profile = self.name.to_owned();
        if let Some(token_file) = self.owned("web_identity_token_file") {
            let role_arn = self
                .owned("role_arn")
                .ok_or_else(|| self.problem("role_arn", "is missing: `web_identity_token_file` needs it"))?;
            let session_name = self.owned("role_session_name");
            let settings = WebIdentitySettings { role_arn, token_file, session_name };
            return Ok(Some(Base::WebIdentity { profile, settings }));
        }
        if self.get("sso_account_id").is_some() || self.get("sso_role_name").is_some() {
            return Ok(Some(Base::Sso(self.sso(profiles)?)));
        }
        if let Some(credentials) = self.keys(SharedFile::Credentials)? {
            return Ok(Some(Base::Keys { profile, credentials }));
        }
        if let Some(session) = self.owned("login_session") {
            return Ok(Some(Base::Login { profile, session }));
        }
        if let Some(command) = self.get("credential_process") {
            return Ok(Some(Base::Process { profile, command: SecretString::from(command) }));
        }
        if let Some(credentials) = self.keys(SharedFile::Config)? {
            return Ok(Some(Base::Keys { profile, credentials }));
        }
        if self.get("sso_session").is_some() || self.get("sso_start_url").is_some() {
            return Ok(Some(Base::Sso(self.sso(profiles)?)));
        }
        if let Some(source) = self.credential_source()? {
            return Ok(Some(Base::Named(source)));
        }
        if self.get("aws_secret_access_key").is_some() {
            return Err(
                self.problem("aws_access_key_id", "is missing, although `aws_secret_access_key` is there")
            );
        }
        Ok(None)
    }

    /// The keys in one file. Id, secret and token are one set: the token of a file left over from yesterday does not fit the keys
    /// that another program wrote into the other one.
    fn keys(&self, file: SharedFile) -> Result<Option<Credentials>, SourceProblem> {
        let get = |setting| self.section.get_in(file, setting);
        let Some(id) = get("aws_access_key_id") else {
            return Ok(None);
        };
        // An id is shown; the indented line below it, which has become part of it, may be the secret.
        if id.contains(char::is_whitespace) {
            return Err(self.problem(
                "aws_access_key_id",
                "has white space in it; a setting may be indented that should not be",
            ));
        }
        let secret = get("aws_secret_access_key").ok_or_else(|| {
            self.problem("aws_secret_access_key", "is missing, although `aws_access_key_id` is there")
        })?;
        let mut credentials = Credentials::new(id, secret);
        if let Some(token) = get("aws_session_token") {
            credentials = credentials.session_token(token);
        }
        if let Some(account) = get("aws_account_id") {
            credentials = credentials.in_account(account);
        }
        Ok(Some(credentials))
    }

    fn sso(&self, profiles: &Profiles) -> Result<SsoSettings, SourceProblem> {
        let (account_id, role_name) = (self.owned("sso_account_id"), self.owned("sso_role_name"));
        for (setting, value) in [("sso_account_id", &account_id), ("sso_role_name", &role_name)] {
            if value.is_none() && (account_id.is_some() || role_name.is_some()) {
                return Err(
                    self.problem(setting, "is missing: `sso_account_id` and `sso_role_name` go together")
                );
            }
        }
        let session = match self.get("sso_session") {
            Some(name) => Some((
                name,
                profiles.sso_session(name).ok_or_else(|| {
                    self.problem(
                        "sso_session",
                        &format!("names `{name}`, and there is no section [sso-session {name}]"),
                    )
                })?,
            )),
            None => None,
        };
        let setting = |setting| match (session, self.get(setting)) {
            (Some((_, section)), in_profile) => match (section.get(setting), in_profile) {
                (Some(value), None) => Ok(value.to_owned()),
                (Some(value), Some(same)) if value == same => Ok(value.to_owned()),
                (Some(_), Some(_)) => Err(self.problem(setting, "is not that of its [sso-session] section")),
                (None, Some(_)) => Err(self.problem(setting, "must be in the [sso-session] section")),
                (None, None) => Err(self.problem(setting, "is missing in the [sso-session] section")),
            },
            (None, Some(value)) => Ok(value.to_owned()),
            (None, None) => Err(self.problem(setting, "is missing")),
        };
        Ok(SsoSettings {
            profile: self.name.to_owned(),
            session: session.map(|(name, _)| name.to_owned()),
            start_url: setting("sso_start_url")?,
            region: setting("sso_region")?,
            account_id,
            role_name,
        })
    }

    /// What is wrong with a setting of this profile, which need not be the one that was asked for.
    fn problem(&self, setting: &str, problem: &str) -> SourceProblem {
        SourceProblem::setting(setting, &format!("of profile `{}` {problem}", self.name))
    }
}

fn looped(visited: &[&str], next: &str) -> SourceProblem {
    let profiles = visited.iter().copied().chain([next]).map(str::to_owned).collect();
    SourceProblem::Loop { profiles }
}

const CREDENTIAL_SOURCES: [(&str, CredentialSource); 3] = [
    ("Environment", CredentialSource::Environment),
    ("Ec2InstanceMetadata", CredentialSource::Ec2InstanceMetadata),
    ("EcsContainer", CredentialSource::EcsContainer),
];

#[cfg(test)]
mod tests;
