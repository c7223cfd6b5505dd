//! The way through a proxy that cannot read what passes: the method `CONNECT` of HTTP.
//!
//! hyper-util has one too, whose error type is private: that a proxy answered 407 could only be read from its text.

use std::error::Error;
use std::fmt;
use std::io;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::hop::Stream;
use super::proxy::Proxy;
use crate::Cause;

/// Asks the proxy at the other end of `connection` for a way to the host of `destination`.
///
/// It is told host and port, and who we are to it if that was set: nothing of the request.
pub(super) async fn open(
    connection: &mut dyn Stream,
    proxy: &Proxy,
    destination: &Uri,
) -> Result<(), ProxyError> {
    let failed = |problem| ProxyError { proxy: authority_of(&proxy.uri), problem };
    let io_failed = |error: io::Error| failed(ProxyProblem::Unreachable(error.into()));
    connection.write_all(&request(proxy, destination)).await.map_err(io_failed)?;
    connection.flush().await.map_err(io_failed)?;

    let mut head = Vec::with_capacity(256);
    loop {
        // head.len() < MAX_HEAD
        let read = (&mut *connection).take((MAX_HEAD - head.len()) as u64).read_buf(&mut head).await;
        if read.map_err(io_failed)? == 0 {
            return Err(failed(ProxyProblem::Closed));
        }
        match parse(&head) {
            Head::Partial if head.len() < MAX_HEAD => {}
            Head::Whole(200..=299) => return Ok(()),
            Head::Whole(status) => return Err(failed(ProxyProblem::Refused(status))),
            Head::Partial | Head::NotHttp => return Err(failed(ProxyProblem::NotHttp)),
        }
    }
}

fn request(proxy: &Proxy, destination: &Uri) -> Vec<u8> {
    // Host with its brackets; the connector calls nothing without one.
    let target = format!(
        "{}:{}",
        destination.host().unwrap_or_default(),
        destination.port_u16().unwrap_or(HTTPS_PORT)
    );
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n").into_bytes();
    if let Some(authorization) = &proxy.authorization {
        request.extend_from_slice(b"proxy-authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

enum Head {
    Partial,
    Whole(u16),
    NotHttp,
}

/// The status of an answer. Whoever is reached through the proxy waits for us to begin, so that nothing may follow.
fn parse(head: &[u8]) -> Head {
    if !head.starts_with(PROTOCOL) && !PROTOCOL.starts_with(head) {
        return Head::NotHttp;
    }
    let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else { return Head::Partial };
    // `HTTP/1.1 200 …`
    let status = head.get(9..12).filter(|_| head.get(8) == Some(&b' ') && !is_digit(head.get(12)));
    let status = status.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u16>().ok());
    match status {
        // A refusal may have a body, a way may not.
        Some(status @ 200..=299) if end + 4 == head.len() => Head::Whole(status),
        Some(status @ 300..=599) => Head::Whole(status),
        _ => Head::NotHttp,
    }
}

fn is_digit(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_digit)
}

/// A proxy was not reached, or made no connection.
#[derive(Debug)]
pub(super) struct ProxyError {
    proxy: String,
    pub(super) problem: ProxyProblem,
}

#[derive(Debug)]
pub(super) enum ProxyProblem {
    Unreachable(Cause),
    Refused(u16),
    Closed,
    NotHttp,
}

impl ProxyError {
    pub(super) fn unreachable(proxy: &Uri, cause: Cause) -> Self {
        Self { proxy: authority_of(proxy), problem: ProxyProblem::Unreachable(cause) }
    }

    /// The answer of a proxy that reads requests.
    pub(super) fn refused(proxy: &Uri, status: http::StatusCode) -> Self {
        Self { proxy: authority_of(proxy), problem: ProxyProblem::Refused(status.as_u16()) }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.problem {
            ProxyProblem::Unreachable(_) => write!(f, "the proxy {proxy} cannot be reached"),
            ProxyProblem::Refused(status) => write!(f, "the proxy {proxy} answered {status}"),
            ProxyProblem::Closed => write!(f, "the proxy {proxy} closed the connection"),
            ProxyProblem::NotHttp => write!(f, "what the proxy {proxy} answered is not HTTP"),
        }
    }
}

impl Error for ProxyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            ProxyProblem::Unreachable(cause) => Some(cause.as_ref()),
            ProxyProblem::Refused(_) | ProxyProblem::Closed | ProxyProblem::NotHttp => None,
        }
    }
}

/// Host and port; the URI of a proxy is without user and password.
fn authority_of(proxy: &Uri) -> String {
    proxy.authority().map(ToString::to_string).unwrap_or_default()
}

/// Longer than what proxies answer, shorter than what hurts.
const MAX_HEAD: usize = 16 * 1024;

const HTTPS_PORT: u16 = 443;

const PROTOCOL: &[u8] = b"HTTP/1.";

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tokio::io::DuplexStream;

    use super::*;

    fn proxy(authorization: Option<&'static str>) -> Proxy {
        let authorization = authorization.map(HeaderValue::from_static);
        Proxy { uri: Uri::from_static("http://proxy.example:3128/"), authorization }
    }

    /// The outcome when a proxy answers with these writes and then closes, and what it was asked.
    async fn ask(
        answer: &[&[u8]],
        destination: &'static str,
        authorization: Option<&'static str>,
    ) -> (Result<(), ProxyError>, String) {
        let (mut ours, mut theirs): (DuplexStream, DuplexStream) = tokio::io::duplex(1 << 16);
        let (proxy, uri) = (proxy(authorization), Uri::from_static(destination));
        let serve = async {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                theirs.read_buf(&mut request).await.unwrap();
            }
            for part in answer {
                theirs.write_all(part).await.unwrap();
                tokio::task::yield_now().await;
            }
            drop(theirs);
            String::from_utf8(request).unwrap()
        };
        let (outcome, request) = tokio::join!(open(&mut ours, &proxy, &uri), serve);
        (outcome, request)
    }

    #[tokio::test]
    async fn the_proxy_is_told_host_and_port_and_who_asks() {
        for (destination, authorization, request) in [
            (
                "https://example.com/path?query",
                None,
                "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n",
            ),
            (
                "https://[2001:db8::1]:8443/",
                Some("Basic eDp5"),
                "CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nhost: [2001:db8::1]:8443\r\n\
                 proxy-authorization: Basic eDp5\r\n\r\n",
            ),
        ] {
            let (outcome, asked) = ask(&[b"HTTP/1.1 200 OK\r\n\r\n"], destination, authorization).await;
            outcome.unwrap();
            assert_eq!(asked, request);
        }
    }

    #[tokio::test]
    async fn any_success_opens_the_way_and_all_else_is_told() {
        let long = [b"HTTP/1.1 200 OK\r\nx: ".as_slice(), &[b'a'; MAX_HEAD]].concat();
        for (answer, message) in [
            (&[b"HTTP/1.1 200 Connection established\r\nvia: x\r\n\r\n".as_slice()][..], Ok(())),
            (&[b"HTTP/1.0 200\r\n\r\n"], Ok(())),
            (&[b"HT", b"TP/1.1 204 ", b"OK\r\n\r", b"\n"], Ok(())),
            (
                &[b"HTTP/1.1 407 Who are you\r\ncontent-length: 2\r\n\r\nno"],
                Err("the proxy proxy.example:3128 answered 407"),
            ),
            (&[b"HTTP/1.1 503 Oops\r\n\r\n"], Err("the proxy proxy.example:3128 answered 503")),
            (&[b"HTTP/1.1 302 There\r\n\r\n"], Err("the proxy proxy.example:3128 answered 302")),
            (&[], Err("the proxy proxy.example:3128 closed the connection")),
            (&[b"HTTP/1.1 200 OK\r\n"], Err("the proxy proxy.example:3128 closed the connection")),
            (&[b"SSH-2.0-x\r\n"], Err("what the proxy proxy.example:3128 answered is not HTTP")),
            (&[b"HTTP/1.1 2000 OK\r\n\r\n"], Err("what the proxy proxy.example:3128 answered is not HTTP")),
            (
                &[b"HTTP/1.1 200 OK\r\n\r\nhello"],
                Err("what the proxy proxy.example:3128 answered is not HTTP"),
            ),
            (&[&long], Err("what the proxy proxy.example:3128 answered is not HTTP")),
        ] {
            let (outcome, _) = ask(answer, "https://example.com/", None).await;
            let outcome = outcome.map_err(|error| error.to_string());
            assert_eq!(outcome, message.map_err(str::to_owned), "{answer:?}");
        }
    }
}
