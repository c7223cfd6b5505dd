//! The effects: a loopback listener, its connections, and their end.
//!
//! A connection can do whatever it likes: it has its own task, a time to send its head and its body in, and a bound on both. What
//! is answered is not here. An answer that a fault breaks is taken from the HTTP library, together with its connection, and
//! played step by step.

mod body;
mod play;
mod rarely;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};
use std::{future, io, pin::pin};

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio::time::error::Elapsed;
use tokio_rustls::TlsAcceptor;

use crate::account::Account;
use crate::answer::{Addressee, answer, refuse};
use crate::error::AwsError;
use crate::fault::{Schedule, Step, script};
use crate::play::{Pauses, Play};
use crate::source::Source;
use body::{AnswerBody, BodyError, LiveBody, receive};
use play::{Socket, play, reset};
use rarely::rarely;

/// What all connections share.
pub(crate) struct Service {
    pub(crate) account: Account,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) faults: Schedule,
    /// Who answers for Bedrock.
    pub(crate) source: Source,
}

/// Tells the time.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What a client may take of time and memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// For the TLS handshake, and for the head of each request, with the idle time before it.
    pub(crate) head: Duration,
    /// For the body of a request.
    pub(crate) body: Duration,
    /// Bytes of a body.
    pub(crate) body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: HEAD, body: Duration::from_secs(60), body_bytes: MAX_BODY_BYTES }
    }
}

/// A listener that accepts connections until it is dropped or shut down.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on loopback; port 0 is any free one.
    pub(crate) async fn start(port: u16, tls: Option<TlsAcceptor>, service: Service) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, tls, Arc::new(service), stopped));
        Ok(Self { address, stop, accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more, ends connections without a request, lets answers that are under way finish, and ends what is still
    /// open after a while.
    pub(crate) async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let ended = tokio::time::timeout(GRACE, &mut self.accepting).await;
        if ended.is_err() {
            tracing::debug!("connections were still open after {GRACE:?}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The task owns the listener and the set of connections: all of them end with it.
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut stop = pin!(wait_for_stop(stopped.clone()));
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = connections.join_next() => if let Err(error) = ended {
                tracing::error!(%error, "a connection ended in a bug of the emulator");
            },
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, tls.clone(), Arc::clone(&service), stopped.clone()));
                }
                // Out of descriptors, mostly: some connection has to end first.
                Err(error) => {
                    tracing::debug!(%error, "cannot accept");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn wait_for_stop(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    stopped: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    if service.faults.resets_connection() {
        tracing::debug!("resets the connection, as was asked for");
        if let Err(error) = reset(&stream) {
            tracing::debug!(%error, "cannot reset");
        }
        return;
    }
    let Some(tls) = tls else { return speak_http(stream, service, stopped).await };
    let accepted = tokio::select! {
        accepted = tokio::time::timeout(service.limits.head, tls.accept(stream)) => accepted,
        () = wait_for_stop(stopped.clone()) => return,
    };
    match accepted {
        Ok(Ok(stream)) => speak_http(stream, service, stopped).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => tracing::debug!("no TLS in time"),
    }
}

async fn speak_http(stream: impl Socket, service: Arc<Service>, stopped: watch::Receiver<bool>) {
    let requests = InFlight::none();
    let (broken, mut scripts) = mpsc::channel(1);
    let respond = service_fn(|request| respond(request, &service, requests.clone(), &broken));
    let mut connection = http1::Builder::new()
        // A client that sent all it had still gets its answer; what somebody else answers ends when the client leaves.
        .half_close(service.source.is_emulated())
        // Answers and events are short: to put them behind their heads takes less time than to tell the system of two places.
        .writev(false)
        .serve_connection(TokioIo::new(stream), respond);
    let mut interruption = pin!(rarely(async {
        tokio::select! {
            biased;
            () = requests.none_for(service.limits.head) => Interruption::NoHead,
            Some(steps) = scripts.recv() => Interruption::Broken(steps),
            () = wait_for_stop(stopped.clone()) => Interruption::Stop,
        }
    }));
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        interruption = &mut interruption => match interruption {
            Interruption::NoHead => {
                tracing::debug!("no head in time");
                return;
            }
            Interruption::Broken(steps) => {
                let taken = connection.into_parts();
                let played = tokio::select! {
                    played = play(steps, taken.io.into_inner(), !taken.read_buf.is_empty()) => played,
                    () = wait_for_stop(stopped.clone()) => return,
                };
                if let Err(error) = played {
                    tracing::debug!(%error, "the client left before the fault was over");
                }
                return;
            }
            Interruption::Stop => {
                // It is hyper that ends the connection once the request is answered, and at once if it is idle. Half a head it
                // would go on waiting for.
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                if requests.is_any() {
                    connection.await
                } else {
                    let Ok(ended) = tokio::time::timeout(LINGER, connection).await else { return };
                    ended
                }
            }
        },
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "the connection broke");
    }
}

/// What ends a connection, or its usual course, from outside.
enum Interruption {
    /// The client let its time pass.
    NoHead,
    /// An answer is to be broken, by these steps.
    Broken(Vec<Step>),
    Stop,
}

/// The requests of one connection that are under way: each holds a clone until hyper has its whole answer.
#[derive(Clone)]
struct InFlight(Arc<Mutex<Instant>>);

impl InFlight {
    fn none() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn is_any(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Waits until no request has come for this time: not one whole head, that is. One timer is enough for a connection, which looks again
    /// where requests came meanwhile; hyper's would be set anew for each of them.
    async fn none_for(&self, time: Duration) {
        loop {
            let waited = if self.is_any() { Duration::ZERO } else { self.last_end().elapsed() };
            match time.checked_sub(waited) {
                None | Some(Duration::ZERO) => return,
                Some(left) => tokio::time::sleep(left).await,
            }
        }
    }

    fn last_end(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        *self.last_end() = Instant::now();
    }
}

/// Answers one request. If a fault is to break the answer, that goes to `broken`, and this never ends: the connection is to be
/// taken away.
///
/// # Errors
///
/// The client was gone before its request was whole; there is nobody to answer.
async fn respond(
    request: Request<Incoming>,
    service: &Service,
    in_flight: InFlight,
    broken: &mpsc::Sender<Vec<Step>>,
) -> Result<Response<Either<AnswerBody, LiveBody>>, hyper::Error> {
    let (head, incoming) = request.into_parts();
    let limits = service.limits;
    let received = within(limits.body, receive(incoming, limits.body_bytes)).await;
    let now = (service.clock)();
    let refusal = match received {
        Ok(Ok(body)) => {
            let addressee = Addressee::of(&head, &body);
            let is_for_bedrock = addressee == Addressee::Bedrock;
            if is_for_bedrock
                && let Some(response) = service.source.answer(&head, &body, now, &service.account).await
            {
                return Ok(response.map(|body| Either::Right(LiveBody::new(body, in_flight))));
            }
            let fault = is_for_bedrock.then(|| service.faults.next()).flatten();
            let now = fault.map_or(now, |fault| shifted(now, fault.clock_error()));
            let mut response = answer(addressee, &head, &body, now, &service.account);
            let play: Play = response.extensions_mut().remove().unwrap_or_default();
            if !play.head.is_zero() {
                tokio::time::sleep(play.head).await;
            }
            // A rule of the script is for this request alone.
            let fault = play.fault.as_ref().or(fault);
            if let Some(fault) = fault.filter(|_| response.status().is_success())
                && let Some(steps) = script(fault, response.clone())
            {
                tracing::debug!(%fault, "breaks the answer, as was asked for");
                // Nobody listens only when the connection is ending anyway.
                let _ = broken.send(steps).await;
                return future::pending().await;
            }
            let pauses = response.extensions_mut().remove().unwrap_or_default();
            return Ok(response.map(|content| Either::Left(AnswerBody::new(content, pauses, in_flight))));
        }
        Ok(Err(BodyError::Lost(error))) => return Err(error),
        Ok(Err(BodyError::TooLarge)) => AwsError::too_large(limits.body_bytes),
        Err(_) => AwsError::request_timeout(),
    };
    let mut response = refuse(&head, refusal, now);
    // The rest of the body may still come, and is no request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    Ok(response.map(|content| Either::Left(AnswerBody::new(content, Pauses::default(), in_flight))))
}

/// What comes within a time. Most bodies are there with their heads, and take no timer.
async fn within<T>(time: Duration, coming: impl Future<Output = T>) -> Result<T, Elapsed> {
    let mut coming = pin!(coming);
    match future::poll_fn(|context| Poll::Ready(coming.as_mut().poll(context))).await {
        Poll::Ready(came) => Ok(came),
        Poll::Pending => tokio::time::timeout(time, coming).await,
    }
}

fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let shifted = if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    shifted.unwrap_or(now)
}

/// Bedrock's own bound: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>.
const MAX_BODY_BYTES: usize = 25_000_000;
/// Longer than the 30 to 60 seconds that clients keep an idle connection: if both sides ended it at the same time, a request
/// would be lost now and then.
const HEAD: Duration = Duration::from_secs(75);
const GRACE: Duration = Duration::from_secs(5);
/// For a connection without a request to end at a stop: what is left of an answer may still have to be written.
const LINGER: Duration = Duration::from_millis(100);
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod tests;
