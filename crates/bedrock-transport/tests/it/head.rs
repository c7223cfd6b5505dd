//! What goes out, and what comes back up to the response head.

use std::time::{Duration, Instant};

use bedrock_transport::{ConnectFailure, HttpClient, HyperClient, TimeoutPhase, TransportError, Violation};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::server::{Server, client, closed, patiently, post, read_request, send, short_timeouts};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_request_goes_out_as_it_is_with_what_is_never_signed_added() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            seen.send(read_request(&mut stream).await).unwrap();
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let response = send(server.exchange()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.into_body().collect(2).await.unwrap(), "ok");

    let request = requests.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /path?query HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {}", server.authority);
    let agent = concat!("user-agent: bedrock-rust/", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines, ["accept-encoding: identity", "content-length: 11", &host, agent]);
    assert_eq!(body, "{\"hello\":1}");
}

#[tokio::test]
async fn a_header_that_the_request_brings_is_never_replaced() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            seen.send(read_request(&mut stream).await).unwrap();
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let mut exchange = server.exchange();
    for (name, value) in
        [("accept-encoding", "gzip;q=0.1"), ("host", "signed.example"), ("content-length", "11")]
    {
        exchange.request.headers_mut().insert(name, value.parse().unwrap());
    }
    send(exchange).await.unwrap();
    let request = requests.recv().await.unwrap();
    for line in ["accept-encoding: gzip;q=0.1", "host: signed.example", "content-length: 11"] {
        assert_eq!(request.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line} in {request}");
    }
    assert!(!request.contains("identity"), "{request}");
}

#[tokio::test]
async fn the_user_agent_can_be_set_for_the_client_and_for_the_request() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            seen.send(read_request(&mut stream).await).unwrap();
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let client = HyperClient::builder().user_agent("mine/1").build().unwrap();
    patiently(client.send(server.exchange())).await.unwrap();
    assert!(requests.recv().await.unwrap().contains("\r\nuser-agent: mine/1\r\n"));
    let mut exchange = server.exchange();
    exchange.request.headers_mut().insert("user-agent", "yours/2".parse().unwrap());
    patiently(client.send(exchange)).await.unwrap();
    assert!(requests.recv().await.unwrap().contains("\r\nuser-agent: yours/2\r\n"));
}

#[tokio::test]
async fn a_connection_is_kept_and_replaced_once_the_server_has_closed_it() {
    let server = Server::start(|number, mut stream| async move {
        // The first connection answers twice and is closed; its end is seen before the third request.
        for _ in 0..if number == 0 { 2 } else { 1 } {
            read_request(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let client = client();
    for connections in [1, 1, 2] {
        let response = patiently(client.send(server.exchange())).await.unwrap();
        assert_eq!(response.into_body().collect(2).await.unwrap(), "ok");
        assert_eq!(server.connections(), connections);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A server that gives up a kept connection at the moment of the next request has most likely not read it; one that says a
/// word has, and so has one that is asked for the first time.
#[tokio::test]
async fn a_kept_connection_that_was_given_up_is_told_from_a_lost_answer() {
    for (answered_before, last_word, reset, expected) in [
        (1, "", false, ConnectFailure::Stale),
        (3, "", true, ConnectFailure::Stale),
        (1, "HTTP/1.1 2", false, ConnectFailure::Closed),
        (0, "", false, ConnectFailure::Closed),
        (0, "", true, ConnectFailure::Closed),
    ] {
        let server = Server::start(move |_, mut stream| async move {
            for _ in 0..answered_before {
                read_request(&mut stream).await;
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
            read_request(&mut stream).await;
            stream.write_all(last_word.as_bytes()).await.unwrap();
            if reset {
                stream.set_zero_linger().unwrap();
            }
        })
        .await;
        let client = client();
        for _ in 0..answered_before {
            let response = patiently(client.send(server.exchange())).await.unwrap();
            response.into_body().collect(2).await.unwrap();
        }
        match patiently(client.send(server.exchange())).await.unwrap_err() {
            TransportError::Connect { reason, .. } => assert_eq!(reason, expected, "{last_word:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(server.connections(), 1);
    }
}

/// A retry shall meet another host behind the same name.
#[tokio::test]
async fn a_connection_that_gave_a_server_error_is_not_used_again() {
    for (status, connections) in [("500 Oops", 2), ("503 Busy", 2), ("429 Slow down", 1), ("404 Gone", 1)] {
        let server = Server::start(move |_, mut stream| async move {
            for _ in 0..2 {
                // The client closes instead of asking again where it must not.
                if read_request(&mut stream).await.is_empty() {
                    return;
                }
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nno");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        })
        .await;
        let client = client();
        for _ in 0..2 {
            let response = patiently(client.send(server.exchange())).await.unwrap();
            assert_eq!(response.into_body().collect(2).await.unwrap(), "no");
            // The pool gets its connection back in another task.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(server.connections(), connections, "{status}");
    }
}

#[tokio::test]
async fn informational_answers_are_passed_over_and_redirects_given_back() {
    let server =
        Server::answering(format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n{OK}")).await;
    assert_eq!(send(server.exchange()).await.unwrap().status(), 200);
    let server = Server::answering(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(send(server.exchange()).await.unwrap().status(), 307);
}

#[tokio::test]
async fn a_head_that_does_not_come_times_out_and_closes_the_connection() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            read_request(&mut stream).await;
            closed(stream).await;
            seen.send("closed").unwrap();
        }
    })
    .await;
    let error = send(server.exchange().with_timeouts(short_timeouts())).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout(TimeoutPhase::ResponseHead)), "{error:?}");
    assert_eq!(patiently(events.recv()).await, Some("closed"));

    let deadline = Some(Instant::now() + Duration::from_millis(150));
    let error = send(server.exchange().with_deadline(deadline)).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Total)), "{error:?}");
    assert_eq!(patiently(events.recv()).await, Some("closed"));
}

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            read_request(&mut stream).await;
            seen.send("asked").unwrap();
            closed(stream).await;
            seen.send("closed").unwrap();
        }
    })
    .await;
    let client = client();
    {
        let mut sending = client.send(server.exchange());
        tokio::select! {
            _ = &mut sending => unreachable!("the server does not answer"),
            event = patiently(events.recv()) => assert_eq!(event, Some("asked")),
        }
    }
    assert_eq!(patiently(events.recv()).await, Some("closed"));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_a_broken_protocol() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(5_000));
    for head in [long, many] {
        let server = Server::answering(head).await;
        let error = send(server.exchange()).await.unwrap_err();
        assert!(
            matches!(error, TransportError::Protocol { violation: Violation::HeadTooLarge, .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn what_does_not_speak_http_is_no_answer() {
    let server = Server::answering("SSH-2.0-OpenSSH_9.6\r\n").await;
    let error = send(server.exchange()).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect { reason: ConnectFailure::NotHttp, .. }), "{error:?}");

    // The banner may be there before the request is.
    let server = Server::start(|_, mut stream| async move {
        stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").await.unwrap();
        closed(stream).await;
    })
    .await;
    let error = send(server.exchange()).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect { .. }), "{error:?}");
}

#[tokio::test]
async fn a_uri_without_a_host_or_with_a_password_is_refused() {
    for uri in ["/path", "ftp://example.com/", "http://me:secret@127.0.0.1:1/"] {
        let error = send(post(uri)).await.unwrap_err();
        assert!(matches!(error, TransportError::InvalidRequest { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert!(!error.is_retryable());
    }
}
