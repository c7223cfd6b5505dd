//! The order of the sources, what ends the search, what stands in a slot, and what is seen of changes.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{self, Poll, Waker};

use super::*;
use crate::credentials::Credentials;
use crate::effects::testing::{MemoryFiles, Warnings};
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
    let chain = DefaultIdentity::new(Effects::new(env, files));
    let found = now(match profile {
        Some(name) => chain.profile(name),
        None => chain,
    })?;
    let id = match &found.identity {
        Identity::Credentials(keys) => keys.access_key_id().to_owned(),
        Identity::Bearer(_) => "bearer".to_owned(),
    };
    assert!(!format!("{found:?}").contains("canary"), "{found:?}");
    Ok((id, found.source.to_string()))
}

/// What the chain finds where nothing waits.
fn now(chain: DefaultIdentity) -> Result<ResolvedIdentity, IdentityError> {
    at_once(chain.resolve())
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
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
        let files = MapFiles::from([("/h/.aws/config", CONFIG)]);
        let found = now(DefaultIdentity::new(Effects::new(env, files))).unwrap();
        assert!(
            matches!(found.identity, Identity::Credentials(keys) if keys.token().is_some()),
            "{variables:?}"
        );
    }
}

/// What failed: of a source, which and why.
fn shown(error: &IdentityError) -> String {
    match error {
        IdentityError::Source(error) => error.to_string(),
        other => other.to_string(),
    }
}

#[test]
fn what_is_configured_and_broken_ends_the_search() {
    let cases: [(Variables, String, &str); 5] = [
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
            "`aws_secret_access_key` of profile `default` is missing",
        ),
    ];
    for (variables, config, text) in cases {
        let error = resolve(variables, &config, None).unwrap_err();
        assert!(shown(&error).contains(text), "{error}");
        assert!(!format!("{error} {error:?} {}", error.hint()).contains("canary"), "{error:?}");
    }
}

#[test]
fn a_process_wins_over_keys_of_the_config_file_and_gives_way_to_those_of_the_credentials_file() {
    const KEYS: &str = "[default]\naws_access_key_id = A\naws_secret_access_key = canary\n";
    let with = |setting: &str| format!("{KEYS}{setting} = program\n");
    // What the error names, since neither a program nor a network is there.
    let cases = [
        (with("credential_process"), String::new(), Err("process")),
        (with("login_session"), String::new(), Err("login")),
        (KEYS.to_owned(), "[default]\ncredential_process = p\n".to_owned(), Err("process")),
        (with("credential_process"), KEYS.replace("= A", "= B"), Ok("B")),
        (with("login_session"), KEYS.replace("= A", "= B"), Ok("B")),
        (with("sso_session"), String::new(), Ok("A")),
        (with("role_arn"), KEYS.replace("= A", "= B"), Err("role")),
    ];
    for (config, credentials, expected) in cases {
        let files = MapFiles::from([
            ("/h/.aws/config", config.as_str()),
            ("/h/.aws/credentials", credentials.as_str()),
        ]);
        match (resolve_in(&[], files, None), expected) {
            (Ok((id, _)), Ok(expected)) => assert_eq!(id, expected, "{config}{credentials}"),
            (Err(error), Err(text)) => {
                let shown = format!("{error:?}").to_lowercase();
                assert!(shown.contains(text) && !shown.contains("canary"), "{error:?}");
            }
            (found, _) => panic!("{config}{credentials}: {found:?}"),
        }
    }
}

#[test]
fn id_secret_and_token_come_from_one_file() {
    const ID: &str = "aws_access_key_id = A\n";
    const SECRET: &str = "aws_secret_access_key = canary\n";
    const TOKEN: &str = "aws_session_token = canary\n";
    let incomplete = "profile `default`: `aws_secret_access_key` of profile `default` is missing, \
        although `aws_access_key_id` is there";
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
        let files =
            MapFiles::from([("/h/.aws/config", text(config)), ("/h/.aws/credentials", text(credentials))]);
        let found = now(DefaultIdentity::new(Effects::new(MapEnv::from([("HOME", "/h")]), files)));
        let has_token = found
            .map(|found| matches!(found.identity, Identity::Credentials(keys) if keys.token().is_some()));
        assert_eq!(
            has_token.map_err(|error| shown(&error)),
            expected.map_err(str::to_owned),
            "{config:?} {credentials:?}"
        );
    }
}

#[test]
fn when_nothing_is_found_every_source_is_named() {
    let error = resolve(&[SECRET], "", None).unwrap_err();
    let IdentityError::NoneFound { tried } = &error else { panic!("{error:?}") };
    let sources: Vec<_> = tried.iter().map(|attempt| attempt.source.clone()).collect();
    let expected = [
        IdentitySource::BearerEnvironment,
        IdentitySource::Environment,
        IdentitySource::Profile { name: "default".into() },
        IdentitySource::WebIdentity { profile: None },
        IdentitySource::Container,
        IdentitySource::InstanceMetadata,
    ];
    assert_eq!(sources, expected);
    assert!(error.to_string().contains("(AWS_ACCESS_KEY_ID): not set, although AWS_SECRET_ACCESS_KEY is; "));
    let error = resolve(&[ID, SECRET], "[profile dev]\nregion = a\n", Some("dev")).unwrap_err();
    assert!(error.to_string().starts_with("no AWS identity found: profile `dev`: "), "{error}");
    assert!(error.hint().contains("bedrock configure"));
}

/// Says what it was told to say, and counts.
#[derive(Debug)]
struct Scripted {
    answer: Result<&'static str, IdentityError>,
    asked: AtomicUsize,
    rejected: AtomicUsize,
    changed: AtomicBool,
}

impl Scripted {
    fn new(answer: Result<&'static str, IdentityError>) -> Arc<Self> {
        let (asked, rejected) = Default::default();
        Arc::new(Self { answer, asked, rejected, changed: AtomicBool::new(false) })
    }

    fn finding_nothing() -> Arc<Self> {
        Self::new(Err(IdentityError::NoneFound { tried: Vec::new() }))
    }
}

impl ProvideIdentity for Scripted {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.clone();
        let source = IdentitySource::Custom { name: "scripted".into() };
        let found = answer.map(|id| ResolvedIdentity::new(Credentials::new(id, "canary"), source));
        Box::pin(std::future::ready(found))
    }

    fn reject(&self, _: &Identity) {
        self.rejected.fetch_add(1, Ordering::SeqCst);
    }

    fn has_changed(&self) -> bool {
        self.changed.load(Ordering::SeqCst)
    }
}

fn bare() -> DefaultIdentity {
    DefaultIdentity::new(Effects::new(MapEnv::default(), MapFiles::default())).no_imds()
}

#[test]
fn each_place_can_be_taken_and_left_out() {
    type Take = fn(DefaultIdentity, Arc<Scripted>) -> DefaultIdentity;
    type Leave = fn(DefaultIdentity) -> DefaultIdentity;
    let places: [(Take, Leave); 6] = [
        (|chain, provider| chain.bearer(provider), DefaultIdentity::no_bearer),
        (|chain, provider| chain.environment(provider), DefaultIdentity::no_environment),
        (|chain, provider| chain.profile_provider(provider), DefaultIdentity::no_profile),
        (|chain, provider| chain.web_identity(provider), DefaultIdentity::no_web_identity),
        (|chain, provider| chain.container(provider), DefaultIdentity::no_container),
        (|chain, provider| chain.imds(provider), DefaultIdentity::no_imds),
    ];
    for (index, (take, leave)) in places.into_iter().enumerate() {
        let found = now(take(bare(), Scripted::new(Ok("TAKEN")))).unwrap();
        assert!(matches!(found.identity, Identity::Credentials(keys) if keys.access_key_id() == "TAKEN"));

        // One that finds nothing lets the next ones try, in this order; one that is broken does not.
        let before = Scripted::finding_nothing();
        let after = Scripted::new(Ok("AFTER"));
        let chain = take(bare(), before.clone());
        let chain = match places.get(index + 1) {
            Some((take_next, _)) => take_next(chain, after.clone()),
            None => chain,
        };
        let explanation = at_once(chain.explain());
        assert_eq!(explanation.outcome.is_ok(), index < 5, "{explanation:?}");
        assert_eq!(before.asked.load(Ordering::SeqCst), 1);
        assert_eq!(explanation.passed_over.len(), index + 1, "{explanation:?}");

        let broken = Scripted::new(Err(IdentityError::custom("scripted", "it is sealed")));
        let error = now(take(bare(), broken)).unwrap_err();
        assert!(matches!(error, IdentityError::Custom { .. }), "{error:?}");

        let explanation = at_once(leave(bare()).explain());
        assert_eq!(explanation.passed_over[index].reason, "left out by the program");
    }
}

#[test]
fn a_place_left_out_is_passed_over_whatever_it_has() {
    let env = MapEnv::from([BEARER, ID, SECRET]);
    let chain = DefaultIdentity::new(Effects::new(env, MapFiles::default())).no_bearer();
    assert_eq!(now(chain.clone()).unwrap().source, IdentitySource::Environment);
    assert!(now(chain.no_environment().no_imds()).is_err());
}

#[test]
fn an_explanation_says_what_was_passed_over_and_what_won() {
    let env = MapEnv::from([("HOME", "/h"), SECRET]);
    let files = MapFiles::from([("/h/.aws/config", CONFIG)]);
    let explanation = at_once(DefaultIdentity::new(Effects::new(env, files)).explain());
    assert_eq!(explanation.outcome.unwrap().source, IdentitySource::Profile { name: "default".into() });
    let passed_over: Vec<_> = explanation.passed_over.iter().map(|attempt| &attempt.source).collect();
    assert_eq!(passed_over, [&IdentitySource::BearerEnvironment, &IdentitySource::Environment]);
}

#[test]
fn a_rejected_identity_and_a_change_concern_every_place_that_is_taken() {
    let (first, second) = (Scripted::finding_nothing(), Scripted::new(Ok("TAKEN")));
    let chain = bare().bearer(first.clone()).container(second.clone());
    let found = now(chain.clone()).unwrap();
    chain.reject(&found.identity);
    assert_eq!(first.rejected.load(Ordering::SeqCst), 1);
    assert_eq!(second.rejected.load(Ordering::SeqCst), 1);
    assert!(!chain.has_changed());
    first.changed.store(true, Ordering::SeqCst);
    assert!(chain.has_changed());
}

#[test]
fn a_file_that_changes_is_seen_until_it_has_been_read_again() {
    const CREDENTIALS: &str = "/h/.aws/credentials";
    let files = MemoryFiles::new([("/h/.aws/config", CONFIG)]);
    let env = MapEnv::from([("HOME", "/h")]);
    let chain = DefaultIdentity::new(Effects::new(env, files.clone()));
    assert!(!chain.has_changed());
    now(chain.clone()).unwrap();
    assert!(!chain.has_changed());

    for content in ["[default]\n", "canary\n", "[default]\n"] {
        files.put(CREDENTIALS, content);
        assert!(chain.has_changed());
        let outcome = now(chain.clone());
        assert_eq!(outcome.is_ok(), content.starts_with('['));
        assert!(!chain.has_changed(), "also after a failure");
    }
    files.remove(CREDENTIALS);
    assert!(chain.has_changed());
}

#[test]
fn keys_of_the_environment_depend_on_no_file() {
    let files = MemoryFiles::default();
    let env = MapEnv::from([("HOME", "/h"), ID, SECRET]);
    let chain = DefaultIdentity::new(Effects::new(env, files.clone()));
    now(chain.clone()).unwrap();
    files.put("/h/.aws/config", CONFIG);
    assert!(!chain.has_changed());
}

#[cfg(unix)]
#[test]
fn a_credentials_file_that_others_can_read_is_used_with_one_warning() {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    use crate::effects::OsFiles;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    write(&path, "[default]\naws_access_key_id = A\naws_secret_access_key = canary\n").unwrap();
    for (mode, expected) in [(0o600, 0), (0o644, 1)] {
        set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let env = MapEnv::from([("AWS_SHARED_CREDENTIALS_FILE", path.to_str().unwrap())]);
        let chain = DefaultIdentity::new(Effects::new(env, OsFiles));
        let warnings = Warnings::listen();
        for _ in 0..3 {
            assert!(now(chain.clone()).is_ok());
        }
        assert_eq!(warnings.count(), expected, "{mode:o}");
    }
}
