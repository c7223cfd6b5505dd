//! Through proxies, and past them.

use bedrock_transport::{
    ConnectFailure, Exchange, HttpClient, HyperClient, HyperClientBuilder, ProxySettings, TimeoutPhase,
    TransportError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::server::{Server, closed, patiently, post, read_request, short_timeouts};
use crate::tls::server_named;

/// A proxy that tells what it is asked, and makes every tunnel to one place.
async fn tunnelling(to: &str) -> (Server, mpsc::UnboundedReceiver<String>) {
    let (seen, requests) = mpsc::unbounded_channel();
    let to = to.to_owned();
    let proxy = Server::start(move |_, mut stream| {
        let (seen, to) = (seen.clone(), to.clone());
        async move {
            seen.send(read_head(&mut stream).await).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(to).await.unwrap();
            // Whoever has seen enough closes.
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
    })
    .await;
    (proxy, requests)
}

/// A proxy that tells what it is asked, and answers itself.
async fn answering(answer: &'static str) -> (Server, mpsc::UnboundedReceiver<String>) {
    let (seen, requests) = mpsc::unbounded_channel();
    let proxy = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move {
            seen.send(read_request(&mut stream).await).unwrap();
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    (proxy, requests)
}

/// A byte at a time: what comes after the head is the tunnel's.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

fn signed(uri: &str) -> Exchange {
    let mut exchange = post(uri);
    let headers = exchange.request.headers_mut();
    headers.insert("authorization", "AWS4-HMAC-SHA256 hidden".parse().unwrap());
    headers.insert("x-amz-security-token", "hidden".parse().unwrap());
    exchange
}

async fn send(client: HyperClientBuilder, exchange: Exchange) -> Result<bytes::Bytes, TransportError> {
    patiently(client.build().unwrap().send(exchange)).await?.into_body().collect(100).await
}

fn through(proxy: &Server) -> HyperClientBuilder {
    HyperClient::builder()
        .proxies(ProxySettings::default().all(format!("http://me:hid%20den@{}", proxy.authority)))
}

fn proxy_failure(error: &TransportError) -> ConnectFailure {
    let text = format!("{error:?} {error}");
    assert!(!text.contains("hid"), "{text}");
    match error {
        TransportError::Connect { reason, .. } => *reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_hears_of_nothing_else() {
    let (server, ca) = server_named("bedrock.example").await;
    let (proxy, mut requests) = tunnelling(&server.authority).await;
    let client = through(&proxy).ca_bundle_pem(ca);
    assert_eq!(send(client, signed("https://bedrock.example/path?query")).await.unwrap(), "ok");
    // "me:hid den"
    let expected = "CONNECT bedrock.example:443 HTTP/1.1\r\nhost: bedrock.example:443\r\n\
        proxy-authorization: Basic bWU6aGlkIGRlbg==\r\n\r\n";
    assert_eq!(requests.recv().await.unwrap(), expected);
}

#[tokio::test]
async fn the_certificate_is_that_of_the_server_and_not_of_the_proxy() {
    let (server, ca) = server_named("other.example").await;
    let (proxy, _requests) = tunnelling(&server.authority).await;
    let error =
        send(through(&proxy).ca_bundle_pem(ca), signed("https://bedrock.example/")).await.unwrap_err();
    assert_eq!(proxy_failure(&error), ConnectFailure::TlsTrust);
}

/// The one server is the proxy, with TLS, and what answers within the tunnel is TLS again.
#[tokio::test]
async fn a_proxy_may_speak_tls_itself() {
    let (server, ca) = server_named("bedrock.example").await;
    let (proxy, proxy_ca, mut requests) =
        crate::tls::tunnelling_over_tls("127.0.0.1", &server.authority).await;
    let client = HyperClient::builder()
        .proxies(ProxySettings::default().https(format!("https://{}", proxy.authority)))
        .ca_bundle_pem(format!("{ca}{proxy_ca}"));
    assert_eq!(send(client, signed("https://bedrock.example/")).await.unwrap(), "ok");
    assert!(requests.recv().await.unwrap().starts_with("CONNECT bedrock.example:443 "));

    let distrusting = HyperClient::builder()
        .proxies(ProxySettings::default().https(format!("https://{}", proxy.authority)))
        .ca_bundle_pem(ca);
    let error = send(distrusting, signed("https://bedrock.example/")).await.unwrap_err();
    assert_eq!(proxy_failure(&error), ConnectFailure::TlsTrust);
}

#[tokio::test]
async fn plain_http_is_given_to_the_proxy_with_its_whole_uri() {
    let (proxy, mut requests) = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    assert_eq!(send(through(&proxy), post("http://127.0.0.1:1/path?query")).await.unwrap(), "ok");
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("POST http://127.0.0.1:1/path?query HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nhost: 127.0.0.1:1\r\n"), "{request}");
    assert!(request.contains("\r\nproxy-authorization: Basic bWU6aGlkIGRlbg==\r\n"), "{request}");
}

#[tokio::test]
async fn a_proxy_that_wants_to_know_who_asks_is_a_connect_failure_that_says_407() {
    for uri in ["https://bedrock.example/", "http://127.0.0.1:1/"] {
        let answer = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 2\r\n\r\nno";
        let (proxy, _requests) = answering(answer).await;
        let error = send(through(&proxy), signed(uri)).await.unwrap_err();
        assert_eq!(proxy_failure(&error), ConnectFailure::ProxyAuthentication);
        assert!(error.to_string().contains("407") && !error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_makes_no_tunnel_says_why() {
    for (answer, cause) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "answered 403"),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "answered 502"),
        ("SSH-2.0-x\r\n", "is not HTTP"),
        ("", "closed the connection"),
    ] {
        let (proxy, _requests) = answering(answer).await;
        let error = send(through(&proxy), signed("https://bedrock.example/")).await.unwrap_err();
        assert_eq!(proxy_failure(&error), ConnectFailure::Proxy, "{answer:?}");
        assert!(error.is_retryable());
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(cause) && source.contains(&proxy.authority), "{source}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_the_proxys_failure() {
    for proxy in ["http://127.0.0.1:1", "http://no-such-host.invalid"] {
        let client = HyperClient::builder().proxies(ProxySettings::default().all(proxy));
        let error = send(client, signed("https://bedrock.example/")).await.unwrap_err();
        assert_eq!(proxy_failure(&error), ConnectFailure::Proxy, "{proxy}");
    }
}

#[tokio::test]
async fn a_proxy_that_stalls_is_a_connect_timeout() {
    let proxy = Server::start(|_, stream| closed(stream)).await;
    let exchange = signed("https://bedrock.example/").with_timeouts(short_timeouts());
    let error = send(through(&proxy), exchange).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Connect)), "{error:?}");
}

#[tokio::test]
async fn an_exempt_host_and_a_direct_exchange_go_past_the_proxy() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let (proxy, _requests) = answering("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n").await;
    let address = format!("http://{}", proxy.authority);
    for no_proxy in ["127.0.0.1", "10.0.0.1, 127.0.0.0/8", "*"] {
        let client =
            HyperClient::builder().proxies(ProxySettings::default().all(address.clone()).no_proxy(no_proxy));
        assert_eq!(send(client, server.exchange()).await.unwrap(), "ok", "{no_proxy}");
    }
    assert_eq!(send(through(&proxy), server.exchange().direct()).await.unwrap(), "ok");
    assert_eq!(proxy.connections(), 0);
}

/// The pool tells connections apart by scheme and host alone.
#[tokio::test]
async fn a_direct_exchange_takes_no_connection_of_a_proxy() {
    let keep = |answer: &'static str| {
        Server::start(move |_, mut stream| async move {
            while !read_request(&mut stream).await.is_empty() {
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        })
    };
    let server = keep("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nserver").await;
    let proxy = keep("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproxy").await;
    let client = through(&proxy).build().unwrap();
    for (exchange, answer) in [
        (server.exchange(), "proxy"),
        (server.exchange().direct(), "server"),
        (server.exchange(), "proxy"),
        (server.exchange().direct(), "server"),
    ] {
        let response = patiently(client.send(exchange)).await.unwrap();
        assert_eq!(response.into_body().collect(10).await.unwrap(), answer);
    }
}

#[test]
fn debug_of_a_client_shows_the_proxy_and_no_password() {
    let builder = HyperClient::builder()
        .proxies(ProxySettings::default().all("http://me:hidden@proxy.example:1").no_proxy("a.example"));
    for text in [format!("{builder:?}"), format!("{:?}", builder.build().unwrap())] {
        assert!(text.contains("proxy.example:1") && text.contains("a.example"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
