//! Policies other than the default one, and what all calls of a client may retry together; time is paused.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use bedrock_auth::{BoxFuture, MapEnv};
use bedrock_client::{
    BearerToken, Client, Credentials, Decision, Exchange, FailedAttempt, HttpClient, Retry, RetryPolicy,
    TimeoutPhase, TransportError,
};
use bedrock_transport::ConnectFailure;
use tokio::{task::JoinSet, time::Instant};

use crate::support::{Answer, Scripted, answer, builder, hello, message};

fn busy() -> Answer {
    answer(503, &[("x-amzn-errortype", "ServiceUnavailableException")], r#"{"message":"busy"}"#)
}

/// Refuses everything, until it is told not to, and counts.
#[derive(Debug, Clone, Default)]
struct Storm {
    is_over: Arc<AtomicBool>,
    requests: Arc<AtomicU32>,
}

impl Storm {
    fn client(&self, policy: RetryPolicy) -> Client {
        let key = BearerToken::parse("ABSKexample").unwrap();
        builder().bearer_token(key).http_client(self.clone()).retry_policy(policy).build().unwrap()
    }

    /// So many calls, one each millisecond; how many requests they made.
    async fn of_calls(&self, client: &Client, calls: u32) -> u32 {
        let before = self.requests.load(Ordering::SeqCst);
        let mut running = JoinSet::new();
        for _ in 0..calls {
            let client = client.clone();
            running.spawn(async move { client.messages().create(&hello()).await.is_ok() });
            tokio::time::sleep(Duration::from_millis(1)).await;
            while running.try_join_next().is_some() {}
        }
        running.join_all().await;
        self.requests.load(Ordering::SeqCst) - before
    }
}

impl HttpClient for Storm {
    fn send(&self, _: Exchange) -> BoxFuture<'_, Answer> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let answer = if self.is_over.load(Ordering::SeqCst) { message() } else { busy() };
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_storm_does_not_happen() {
    let storm = Storm::default();
    let client = storm.client(RetryPolicy::default());
    // Six seconds at 1,000 calls a second. The longer it lasts, the smaller is the share of the retries.
    let calls = 6_000;
    let requests = storm.of_calls(&client, calls).await;
    assert!(requests > calls && f64::from(requests) <= 1.2 * f64::from(calls), "{requests} requests");

    // Success fills the bucket again, and retries come back.
    assert_eq!(storm.of_calls(&client, 10).await, 10);
    storm.is_over.store(true, Ordering::SeqCst);
    storm.of_calls(&client, 100).await;
    storm.is_over.store(false, Ordering::SeqCst);
    assert_eq!(storm.of_calls(&client, 1).await, 3);
}

#[tokio::test(start_paused = true)]
async fn without_a_price_every_call_is_retried() {
    let mut policy = RetryPolicy::default();
    policy.cost = 0;
    let storm = Storm::default();
    assert_eq!(storm.of_calls(&storm.client(policy), 500).await, 1500);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_asked_for_again_only_on_request() {
    for phase in [TimeoutPhase::ResponseHead, TimeoutPhase::Idle] {
        let mut policy = RetryPolicy::default();
        for (retry_timeouts, attempts) in [(false, 1), (true, 3)] {
            policy.retry_timeouts = retry_timeouts;
            let scripted = Scripted::new((0..attempts).map(|_| Err(TransportError::Timeout(phase))));
            let keys = Credentials::new("AKIDEXAMPLE", "secret");
            let client =
                builder().credentials(keys).http_client(scripted).retry_policy(policy).build().unwrap();
            let error = client.messages().create(&hello()).await.unwrap_err();
            assert!(error.is_timeout() && !error.is_retryable());
            assert_eq!(error.attempts(), attempts, "{phase}");
        }
    }
}

/// Tries for a minute, every ten seconds, whatever went wrong.
#[derive(Debug)]
struct Stubborn;

impl Retry for Stubborn {
    fn decide(&self, attempt: &FailedAttempt<'_>) -> Decision {
        assert_eq!(attempt.error.attempts(), attempt.number);
        assert_eq!(attempt.tokens, 500 - 7 * (attempt.number - 1));
        match attempt.elapsed < Duration::from_secs(60) {
            true => Decision::Retry { after: Duration::from_secs(10), cost: 7 },
            false => Decision::GiveUp,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_ones_own_decides() {
    let scripted = Scripted::new((0..7).map(|_| answer(400, &[], "{}")));
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().credentials(keys).http_client(scripted).retry_policy(Stubborn).build().unwrap();
    let started = Instant::now();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.attempts(), started.elapsed()), (7, Duration::from_secs(60)));
}

#[tokio::test(start_paused = true)]
async fn the_number_of_attempts_is_the_first_that_is_set() {
    let environment = MapEnv::from([("AWS_MAX_ATTEMPTS", "4"), ("AWS_EC2_METADATA_DISABLED", "true")]);
    let mut two = RetryPolicy::default();
    two.max_attempts = 2;
    for (retries, policy, expected) in
        [(None, None, 4), (None, Some(two), 2), (Some(0), Some(two), 1), (Some(4), None, 5)]
    {
        let scripted = Scripted::new((0..expected).map(|_| busy()));
        let mut builder = builder()
            .env(environment.clone())
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .http_client(scripted);
        if let Some(retries) = retries {
            builder = builder.max_retries(retries);
        }
        if let Some(policy) = policy {
            builder = builder.retry_policy(policy);
        }
        let error = builder.build().unwrap().messages().create(&hello()).await.unwrap_err();
        assert_eq!(error.attempts(), expected, "{retries:?} {policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_connection_is_taken_at_once_however_little_time_is_left() {
    let stale = || TransportError::Connect {
        reason: ConnectFailure::Stale,
        host: "example.com:443".into(),
        source: "closed".into(),
    };
    // Of many calls some would draw a wait that does not fit.
    for _ in 0..20 {
        let scripted = Scripted::new([Err(stale()), message()]);
        let messages = scripted.client().messages().with_total_timeout(Duration::from_millis(1));
        assert_eq!(messages.create(&hello()).await.unwrap().attempts(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_no_clock_can_hold_does_not_fit() {
    let mut patient = RetryPolicy::default();
    patient.max_retry_after = Duration::MAX;
    let scripted = Scripted::new([answer(429, &[("retry-after", "18000000000000000000")], "{}")]);
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().credentials(keys).http_client(scripted).retry_policy(patient).build().unwrap();
    let messages = client.messages().with_total_timeout(Duration::from_secs(60));
    let error = messages.create(&hello()).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(18_000_000_000_000_000_000)));
}
