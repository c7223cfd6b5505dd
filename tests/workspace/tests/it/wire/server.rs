//! A server that does to each connection what the test says, and nothing by itself.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bedrock_auth::Credentials;
use bedrock_client::{Client, ClientBuilder};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::at_once;
use crate::support::builder;

pub(super) struct Server {
    pub(super) url: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Runs `handle` for each connection, with its number from 0 on.
    pub(super) async fn start<F, R>(handle: F) -> Self
    where
        F: Fn(usize, TcpStream) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(handle(counter.fetch_add(1, Ordering::SeqCst), stream));
            }
        });
        Self { url, connections }
    }

    /// Answers each request with these bytes and closes the connection.
    pub(super) async fn answering(answer: impl Into<Bytes>) -> Self {
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

    /// How many connections there were.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(super) fn client_builder(&self) -> ClientBuilder {
        let keys = Credentials::new("AKIDEXAMPLE", "secret");
        builder().endpoint_url(&self.url).credentials(keys).retry_policy(at_once())
    }

    pub(super) fn client(&self) -> Client {
        self.client_builder().build().unwrap()
    }
}

/// Reads one request, head and body, or what there is of it.
pub(super) async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if request.len() >= end + 4 + length {
                return request;
            }
        }
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return request;
        }
    }
}

/// Waits until the client has closed the connection.
pub(super) async fn closed(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    // An error is a reset, which is closed too.
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

/// The head of a streamed answer whose end is that of its connection.
pub(super) const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nx-amzn-requestid: r-1\r\n\r\n";

/// A whole answer of this status.
pub(super) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}
