//! What is tried again, how often, and with what; time is paused, so waits cost nothing.

use std::{
    collections::HashSet,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use bedrock_auth::{
    BoxFuture, Credentials, IdentityError, IdentitySource, ProvideIdentity, ResolvedIdentity,
};
use bedrock_client::{ErrorKind, RetryPolicy, TransportError};
use bedrock_transport::{ChunkSource, ConnectFailure, TimeoutPhase};
use bytes::Bytes;
use tokio::time::Instant;

use crate::support::{Answer, STREAM, Scripted, answer, builder, hello, message, start};

fn throttled(headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("x-amzn-errortype", "ThrottlingException:http://x/"), ("x-amzn-requestid", "r-429")];
    all.extend_from_slice(headers);
    answer(429, &all, r#"{"message":"Too many requests"}"#)
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_and_each_attempt_is_signed_anew() {
    let scripted = Scripted::new([throttled(&[]), throttled(&[]), message()]);
    // A clock that goes on by a minute with every look.
    let minutes = AtomicU32::new(0);
    let clock = move || start() + Duration::from_secs(60) * minutes.fetch_add(1, Ordering::SeqCst);
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().credentials(keys).clock(clock).http_client(scripted.clone()).build().unwrap();
    let answer = client.messages().create(&hello()).await.unwrap();
    assert_eq!((answer.attempts(), answer.request_id()), (3, Some("r-ok")));
    let requests = scripted.requests();
    assert_eq!(requests.len(), 3);
    let (mut dates, mut signatures) = (HashSet::new(), HashSet::new());
    for request in &requests {
        assert_eq!(request.body(), requests[0].body());
        assert!(request.headers()["authorization"].is_sensitive());
        let text = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        dates.insert(text("x-amz-date"));
        signatures.insert(text("authorization"));
    }
    assert_eq!((dates.len(), signatures.len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn after_three_attempts_the_last_refusal_is_the_error() {
    let scripted = Scripted::new((0..3).map(|_| throttled(&[("retry-after", "2")])));
    let started = Instant::now();
    let error = scripted.client().messages().stream(&hello()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.attempts()),
        (ErrorKind::Api, Some("ThrottlingException"), 3)
    );
    assert_eq!((error.retry_after(), error.request_id()), (Some(Duration::from_secs(2)), Some("r-429")));
    let waited = started.elapsed();
    assert!(waited >= Duration::from_secs(4) && waited <= Duration::from_secs(6), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_asked_for_is_kept_in_each_form_and_hardly_more() {
    for (header, value, pause) in [
        ("retry-after", "1", 1_000),
        ("retry-after", "1.5", 1_500),
        ("retry-after", "60", 60_000),
        ("retry-after-ms", "700", 700),
        ("x-amz-retry-after", "900", 900),
        // By the client's clock it is midnight.
        ("retry-after", "Sun, 22 Nov 2026 00:00:05 GMT", 5_000),
    ] {
        let scripted = Scripted::new([throttled(&[(header, value)]), message()]);
        let keys = Credentials::new("AKIDEXAMPLE", "secret");
        let client = builder().credentials(keys).clock(start).http_client(scripted).build().unwrap();
        let begun = Instant::now();
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 2);
        let (waited, pause) = (begun.elapsed(), Duration::from_millis(pause));
        let most = pause + Duration::from_millis(501);
        assert!(waited >= pause && waited <= most, "{header}: {value}: {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_cap_is_not_slept() {
    let scripted = Scripted::new([throttled(&[("retry-after", "86400")])]);
    let started = Instant::now();
    let error = scripted.client().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(86_400))));
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn statuses_and_headers_decide() {
    for (status, headers, attempts) in [
        (400, vec![], 1),
        (403, vec![], 1),
        (404, vec![], 1),
        (413, vec![], 1),
        (424, vec![], 1),
        (307, vec![("location", "https://elsewhere.example/")], 1),
        (400, vec![("x-amzn-errortype", "ServiceQuotaExceededException")], 1),
        (408, vec![], 3),
        (409, vec![], 3),
        (429, vec![("x-amzn-errortype", "ModelNotReadyException")], 3),
        (500, vec![], 3),
        (502, vec![], 3),
        (503, vec![], 3),
        (504, vec![], 3),
        (529, vec![], 3),
        (503, vec![("x-should-retry", "false")], 1),
        (400, vec![("x-should-retry", "true")], 3),
    ] {
        let scripted = Scripted::new((0..attempts).map(|_| answer(status, &headers, "{}")));
        let error = scripted.client().messages().create(&hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(status)));
        assert_eq!(error.attempts(), attempts, "{status} {headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_answered_is_tried_again_and_what_may_have_been_paid_for_is_not() {
    let connect = |reason| TransportError::Connect { reason, host: "h".into(), source: "x".into() };
    let scripted = Scripted::new([Err(TransportError::Timeout(TimeoutPhase::ResponseHead))]);
    let error = scripted.client().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.attempts()), ("timeout_read", 1));
    for (reason, attempts) in [
        (ConnectFailure::Dns, 3),
        (ConnectFailure::Tcp, 3),
        (ConnectFailure::Closed, 3),
        (ConnectFailure::TlsTrust, 1),
        (ConnectFailure::TlsRefused, 1),
        (ConnectFailure::Proxy, 3),
        (ConnectFailure::ProxyAuthentication, 1),
    ] {
        let scripted = Scripted::new((0..attempts).map(|_| Err(connect(reason))));
        let error = scripted.client().messages().create(&hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, attempts), "{reason:?}");
    }
    let scripted = Scripted::new([Err(connect(ConnectFailure::Closed)), message()]);
    assert_eq!(scripted.client().messages().create(&hello()).await.unwrap().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_whole_answer_that_is_cut_is_asked_for_again_and_a_stream_is_not() {
    let cut = |headers: &[(&str, &str)]| {
        let mut response = http::Response::builder();
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let lost = Err(TransportError::Truncated { source: "reset".into() });
        Ok(response.body(bedrock_client::Body::from_chunks(vec![Ok("{".into()), lost])).unwrap())
    };
    let json = [("content-type", "application/json")];
    let scripted = Scripted::new([cut(&json), message()]);
    assert_eq!(scripted.client().messages().create(&hello()).await.unwrap().attempts(), 2);

    let scripted = Scripted::new((0..3).map(|_| cut(&json)));
    let error = scripted.client().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));

    let scripted = Scripted::new([cut(&STREAM)]);
    let mut stream = scripted.client().messages().stream(&hello()).await.unwrap();
    let error = stream.next_event().await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.attempts()), ("stream_truncated", 1));
}

/// Never says who calls.
#[derive(Debug)]
struct Undecided;

impl ProvideIdentity for Undecided {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(std::future::pending())
    }
}

/// Says who calls at the second time of asking.
#[derive(Debug, Default)]
struct SlowStarter(AtomicU32);

impl ProvideIdentity for SlowStarter {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(std::future::ready(if first {
            Err(IdentityError::custom("vault", "it is being unsealed").transient(true))
        } else {
            Ok(ResolvedIdentity::new(Credentials::new("AKIDEXAMPLE", "secret"), IdentitySource::Explicit))
        }))
    }
}

#[tokio::test(start_paused = true)]
async fn the_total_bounds_everything() {
    let total = Duration::from_secs(3);
    let started = Instant::now();
    let client =
        builder().identity(Undecided).http_client(Scripted::new([])).total_timeout(total).build().unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.attempts(), started.elapsed()), ("timeout_total", 0, total));

    // A wait that the total does not leave is not slept: the refusal is the error.
    let scripted = Scripted::new((0..3).map(|_| throttled(&[("retry-after", "2")])));
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client =
        builder().credentials(keys.clone()).http_client(scripted).total_timeout(total).build().unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 2));

    // The longest there is means none.
    let client =
        builder().credentials(keys).http_client(Scripted::new([message()])).total_timeout(Duration::MAX);
    client.build().unwrap().messages().create(&hello()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_identity_that_fails_for_a_moment_is_asked_again() {
    let scripted = Scripted::new([message()]);
    let client = builder().identity(SlowStarter::default()).http_client(scripted).build().unwrap();
    assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_not_held_back_by_its_body() {
    let slow = drip();
    let response = http::Response::builder().status(403).header("x-amzn-errortype", "AccessDeniedException");
    let scripted = Scripted::new([Ok(response.body(slow).unwrap())]);
    let started = Instant::now();
    let error = scripted.client().messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (Some("AccessDeniedException"), Some(403)));
    assert!(started.elapsed() <= Duration::from_secs(10), "{:?}", started.elapsed());
}

/// A body that gives a byte a second, for ever.
fn drip() -> bedrock_client::Body {
    struct Drip(Pin<Box<tokio::time::Sleep>>);

    impl ChunkSource for Drip {
        fn poll_chunk(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Bytes, TransportError>>> {
            ready!(self.0.as_mut().poll(context));
            self.0.as_mut().reset(Instant::now() + Duration::from_secs(1));
            Poll::Ready(Some(Ok(Bytes::from_static(b" "))))
        }
    }

    bedrock_client::Body::new(Drip(Box::pin(tokio::time::sleep(Duration::from_secs(1)))))
}

#[tokio::test(start_paused = true)]
async fn a_policy_can_be_given() {
    let scripted = Scripted::new([throttled(&[])]);
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let client =
        builder().credentials(keys).http_client(scripted).retry_policy(RetryPolicy::none()).build().unwrap();
    assert_eq!(client.messages().create(&hello()).await.unwrap_err().attempts(), 1);
}
