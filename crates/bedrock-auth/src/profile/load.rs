//! Where the shared files are, and reading them.

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::ProfileError;
use super::merge::Profiles;
use super::parse::{Section, parse};
use crate::effects::{Env, Files};

impl Profiles {
    /// Reads the shared files and selects the profile of `AWS_PROFILE`, else `default`.
    ///
    /// The files are those of `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else `config` and `credentials` in `~/.aws`.
    /// One that is not there counts as empty.
    ///
    /// # Errors
    ///
    /// [`ProfileError`]: a file cannot be read, a line is broken, or `AWS_PROFILE` names a profile that is not there.
    pub fn load(env: &dyn Env, files: &dyn Files) -> Result<Self, ProfileError> {
        read(env, files, env.var("AWS_PROFILE").as_deref())
    }

    /// Reads the shared files and selects a profile by name, whatever `AWS_PROFILE` says.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load); a name that is not there is an error, also `default`.
    pub fn load_named(env: &dyn Env, files: &dyn Files, name: &str) -> Result<Self, ProfileError> {
        read(env, files, Some(name))
    }

    /// Where the config file is: the path of `AWS_CONFIG_FILE`, else `~/.aws/config`; `None` without a home folder.
    pub fn config_path(env: &dyn Env) -> Option<PathBuf> {
        location(env, "AWS_CONFIG_FILE", "config")
    }

    /// Where the credentials file is: the path of `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`; `None` without a home
    /// folder.
    pub fn credentials_path(env: &dyn Env) -> Option<PathBuf> {
        location(env, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }
}

fn read(env: &dyn Env, files: &dyn Files, asked_for: Option<&str>) -> Result<Profiles, ProfileError> {
    let config = sections(files, Profiles::config_path(env))?;
    let credentials = sections(files, Profiles::credentials_path(env))?;
    Profiles::merge(config, credentials, asked_for)
}

/// The path of one file; `None` without the variable and without a home folder.
fn location(env: &dyn Env, variable: &str, name: &str) -> Option<PathBuf> {
    let home = env.var("HOME").map(PathBuf::from);
    match env.var(variable) {
        Some(path) => Some(match (path.strip_prefix("~/"), home) {
            (Some(below), Some(home)) => home.join(below),
            _ => PathBuf::from(path),
        }),
        None => Some(home?.join(".aws").join(name)),
    }
}

fn sections(files: &dyn Files, path: Option<PathBuf>) -> Result<Vec<Section>, ProfileError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    match bytes(files, &path) {
        Ok(bytes) => parse(&bytes).map_err(|(line, problem)| ProfileError::Syntax { path, line, problem }),
        // With `HOME=/dev/null`, a usual way to have no home, the folder above the file is not one.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(error) => Err(ProfileError::Read { path, error: error.into() }),
    }
}

fn bytes(files: &dyn Files, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    files.read(path).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::{MapEnv, MapFiles, OsFiles};

    const HOME: (&str, &str) = ("HOME", "/home/me");

    type Variables = &'static [(&'static str, &'static str)];

    fn files() -> MapFiles {
        MapFiles::from([
            ("/home/me/.aws/config", "[default]\nregion = home\n[profile dev]\nregion = dev\n"),
            ("/home/me/.aws/credentials", "[dev]\naws_access_key_id = canary\n"),
            ("/home/me/elsewhere", "[default]\nregion = elsewhere\n"),
        ])
    }

    #[test]
    fn the_selected_profile_is_the_one_asked_for() {
        let cases: [(Variables, Option<&str>, Result<&str, &str>); 8] = [
            (&[HOME], None, Ok("home")),
            (&[HOME, ("AWS_PROFILE", "dev")], None, Ok("dev")),
            (&[HOME, ("AWS_PROFILE", "  ")], None, Ok("home")),
            (&[HOME, ("AWS_PROFILE", "gone")], Some("dev"), Ok("dev")),
            (&[HOME, ("AWS_CONFIG_FILE", "/home/me/elsewhere")], None, Ok("elsewhere")),
            (&[HOME, ("AWS_CONFIG_FILE", "~/elsewhere")], None, Ok("elsewhere")),
            (
                &[HOME, ("AWS_PROFILE", "gone")],
                None,
                Err("the profile `gone` does not exist; there are: default, dev"),
            ),
            (&[], Some("default"), Err("the profile `default` does not exist, nor does any other")),
        ];
        for (variables, name, expected) in cases {
            let env: MapEnv = variables.iter().copied().collect();
            let loaded = match name {
                Some(name) => Profiles::load_named(&env, &files(), name),
                None => Profiles::load(&env, &files()),
            };
            let region =
                loaded.map(|profiles| profiles.selected().unwrap().get("region").unwrap().to_owned());
            assert_eq!(
                region.map_err(|error| error.to_string()),
                expected.map(str::to_owned).map_err(str::to_owned)
            );
        }
    }

    #[test]
    fn without_files_there_are_no_profiles() {
        for home in ["/nowhere", "/dev/null"] {
            let profiles = Profiles::load(&MapEnv::from([("HOME", home)]), &OsFiles).unwrap();
            assert_eq!((profiles.selected_name(), profiles.selected()), ("default", None), "{home}");
        }
        assert_eq!(Profiles::load(&MapEnv::default(), &files()).unwrap().names().count(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let env = MapEnv::from([("AWS_CONFIG_FILE", folder.path().to_str().unwrap())]);
        let error = Profiles::load(&env, &OsFiles).unwrap_err();
        assert!(matches!(&error, ProfileError::Read { path, .. } if path == folder.path()), "{error}");
    }

    #[test]
    fn a_broken_line_is_told_by_file_and_number_and_not_by_text() {
        let files = MapFiles::from([("/c", "[default]\naws_secret_access_key canary\n")]);
        let env = MapEnv::from([("AWS_SHARED_CREDENTIALS_FILE", "/c")]);
        let error = Profiles::load(&env, &files).unwrap_err();
        assert_eq!(error.to_string(), "/c line 2: expected `name = value`");
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn debug_shows_keys_and_no_values() {
        let shown = format!("{:?}", Profiles::load(&MapEnv::from([HOME]), &files()).unwrap());
        assert!(shown.contains("aws_access_key_id") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn nested_settings_and_other_sections_are_found() {
        let config = "[profile dev]\nservices = local\nregion =\n\n[sso-session corp]\nsso_region = eu-west-1\n\n\
            [services local]\nbedrock_runtime =\n  endpoint_url = http://a:1\n  endpoint_url = http://b:2\ns3 = flat\n";
        let env = MapEnv::from([HOME, ("AWS_PROFILE", "dev")]);
        let profiles = Profiles::load(&env, &MapFiles::from([("/home/me/.aws/config", config)])).unwrap();

        let dev = profiles.selected().unwrap();
        assert_eq!(dev.get("region"), None, "blank is unset");
        let services = profiles.services(dev.get("services").unwrap()).unwrap();
        assert_eq!(services.nested("bedrock_runtime", "endpoint_url"), Some("http://b:2"));
        assert_eq!(services.nested("s3", "flat"), None);
        assert_eq!(profiles.sso_session("corp").unwrap().get("sso_region"), Some("eu-west-1"));
        assert_eq!(profiles.sso_session_names().collect::<Vec<_>>(), ["corp"]);
    }
}
