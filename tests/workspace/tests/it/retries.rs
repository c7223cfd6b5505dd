//! What is tried again, how often, and with what; time is paused, so waits cost nothing.

use std::time::Duration;

use bedrock_client::{ErrorKind, TransportError};
use bedrock_transport::{ConnectFailure, TimeoutPhase};
use tokio::time::Instant;

use crate::support::{Answer, STREAM, Scripted, answer, hello, message};

fn throttled(headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("x-amzn-errortype", "ThrottlingException:http://x/"), ("x-amzn-requestid", "r-429")];
    all.extend_from_slice(headers);
    answer(429, &all, r#"{"message":"Too many requests"}"#)
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_and_each_attempt_is_signed_anew() {
    let scripted = Scripted::new([throttled(&[]), throttled(&[]), message()]);
    let answer = scripted.client().messages().create(&hello()).await.unwrap();
    assert_eq!((answer.attempts(), answer.request_id()), (3, Some("r-ok")));
    let requests = scripted.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.body(), requests[0].body());
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(request.headers().contains_key("x-amz-date"));
    }
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
