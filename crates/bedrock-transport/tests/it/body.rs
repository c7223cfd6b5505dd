//! What can happen to a body after its head has come.

use std::time::Duration;

use bedrock_transport::sse::SseDecoder;
use bedrock_transport::{
    DecodeError, FrameReader, HttpClient, ReadError, TimeoutPhase, TransportError, Violation, read_body,
};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::server::{Server, client, closed, patiently, read_request, send, short_timeouts};

const STREAM: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n";

#[tokio::test]
async fn a_body_that_is_cut_is_truncated() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"whole\":true}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata",
    ] {
        let server = Server::answering(answer).await;
        let body = send(server.exchange()).await.unwrap().into_body();
        let error = patiently(body.collect(1000)).await.unwrap_err();
        assert!(matches!(error, TransportError::Truncated { .. }), "{error:?}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_body_with_broken_framing_is_a_broken_protocol() {
    let server =
        Server::answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnot a length\r\n").await;
    let body = send(server.exchange()).await.unwrap().into_body();
    let error = patiently(body.collect(1000)).await.unwrap_err();
    assert!(
        matches!(error, TransportError::Protocol { violation: Violation::MalformedBody, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_refused_without_reading() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await.unwrap();
            closed(stream).await;
            seen.send("closed").unwrap();
        }
    })
    .await;
    let body = send(server.exchange()).await.unwrap().into_body();
    assert_eq!(body.remaining(), Some(1 << 30));
    let error = read_body(body, 1 << 20, &short_timeouts(), None).await.unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { limit: 1_048_576 }), "{error:?}");
    assert_eq!(patiently(events.recv()).await, Some("closed"));
}

#[tokio::test]
async fn a_stream_without_length_or_chunks_may_end_between_frames_only() {
    for (answer, whole) in
        [("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n", true), ("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\nda", false)]
    {
        let server = Server::answering(answer).await;
        let body = send(server.exchange()).await.unwrap().into_body();
        let mut events = FrameReader::new(body, SseDecoder::new(), &short_timeouts(), None);
        assert_eq!(patiently(events.next()).await.unwrap().unwrap().data, "1");
        match patiently(events.next()).await {
            Ok(None) => assert!(whole),
            Err(ReadError::Decode(DecodeError::Truncated { .. })) => assert!(!whole),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_stream_that_stalls_or_dribbles_times_out_and_closes_the_connection() {
    for dribbles in [false, true] {
        let (seen, mut events) = mpsc::unbounded_channel();
        let server = Server::start(move |_, mut stream| {
            let seen = seen.clone();
            async move {
                read_request(&mut stream).await;
                stream.write_all(STREAM.as_bytes()).await.unwrap();
                while dribbles && stream.write_all(b"1\r\n:\r\n").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                closed(stream).await;
                seen.send("closed").unwrap();
            }
        })
        .await;
        let body = send(server.exchange()).await.unwrap().into_body();
        let mut frames = FrameReader::new(body, SseDecoder::new(), &short_timeouts(), None);
        assert_eq!(patiently(frames.next()).await.unwrap().unwrap().data, "1");
        let error = patiently(frames.next()).await.unwrap_err();
        assert!(
            matches!(error, ReadError::Transport(TransportError::Timeout(TimeoutPhase::Idle))),
            "{dribbles} {error:?}"
        );
        // The reader is still there; the connection is not.
        assert_eq!(patiently(events.recv()).await, Some("closed"));
        assert!(frames.next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn dropping_a_body_closes_the_connection_and_does_not_reuse_it() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let server = Server::start(move |number, mut stream| {
        let seen = seen.clone();
        async move {
            read_request(&mut stream).await;
            stream.write_all(STREAM.as_bytes()).await.unwrap();
            closed(stream).await;
            seen.send(number).unwrap();
        }
    })
    .await;
    let client = client();
    for number in 0..2 {
        let mut body = patiently(client.send(server.exchange())).await.unwrap().into_body();
        assert_eq!(patiently(body.chunk()).await.unwrap().unwrap(), "data: 1\n\n");
        drop(body);
        assert_eq!(patiently(events.recv()).await, Some(number));
    }
    assert_eq!(server.connections(), 2);
}
