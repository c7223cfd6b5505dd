//! The default identity: the documented order in which the sources are asked.

use std::sync::Arc;

use crate::effects::{Env, Files, OsFiles, ProcessEnv};
use crate::identity::{BoxFuture, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::{Attempt, IdentityError};
use crate::profile::Profiles;
use crate::provider::{Outcome, bearer_environment, environment, profile};

/// The identity that the environment and the shared AWS files give.
///
/// The first source that is configured wins:
///
/// 1. with [`profile`](Self::profile), that profile and nothing else: keys and token of the environment are passed over;
/// 2. `AWS_BEARER_TOKEN_BEDROCK`, a Bedrock API key;
/// 3. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`;
/// 4. the static keys of the profile of `AWS_PROFILE`, else of `default`.
///
/// ```
/// use bedrock_auth::{DefaultIdentity, IdentitySource, MapEnv, MapFiles};
///
/// let env = MapEnv::from([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
/// let found = DefaultIdentity::new(env, MapFiles::default()).resolve()?;
/// assert_eq!(found.source, IdentitySource::Environment);
/// # Ok::<(), bedrock_auth::IdentityError>(())
/// ```
///
/// Everything is read anew each time, so changed files count from the next call on; reading two small files is all that may
/// block.
#[derive(Clone, Debug)]
pub struct DefaultIdentity {
    env: Arc<dyn Env>,
    files: Arc<dyn Files>,
    profile: Option<String>,
}

impl DefaultIdentity {
    /// The identity that this environment and these files give.
    pub fn new(env: impl Env + 'static, files: impl Files + 'static) -> Self {
        Self { env: Arc::new(env), files: Arc::new(files), profile: None }
    }

    /// The identity that this process's environment and this machine's files give.
    pub fn from_process() -> Self {
        Self::new(ProcessEnv, OsFiles)
    }

    /// Takes this profile and looks nowhere else.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Asks the sources in order.
    ///
    /// # Errors
    ///
    /// [`IdentityError::NoneFound`] with every source tried, or what is wrong with the first that is configured.
    pub fn resolve(&self) -> Result<ResolvedIdentity, IdentityError> {
        let found = match &self.profile {
            Some(name) => self.in_profile(name)?,
            None => self.in_order()?,
        };
        tracing::debug!(source = %found.source, "identity found");
        Ok(found)
    }

    fn in_profile(&self, name: &str) -> Result<ResolvedIdentity, IdentityError> {
        let profiles =
            Profiles::load_named(&*self.env, &*self.files, name).map_err(IdentityError::Profile)?;
        match profile::identity(&profiles)? {
            Outcome::Found(found) => Ok(found),
            Outcome::Absent(attempt) => Err(IdentityError::NoneFound { tried: vec![attempt] }),
        }
    }

    fn in_order(&self) -> Result<ResolvedIdentity, IdentityError> {
        let mut tried = Tried::default();
        if let Some(found) = tried.note(bearer_environment::identity(&*self.env)?) {
            return Ok(found);
        }
        if let Some(found) = tried.note(environment::identity(&*self.env)?) {
            return Ok(found);
        }
        // Only now: whoever has keys in the environment needs no files, and no broken ones stand in the way.
        let profiles = Profiles::load(&*self.env, &*self.files).map_err(IdentityError::Profile)?;
        if let Some(found) = tried.note(profile::identity(&profiles)?) {
            return Ok(found);
        }
        Err(IdentityError::NoneFound { tried: tried.0 })
    }
}

impl ProvideIdentity for DefaultIdentity {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(std::future::ready(self.resolve()))
    }
}

/// The sources that gave nothing, in order.
#[derive(Default)]
struct Tried(Vec<Attempt>);

impl Tried {
    fn note(&mut self, outcome: Outcome) -> Option<ResolvedIdentity> {
        match outcome {
            Outcome::Found(found) => Some(found),
            Outcome::Absent(attempt) => {
                self.0.push(attempt);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::{MapEnv, MapFiles};
    use crate::identity::Identity;

    const BEARER: (&str, &str) = ("AWS_BEARER_TOKEN_BEDROCK", "canary-bearer");
    const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "canary-secret");
    const TOKEN: (&str, &str) = ("AWS_SESSION_TOKEN", "canary-token");
    const PROFILE: (&str, &str) = ("AWS_PROFILE", "dev");

    type Variables = &'static [(&'static str, &'static str)];
    type Lines = &'static [&'static str];

    /// The access key id found (`bearer` for a token) and its source, or the whole error.
    fn resolve(
        variables: &[(&str, &str)],
        config: &str,
        profile: Option<&str>,
    ) -> Result<(String, String), IdentityError> {
        resolve_in(variables, MapFiles::from([("/h/.aws/config", config)]), profile)
    }

    fn resolve_in(
        variables: &[(&str, &str)],
        files: MapFiles,
        profile: Option<&str>,
    ) -> Result<(String, String), IdentityError> {
        let env: MapEnv = variables.iter().copied().chain([("HOME", "/h")]).collect();
        let chain = DefaultIdentity::new(env, files);
        let found = match profile {
            Some(name) => chain.profile(name).resolve()?,
            None => chain.resolve()?,
        };
        let id = match &found.identity {
            Identity::Credentials(keys) => keys.access_key_id().to_owned(),
            Identity::Bearer(_) => "bearer".to_owned(),
        };
        assert!(!format!("{found:?}").contains("canary"), "{found:?}");
        Ok((id, found.source.to_string()))
    }

    const CONFIG: &str = "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = canary\n\
        [profile dev]\naws_access_key_id = DEV\naws_secret_access_key = canary\naws_session_token = canary\n";

    #[test]
    fn the_first_source_configured_wins() {
        let environment = "environment (AWS_ACCESS_KEY_ID)";
        let cases: [(Variables, Option<&str>, &str, &str); 9] = [
            (&[BEARER, ID, SECRET, PROFILE], None, "bearer", "environment (AWS_BEARER_TOKEN_BEDROCK)"),
            (&[ID, SECRET], None, "ENVIRONMENT", environment),
            (&[ID, SECRET, TOKEN, PROFILE], None, "ENVIRONMENT", environment),
            (&[PROFILE], None, "DEV", "profile `dev`"),
            (&[], None, "DEFAULT", "profile `default`"),
            (&[SECRET], None, "DEFAULT", "profile `default`"),
            (
                &[("AWS_ACCESS_KEY_ID", " "), ("AWS_BEARER_TOKEN_BEDROCK", "")],
                None,
                "DEFAULT",
                "profile `default`",
            ),
            (&[BEARER, ID, SECRET], Some("dev"), "DEV", "profile `dev`"),
            (&[PROFILE], Some("default"), "DEFAULT", "profile `default`"),
        ];
        for (variables, profile, id, source) in cases {
            let found = resolve(variables, CONFIG, profile).unwrap();
            assert_eq!((found.0.as_str(), found.1.as_str()), (id, source), "{variables:?}");
        }
    }

    #[test]
    fn temporary_credentials_keep_their_token() {
        for variables in [&[ID, SECRET, TOKEN][..], &[("HOME", "/h"), PROFILE][..]] {
            let env: MapEnv = variables.iter().copied().collect();
            let found =
                DefaultIdentity::new(env, MapFiles::from([("/h/.aws/config", CONFIG)])).resolve().unwrap();
            assert!(
                matches!(found.identity, Identity::Credentials(keys) if keys.token().is_some()),
                "{variables:?}"
            );
        }
    }

    #[test]
    fn what_is_configured_and_broken_ends_the_search() {
        let keys = "aws_access_key_id = A\naws_secret_access_key = canary\n";
        let cases: [(Variables, String, &str); 11] = [
            (
                &[ID],
                CONFIG.into(),
                "environment (AWS_ACCESS_KEY_ID) has an access key id and no AWS_SECRET_ACCESS_KEY",
            ),
            (
                &[("AWS_BEARER_TOKEN_BEDROCK", "canary canary"), ID, SECRET],
                CONFIG.into(),
                "AWS_BEARER_TOKEN_BEDROCK is not a bearer token",
            ),
            (&[("AWS_PROFILE", "gone")], CONFIG.into(), "the shared AWS files give no profile"),
            (&[], "[default]\ncanary\n".into(), "the shared AWS files give no profile"),
            (
                &[],
                "[default]\naws_access_key_id = A\n".into(),
                "profile `default` has an access key id and no aws_secret_access_key",
            ),
            (&[], "[default]\nrole_arn = a\n".into(), "`role_arn`"),
            (&[], format!("[default]\nrole_arn = a\n{keys}"), "`role_arn`"),
            (&[], format!("[default]\nsso_account_id = a\nsso_session = b\n{keys}"), "`sso_account_id`"),
            (&[], "[default]\nsso_session = a\n".into(), "`sso_session`"),
            (&[], "[default]\ncredential_process = canary\n".into(), "`credential_process`"),
            (&[], "[default]\nlogin_session = a\n".into(), "`login_session`"),
        ];
        for (variables, config, text) in cases {
            let error = resolve(variables, &config, None).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
            assert!(!format!("{error} {error:?} {}", error.hint()).contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn a_process_wins_over_keys_of_the_config_file_and_gives_way_to_those_of_the_credentials_file() {
        const KEYS: &str = "[default]\naws_access_key_id = A\naws_secret_access_key = canary\n";
        let with = |setting: &str| format!("{KEYS}{setting} = program\n");
        let unsupported = |setting| Err(format!("`{setting}`"));
        let cases = [
            (with("credential_process"), String::new(), unsupported("credential_process")),
            (with("login_session"), String::new(), unsupported("login_session")),
            (
                KEYS.to_owned(),
                "[default]\ncredential_process = p\n".to_owned(),
                unsupported("credential_process"),
            ),
            (with("credential_process"), KEYS.replace("= A", "= B"), Ok("B")),
            (with("login_session"), KEYS.replace("= A", "= B"), Ok("B")),
            (with("sso_session"), String::new(), Ok("A")),
            (with("role_arn"), KEYS.replace("= A", "= B"), unsupported("role_arn")),
        ];
        for (config, credentials, expected) in cases {
            let files = MapFiles::from([
                ("/h/.aws/config", config.as_str()),
                ("/h/.aws/credentials", credentials.as_str()),
            ]);
            match (resolve_in(&[], files, None), expected) {
                (Ok((id, _)), Ok(expected)) => assert_eq!(id, expected, "{config}{credentials}"),
                (Err(error), Err(text)) => assert!(error.to_string().contains(&text), "{error}"),
                (found, _) => panic!("{config}{credentials}: {found:?}"),
            }
        }
    }

    #[test]
    fn id_secret_and_token_come_from_one_file() {
        const ID: &str = "aws_access_key_id = A\n";
        const SECRET: &str = "aws_secret_access_key = canary\n";
        const TOKEN: &str = "aws_session_token = canary\n";
        let incomplete = "profile `default` has an access key id and no aws_secret_access_key";
        // Each with the token found, or the error.
        let cases: [(Lines, Lines, Result<bool, &str>); 5] = [
            (&[ID, SECRET, TOKEN], &[ID, SECRET], Ok(false)),
            (&[ID, SECRET], &[ID, SECRET, TOKEN], Ok(true)),
            (&[ID, SECRET], &[TOKEN], Ok(false)),
            (&[SECRET], &[ID], Err(incomplete)),
            (&[ID], &[SECRET], Err(incomplete)),
        ];
        for (config, credentials, expected) in cases {
            let text = |lines: &[&str]| format!("[default]\n{}", lines.concat());
            let files = MapFiles::from([
                ("/h/.aws/config", text(config)),
                ("/h/.aws/credentials", text(credentials)),
            ]);
            let found = DefaultIdentity::new(MapEnv::from([("HOME", "/h")]), files).resolve();
            let has_token = found
                .map(|found| matches!(found.identity, Identity::Credentials(keys) if keys.token().is_some()));
            assert_eq!(
                has_token.map_err(|error| error.to_string()),
                expected.map_err(str::to_owned),
                "{config:?} {credentials:?}"
            );
        }
    }

    #[test]
    fn when_nothing_is_found_every_source_is_named() {
        let error = resolve(&[SECRET], "", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no AWS identity found: environment (AWS_BEARER_TOKEN_BEDROCK): not set; \
             environment (AWS_ACCESS_KEY_ID): not set, although AWS_SECRET_ACCESS_KEY is; \
             profile `default`: it does not exist"
        );
        let error = resolve(&[ID, SECRET], "[profile dev]\nregion = a\n", Some("dev")).unwrap_err();
        assert_eq!(error.to_string(), "no AWS identity found: profile `dev`: it has no aws_access_key_id");
        assert!(error.hint().contains("aws configure"));
    }
}
