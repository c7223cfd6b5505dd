//! One merged section, looked up by key.

use std::fmt;

use super::by_name::ByName;
use crate::secret::SecretString;
use crate::text::{cut, is_word};

/// The settings of a profile; an `sso-session` or `services` section has the same shape.
///
/// What the credentials file says wins over the config file, setting by setting. Any value may be a secret, so all are kept as one
/// and `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile {
    // Apart, because some settings only mean something next to others of the same file.
    config: ByName<SecretString>,
    credentials: ByName<SecretString>,
}

/// One of the two shared files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedFile {
    Config,
    Credentials,
}

impl Profile {
    /// A setting by its key (lower case); `None` also when it is blank, as AWS counts that as unset.
    #[inline(never)]
    pub fn get(&self, key: &str) -> Option<&str> {
        set(self.credentials.get(key).or_else(|| self.config.get(key)))
    }

    /// A nested setting, such as `endpoint_url` below `bedrock_runtime =` in a `services` section.
    pub fn nested(&self, key: &str, name: &str) -> Option<&str> {
        let pairs = self.get(key)?.strip_prefix('\n')?.lines().filter_map(|line| cut(line, "="));
        let mut named = pairs.filter(|(found, _)| is_word(found.trim(), name));
        // The last one wins, as it does among the settings themselves.
        named.next_back().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All settings as they are in the files, sorted by their keys, blank ones included; continuation lines stand behind a line break each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut merged = ByName::default();
        for (key, value) in self.config.iter().chain(self.credentials.iter()) {
            *merged.entry(key, "") = value.expose();
        }
        merged.into_iter()
    }

    /// A setting of one file, whatever the other says.
    pub(crate) fn get_in(&self, file: SharedFile, key: &str) -> Option<&str> {
        let settings = match file {
            SharedFile::Config => &self.config,
            SharedFile::Credentials => &self.credentials,
        };
        set(settings.get(key))
    }

    /// Takes a setting over; the last one of a file wins.
    pub(super) fn set(&mut self, file: SharedFile, key: String, value: SecretString) {
        let settings = match file {
            SharedFile::Config => &mut self.config,
            SharedFile::Credentials => &mut self.credentials,
        };
        *settings.entry(key, SecretString::from(String::new())) = value;
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(key, _)| key)).finish()
    }
}

fn set(value: Option<&SecretString>) -> Option<&str> {
    value.map(SecretString::expose).filter(|value| !value.trim().is_empty())
}
