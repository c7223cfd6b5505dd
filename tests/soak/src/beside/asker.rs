//! Asks over raw sockets, so that it costs little beside the server: one signed request again and again, of whose answers it looks for
//! the end alone.

use std::time::{Duration, Instant, SystemTime};

use bedrock_auth::Credentials;
use bedrock_auth::sigv4::{PayloadHash, SigningParams, sign};
use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, DATE, HOST, TRANSFER_ENCODING};
use hyper::{HeaderMap, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Result;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Streamed,
}

/// An answer, whole, as it came.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    pub(super) headers: HeaderMap,
    pub(super) pieces: Vec<Bytes>,
    /// Where it was announced.
    pub(super) length: Option<u64>,
    /// How many things it holds: itself, or its events.
    pub(super) units: u32,
}

impl Answer {
    /// # Errors
    ///
    /// It is no answer of the success that was expected.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let end = find(bytes, b"\r\n\r\n").ok_or("an answer without an end of its head")?;
        let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(bytes).into());
        }
        let mut headers = HeaderMap::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").ok_or("a header without a colon")?;
            headers.insert(hyper::header::HeaderName::try_from(name)?, value.parse()?);
        }
        headers.remove(DATE);
        headers.remove(TRANSFER_ENCODING);
        let body = bytes.get(end + 4..).unwrap_or_default();
        let (pieces, length) = match headers.remove(CONTENT_LENGTH) {
            Some(_) => (vec![Bytes::copy_from_slice(body)], Some(body.len() as u64)),
            None => (chunks(body)?, None),
        };
        Ok(Self { bytes: bytes.to_vec(), headers, units: u32::try_from(pieces.len())?, pieces, length })
    }
}

fn chunks(mut body: &[u8]) -> Result<Vec<Bytes>> {
    let mut pieces = Vec::new();
    loop {
        let end = find(body, b"\r\n").ok_or("a chunk without a length")?;
        let (length, rest) = body.split_at(end);
        let length = usize::from_str_radix(std::str::from_utf8(length)?, 16)?;
        if length == 0 {
            return Ok(pieces);
        }
        let data = rest.get(2..2 + length).ok_or("a chunk that is cut")?;
        pieces.push(Bytes::copy_from_slice(data));
        body = rest.get(4 + length..).ok_or("a chunk without an end")?;
    }
}

/// One answer.
pub(super) async fn first(url: &str, kind: Kind) -> Result<Answer> {
    let mut asker = Asker::new(url, kind).await?;
    asker.ask().await?;
    Answer::read(&asker.answer)
}

/// How many answers there are in this time, with some requests at once.
pub(super) async fn ask(url: &str, kind: Kind, time: Duration) -> Result<u64> {
    let mut askers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let mut asker = Asker::new(url, kind).await?;
        askers.spawn(async move {
            let (start, mut answers) = (Instant::now(), 0_u64);
            while start.elapsed() < time {
                asker.ask().await?;
                answers += 1;
            }
            Result::Ok(answers)
        });
    }
    let mut answers = 0;
    while let Some(asker) = askers.join_next().await {
        answers += asker??;
    }
    Ok(answers)
}

struct Asker {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Asker {
    async fn new(url: &str, kind: Kind) -> Result<Self> {
        let address = url.strip_prefix("http://").ok_or("the server speaks TLS")?;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: request(address, kind)?, answer: Vec::with_capacity(64 * 1024) })
    }

    async fn ask(&mut self) -> Result<()> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let mut whole = None;
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up".into());
            }
            whole = whole.or_else(|| end_of(&self.answer));
            match whole {
                Some(End::At(length)) if self.answer.len() >= length => return Ok(()),
                Some(End::LastChunk) if self.answer.ends_with(b"\r\n0\r\n\r\n") => return Ok(()),
                _ => {}
            }
        }
    }
}

#[derive(Clone, Copy)]
enum End {
    At(usize),
    LastChunk,
}

/// Where an answer ends whose head is there.
fn end_of(answer: &[u8]) -> Option<End> {
    let head = find(answer, b"\r\n\r\n")?;
    let text = std::str::from_utf8(answer.get(..head)?).ok()?;
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    Some(
        length
            .and_then(|length| length.parse().ok())
            .map_or(End::LastChunk, |length: usize| End::At(head + 4 + length)),
    )
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A request of about 1 KiB, signed now.
fn request(host: &str, kind: Kind) -> Result<Vec<u8>> {
    let prompt = "All work and no play. ".repeat(38);
    let body = format!(
        r#"{{"anthropic_version":"bedrock-2023-05-31","max_tokens":1024,"messages":[{{"role":"user","content":"{prompt}"}}]}}"#
    );
    let path = match kind {
        Kind::Whole => "/model/us.anthropic.claude-opus-4-6-v1/invoke",
        Kind::Streamed => "/model/us.anthropic.claude-opus-4-6-v1/invoke-with-response-stream",
    };
    let request = Request::post(path).header(HOST, host).header("content-type", "application/json");
    let (mut head, ()) = request.body(())?.into_parts();
    let credentials = Credentials::new("AKIABEDROCKEMULATOR0", "local/emulator/secret/that/opens/nothing");
    #[expect(clippy::disallowed_methods, reason = "the server has a clock too")]
    let now = SystemTime::now();
    let params = SigningParams::new(&credentials, "us-east-1", "bedrock", now);
    sign(&mut head, &PayloadHash::of(body.as_bytes()), &params)?;
    let mut request = format!("POST {path} HTTP/1.1\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in &head.headers {
        request.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    request.extend([b"\r\n", body.as_bytes()].concat());
    Ok(request)
}

const AT_ONCE: usize = 32;
