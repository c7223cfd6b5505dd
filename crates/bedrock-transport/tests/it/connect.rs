//! Connections that are not made, or end before anything is answered.

use bedrock_transport::{ConnectFailure, TimeoutPhase, TransportError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::server::{Server, closed, post, read_request, send, short_timeouts};

fn reason(error: TransportError) -> (ConnectFailure, String) {
    assert!(error.is_retryable(), "{error:?}");
    match error {
        TransportError::Connect { reason, host, .. } => (reason, host),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = send(post(&format!("http://{authority}/"))).await.unwrap_err();
    assert_eq!(reason(error), (ConnectFailure::Tcp, authority));
}

/// A label of 64 characters is not a DNS name, so that the resolver need not ask anyone.
#[tokio::test]
async fn a_name_without_an_address_is_dns() {
    let authority = format!("{}.invalid", "a".repeat(64));
    let error = send(post(&format!("http://{authority}/"))).await.unwrap_err();
    assert_eq!(reason(error), (ConnectFailure::Dns, authority));
}

#[tokio::test]
async fn a_connection_closed_before_a_whole_head_is_closed() {
    for part in ["", "HTTP/1.1 200 OK\r\ncontent-"] {
        let server = Server::answering(part).await;
        let error = send(server.exchange()).await.unwrap_err();
        assert_eq!(reason(error).0, ConnectFailure::Closed, "{part:?}");
    }
}

#[tokio::test]
async fn a_connection_reset_before_the_head_is_closed() {
    let server = Server::start(|_, mut stream| async move {
        read_request(&mut stream).await;
        // Closing with bytes unread, or with this option, sends a reset.
        stream.set_zero_linger().unwrap();
    })
    .await;
    let error = send(server.exchange()).await.unwrap_err();
    assert_eq!(reason(error).0, ConnectFailure::Closed);
}

#[tokio::test]
async fn a_tls_handshake_that_stalls_is_a_connect_timeout() {
    let server = Server::start(|_, stream| closed(stream)).await;
    let exchange = post(&format!("https://{}/", server.authority)).with_timeouts(short_timeouts());
    let error = send(exchange).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout(TimeoutPhase::Connect)), "{error:?}");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_server_without_tls_fails_in_the_handshake() {
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let server = Server::start(move |_, mut stream| async move {
            stream.write_all(answer.as_bytes()).await.unwrap();
        })
        .await;
        let error = send(post(&format!("https://{}/", server.authority))).await.unwrap_err();
        assert_eq!(reason(error).0, ConnectFailure::Tls, "{answer:?}");
    }
}
