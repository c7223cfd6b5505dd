//! Both files' sections into one set of profiles: which titles count, and who wins.

use super::by_name::ByName;
use super::error::ProfileError;
use super::parse::Section;
use super::section::{Profile, SharedFile};
use crate::secret::SecretString;

/// The merged content of the shared files, with one profile selected.
///
/// ```
/// use bedrock_auth::{MapEnv, MapFiles, Profiles};
///
/// let env = MapEnv::from([("HOME", "/home/me"), ("AWS_PROFILE", "dev")]);
/// let files = MapFiles::from([("/home/me/.aws/config", "[profile dev]\nregion = eu-west-1 # near\n")]);
///
/// let profiles = Profiles::load(&env, &files)?;
/// assert_eq!(profiles.selected_name(), "dev");
/// assert_eq!(profiles.selected().and_then(|dev| dev.get("region")), Some("eu-west-1"));
/// # Ok::<(), bedrock_auth::ProfileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Profiles {
    profiles: ByName<Profile>,
    sso_sessions: ByName<Profile>,
    services: ByName<Profile>,
    selected_name: String,
}

impl Profiles {
    /// A profile by name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// The names of all profiles, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|(name, _)| name)
    }

    /// The name of the profile in use: the one asked for, `AWS_PROFILE`, or `default`.
    pub fn selected_name(&self) -> &str {
        &self.selected_name
    }

    /// The profile in use; `None` only where nobody asked for one and there is no `default`.
    pub fn selected(&self) -> Option<&Profile> {
        self.profile(&self.selected_name)
    }

    /// An `[sso-session NAME]` section.
    pub fn sso_session(&self, name: &str) -> Option<&Profile> {
        self.sso_sessions.get(name)
    }

    /// The names of all `sso-session` sections, sorted.
    pub fn sso_session_names(&self) -> impl Iterator<Item = &str> {
        self.sso_sessions.iter().map(|(name, _)| name)
    }

    /// A `[services NAME]` section; its settings are [nested](Profile::nested).
    pub fn services(&self, name: &str) -> Option<&Profile> {
        self.services.get(name)
    }

    /// Merges the sections of both files; the credentials file wins. `asked_for` is a name somebody chose, which must exist.
    pub(super) fn merge(
        config: Vec<Section>,
        credentials: Vec<Section>,
        asked_for: Option<&str>,
    ) -> Result<Self, ProfileError> {
        let mut merged = Self {
            profiles: ByName::default(),
            sso_sessions: ByName::default(),
            services: ByName::default(),
            selected_name: asked_for.unwrap_or(DEFAULT).to_owned(),
        };
        let config =
            config.into_iter().map(|section| (config_title(&section.title), section)).collect::<Vec<_>>();
        let prefixed_default = config.iter().any(|(title, _)| *title == Title::Profile(DEFAULT.to_owned()));
        for (title, section) in config {
            match title {
                Title::BareDefault if prefixed_default => {}
                Title::BareDefault => {
                    add(&mut merged.profiles, SharedFile::Config, DEFAULT.to_owned(), section);
                }
                Title::Profile(name) => add(&mut merged.profiles, SharedFile::Config, name, section),
                Title::SsoSession(name) => add(&mut merged.sso_sessions, SharedFile::Config, name, section),
                Title::Services(name) => add(&mut merged.services, SharedFile::Config, name, section),
                Title::Ignored => {}
            }
        }
        for section in credentials.into_iter().filter(|section| is_name(&section.title)) {
            add(&mut merged.profiles, SharedFile::Credentials, section.title.clone(), section);
        }

        if asked_for.is_some() && merged.selected().is_none() {
            let known = merged.names().map(str::to_owned).collect();
            return Err(ProfileError::UnknownProfile { name: merged.selected_name, known });
        }
        Ok(merged)
    }
}

/// What a title in the config file stands for.
#[derive(PartialEq)]
enum Title {
    /// `[default]`, which counts only where there is no `[profile default]`.
    BareDefault,
    Profile(String),
    SsoSession(String),
    Services(String),
    /// A name that AWS does not allow, or a section for another program (`[plugins]`).
    Ignored,
}

fn config_title(title: &str) -> Title {
    if title == DEFAULT {
        return Title::BareDefault;
    }
    let Some((prefix, name)) = title.split_once(char::is_whitespace) else {
        return Title::Ignored;
    };
    let name = name.trim();
    match prefix {
        _ if !is_name(name) => Title::Ignored,
        "profile" => Title::Profile(name.to_owned()),
        "sso-session" => Title::SsoSession(name.to_owned()),
        "services" => Title::Services(name.to_owned()),
        _ => Title::Ignored,
    }
}

fn add(sections: &mut ByName<Profile>, file: SharedFile, name: String, section: Section) {
    let profile = sections.entry(name, Profile::default());
    for mut property in section.properties.into_iter().filter(|property| is_name(&property.key)) {
        profile.set(file, property.key, SecretString::from(std::mem::take(&mut *property.value)));
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.%@:+".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

const DEFAULT: &str = "default";
