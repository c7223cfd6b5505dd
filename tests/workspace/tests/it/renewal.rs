//! What AWS refuses as expired is renewed within the call, and where many call, once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bedrock_auth::{
    BoxFuture, Clock, Credentials, Identity, IdentityCache, IdentityError, IdentitySource, ManualClock,
    MapEnv, ProvideIdentity, ResolvedIdentity,
};
use bedrock_client::{Body, Client, ErrorKind, Exchange, HttpClient, TransportError};
use bedrock_emulator::Emulator;
use bedrock_transport::HyperClient;

use crate::support::{Scripted, builder, hello, message, refusal, signer, start};

/// Gives one key after the other, and the last one for ever.
#[derive(Debug, Default)]
struct Rotating {
    keys: &'static [&'static str],
    asked: AtomicUsize,
}

impl ProvideIdentity for Rotating {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        let index = self.asked.fetch_add(1, Ordering::SeqCst).min(self.keys.len() - 1);
        let keys = Identity::from(Credentials::new(self.keys[index], "secret"));
        Box::pin(std::future::ready(Ok(ResolvedIdentity::new(keys, IdentitySource::Environment))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_with_new_credentials_costs_one_more_attempt_and_none_of_the_count() {
    for code in ["ExpiredTokenException", "ExpiredToken"] {
        let scripted = Scripted::new([refusal(code, &[]), message()]);
        let source = Rotating { keys: &["OLD", "NEW"], ..Default::default() };
        let source = IdentityCache::new(source, ManualClock::at(start()));
        let client = builder().identity(source).http_client(scripted.clone()).max_retries(0).build().unwrap();
        let answer = client.messages().create(&hello()).await.unwrap();
        assert_eq!(answer.attempts(), 2, "{code}");
        let signers: Vec<_> = scripted.requests().iter().map(signer).collect();
        assert_eq!(signers, ["OLD", "NEW"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_credentials_again_are_an_error_at_once_that_says_how_to_renew() {
    let cached = || {
        let source = Rotating { keys: &["OLD"], ..Default::default() };
        builder().identity(IdentityCache::new(source, ManualClock::at(start())))
    };
    let uncached = || builder().identity(Rotating { keys: &["OLD"], ..Default::default() });
    let environment =
        || builder().env(MapEnv::from([("AWS_ACCESS_KEY_ID", "OLD"), ("AWS_SECRET_ACCESS_KEY", "secret")]));
    for builder in [cached(), uncached(), environment()] {
        let scripted = Scripted::new([refusal("ExpiredTokenException", &[])]);
        let started = tokio::time::Instant::now();
        let client = builder.http_client(scripted).build().unwrap();
        let error = client.messages().stream(&hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 1));
        assert!(error.to_string().contains("environment (AWS_ACCESS_KEY_ID)"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("temporary credentials")));
        assert_eq!(error.request_id(), Some("r-refused"));
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("ExpiredTokenException"), "{source}");
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn new_credentials_that_have_expired_too_are_a_refusal_and_no_loop() {
    let scripted = Scripted::new((0..2).map(|_| refusal("ExpiredTokenException", &[])));
    let source = Rotating { keys: &["A", "B", "C", "D"], ..Default::default() };
    let client = builder().identity(source).http_client(scripted).build().unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 2));
    assert_eq!(error.code(), Some("ExpiredTokenException"));
}

/// Sends for real, and counts what is asked of the credentials endpoint.
#[derive(Debug, Clone)]
struct Counting {
    http: Arc<HyperClient>,
    loads: Arc<AtomicUsize>,
}

impl HttpClient for Counting {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        if exchange.request.uri().path() == "/_local/credentials" {
            self.loads.fetch_add(1, Ordering::SeqCst);
        }
        self.http.send(exchange)
    }
}

struct Setup {
    emulator: Emulator,
    /// The time of the client.
    ours: ManualClock,
    /// The time of the emulator.
    theirs: ManualClock,
    client: Client,
    loads: Arc<AtomicUsize>,
}

/// A client that gets its keys, which live for a minute, as a container does.
async fn setup() -> Setup {
    let (ours, theirs) = (ManualClock::at(start()), ManualClock::at(start()));
    let clock = theirs.clone();
    let emulator =
        Emulator::builder().key_ttl(Duration::from_secs(60)).now(move || clock.now()).start().await.unwrap();
    let env = MapEnv::from([("AWS_CONTAINER_CREDENTIALS_FULL_URI", emulator.credentials_url())]);
    let loads = Arc::<AtomicUsize>::default();
    let http = Counting { http: Arc::new(HyperClient::builder().build().unwrap()), loads: loads.clone() };
    let clock = ours.clone();
    let client = builder()
        .env(env)
        .endpoint_url(emulator.url())
        .http_client(http)
        .clock(move || clock.now())
        .build()
        .unwrap();
    Setup { emulator, ours, theirs, client, loads }
}

#[tokio::test]
async fn a_hundred_callers_make_one_load_each_time_the_keys_have_expired() {
    let Setup { emulator: _emulator, ours, theirs, client, loads } = setup().await;
    for round in 1..=3 {
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let client = client.clone();
            callers.spawn(async move { client.messages().create(&hello()).await.unwrap().attempts() });
        }
        while let Some(attempts) = callers.join_next().await {
            assert_eq!(attempts.unwrap(), 1);
        }
        assert_eq!(loads.load(Ordering::SeqCst), round);
        for clock in [&ours, &theirs] {
            clock.advance(Duration::from_secs(61));
        }
    }
}

#[tokio::test]
async fn keys_that_only_aws_takes_for_expired_are_replaced_within_the_call() {
    let Setup { emulator: _emulator, theirs, client, loads, .. } = setup().await;
    assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1);
    theirs.advance(Duration::from_secs(61));
    let answer = client.messages().create(&hello()).await.unwrap();
    assert_eq!((answer.attempts(), loads.load(Ordering::SeqCst)), (2, 2));
}
