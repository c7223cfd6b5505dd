//! Keys that expire while a client goes on calling.

use std::time::{Duration, SystemTime};

use bedrock_auth::{
    BearerToken, Clock, Identity, IdentityCache, ManualClock, MapEnv, MapFiles, ShortTermKeys, short_term_key,
};
use bedrock_client::{Client, ErrorKind};
use bedrock_emulator::Emulator;

use crate::support::{builder, hello};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
}

/// An emulator whose temporary keys live for a minute of this clock.
async fn with_keys_that_expire(clock: &ManualClock) -> Emulator {
    let clock = clock.clone();
    Emulator::builder().key_ttl(Duration::from_secs(60)).now(move || clock.now()).start().await.unwrap()
}

/// A client that is told nothing but these variables, and lives by this clock.
fn client(emulator: &Emulator, clock: &ManualClock, env: MapEnv, files: MapFiles) -> Client {
    let clock = clock.clone();
    builder().env(env).files(files).endpoint_url(emulator.url()).clock(move || clock.now()).build().unwrap()
}

/// Calls over ten lives of a key; returns the access keys that were used.
async fn keeps_calling(client: &Client, clock: &ManualClock) -> Vec<String> {
    let mut keys = Vec::new();
    for _ in 0..20 {
        let message = client.messages().create(&hello()).await.unwrap();
        assert_eq!(message.attempts(), 1);
        let caller = client.identity().whoami().await.unwrap();
        assert_eq!(caller.arn, "arn:aws:sts::123456789012:assumed-role/bedrock-emulator/local");
        let found = client.identity().resolve().await.unwrap().identity;
        let Identity::Credentials(credentials) = found else { panic!("keys") };
        keys.push(credentials.access_key_id().to_owned());
        clock.advance(Duration::from_secs(30));
    }
    keys.dedup();
    keys
}

#[tokio::test]
async fn a_client_outlives_the_keys_of_a_container() {
    let clock = ManualClock::at(now());
    let emulator = with_keys_that_expire(&clock).await;
    let env = MapEnv::from([("AWS_CONTAINER_CREDENTIALS_FULL_URI", emulator.credentials_url())]);
    let client = client(&emulator, &clock, env, MapFiles::default());
    let keys = keeps_calling(&client, &clock).await;
    assert!(keys.len() >= 9, "{keys:?}");
}

#[tokio::test]
async fn a_client_outlives_the_keys_of_a_process() {
    let clock = ManualClock::at(now());
    let emulator = with_keys_that_expire(&clock).await;
    let fetch = format!(
        "import urllib.request as u; print(u.urlopen('{}').read().decode())",
        emulator.credentials_url()
    );
    let config = format!("[default]\ncredential_process = python3 -c \"{fetch}\"\n");
    let env = MapEnv::from([("AWS_CONFIG_FILE", "/config")]);
    let client = client(&emulator, &clock, env, MapFiles::from([("/config", config.as_str())]));
    let keys = keeps_calling(&client, &clock).await;
    assert!(keys.len() >= 9, "{keys:?}");
}

#[tokio::test]
async fn a_client_outlives_short_term_keys() {
    let clock = ManualClock::at(now());
    let emulator = with_keys_that_expire(&clock).await;
    let hour = Duration::from_secs(60 * 60);
    let keys =
        ShortTermKeys::new(emulator.credentials().clone(), "us-east-1").lifetime(hour).clock(clock.clone());
    let identity = IdentityCache::new(keys, clock.clone());
    let time = clock.clone();
    let client =
        builder().identity(identity).endpoint_url(emulator.url()).clock(move || time.now()).build().unwrap();
    for _ in 0..6 {
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1);
        clock.advance(hour / 2);
    }
}

#[tokio::test]
async fn a_key_that_expired_without_anybody_knowing_is_made_anew() {
    let clock = ManualClock::at(now());
    let emulator = with_keys_that_expire(&clock).await;
    // The clock of this machine stands still, so nothing here sees a key expire.
    let ours = ManualClock::at(now());
    let minute = Duration::from_secs(60);
    let made_by = clock.clone();
    let keys =
        ShortTermKeys::new(emulator.credentials().clone(), "us-east-1").lifetime(minute).clock(made_by);
    let client =
        builder().identity(IdentityCache::new(keys, ours)).endpoint_url(emulator.url()).build().unwrap();
    assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1);
    clock.advance(minute);
    assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 2);
}

#[tokio::test]
async fn a_key_that_nobody_renews_is_an_error_at_once_that_says_how_to() {
    let clock = ManualClock::at(now());
    let emulator = with_keys_that_expire(&clock).await;
    let minute = Duration::from_secs(60);
    let key = short_term_key(emulator.credentials(), "us-east-1", now(), minute).unwrap();
    clock.advance(minute);
    let env = MapEnv::from([("AWS_BEARER_TOKEN_BEDROCK", key.expose())]);
    let in_environment = builder().env(env);
    let explicit = builder().bearer_token(BearerToken::parse(key.expose()).unwrap());
    for (builder, hint) in [(in_environment, "AWS_BEARER_TOKEN_BEDROCK"), (explicit, "new")] {
        let client = builder.endpoint_url(emulator.url()).build().unwrap();
        let error = client.messages().create(&hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 1), "{error:?}");
        assert!(error.hint().is_some_and(|text| text.contains(hint)), "{error:?}");
    }
}
