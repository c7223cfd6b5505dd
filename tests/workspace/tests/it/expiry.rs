//! Keys that expire while a client goes on calling.

use std::time::{Duration, SystemTime};

use bedrock_auth::{Clock, Identity, ManualClock, MapEnv, MapFiles};
use bedrock_client::Client;
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
