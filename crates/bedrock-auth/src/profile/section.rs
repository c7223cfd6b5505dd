//! One merged section, looked up by key.

use std::collections::BTreeMap;
use std::fmt;

use crate::secret::SecretString;

/// The settings of a profile; an `sso-session` or `services` section has the same shape.
///
/// What the credentials file says wins over the config file, setting by setting. Any value may be a secret, so all are kept as one
/// and `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile {
    // Apart, because some settings only mean something next to others of the same file.
    config: BTreeMap<String, SecretString>,
    credentials: BTreeMap<String, SecretString>,
}

/// One of the two shared files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedFile {
    Config,
    Credentials,
}

impl Profile {
    /// A setting by its key (lower case); `None` also when it is blank, as AWS counts that as unset.
    pub fn get(&self, key: &str) -> Option<&str> {
        set(self.credentials.get(key).or_else(|| self.config.get(key)))
    }

    /// A nested setting, such as `endpoint_url` below `bedrock_runtime =` in a `services` section.
    pub fn nested(&self, key: &str, name: &str) -> Option<&str> {
        let pairs = self.get(key)?.strip_prefix('\n')?.lines().filter_map(|line| line.split_once('='));
        let mut named = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
        // The last one wins, as it does among the settings themselves.
        named.next_back().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All settings as they are in the files, sorted by their keys, blank ones included; continuation lines stand behind a line break each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let overruled = |key: &str| self.credentials.contains_key(key);
        let config = self.config.iter().filter(|(key, _)| !overruled(key));
        let both = config.chain(&self.credentials).map(|(key, value)| (key.as_str(), value.expose()));
        let mut merged: Vec<_> = both.collect();
        merged.sort_unstable();
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
        settings.insert(key, value);
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
