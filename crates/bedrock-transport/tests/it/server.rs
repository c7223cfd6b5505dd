//! A server that does to each connection what the test says, and nothing by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bedrock_transport::{Body, Exchange, HttpClient, HyperClient, Timeouts, TransportError};
use bytes::Bytes;
use http::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Server {
    pub(crate) authority: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Runs `handle` for each connection, with its number from 0 on.
    pub(crate) async fn start<F, R>(handle: F) -> Self
    where
        F: Fn(usize, TcpStream) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(handle(counter.fetch_add(1, Ordering::SeqCst), stream));
            }
        });
        Self { authority, connections }
    }

    /// Answers each request with these bytes and then closes the connection.
    pub(crate) async fn answering(answer: impl Into<Bytes>) -> Self {
        let answer = answer.into();
        Self::start(move |_, mut stream| {
            let answer = answer.clone();
            async move {
                read_request(&mut stream).await;
                // A client that has seen enough closes first; that is its right.
                let _ = stream.write_all(&answer).await;
            }
        })
        .await
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn exchange(&self) -> Exchange {
        post(&format!("http://{}/path?query", self.authority))
    }
}

pub(crate) fn post(uri: &str) -> Exchange {
    Exchange::new(http::Request::post(uri).body(Bytes::from_static(b"{\"hello\":1}")).unwrap())
}

pub(crate) fn client() -> HyperClient {
    HyperClient::builder().build().unwrap()
}

/// Short limits; what must happen later than one of them is never waited for.
pub(crate) fn short_timeouts() -> Timeouts {
    let short = Duration::from_millis(150);
    Timeouts::default().with_connect(short).with_response_head(short).with_idle(short)
}

/// Sends, bounded in time so that a hang is a failure.
pub(crate) async fn send(exchange: Exchange) -> Result<Response<Body>, TransportError> {
    patiently(client().send(exchange)).await
}

pub(crate) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("nothing hangs")
}

/// One request, head and body, as text.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        if stream.read_buf(&mut request).await.unwrap() == 0 {
            return text;
        }
    }
}

/// Waits until the peer has closed the connection.
pub(crate) async fn closed(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    // An error is a reset, which is closed too.
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}
