//! Raw sockets: what a client that behaves never does, and what it gets.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::testing::{TestRequest, hello_body, now};

/// A server with the clock of the tests, a small bound on bodies, and all the time that a busy machine may need.
async fn server() -> Server {
    waiting(PATIENCE).await
}

/// One that waits this long for a client.
async fn waiting(time: Duration) -> Server {
    start(time, Schedule::default()).await
}

/// One that does these things wrong.
pub(super) async fn serving(faults: Schedule) -> Server {
    start(PATIENCE, faults).await
}

async fn start(time: Duration, faults: Schedule) -> Server {
    let limits = Limits { head: time, body: time, body_bytes: 1000 };
    let source = Source::default();
    let service = Service { account: Account::default(), clock: Arc::new(now), limits, faults, source };
    Server::start(0, None, service).await.unwrap()
}

/// What goes over the wire for a signed request.
pub(super) fn bytes(request: &TestRequest, more_headers: &str) -> Vec<u8> {
    let (head, body) = request.signed();
    let mut text =
        format!("{} {} HTTP/1.1\r\ncontent-length: {}\r\n{more_headers}", head.method, head.uri, body.len());
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    [text.as_bytes(), b"\r\n", &body].concat()
}

pub(super) fn closing(request: &TestRequest) -> Vec<u8> {
    bytes(request, "connection: close\r\n")
}

/// Everything that comes until the server closes.
pub(super) async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read =
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes");
    // A reset after the answer, because not all of the request was read, takes nothing from it.
    if let Err(error) = read {
        assert!(!answer.is_empty() || error.kind() == io::ErrorKind::ConnectionReset, "{error}");
    }
    String::from_utf8_lossy(&answer).into_owned()
}

async fn exchange(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    read_all(&mut stream).await
}

async fn assert_serves(server: &Server) {
    let answer = exchange(server, &closing(&TestRequest::hello())).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_signed_request_is_answered_over_the_wire() {
    let server = server().await;
    assert!(server.address().ip().is_loopback());
    let answer = exchange(&server, &closing(&TestRequest::hello())).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("\r\ndate: Sun, 22 Nov 2026 00:00:00 GMT"), "{head}");
    assert!(head.contains(&format!("\r\ncontent-length: {}", body.len())), "{head}");
    assert!(body.contains(r#"You said: \"Hello, world\""#), "{body}");
}

#[tokio::test]
async fn a_stream_is_chunked_frame_by_frame() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&closing(&TestRequest::hello().streamed())).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.contains("\r\ntransfer-encoding: chunked"), "{text}");
    assert_eq!(text.matches(":event-type").count(), 21, "{text}");
    assert!(answer.ends_with(b"\r\n0\r\n\r\n"));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = server().await;
    let twice = [bytes(&TestRequest::hello(), ""), closing(&TestRequest::hello())].concat();
    let answer = exchange(&server, &twice).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
}

#[tokio::test]
async fn strangers_are_refused() {
    let server = server().await;
    let unsigned =
        "POST /model/m/invoke HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    let answer = exchange(&server, unsigned.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    assert!(answer.contains("x-amzn-errortype: MissingAuthenticationTokenException:"), "{answer}");

    let tampered =
        String::from_utf8(closing(&TestRequest::hello())).unwrap().replace("Hello, world", "Hello, w0rld");
    let answer = exchange(&server, tampered.as_bytes()).await;
    assert!(answer.contains("x-amzn-errortype: InvalidSignatureException:"), "{answer}");
    assert_serves(&server).await;
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let server = server().await;
    for garbage in ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "POST / HTTP/9.9\r\n\r\n"] {
        let answer = exchange(&server, garbage.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{garbage:?}: {answer}");
    }
    let header = format!("POST / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(1 << 20));
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    // The server may close before it has all of this.
    let _ = stream.write_all(header.as_bytes()).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_serves(&server).await;
}

#[tokio::test]
async fn a_body_over_the_bound_is_413_once_it_was_written() {
    let server = server().await;
    for size in [1001, 3999] {
        let answer = exchange(&server, &bytes(&TestRequest::invoke("x".repeat(size)), "")).await;
        assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(answer.contains("x-amzn-errortype: RequestEntityTooLargeException:"), "{answer}");
        assert!(answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    }
    let fits = exchange(&server, &closing(&TestRequest::invoke("x".repeat(1000)))).await;
    assert!(fits.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{fits}");
}

#[tokio::test]
async fn an_endless_body_is_not_read_for_ever() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = "POST /model/m/invoke HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
    let refused = async { while stream.write_all(chunk.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, refused).await.expect("the connection is given up");
    assert_serves(&server).await;
}

#[tokio::test]
async fn a_slow_client_loses_its_connection_and_nobody_else_does() {
    let server = waiting(Duration::from_secs(1)).await;
    let (mut idle, mut no_head, mut no_body) = (
        TcpStream::connect(server.address()).await.unwrap(),
        TcpStream::connect(server.address()).await.unwrap(),
        TcpStream::connect(server.address()).await.unwrap(),
    );
    no_head.write_all(b"POST /model/m/inv").await.unwrap();
    let request = closing(&TestRequest::hello());
    no_body.write_all(&request[..request.len() - 1]).await.unwrap();

    assert_serves(&server).await;
    let answer = read_all(&mut no_body).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.contains("x-amzn-errortype: RequestTimeoutException:"), "{answer}");
    assert_eq!(read_all(&mut no_head).await, "");
    assert_eq!(read_all(&mut idle).await, "");
    assert_serves(&server).await;
}

#[tokio::test]
async fn a_half_closed_client_gets_its_answer() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&bytes(&TestRequest::hello(), "")).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");

    let mut cut = TcpStream::connect(server.address()).await.unwrap();
    let request = bytes(&TestRequest::hello(), "");
    cut.write_all(&request[..request.len() - 1]).await.unwrap();
    cut.shutdown().await.unwrap();
    assert!(!read_all(&mut cut).await.contains("200 OK"));
    assert_serves(&server).await;
}

#[tokio::test]
async fn a_client_that_leaves_takes_nothing_with_it() {
    let server = server().await;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&bytes(&TestRequest::hello().streamed(), "")).await.unwrap();
        drop(stream);
    }
    assert_serves(&server).await;
}

#[tokio::test]
async fn shutting_down_closes_the_port_and_idle_connections() {
    let server = server().await;
    let address = server.address();
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(&bytes(&TestRequest::hello(), "")).await.unwrap();
    let mut first = [0; 15];
    kept.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");

    tokio::time::timeout(PATIENCE, server.shutdown()).await.expect("nothing is under way");
    assert!(read_all(&mut kept).await.contains("You said"));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_silent_clients() {
    let limits = Limits { head: PATIENCE, body: PATIENCE, body_bytes: 1000 };
    for tls in [false, true] {
        let service = Service {
            account: Account::default(),
            clock: Arc::new(now),
            limits,
            faults: Schedule::default(),
            source: Source::default(),
        };
        let acceptor = tls.then(|| crate::tls::fresh().unwrap().acceptor);
        let server = Server::start(0, acceptor, service).await.unwrap();
        let mut silent = TcpStream::connect(server.address()).await.unwrap();
        let mut half = TcpStream::connect(server.address()).await.unwrap();
        half.write_all(if tls { b"\x16\x03\x01" } else { b"POST" }).await.unwrap();
        if !tls {
            assert_serves(&server).await; // so that both connections were accepted, and "POST" read
        }
        tokio::time::timeout(GRACE / 2, server.shutdown()).await.expect("nothing is under way");
        assert_eq!(read_all(&mut silent).await, "");
        assert_eq!(read_all(&mut half).await, "");
    }
}

/// A request whose body is still coming when the server is told to stop is answered.
#[tokio::test]
async fn shutting_down_waits_for_a_request_that_has_begun() {
    let server = server().await;
    let request = bytes(&TestRequest::hello(), "expect: 100-continue\r\n");
    let (head, last) = request.split_at(request.len() - 1);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(head).await.unwrap();
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");

    let shutdown = tokio::spawn(server.shutdown());
    tokio::time::sleep(Duration::from_millis(200)).await;
    stream.write_all(last).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("You said"), "{answer}");
    shutdown.await.unwrap();
}

#[tokio::test]
async fn dropping_closes_the_port_and_every_connection() {
    let server = server().await;
    let address = server.address();
    let mut open = TcpStream::connect(address).await.unwrap();
    open.write_all(b"POST /model/m/inv").await.unwrap();
    drop(server);
    assert_eq!(read_all(&mut open).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn many_clients_at_once_are_all_answered() {
    let server = server().await;
    let request = closing(&TestRequest::invoke(hello_body()));
    let mut clients = JoinSet::new();
    for _ in 0..50 {
        let (address, request) = (server.address(), request.clone());
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&request).await.unwrap();
            read_all(&mut stream).await
        });
    }
    let answers = clients.join_all().await;
    assert_eq!(answers.len(), 50);
    for answer in &answers {
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(*answer, answers[0]);
    }
}

/// Bounds a test that would hang otherwise.
const PATIENCE: Duration = Duration::from_secs(30);
