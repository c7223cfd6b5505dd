//! HTTP/2, where both sides want it.

use std::convert::Infallible;
use std::sync::Arc;

use bedrock_transport::{HttpClient, HyperClient, TimeoutPhase, TransportError};
use bytes::Bytes;
use http::{Response, Version};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, patiently, post, short_timeouts};
use crate::tls::certified;

/// A server that takes HTTP/2 if it is offered, and answers with the version it was asked in; `/stall` it does not answer.
async fn server() -> (Server, String) {
    let (mut config, ca) = certified("127.0.0.1");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::start(move |_, stream| {
        let acceptor = acceptor.clone();
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let answer = service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                if request.uri().path() == "/stall" {
                    std::future::pending::<()>().await;
                }
                let version = if request.version() == Version::HTTP_2 { "2" } else { "1" };
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(version))))
            });
            // How the client leaves is its own affair.
            let _ = if is_h2 {
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), answer)
                    .await
            } else {
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await
            };
        }
    })
    .await;
    (server, ca)
}

async fn ask(client: &HyperClient, server: &Server, path: &str) -> Result<Bytes, TransportError> {
    let exchange = post(&format!("https://{}{path}", server.authority)).with_timeouts(short_timeouts());
    patiently(client.send(exchange)).await?.into_body().collect(10).await
}

#[tokio::test]
async fn http_2_is_used_only_where_it_is_asked_for() {
    let (server, ca) = server().await;
    let plain = HyperClient::builder().ca_bundle_pem(ca.clone()).build().unwrap();
    assert_eq!(ask(&plain, &server, "/").await.unwrap(), "1");
    let second = HyperClient::builder().ca_bundle_pem(ca).http2().build().unwrap();
    for _ in 0..3 {
        assert_eq!(ask(&second, &server, "/").await.unwrap(), "2");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_connection_on_which_a_request_timed_out_is_not_used_again() {
    let (server, ca) = server().await;
    let client = HyperClient::builder().ca_bundle_pem(ca).http2().build().unwrap();
    assert_eq!(ask(&client, &server, "/").await.unwrap(), "2");
    let error = ask(&client, &server, "/stall").await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout(TimeoutPhase::ResponseHead)), "{error:?}");
    assert_eq!(ask(&client, &server, "/").await.unwrap(), "2");
    assert_eq!(server.connections(), 2);
}
