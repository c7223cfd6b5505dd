//! Whole answers that are refusals, spoilt or no answers at all.

use std::time::Duration;

use bedrock_client::ErrorKind;

use super::{
    always, broken_stream, client, once_each, patiently,
    server::{Server, answer},
};
use crate::support::hello;

async fn fails(fault: &str) -> bedrock_client::Error {
    let emulator = always(fault).await;
    patiently(client(&emulator).messages().create(&hello())).await.expect_err(fault)
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let emulator = once_each(&["status:429:1ms", "status:429:1ms"]).await;
    let message = client(&emulator).messages().create(&hello()).await.unwrap();
    assert_eq!(message.attempts(), 3);
    let emulator = once_each(&["status:429:1ms", "exception:throttlingException"]).await;
    // The second is the stream's own: it had begun.
    let (_, error) = broken_stream(&client(&emulator)).await;
    assert_eq!((error.kind().as_str(), error.attempts()), ("stream_exception", 2));
}

#[tokio::test]
async fn throttling_for_ever_is_the_last_refusal() {
    let error = fails("status:429:1ms").await;
    let facts = (error.kind(), error.code(), error.status(), error.attempts());
    assert_eq!(facts, (ErrorKind::Api, Some("ThrottlingException"), Some(429), 3));
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1)));
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept_and_one_without_measure_is_not() {
    for (fault, pause) in [("status:503:1", 1000), ("status:429:700ms", 700)] {
        let emulator = once_each(&[fault]).await;
        let begun = tokio::time::Instant::now();
        client(&emulator).messages().create(&hello()).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(pause), "{fault}");
    }
    let error = fails("status:429:86400").await;
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(86_400))));
}

#[tokio::test]
async fn a_pause_is_read_in_each_form_and_one_that_is_none_is_passed_over() {
    for (header, pause, attempts) in [
        ("retry-after: 0", None, 3),
        ("retry-after: soon", None, 3),
        ("retry-after: -5", None, 3),
        ("retry-after: 1e300", None, 3),
        ("retry-after: Sat, 21 Nov 2015 00:00:00 GMT", None, 3),
        ("retry-after: 0.002", Some(Duration::from_millis(2)), 3),
        ("retry-after-ms: 2", Some(Duration::from_millis(2)), 3),
        ("x-amz-retry-after: 2", Some(Duration::from_millis(2)), 3),
        ("retry-after: 86400", Some(Duration::from_secs(86_400)), 1),
        ("retry-after-ms: 61000", Some(Duration::from_secs(61)), 1),
        ("x-amz-retry-after: 61000", Some(Duration::from_secs(61)), 1),
    ] {
        let server = Server::answering(answer(503, &format!("{header}\r\n"), "{}")).await;
        let error = patiently(server.client().messages().create(&hello())).await.unwrap_err();
        assert_eq!((error.retry_after(), error.attempts()), (pause, attempts), "{header}");
    }
    // A date that is far away by any clock.
    let server = Server::answering(answer(429, "retry-after: Tue, 01 Jan 2999 00:00:00 GMT\r\n", "{}")).await;
    let error = patiently(server.client().messages().create(&hello())).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.retry_after().unwrap() > Duration::from_secs(86_400));
}

#[tokio::test]
async fn the_status_decides_about_another_attempt() {
    for (statuses, attempts) in
        [(&[400, 403, 404, 413, 424][..], 1), (&[408, 409, 429, 500, 502, 503, 504, 529], 3)]
    {
        for status in statuses {
            let error = fails(&format!("status:{status}:1ms")).await;
            let facts = (error.kind(), error.status(), error.attempts());
            assert_eq!(facts, (ErrorKind::Api, Some(*status), attempts));
            assert!(error.request_id().is_some() && error.to_string().contains("a fault that was asked for"));
        }
    }
}

#[tokio::test]
async fn the_code_is_found_wherever_it_stands() {
    let named =
        "x-amzn-errortype: ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/\r\n";
    for (rule, answered, code) in [
        ("with a URL", answer(400, named, r#"{"message":"slow down"}"#), Some("ThrottlingException")),
        (
            "in the body",
            answer(400, "", r#"{"__type":"com.amazon.coral#ThrottlingException","Message":"slow down"}"#),
            Some("ThrottlingException"),
        ),
        ("HTML", answer(400, "", "<html>slow down</html>"), None),
        ("nothing", answer(400, "", ""), None),
        ("much too much", answer(400, "", &"x".repeat(2 << 20)), None),
    ] {
        let server = Server::answering(answered).await;
        let client = server.client_builder().max_retries(0).build().unwrap();
        let error = patiently(client.messages().create(&hello())).await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.code()), (ErrorKind::Api, Some(400), code), "{rule}");
        assert!(error.to_string().len() < 10 << 10, "{rule}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_never_an_empty_message() {
    for fault in ["content-type", "gzip", "empty", "no-content", "end:100"] {
        let error = fails(fault).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{fault}: {error}");
    }
    for fault in ["content-type", "content-type:application/json", "gzip", "no-content"] {
        let emulator = always(fault).await;
        let (_, error) = broken_stream(&client(&emulator)).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{fault}: {error}");
        assert!(error.partial_message().is_none(), "{fault}");
    }
    let error = fails("gzip").await;
    assert!(error.to_string().contains("content-encoding gzip"), "{error}");
    let error = fails("content-type").await;
    assert!(error.to_string().contains("text/html"), "{error}");
}

#[tokio::test]
async fn a_body_that_ends_early_is_a_lost_connection() {
    for fault in ["short-length", "no-last-chunk", "cut:100", "cut:0", "reset:100"] {
        let error = fails(fault).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{fault}: {error}");
        let emulator = once_each(&[fault]).await;
        assert_eq!(client(&emulator).messages().create(&hello()).await.unwrap().attempts(), 2, "{fault}");
    }
}

#[tokio::test]
async fn news_before_the_answer_and_headers_after_it_do_no_harm() {
    for fault in ["continue-100", "trailers"] {
        let emulator = always(fault).await;
        let message = client(&emulator).messages().create(&hello()).await.unwrap();
        assert_eq!(message.attempts(), 1, "{fault}");
        assert!(message.text().contains("wörld"), "{fault}");
        let stream = client(&emulator).messages().stream(&hello()).await.unwrap();
        patiently(stream.final_message()).await.unwrap();
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Server::answering(answer(200, "", "{}")).await;
    for (status, location) in [
        (301, format!("{}/model", target.url)),
        (307, format!("{}/model?secret=1", target.url)),
        (308, "/elsewhere".to_owned()),
    ] {
        let server = Server::answering(answer(status, &format!("location: {location}\r\n"), "")).await;
        for error in [
            patiently(server.client().messages().create(&hello())).await.unwrap_err(),
            broken_stream(&server.client()).await.1,
        ] {
            let facts = (error.kind(), error.status(), error.attempts());
            assert_eq!(facts, (ErrorKind::Api, Some(status), 1));
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert_eq!(server.connections(), 2);
    }
    assert_eq!(target.connections(), 0);
    let error = fails("redirect:308").await;
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Api, Some(308), 1));
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once() {
    for fault in ["skew:600", "skew:-600"] {
        let emulator = always(fault).await;
        let client = client(&emulator);
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 2, "{fault}");
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1, "{fault}");
    }
}

#[tokio::test]
async fn keys_that_expired_and_cannot_be_renewed_end_the_call() {
    let error = fails("expired-token").await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 1), "{error}");
    assert!(error.hint().is_some());
}
