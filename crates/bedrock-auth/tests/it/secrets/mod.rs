//! No secret shows, wherever it came from and whatever goes wrong with it: not in logs at any level, not in `Debug` or `Display` of
//! anything, not in errors, their sources and their hints.
//!
//! Every secret here has `canary` in it, and so has every setting that is broken.

mod files;
mod log;
mod world;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bedrock_auth::plan::Plan;
use bedrock_auth::sigv4::verify::{AuthorizationHeader, verify};
use bedrock_auth::sigv4::{PayloadHash, SigningKeyCache, SigningParams, sign};
use bedrock_auth::{
    AssumeRole, BearerToken, Credentials, DefaultIdentity, Effects, IdentityCache, IdentityError,
    ManualClock, MapEnv, MapFiles, OsProcesses, Profiles, ProvideIdentity, SecretString, ShortTermKeys,
    SsoToken, apply_bearer,
};

use self::files::{DPOP_KEY, files};
use self::world::{Manner, World};

#[tokio::test]
async fn no_source_shows_a_secret_whatever_goes_wrong() {
    log::listen();
    let sent = Arc::new(Mutex::new(String::new()));
    let mut seen = String::new();
    let mut won = BTreeSet::new();

    let manners = [
        Manner::Repeats(400),
        Manner::Repeats(401),
        Manner::Repeats(503),
        Manner::Garbles,
        Manner::Cuts,
        Manner::IsSilent,
    ];
    'cases: for (profile, variables) in CASES {
        for manner in manners {
            // First the first request goes wrong, then the second, and so on until none is left to go wrong.
            for good in 0.. {
                let world = || Arc::new(World::new(manner, good, sent.clone()));
                let chain_in = |world: &Arc<World>| {
                    let env = [("HOME", "/home/me")].into_iter().chain(variables.iter().copied()).collect();
                    let effects = effects(env).with_http(world.clone()).with_processes(world.clone());
                    let effects = effects.with_mfa_prompt(world.clone());
                    let chain = DefaultIdentity::new(effects.clone());
                    (profile.map_or(chain.clone(), |name| chain.profile(name)), effects)
                };

                let first = world();
                let (chain, _) = chain_in(&first);
                let result = chain.resolve().await;
                won.extend(result.iter().map(|found| format!("{profile:?} {}", found.source)));
                show_result(&mut seen, &result);
                writeln!(seen, "{chain:?} {:?}", chain.explain().await).unwrap();

                let (chain, effects) = chain_in(&world());
                let cache = IdentityCache::new(AssumeRole::new(chain, "arn", effects), clock());
                show_result(&mut seen, &cache.identity().await);
                let (_, effects) = chain_in(&world());
                show_result(&mut seen, &SsoToken::load(&effects, *profile).await);
                writeln!(seen, "{cache:?}").unwrap();
                match (first.is_all_good(), good) {
                    // Nobody was asked, so it does not matter how one would have gone wrong.
                    (true, 0) => continue 'cases,
                    (true, _) => break,
                    (false, _) => {}
                }
            }
        }
    }
    // A path that nobody takes any more is watched by nobody.
    assert_eq!(won.len(), SOURCES, "{won:#?}");
    for heard in ["identity found", "no identity", "was not saved", "was not renewed"] {
        assert!(log::text().contains(heard), "{heard} was not heard");
    }
    for secret in SENT {
        assert!(sent.lock().unwrap().contains(secret), "{secret} was not sent, so it could not come back");
    }
    assert_silent(&seen);
}

#[tokio::test]
async fn no_value_shows_a_secret() {
    log::listen();
    let mut seen = String::new();

    let env = MapEnv::from([("AWS_SECRET_ACCESS_KEY", "canary"), ("HOME", "/home/me")]);
    let profiles = Profiles::load(&env, &files()).unwrap();
    for name in profiles.names() {
        write!(seen, "{:?} {:?}", Plan::of(&profiles, name), profiles.profile(name)).unwrap();
    }
    write!(seen, "{env:?} {:?} {profiles:?} {:?}", files(), effects(env.clone())).unwrap();

    let keys = Credentials::new("AKID", "canary-secret").session_token("canary-token");
    let key = ShortTermKeys::new(keys.clone(), "us-east-1").clock(clock());
    let made = key.identity().await.unwrap();
    let bearer = BearerToken::parse("canary-bearer").unwrap();
    write!(seen, "{keys:?} {key:?} {made:?} {bearer:?} {:?}", SecretString::from("canary")).unwrap();
    for text in ["canary bearer", "canary\n", "canary\u{e9}", "https://canary"] {
        show_result(&mut seen, &BearerToken::parse(text));
    }

    let cache = SigningKeyCache::default();
    let params = SigningParams::new(&keys, "us-east-1", "bedrock", now()).with_key_cache(&cache);
    let request = http::Request::get("https://localhost/").body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let signed = sign(&mut parts, &PayloadHash::of(b""), &params).unwrap();
    write!(seen, "{params:?} {signed:?} {parts:?} {cache:?}").unwrap();
    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    let refused = verify(&parts, &PayloadHash::of(b"another"), &header, keys.secret_access_key());
    write!(seen, "{header:?}").unwrap();
    show_result(&mut seen, &refused);
    let unsignable = keys.clone().session_token("canary\n");
    let params = SigningParams::new(&unsignable, "us-east-1", "bedrock", now());
    show_result(&mut seen, &sign(&mut parts, &PayloadHash::of(b""), &params).map(|_| ()));
    apply_bearer(&mut parts, &bearer);
    write!(seen, "{parts:?}").unwrap();

    assert!(seen.contains("AKID"), "ids may show, so something was looked at");
    assert_silent(&seen);
}

#[tokio::test]
async fn no_program_shows_what_it_says_or_is_told() {
    log::listen();
    let mut seen = String::new();
    for script in ["echo canary >&2; exit 7", "echo canary", "kill -9 $$ canary"] {
        let config = format!("[default]\ncredential_process = /bin/sh -c '{script}' canary-argument\n");
        let files = MapFiles::from([("/home/me/.aws/config", config)]);
        let effects = Effects::new(MapEnv::from([("HOME", "/home/me")]), files).with_processes(OsProcesses);
        let result = DefaultIdentity::new(effects).resolve().await;
        assert!(matches!(result, Err(IdentityError::Source(_))), "{script}: {result:?}");
        show_result(&mut seen, &result);
    }
    assert_silent(&seen);
}

fn show_result<T: std::fmt::Debug, E: Error + 'static>(seen: &mut String, result: &Result<T, E>) {
    write!(seen, "{result:?}").unwrap();
    if let Err(error) = result {
        seen.push_str(&chain(error));
        let identity_error = (error as &dyn Error).downcast_ref::<IdentityError>();
        seen.extend(identity_error.map(IdentityError::hint));
    }
}

/// What a person or a log may see of an error: each level both ways.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut level = Some(error);
    while let Some(error) = level {
        writeln!(text, "{error} {error:?}").unwrap();
        level = error.source();
    }
    text
}

fn assert_silent(seen: &str) {
    for text in [seen, &log::text()] {
        for secret in ["canary", DPOP_KEY] {
            if let Some(at) = text.find(secret) {
                let (from, to) =
                    (text.floor_char_boundary(at.saturating_sub(300)), text.ceil_char_boundary(at + 100));
                panic!("{secret} shows: {}", &text[from..to]);
            }
        }
    }
}

/// A profile to name, if any, and the environment.
type Case = (Option<&'static str>, &'static [(&'static str, &'static str)]);

/// The sources; then what is broken before anybody is asked.
const CASES: &[Case] = &[
    (None, &[("AWS_BEARER_TOKEN_BEDROCK", "canary-bearer")]),
    (None, &[KEY_ID, ("AWS_SECRET_ACCESS_KEY", "canary-env"), ("AWS_SESSION_TOKEN", "canary-env-token")]),
    (Some("keys"), &[]),
    (Some("role"), &[]),
    (Some("role-of-env"), &[KEY_ID, ("AWS_SECRET_ACCESS_KEY", "canary-env")]),
    (Some("role-of-container"), &[RELATIVE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-container")]),
    (Some("role-of-instance"), &[]),
    (Some("web-identity"), &[]),
    (Some("sso"), &[]),
    (Some("sso-of-old"), &[]),
    (Some("login"), &[]),
    (Some("login-over"), &[]),
    (Some("process"), &[]),
    (None, &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/web-identity-token"), ("AWS_ROLE_ARN", "arn")]),
    (None, &[RELATIVE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-container")]),
    (None, &[FULL, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/container-token")]),
    (None, &[]),
    // Broken settings.
    (None, &[("AWS_BEARER_TOKEN_BEDROCK", "canary bearer")]),
    (None, &[("AWS_BEARER_TOKEN_BEDROCK", "https://canary")]),
    (None, &[("AWS_SECRET_ACCESS_KEY", "canary-lonely"), ("AWS_SESSION_TOKEN", "canary-lonely")]),
    (None, &[KEY_ID, ("AWS_SESSION_TOKEN", "canary-lonely")]),
    (
        None,
        &[KEY_ID, ("AWS_SECRET_ACCESS_KEY", "canary-env"), ("AWS_CREDENTIAL_EXPIRATION", "canary-expiry")],
    ),
    (
        Some("role-of-env"),
        &[KEY_ID, ("AWS_SECRET_ACCESS_KEY", "canary-env"), ("AWS_SESSION_TOKEN", "canary\nline")],
    ),
    (None, &[RELATIVE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary\nline")]),
    (None, &[RELATIVE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/broken")]),
    (None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://me:canary@localhost/")]),
    (None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://elsewhere/?token=canary")]),
    (None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "canary canary")]),
    (None, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://me:canary@localhost")]),
    (None, &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/broken"), ("AWS_ROLE_ARN", "arn")]),
    (None, &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/not-text"), ("AWS_ROLE_ARN", "arn")]),
    (Some("role"), &[("AWS_ENDPOINT_URL_STS", "https://me:canary@localhost")]),
    (Some("sso"), &[("AWS_ENDPOINT_URL", "https://localhost/?canary")]),
    (Some("partial"), &[]),
    (Some("broken-role"), &[]),
    (Some("broken-process"), &[]),
    (Some("sso-broken"), &[]),
    (Some("sso-not-json"), &[]),
    (Some("login-broken"), &[]),
    (None, &[("AWS_CONFIG_FILE", "/broken-config")]),
    (None, &[("AWS_SHARED_CREDENTIALS_FILE", "/broken-credentials")]),
    (None, &[("AWS_SHARED_CREDENTIALS_FILE", "/not-text")]),
];

const KEY_ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "AKID");
const RELATIVE: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/credentials");
const FULL: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/credentials");

/// How many sources there are in the cases.
const SOURCES: usize = if cfg!(feature = "aws-login") { 16 } else { 15 };

/// What only a request or a command line holds: a service may repeat it.
const SENT: &[&str] = &[
    "canary-env-token",
    "canary-role-token",
    "canary-mfa-code",
    "canary-web-identity",
    "canary-container",
    "canary-file-container",
    "canary-imds-token",
    "canary-sso-client",
    "canary-sso-refresh",
    "canary-sso-2",
    "canary-sso-of-old",
    "canary-argument",
];

fn effects(env: MapEnv) -> Effects {
    Effects::new(env, files()).with_clock(clock())
}

fn clock() -> ManualClock {
    ManualClock::at(now())
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600) // 2026-11-22T00:00:00Z
}
