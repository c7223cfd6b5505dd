//! The other side of the wire: canned answers as fast as hyper sends them, in the runner's process.
//!
//! What a request gets is in the model it names: [`Script`]. Signatures are not looked at; `tests/workspace` does that.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bedrock_transport::event_stream::encode;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::Result;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A message with about 1 KiB of text.
    Message,
    /// The same, after two answers of 503 to the same client.
    Refused,
    /// A stream of so many text deltas, as fast as they are taken.
    Deltas(u32),
    /// A stream of so many text deltas 20 ms apart; the text of each is the time it was sent, as [`now`] gives it.
    Paced(u32),
    /// A stream of text deltas without end.
    Endless,
    /// One text delta, and then nothing more.
    Silent,
    /// An answer of 1 GiB that is no message.
    Huge,
    /// A refusal of 1 GiB.
    HugeRefusal,
}

impl Script {
    /// The model to ask for it.
    pub fn model(self) -> String {
        let name = match self {
            Self::Message => "message",
            Self::Refused => "refused",
            Self::Deltas(count) => return format!("anthropic.deltas-{count}"),
            Self::Paced(count) => return format!("anthropic.paced-{count}"),
            Self::Endless => "endless",
            Self::Silent => "silent",
            Self::Huge => "huge",
            Self::HugeRefusal => "huge-refusal",
        };
        format!("anthropic.{name}-0")
    }

    fn of(path: &str) -> Option<Self> {
        let model = path.strip_prefix("/model/anthropic.")?.split('/').next()?;
        let (name, count) = model.rsplit_once('-')?;
        let count = count.parse().ok()?;
        Some(match name {
            "message" => Self::Message,
            "refused" => Self::Refused,
            "deltas" => Self::Deltas(count),
            "paced" => Self::Paced(count),
            "endless" => Self::Endless,
            "silent" => Self::Silent,
            "huge" => Self::Huge,
            "huge-refusal" => Self::HugeRefusal,
            _ => return None,
        })
    }
}

/// Microseconds by the clock that all processes share.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    seen: Arc<Seen>,
    _runtime: Runtime,
}

/// What the server saw of its clients.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicU64,
    requests: AtomicU64,
    first_request: Mutex<Option<Instant>>,
}

impl Server {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    ///
    /// There is none, or no thread to serve it.
    pub fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let frames = Arc::new(Frames::new()?);
        runtime.spawn(serve(listener, Arc::clone(&seen), frames));
        Ok(Self { address, seen, _runtime: runtime })
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets the clients that were.
    pub fn forget(&self) {
        self.seen.connections.store(0, Ordering::Relaxed);
        self.seen.requests.store(0, Ordering::Relaxed);
        *self.seen.first_request.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How many connections were made since.
    pub fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// When the head of the first request since was there.
    pub fn first_request(&self) -> Option<Instant> {
        *self.seen.first_request.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, seen: Arc<Seen>, frames: Arc<Frames>) {
    while let Ok((socket, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::Relaxed);
        // Deltas go out one by one, not when the last was acknowledged.
        let _ = socket.set_nodelay(true);
        let (seen, frames) = (Arc::clone(&seen), Arc::clone(&frames));
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &seen, &frames));
            // A client that leaves in the middle is none of the server's business.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    seen: &Seen,
    frames: &Arc<Frames>,
) -> std::result::Result<Response<Canned>, Infallible> {
    let arrival = Instant::now();
    seen.first_request.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(arrival);
    let number = seen.requests.fetch_add(1, Ordering::Relaxed);
    let script = Script::of(request.uri().path());
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    Ok(match script {
        Some(script) => respond(script, number, frames),
        None => whole(StatusCode::NOT_FOUND, Bytes::from_static(b"{\"message\":\"no such script\"}")),
    })
}

fn respond(script: Script, number: u64, frames: &Arc<Frames>) -> Response<Canned> {
    let stream = |pace| {
        let mut response = Response::new(Canned::Stream { frames: Arc::clone(frames), next: 0, pace });
        response.headers_mut().insert(CONTENT_TYPE, EVENT_STREAM);
        response
    };
    match script {
        Script::Refused if number % 3 != 2 => {
            whole(StatusCode::SERVICE_UNAVAILABLE, Bytes::from_static(b"{\"message\":\"come again\"}"))
        }
        Script::Message | Script::Refused => whole(StatusCode::OK, frames.message.clone()),
        Script::Deltas(count) => stream(Pace::Fast { count: Some(count) }),
        Script::Endless => stream(Pace::Fast { count: None }),
        Script::Silent => stream(Pace::Silent),
        Script::Paced(count) => {
            let mut ticks = interval(APART);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
            stream(Pace::Ticks { count, ticks: Box::new(ticks) })
        }
        Script::Huge => huge(StatusCode::OK),
        Script::HugeRefusal => huge(StatusCode::BAD_REQUEST),
    }
}

fn whole(status: StatusCode, bytes: Bytes) -> Response<Canned> {
    json_response(status, Canned::Whole(Some(bytes)))
}

fn huge(status: StatusCode) -> Response<Canned> {
    json_response(status, Canned::Spaces { piece: Bytes::from(vec![b' '; 64 * 1024]), left: 16 * 1024 })
}

fn json_response(status: StatusCode, body: Canned) -> Response<Canned> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// A body that is known before it is asked for.
enum Canned {
    Whole(Option<Bytes>),
    /// So many pieces of white space.
    Spaces {
        piece: Bytes,
        left: u32,
    },
    /// What begins a message, deltas, and what ends it; each frame in a chunk of its own, as Bedrock sends them.
    Stream {
        frames: Arc<Frames>,
        next: u32,
        pace: Pace,
    },
}

enum Pace {
    Fast { count: Option<u32> },
    Ticks { count: u32, ticks: Box<Interval> },
    Silent,
}

impl Body for Canned {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let bytes = match self.get_mut() {
            Self::Whole(bytes) => bytes.take(),
            Self::Spaces { left: 0, .. } => None,
            Self::Spaces { piece, left } => {
                *left -= 1;
                Some(piece.clone())
            }
            Self::Stream { frames, next, pace } => {
                let frame = ready!(pace.poll_frame(context, frames, *next));
                *next += 1;
                frame
            }
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self {
            Self::Whole(Some(bytes)) => hyper::body::SizeHint::with_exact(bytes.len() as u64),
            Self::Whole(None) => hyper::body::SizeHint::with_exact(0),
            Self::Spaces { .. } | Self::Stream { .. } => hyper::body::SizeHint::default(),
        }
    }
}

impl Pace {
    /// The frame of this number, `None` after the last.
    fn poll_frame(&mut self, context: &mut Context<'_>, frames: &Frames, number: u32) -> Poll<Option<Bytes>> {
        let [first, second] = &frames.begin;
        match number {
            0 => return Poll::Ready(Some(first.clone())),
            1 => return Poll::Ready(Some(second.clone())),
            _ => {}
        }
        let deltas = number - 2;
        let count = match self {
            Self::Fast { count } => count.unwrap_or(u32::MAX),
            Self::Ticks { count, .. } => *count,
            Self::Silent if deltas == 1 => return Poll::Pending,
            Self::Silent => 1,
        };
        if deltas >= count {
            return Poll::Ready(frames.end.get((deltas - count) as usize).cloned());
        }
        match self {
            Self::Ticks { ticks, .. } => {
                ready!(ticks.poll_tick(context));
                Poll::Ready(delta(&now().to_string()).ok())
            }
            Self::Fast { .. } | Self::Silent => Poll::Ready(Some(frames.delta.clone())),
        }
    }
}

/// What answers are made of.
struct Frames {
    message: Bytes,
    begin: [Bytes; 2],
    delta: Bytes,
    end: [Bytes; 3],
}

impl Frames {
    fn new() -> Result<Self> {
        let message = |content: serde_json::Value| {
            json!({
                "id": "msg_bdrk_01Xyz", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
                "content": content, "stop_reason": null, "stop_sequence": null,
                "usage": {"input_tokens": 300, "output_tokens": 1},
            })
        };
        let mut complete = message(json!([{"type": "text", "text": "All is well. ".repeat(79)}]));
        complete["stop_reason"] = "end_turn".into();
        Ok(Self {
            message: Bytes::from(serde_json::to_vec(&complete)?),
            begin: [
                chunk(&json!({"type": "message_start", "message": message(json!([]))}).to_string())?,
                chunk(
                    r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                )?,
            ],
            delta: delta(" as it was before, and")?,
            end: [
                chunk(r#"{"type":"content_block_stop","index":0}"#)?,
                chunk(
                    r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":400}}"#,
                )?,
                chunk(r#"{"type":"message_stop"}"#)?,
            ],
        })
    }
}

fn delta(text: &str) -> Result<Bytes> {
    chunk(&format!(
        r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}}"#
    ))
}

/// An event in its envelope, with the padding that Bedrock adds, as a frame.
fn chunk(json: &str) -> Result<Bytes> {
    let envelope = format!(r#"{{"bytes":"{}","p":"abcdefghijklm"}}"#, BASE64_STANDARD.encode(json));
    let headers = [
        (":event-type", "chunk".into()),
        (":content-type", "application/json".into()),
        (":message-type", "event".into()),
    ];
    Ok(encode(headers, envelope)?)
}

const APART: Duration = Duration::from_millis(20);
const JSON: http::HeaderValue = http::HeaderValue::from_static("application/json");
const EVENT_STREAM: http::HeaderValue = http::HeaderValue::from_static("application/vnd.amazon.eventstream");
