//! One merged section, looked up by key.

use std::collections::BTreeMap;
use std::fmt;

use crate::secret::SecretString;

/// The settings of a profile; an `sso-session` or `services` section has the same shape.
///
/// Any value may be a secret, so all are kept as one and `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile {
    properties: BTreeMap<String, SecretString>,
}

impl Profile {
    /// A setting by its key (lower case); `None` also when it is blank, as AWS counts that as unset.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.properties.get(key).map(SecretString::expose).filter(|value| !value.trim().is_empty())
    }

    /// A nested setting, such as `endpoint_url` below `bedrock_runtime =` in a `services` section.
    pub fn nested(&self, key: &str, name: &str) -> Option<&str> {
        let pairs = self.get(key)?.strip_prefix('\n')?.lines().filter_map(|line| line.split_once('='));
        let mut named = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
        // The last one wins, as it does among the settings themselves.
        named.next_back().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All settings as they are in the file, blank ones included; continuation lines stand behind a line break each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.properties.iter().map(|(key, value)| (key.as_str(), value.expose()))
    }

    pub(super) fn set(&mut self, key: String, value: SecretString) {
        self.properties.insert(key, value);
    }

    /// Takes over everything of `other`, which wins.
    pub(super) fn merge(&mut self, other: Self) {
        self.properties.extend(other.properties);
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.properties.keys()).finish()
    }
}
