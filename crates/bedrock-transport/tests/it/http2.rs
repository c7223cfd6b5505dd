//! HTTP/2, where both sides want it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bedrock_transport::{HttpClient, HyperClient, TimeoutPhase, TransportError};
use bytes::Bytes;
use http::{Response, Version};
use http_body_util::{Either, Full};
use hyper::body::Frame;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, patiently, post, short_timeouts};
use crate::tls::certified;

/// Says something once, and tells when nobody listens any more.
struct Endless {
    words: Option<Bytes>,
    _left: Left,
}

/// Tells that it is dropped.
struct Left(mpsc::UnboundedSender<()>);

impl Drop for Left {
    fn drop(&mut self) {
        // The test may be over.
        let _ = self.0.send(());
    }
}

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.words.take().map_or(Poll::Pending, |words| Poll::Ready(Some(Ok(Frame::data(words)))))
    }
}

async fn server() -> (Server, String) {
    let (server, ca, _) = server_that_is_left().await;
    (server, ca)
}

/// A server that takes HTTP/2 if it is offered, and answers with the version it was asked in; `/stall` it does not answer, and
/// `/endless` not to the end. It tells when such a request is given up.
async fn server_that_is_left() -> (Server, String, mpsc::UnboundedReceiver<()>) {
    let (left, gone) = mpsc::unbounded_channel();
    let (mut config, ca) = certified("127.0.0.1");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::start(move |_, stream| {
        let (acceptor, left) = (acceptor.clone(), left.clone());
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let answer = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                let left = left.clone();
                async move {
                    match request.uri().path() {
                        "/stall" => {
                            let _left = Left(left);
                            std::future::pending::<()>().await;
                        }
                        "/endless" => {
                            let words = Some(Bytes::from_static(b"once upon a time"));
                            return Ok(Response::new(Either::Right(Endless { words, _left: Left(left) })));
                        }
                        _ => {}
                    }
                    let version = if request.version() == Version::HTTP_2 { "2" } else { "1" };
                    Ok::<_, Infallible>(Response::new(Either::Left(Full::new(Bytes::from(version)))))
                }
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
    (server, ca, gone)
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

/// A stream of HTTP/2 is reset; the connection, which may carry others, stays.
#[tokio::test]
async fn who_leaves_resets_the_stream_and_keeps_the_connection() {
    let (server, ca, mut gone) = server_that_is_left().await;
    let client = HyperClient::builder().ca_bundle_pem(ca).http2().build().unwrap();
    assert_eq!(ask(&client, &server, "/").await.unwrap(), "2");

    let exchange = post(&format!("https://{}/endless", server.authority));
    let mut body = patiently(client.send(exchange)).await.unwrap().into_body();
    assert_eq!(patiently(body.chunk()).await.unwrap().unwrap(), "once upon a time");
    drop(body);
    patiently(gone.recv()).await.unwrap();

    let exchange = post(&format!("https://{}/stall", server.authority));
    let asking = tokio::time::timeout(std::time::Duration::from_millis(200), client.send(exchange));
    assert!(asking.await.is_err(), "nothing was answered");
    patiently(gone.recv()).await.unwrap();

    assert_eq!(ask(&client, &server, "/").await.unwrap(), "2");
    assert_eq!(server.connections(), 1);
}
