//! Answers and requests without measure.

use bedrock_client::{ErrorKind, Exchange, HttpClient, MessageCreateParams};
use bedrock_emulator::Emulator;
use bedrock_transport::HyperClient;
use bedrock_types::{Base64Source, ContentBlock, DocumentBlock, TextBlock};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use super::{
    always, broken_stream, client, patiently,
    server::{Server, answer, closed, read_request},
};
use crate::support::{MODEL, hello};

#[tokio::test]
async fn a_head_without_measure_is_a_broken_protocol() {
    for fault in ["huge-headers", "many-headers"] {
        let emulator = always(fault).await;
        for error in [
            patiently(client(&emulator).messages().create(&hello())).await.unwrap_err(),
            broken_stream(&client(&emulator)).await.1,
        ] {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Protocol, 1), "{fault}: {error}");
        }
    }
}

#[tokio::test]
async fn an_endless_body_is_read_up_to_its_bound() {
    let emulator = always("flood").await;
    let error = patiently(client(&emulator).messages().create(&hello())).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1), "{error}");

    let emulator = always("error-flood:400").await;
    let error = patiently(client(&emulator).messages().create(&hello())).await.unwrap_err();
    let facts = (error.kind(), error.status(), error.attempts());
    assert_eq!(facts, (ErrorKind::Api, Some(400), 1), "{error}");
    assert!(error.to_string().len() < 10 << 10);
}

#[tokio::test]
async fn a_gigabyte_that_is_announced_is_not_read() {
    let server = Server::start(|_, mut stream| async move {
        read_request(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1073741824\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        closed(stream).await;
    })
    .await;
    let error = patiently(server.client().messages().create(&hello())).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
}

/// Nothing is decompressed, so there is nothing to explode: the head is enough to refuse it.
#[tokio::test]
async fn a_compressed_body_is_refused_by_its_head_and_not_read() {
    for (kind, encoding) in [
        ("application/json", "gzip"),
        ("application/json", "br"),
        ("application/vnd.amazon.eventstream", "gzip"),
    ] {
        let (report, mut written) = mpsc::unbounded_channel();
        let server = Server::start(move |_, mut stream| {
            let report = report.clone();
            async move {
                read_request(&mut stream).await;
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-encoding: {encoding}\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                let mut bytes = 0_usize;
                while let Ok(more) = stream.write(&[0x1f; 64 << 10]).await {
                    bytes += more;
                    if bytes > 64 << 20 {
                        break;
                    }
                }
                report.send(bytes).unwrap();
            }
        })
        .await;
        let error = match kind {
            "application/json" => patiently(server.client().messages().create(&hello())).await.unwrap_err(),
            _ => broken_stream(&server.client()).await.1,
        };
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{error}");
        assert!(error.to_string().contains(&format!("content-encoding {encoding}")), "{error}");
        assert!(patiently(written.recv()).await.unwrap() < 64 << 20);
    }
}

/// The status of a refusal says enough.
#[tokio::test]
async fn a_compressed_refusal_is_known_by_its_status() {
    let server = Server::answering(answer(400, "content-encoding: gzip\r\n", "\x1f\u{8}")).await;
    let error = patiently(server.client().messages().create(&hello())).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Api, Some(400), 1), "{error}");
    assert!(error.to_string().contains("content-encoding gzip"), "{error}");
}

fn large(bytes: usize) -> MessageCreateParams {
    MessageCreateParams::new(MODEL, 256).user("x".repeat(bytes))
}

/// A model has no room for as much text; the pages of a PDF count by themselves.
fn with_pdf(bytes: usize) -> MessageCreateParams {
    let pdf =
        DocumentBlock::new(Base64Source::new("application/pdf", format!("JVBERi0x{}", "A".repeat(bytes))));
    let said: Vec<ContentBlock> = vec![pdf.into(), TextBlock::new("What is in it?").into()];
    MessageCreateParams::new(MODEL, 256).user(said)
}

#[tokio::test]
async fn twenty_megabytes_are_sent_once() {
    let emulator = Emulator::builder().start().await.unwrap();
    let message = patiently(client(&emulator).messages().create(&with_pdf(19_999_992))).await.unwrap();
    assert_eq!(message.attempts(), 1);
    let error = patiently(client(&emulator).messages().create(&large(26_000_000))).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Api, Some(413), 1));
}

/// Reads the head of a request and a little more, and says that it is too much.
async fn refuse_early(stream: &mut TcpStream) {
    stream.read_exact(&mut vec![0; 64 << 10]).await.unwrap();
    stream.write_all(answer(413, "connection: close\r\n", "{}").as_bytes()).await.unwrap();
}

/// Ends its own side, and waits for the client to see that.
async fn polite() -> Server {
    Server::start(|_, mut stream| async move {
        refuse_early(&mut stream).await;
        stream.shutdown().await.unwrap();
        closed(stream).await;
    })
    .await
}

/// Closes at once: what the client goes on sending meets a closed socket, and the client a reset.
async fn hasty() -> Server {
    Server::start(|_, mut stream| async move { refuse_early(&mut stream).await }).await
}

#[tokio::test]
async fn a_413_that_comes_while_the_body_is_still_sent_is_the_answer() {
    for server in [polite().await, hasty().await] {
        let error = patiently(server.client().messages().create(&large(5_000_000))).await.unwrap_err();
        let facts = (error.kind(), error.status(), error.attempts());
        assert_eq!(facts, (ErrorKind::Api, Some(413), 1), "{error:?}");
        assert_eq!(server.connections(), 1);
    }
}

/// Many times, because it is a race: the reset comes between two writes, or between a write and a read.
#[tokio::test(flavor = "multi_thread")]
async fn a_413_is_not_lost_to_the_reset_behind_it() {
    let http = HyperClient::builder().build().unwrap();
    let body = Bytes::from(vec![b'x'; 30_000_000]);
    for server in [polite().await, hasty().await] {
        for _ in 0..20 {
            let request = http::Request::post(&server.url).body(body.clone()).unwrap();
            let response = patiently(http.send(Exchange::new(request))).await.unwrap();
            assert_eq!(response.status(), 413);
        }
    }
}
