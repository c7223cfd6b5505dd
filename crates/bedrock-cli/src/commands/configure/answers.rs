//! What a profile is given: the names there are, which values they take, and into which section of which file they go.

use std::fmt;

use bedrock_client::Region;

use super::edit::Section;
use crate::failure::Failure;

/// Values by name, as given and checked. There may be secrets among them.
#[derive(Default)]
pub(super) struct Answers(Vec<(&'static str, String)>);

/// One of the two shared files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SharedFile {
    Config,
    Credentials,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Answers {
    /// Takes lines like `region=eu-west-1`; blank ones and those with `#` are passed over. Names may be in capitals, as those of
    /// environment variables are.
    pub(super) fn from_lines(text: &str) -> Result<Self, Failure> {
        let mut answers = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // The line is not told: it may be a secret.
            let (name, value) = line.split_once('=').ok_or_else(|| {
                Failure::config(format!("line {number} of the input is no NAME=VALUE"), hint())
            })?;
            let name = name.trim().to_ascii_lowercase();
            let known = NAMES.iter().find(|known| **known == name).ok_or_else(|| {
                Failure::config(
                    format!("line {number} of the input names nothing that can be configured"),
                    hint(),
                )
            })?;
            answers.set(known, value.trim())?;
        }
        Ok(answers)
    }

    /// Takes a value, if it is one for this name.
    pub(super) fn set(&mut self, name: &'static str, value: &str) -> Result<(), Failure> {
        check(name, value).map_err(|rule| Failure::config(format!("this is no {name}"), rule))?;
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_owned()));
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// What to write for a profile, file by file; `title` is that of its section in the config file.
    pub(super) fn sections(&self, profile: &str, title: &str) -> Result<Vec<(SharedFile, Section)>, Failure> {
        let given = |name: &'static str| (name, self.get(name).map(str::to_owned));
        let (id, secret) = (self.get(ACCESS_KEY_ID), self.get(SECRET_ACCESS_KEY));
        let has_sso = self.0.iter().any(|(name, _)| name.starts_with("sso_"));
        match (id, secret, self.get(SESSION_TOKEN)) {
            (Some(_), None, _) | (None, Some(_), _) | (None, None, Some(_)) => {
                return Err(Failure::config(
                    "these are not all parts of a key",
                    "give aws_access_key_id and aws_secret_access_key",
                ));
            }
            (Some(_), Some(_), _) if has_sso => {
                return Err(Failure::config(
                    "a profile has keys or an SSO session, not both",
                    "use two profiles",
                ));
            }
            _ => {}
        }
        let mut config = vec![given(REGION)];
        let mut sections = Vec::new();
        if has_sso {
            let session = self.get(SSO_SESSION).unwrap_or(profile);
            config.push((SSO_SESSION, Some(session.to_owned())));
            config.extend([given(SSO_ACCOUNT_ID), given(SSO_ROLE_NAME)]);
            let mut settings = vec![given(SSO_START_URL), given(SSO_REGION), given(SSO_SCOPES)];
            settings.retain(|(_, value)| value.is_some());
            if let ([_, ..], None) = (settings.as_slice(), self.get(SSO_SCOPES)) {
                settings.push((SSO_SCOPES, Some(DEFAULT_SCOPE.to_owned())));
            }
            sections
                .push((SharedFile::Config, Section { title: format!("sso-session {session}"), settings }));
        }
        config.retain(|(_, value)| value.is_some());
        sections.insert(0, (SharedFile::Config, Section { title: title.to_owned(), settings: config }));
        if id.is_some() {
            // A token that belongs to other keys would spoil these.
            let settings = vec![given(ACCESS_KEY_ID), given(SECRET_ACCESS_KEY), given(SESSION_TOKEN)];
            sections.push((SharedFile::Credentials, Section { title: profile.to_owned(), settings }));
        }
        sections.retain(|(_, section)| !section.settings.is_empty());
        if sections.is_empty() {
            return Err(Failure::config("there is nothing to write", hint()));
        }
        Ok(sections)
    }
}

/// Whether nobody should see the value.
pub(super) fn is_secret(name: &str) -> bool {
    matches!(name, SECRET_ACCESS_KEY | SESSION_TOKEN)
}

/// As the shared files allow names.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.%@:+".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// The rule that a value breaks.
fn check(name: &str, value: &str) -> Result<(), &'static str> {
    let plain = value.chars().all(|c| c.is_ascii_graphic()) && !value.starts_with(['#', ';']);
    let (fits, rule) = match name {
        REGION | SSO_REGION => (Region::parse(value).is_ok(), "a region is like us-east-1"),
        ACCESS_KEY_ID => (
            (16..=128).contains(&value.len())
                && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            "an access key id is 16 letters and digits or more, like AKIAIOSFODNN7EXAMPLE",
        ),
        SSO_START_URL => (value.starts_with("https://"), "it is like https://my-company.awsapps.com/start"),
        SSO_ACCOUNT_ID => {
            (value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()), "an account has 12 digits")
        }
        SSO_SESSION => (is_name(value), "letters, digits and -_/.%@:+"),
        _ => (!value.is_empty(), "it is empty"),
    };
    match (fits, plain) {
        (true, true) => Ok(()),
        (true, false) => Err("it has no white space, and no # or ; at its start"),
        (false, _) => Err(rule),
    }
}

fn hint() -> String {
    format!("give lines like region=us-east-1 on stdin; the names are {}", NAMES.join(", "))
}

pub(super) const REGION: &str = "region";
pub(super) const ACCESS_KEY_ID: &str = "aws_access_key_id";
pub(super) const SECRET_ACCESS_KEY: &str = "aws_secret_access_key";
pub(super) const SESSION_TOKEN: &str = "aws_session_token";
pub(super) const SSO_SESSION: &str = "sso_session";
pub(super) const SSO_START_URL: &str = "sso_start_url";
pub(super) const SSO_REGION: &str = "sso_region";
pub(super) const SSO_ACCOUNT_ID: &str = "sso_account_id";
pub(super) const SSO_ROLE_NAME: &str = "sso_role_name";
const SSO_SCOPES: &str = "sso_registration_scopes";

/// What can be configured.
const NAMES: [&str; 10] = [
    REGION,
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    SSO_SESSION,
    SSO_START_URL,
    SSO_REGION,
    SSO_ACCOUNT_ID,
    SSO_ROLE_NAME,
    SSO_SCOPES,
];

/// What `aws configure sso` asks for; with it the session can be renewed:
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html>.
const DEFAULT_SCOPE: &str = "sso:account:access";

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: &str) -> Result<String, String> {
        let sections = Answers::from_lines(lines).and_then(|answers| answers.sections("dev", "profile dev"));
        let sections = sections
            .map_err(|failure| format!("{} ({})", failure.message(), failure.hint().unwrap_or_default()))?;
        let line = |(file, section): &(SharedFile, Section)| {
            let settings: Vec<_> = section
                .settings
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-")))
                .collect();
            format!("{file:?} [{}] {}", section.title, settings.join(" "))
        };
        Ok(sections.iter().map(line).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn each_value_goes_into_its_section() {
        for (lines, expected) in [
            ("region=eu-west-1", "Config [profile dev] region=eu-west-1"),
            (
                "# keys\nAWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n\naws_secret_access_key = a=b\n",
                "Credentials [dev] aws_access_key_id=AKIAIOSFODNN7EXAMPLE aws_secret_access_key=a=b aws_session_token=-",
            ),
            (
                "sso_start_url=https://a.awsapps.com/start\nsso_region=us-east-1\nsso_account_id=123456789012\nsso_role_name=Dev",
                "Config [profile dev] sso_session=dev sso_account_id=123456789012 sso_role_name=Dev; Config [sso-session dev] \
                 sso_start_url=https://a.awsapps.com/start sso_region=us-east-1 sso_registration_scopes=sso:account:access",
            ),
            ("sso_session=corp", "Config [profile dev] sso_session=corp"),
        ] {
            assert_eq!(written(lines).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused_and_not_repeated() {
        for (lines, what) in [
            ("", "nothing to write"),
            ("canary", "line 1 of the input is no NAME=VALUE"),
            ("region=us-east-1\ncanary=1", "line 2 of the input names nothing"),
            ("region=canary/", "no region (a region is like"),
            ("aws_access_key_id=AKIAIOSFODNN7EXAMPLE", "not all parts of a key"),
            ("aws_session_token=canary", "not all parts of a key"),
            ("aws_secret_access_key=can ary", "white space"),
            ("aws_secret_access_key=#canary", "# or ; at its start"),
            ("aws_secret_access_key=", "it is empty"),
            ("sso_start_url=http://canary", "it is like https://"),
            ("sso_account_id=1", "12 digits"),
            ("sso_session=a]b", "letters, digits"),
            (
                "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=canary\nsso_session=a",
                "keys or an SSO session",
            ),
        ] {
            let error = written(lines).expect_err(lines);
            assert!(error.contains(what) && !error.contains("canary"), "{error}");
        }
    }
}
