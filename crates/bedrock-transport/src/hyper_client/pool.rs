//! Connections that are kept for the next request to the same server.
//!
//! A connection is lent to one request at a time, or with HTTP/2 to many, and comes back when the body of the answer is read
//! or dropped. Whether it is still good is asked when it is wanted again: hyper closes one whose body was not read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::connector::Connector;
use super::failure;
use super::link::{Link, spawn};
use crate::{TimeoutPhase, Timeouts, TransportError};

/// The connections to all servers, and what makes new ones.
pub(super) struct Pool {
    connector: Connector,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// What came back last is at the end.
    idle: VecDeque<Idle>,
    /// Closes what nobody asks for; there as long as anything is kept.
    sweeper: Option<JoinHandle<()>>,
}

struct Idle {
    origin: Origin,
    link: Link,
    since: Instant,
}

/// What a connection leads to.
#[derive(Clone, PartialEq)]
pub(super) struct Origin {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
}

impl Pool {
    pub(super) fn new(connector: Connector) -> Arc<Self> {
        Arc::new(Self { connector, kept: Mutex::default() })
    }

    pub(super) fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Sends a request to `origin`, where its URI points, and gives back the head of the response with the connection it came on.
    ///
    /// A request that could not go out at all, because a kept connection had died, goes out on another.
    pub(super) async fn send(
        self: &Arc<Self>,
        origin: &Origin,
        mut request: Request<Full<Bytes>>,
        timeouts: &Timeouts,
        deadline: Option<Instant>,
    ) -> Result<(Response<Incoming>, Lease), TransportError> {
        let uri = request.uri().clone();
        loop {
            let kept = self.take(origin).await;
            let is_kept = kept.is_some();
            let mut link = match kept {
                Some(link) => link,
                None => {
                    let limit = timeouts.connect_limit();
                    in_time(self.connect(origin, &uri), limit, TimeoutPhase::Connect, deadline).await??
                }
            };
            let limit = timeouts.response_head_limit();
            let answer = in_time(link.send(request), limit, TimeoutPhase::ResponseHead, deadline).await;
            let (error, unsent) = match answer {
                Ok(Ok(response)) => {
                    let lease = Lease { pool: self.clone(), origin: origin.clone(), link: Some(link) };
                    return Ok((response, lease));
                }
                Ok(Err(failed)) => failed,
                Err(late) => {
                    // HTTP/1.1 closes it anyway; what is silent to one stream of HTTP/2 may be so to the next.
                    link.give_up();
                    return Err(late);
                }
            };
            match unsent {
                Some(unsent) if is_kept => {
                    request = unsent;
                    *request.uri_mut() = uri.clone();
                }
                _ => return Err(failure::before_head(error, origin.authority.to_string(), link.is_stale())),
            }
        }
    }

    async fn connect(self: &Arc<Self>, origin: &Origin, uri: &Uri) -> Result<Link, TransportError> {
        let host = || origin.authority.to_string();
        let connected = self.connector.connect(uri).await;
        let connected = connected.map_err(|error| failure::no_connection(error, host()))?;
        let link = Link::new(connected).await;
        let link = link.map_err(|error| failure::before_head(error, host(), false))?;
        if let Some(shared) = link.shared() {
            self.keep(origin.clone(), shared);
        }
        Ok(link)
    }

    /// A kept connection that takes a request.
    async fn take(self: &Arc<Self>, origin: &Origin) -> Option<Link> {
        while let Some(mut link) = self.last(origin) {
            // An answer may end before all of its request has gone out, and the connection then waits for who does not read.
            if timeout(MOMENT, link.is_ready()).await == Ok(true) {
                return Some(link);
            }
        }
        None
    }

    /// The connection to `origin` that was kept last and is not over; one that can carry more stays.
    fn last(self: &Arc<Self>, origin: &Origin) -> Option<Link> {
        let mut kept = self.kept();
        let now = Instant::now();
        // What is in the way of it is closed, and no other looked at: many may be kept.
        let Idle { origin, link, .. } = loop {
            let position = kept.idle.iter().rposition(|idle| idle.origin == *origin)?;
            let idle = kept.idle.remove(position)?;
            if idle.is_good(now) {
                break idle;
            }
        };
        if let Some(shared) = link.shared() {
            kept.idle.push_back(Idle { origin, link: shared, since: now });
        }
        Some(link)
    }

    /// Keeps a connection for the next who asks.
    fn keep(self: &Arc<Self>, origin: Origin, link: Link) {
        if link.is_over() {
            return;
        }
        let mut kept = self.kept();
        if kept.sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            // A body may be dropped where no runtime is.
            kept.sweeper = Some(spawn(link.runtime(), Box::pin(sweep(Arc::downgrade(self)))));
        }
        if kept.idle.len() >= MAX_KEPT {
            kept.idle.pop_front();
        }
        kept.idle.push_back(Idle { origin, link, since: Instant::now() });
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn is_good(&self, now: Instant) -> bool {
        !self.link.is_over() && now < self.since + MAX_IDLE
    }
}

impl Kept {
    /// Closes what was kept for too long or is over anyway, and says when the next will have been.
    fn tidy(&mut self) -> Option<Instant> {
        let now = Instant::now();
        self.idle.retain(|idle| idle.is_good(now));
        self.idle.front().map(|oldest| oldest.since + MAX_IDLE)
    }
}

/// Closes connections when their time is over, until none is left.
async fn sweep(pool: Weak<Pool>) {
    loop {
        let due = {
            let Some(pool) = pool.upgrade() else { return };
            let mut kept = pool.kept();
            let Some(due) = kept.tidy() else {
                kept.sweeper = None;
                return;
            };
            due
        };
        sleep_until(due).await;
    }
}

/// A connection whose answer is being read. It is kept when this is dropped.
pub(super) struct Lease {
    pool: Arc<Pool>,
    origin: Origin,
    link: Option<Link>,
}

impl Lease {
    /// Keeps the connection out of the pool, once what is asked for has come.
    pub(super) fn give_up(&self) {
        if let Some(link) = &self.link {
            link.give_up();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(link) = self.link.take().filter(|link| link.shared().is_none()) {
            self.pool.keep(self.origin.clone(), link);
        }
    }
}

/// What comes of `step`, if it comes within `limit` and before `deadline`.
pub(super) async fn in_time<T>(
    step: impl Future<Output = T>,
    limit: Duration,
    phase: TimeoutPhase,
    deadline: Option<Instant>,
) -> Result<T, TransportError> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let (limit, phase) = match left {
        Some(left) if left < limit => (left, TimeoutPhase::Total),
        _ => (limit, phase),
    };
    timeout(limit, step).await.map_err(|_| TransportError::Timeout(phase))
}

/// Shorter than what load balancers in front of services keep (often 60 s), so that we close first.
const MAX_IDLE: Duration = Duration::from_secs(30);

/// More are what a burst has left behind.
const MAX_KEPT: usize = 1024;

/// How long a kept connection may take to be ready: it is told by a task that is due to run.
const MOMENT: Duration = Duration::from_millis(100);

#[cfg(test)]
#[cfg(feature = "ring")]
mod tests {
    use http::StatusCode;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::super::connector::Connected;
    use super::super::proxy::Proxies;
    use super::*;
    use crate::hyper_client::connector::Tls;

    fn pool() -> Arc<Pool> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        Pool::new(Connector::new(Tls::new(tls, Vec::new()), Proxies::NONE))
    }

    fn origin(host: &'static str) -> Origin {
        Origin { scheme: Scheme::HTTP, authority: Authority::from_static(host) }
    }

    /// A connection and its other end, which holds little that is not read.
    async fn link() -> (Link, DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(1024);
        let connected = Connected { stream: Box::new(ours), session: None, is_forwarded: false };
        (Link::new(connected).await.unwrap(), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_closed_in_time() {
        let (pool, start) = (pool(), Instant::now());
        let (first, mut first_end) = link().await;
        pool.keep(origin("a"), first);
        tokio::time::sleep(Duration::from_secs(20)).await;
        let (second, mut second_end) = link().await;
        pool.keep(origin("a"), second);

        for (end, seconds) in [(&mut first_end, 30), (&mut second_end, 50)] {
            assert_eq!(end.read(&mut [0]).await.unwrap(), 0);
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
        assert!(pool.kept().idle.is_empty() && pool.kept().sweeper.is_none());
    }

    #[tokio::test]
    async fn the_last_that_is_alive_is_taken_and_only_for_its_origin() {
        let pool = pool();
        let (alive, _end) = link().await;
        let (dead, dead_end) = link().await;
        let (given_up, _end) = link().await;
        for link in [alive, dead] {
            pool.keep(origin("a"), link);
        }
        drop(dead_end);
        given_up.give_up();
        pool.keep(origin("a"), given_up);

        assert!(pool.take(&origin("b")).await.is_none());
        assert!(pool.take(&origin("a")).await.is_some());
        assert!(pool.take(&origin("a")).await.is_none());
    }

    /// A server may answer and not read on.
    #[tokio::test(start_paused = true)]
    async fn one_whose_request_is_not_out_is_not_waited_for() {
        let pool = pool();
        let (mut link, mut end) = link().await;
        let request = Request::post("http://a/").body(Full::new(Bytes::from(vec![0; 1 << 20]))).unwrap();
        let answering = async {
            end.read_exact(&mut [0; 512]).await.unwrap();
            end.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        };
        let (Ok(response), ()) = tokio::join!(link.send(request), answering) else { panic!("it answers") };
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);

        pool.keep(origin("a"), link);
        assert!(pool.take(&origin("a")).await.is_none());
    }

    #[tokio::test]
    async fn a_body_may_be_dropped_where_no_runtime_is() {
        let pool = pool();
        let (link, _end) = link().await;
        let lease = Lease { pool: pool.clone(), origin: origin("a"), link: Some(link) };
        std::thread::spawn(|| drop(lease)).join().unwrap();
        assert!(pool.take(&origin("a")).await.is_some());
    }
}
