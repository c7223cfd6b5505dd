//! Faults over raw sockets: what reaches a client byte for byte.

use std::collections::BTreeMap;

use super::tests::{bytes, closing, read_all, serving};
use super::*;
use crate::testing::TestRequest;

async fn faulty(faults: &[&str]) -> Server {
    let nth = (1..).zip(faults.iter().map(|fault| fault.parse().unwrap()));
    serving(Schedule::new(None, nth.collect::<BTreeMap<_, _>>())).await
}

async fn answered(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, request).await.unwrap();
    read_all(&mut stream).await
}

#[tokio::test]
async fn each_request_meets_its_fault_and_later_ones_none() {
    let server = faulty(&["status:503:2", "close-before-answer", "reset-at-accept", "cut:7"]).await;
    let request = closing(&TestRequest::hello());
    let refused = answered(&server, &request).await;
    assert!(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{refused}");
    assert!(
        refused.contains("\r\nretry-after: 2\r\n") && refused.contains("\r\nx-amzn-requestid: "),
        "{refused}"
    );
    assert_eq!(answered(&server, &request).await, "");

    let mut reset = TcpStream::connect(server.address()).await.unwrap();
    assert_eq!(read_all(&mut reset).await, "");

    let cut = answered(&server, &request).await;
    assert!(cut.ends_with("\r\n\r\n{\"type\""), "{cut}");
    let whole = answered(&server, &request).await;
    assert!(whole.starts_with("HTTP/1.1 200 OK\r\n") && whole.ends_with('}'), "{whole}");
}

#[tokio::test]
async fn what_is_refused_is_refused_as_ever() {
    let server = faulty(&["ssh-banner", "ssh-banner"]).await;
    let mut tampered = TestRequest::hello();
    tampered.credentials = bedrock_auth::Credentials::new("AKIABEDROCKEMULATOR0", "wrong");
    let answer = answered(&server, &closing(&tampered)).await;
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    let answer = answered(&server, &closing(&TestRequest::hello())).await;
    assert_eq!(answer, "SSH-2.0-OpenSSH_9.6\r\n");
}

#[tokio::test]
async fn a_clock_that_is_wrong_refuses_a_good_signature_and_says_its_time() {
    let server = faulty(&["skew:600", "skew:-600"]).await;
    for date in ["Sun, 22 Nov 2026 00:10:00 GMT", "Sat, 21 Nov 2026 23:50:00 GMT"] {
        let answer = answered(&server, &closing(&TestRequest::hello())).await;
        assert!(answer.contains("x-amzn-errortype: InvalidSignatureException:"), "{answer}");
        assert!(answer.contains(&format!("\r\ndate: {date}\r\n")), "{answer}");
    }
}

#[tokio::test]
async fn a_kept_connection_is_closed_when_the_next_request_comes() {
    let server = faulty(&["keep-alive-race"]).await;
    let twice = [bytes(&TestRequest::hello(), ""), closing(&TestRequest::hello())];
    let answer = answered(&server, &twice.concat()).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 1, "{answer}");
}

#[tokio::test]
async fn a_stall_ends_with_the_client_or_the_emulator() {
    let server = faulty(&["stall-head", "stall:3", "flood"]).await;
    let request = closing(&TestRequest::hello());
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, &request).await.unwrap();
        clients.push(stream);
    }
    let mut first = [0; 15];
    tokio::io::AsyncReadExt::read_exact(clients.last_mut().unwrap(), &mut first).await.unwrap();
    tokio::time::timeout(GRACE / 2, server.shutdown()).await.expect("faults are not waited for");
}
