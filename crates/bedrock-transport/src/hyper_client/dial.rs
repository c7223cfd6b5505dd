//! TCP to the first address of a name that answers, by the rules of "happy eyeballs" ([RFC 8305]): the kinds of address by
//! turns, and each a moment after the one before it, so that dead addresses cost a moment each and not the time of the call.
//!
//! hyper-util has a connector too, and is not asked: its race is between the two kinds alone, and within a kind each dead address
//! takes its full share of the time.
//!
//! [RFC 8305]: https://www.rfc-editor.org/rfc/rfc8305

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tower_service::Service;

use crate::Cause;

/// Name lookup and TCP. It has no time limit: whoever waits has one.
#[derive(Clone, Debug)]
pub(super) struct Dialler<R> {
    resolver: R,
}

impl<R> Dialler<R> {
    pub(super) fn new(resolver: R) -> Self {
        Self { resolver }
    }
}

impl<R: Resolve> Service<Uri> for Dialler<R> {
    type Response = TokioIo<TcpStream>;
    type Error = Cause;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Cause>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.resolver.poll_ready(context).map_err(|error| LookupError(error.into()).into())
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let host = destination.host().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let lookup = match (literal, host.parse::<Name>()) {
            (Ok(address), _) => Lookup::Needless(SocketAddr::from((address, 0))),
            (Err(_), Ok(name)) => Lookup::Begun(self.resolver.call(name)),
            (Err(_), Err(error)) => Lookup::Failed(LookupError(error.into())),
        };
        Box::pin(async move {
            let addresses = match lookup {
                Lookup::Needless(address) => vec![address],
                Lookup::Begun(lookup) => lookup.await.map_err(|error| LookupError(error.into()))?.collect(),
                Lookup::Failed(error) => return Err(error.into()),
            };
            let connect = |address| Box::pin(connect(with_port_of(&destination, address)));
            match race(by_turns(addresses), connect).await {
                Ok(connection) => Ok(TokioIo::new(connection)),
                Err(Some(error)) => Err(error.into()),
                Err(None) => Err(LookupError("the name has no address".into()).into()),
            }
        })
    }
}

enum Lookup<F> {
    /// The host is an address.
    Needless(SocketAddr),
    Begun(F),
    Failed(LookupError),
}

/// The port that the URI names or its scheme has, unless a resolver knows another than that of the scheme.
fn with_port_of(destination: &Uri, mut address: SocketAddr) -> SocketAddr {
    let of_scheme = if destination.scheme_str() == Some("https") { 443 } else { 80 };
    match destination.port_u16() {
        Some(port) => address.set_port(port),
        None if address.port() == 0 => address.set_port(of_scheme),
        None => {}
    }
    address
}

async fn connect(address: SocketAddr) -> Result<TcpStream, DialError> {
    let connecting = async { socket(address)?.connect(address).await };
    connecting.await.map_err(|error| DialError { address, error })
}

/// What sends at once, and keeps the connection alive.
fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    let set = socket.set_nodelay(true).and_then(|()| SockRef::from(&socket).set_tcp_keepalive(&keepalive()));
    if let Err(error) = set {
        tracing::warn!(%error, "a connection may be slow, or be forgotten while it is quiet");
    }
    Ok(socket)
}

/// NAT gateways and load balancers forget a quiet connection after 350 s, while a model may think for longer.
fn keepalive() -> TcpKeepalive {
    const PERIOD: Duration = Duration::from_secs(60);
    let keepalive = TcpKeepalive::new().with_time(PERIOD);
    // Elsewhere these are the system's alone, or not known to be there.
    #[cfg(any(target_os = "android", target_os = "linux", target_vendor = "apple", windows))]
    let keepalive = keepalive.with_interval(PERIOD).with_retries(5);
    keepalive
}

/// The addresses in their order, but of the two kinds by turns.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    let mut turns = Vec::new();
    for address in first {
        turns.push(address);
        turns.extend(second.next());
    }
    turns.extend(second);
    turns
}

/// The first success. The next address begins when the last has had its moment, or all before it have failed; those that are
/// still under way go on, and end when one has won. `None` where there was no address, else the last failure.
async fn race<C, T, E>(addresses: Vec<SocketAddr>, connect: impl Fn(SocketAddr) -> C) -> Result<T, Option<E>>
where
    C: Future<Output = Result<T, E>> + Unpin,
{
    let mut addresses = addresses.into_iter();
    let mut running = Vec::new();
    let mut failure = None;
    loop {
        match addresses.next() {
            Some(address) => running.push(connect(address)),
            None if running.is_empty() => return Err(failure),
            None => {}
        }
        let outcome = match addresses.len() {
            0 => Some(any(&mut running).await),
            _ => timeout(MOMENT, any(&mut running)).await.ok(),
        };
        match outcome {
            Some(Ok(connection)) => return Ok(connection),
            Some(Err(error)) => failure = Some(error),
            None => {}
        }
    }
}

/// The first of these to be ready, which is then no longer among them.
async fn any<C: Future + Unpin>(running: &mut Vec<C>) -> C::Output {
    poll_fn(|context| {
        let mut each = running.iter_mut().enumerate();
        let done = each.find_map(|(index, future)| match Pin::new(future).poll(context) {
            Poll::Ready(output) => Some((index, output)),
            Poll::Pending => None,
        });
        let Some((index, output)) = done else { return Poll::Pending };
        running.swap_remove(index);
        Poll::Ready(output)
    })
    .await
}

/// How long an address has before the next is tried too.
const MOMENT: Duration = Duration::from_millis(300);

/// Whatever finds the addresses of a name.
pub(super) trait Resolve:
    Service<Name, Response: Iterator<Item = SocketAddr>, Error: Into<Cause>, Future: Send + 'static>
{
}

impl<R> Resolve for R where
    R: Service<Name, Response: Iterator<Item = SocketAddr>, Error: Into<Cause>, Future: Send + 'static>
{
}

/// An address took no connection.
#[derive(Debug)]
struct DialError {
    address: SocketAddr,
    error: io::Error,
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no TCP connection to {}", self.address)
    }
}

impl Error for DialError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// A name has no address, as far as can be found out.
#[derive(Debug)]
pub(super) struct LookupError(Cause);

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("name lookup failed")
    }
}

impl Error for LookupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::pending;

    use tokio::time::{Instant, sleep};

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_port_is_that_of_the_uri() {
        for (uri, address, expected) in [
            ("http://a", "1.1.1.1:0", "1.1.1.1:80"),
            ("https://a", "1.1.1.1:0", "1.1.1.1:443"),
            ("https://a:8443", "[::1]:0", "[::1]:8443"),
            ("https://a:8443", "1.1.1.1:99", "1.1.1.1:8443"),
            ("https://a", "1.1.1.1:99", "1.1.1.1:99"),
        ] {
            let found = with_port_of(&Uri::from_static(uri), address.parse().unwrap());
            assert_eq!(found, expected.parse().unwrap(), "{uri}");
        }
    }

    #[test]
    fn the_kinds_of_address_take_turns() {
        for (given, turns) in [
            (&[][..], &[][..]),
            (&["1.1.1.1:1", "1.1.1.2:1"], &["1.1.1.1:1", "1.1.1.2:1"]),
            (
                &["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"],
                &["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"],
            ),
            (&["1.1.1.1:1", "[::1]:1", "[::2]:1"], &["1.1.1.1:1", "[::1]:1", "[::2]:1"]),
        ] {
            assert_eq!(by_turns(addresses(given)), addresses(turns));
        }
    }

    /// What becomes of an address, and after how many milliseconds.
    #[derive(Clone, Copy)]
    enum Fate {
        Answers(u64),
        Refuses(u64),
        Dead,
    }
    use Fate::*;

    /// Who won or failed last, when that was, and when each began.
    async fn run(fates: &[Fate]) -> (Result<usize, Option<usize>>, u128, Vec<u128>) {
        let start = Instant::now();
        let begun = RefCell::new(Vec::new());
        let all = (0..).zip(fates).map(|(index, _)| SocketAddr::from(([127, 0, 0, 1], index))).collect();
        let outcome = race(all, |address| {
            begun.borrow_mut().push(start.elapsed().as_millis());
            let index = usize::from(address.port());
            let fate = fates[index];
            Box::pin(async move {
                match fate {
                    Answers(after) => {
                        sleep(Duration::from_millis(after)).await;
                        Ok(index)
                    }
                    Refuses(after) => {
                        sleep(Duration::from_millis(after)).await;
                        Err(index)
                    }
                    Dead => pending().await,
                }
            })
        })
        .await;
        (outcome, start.elapsed().as_millis(), begun.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn dead_addresses_cost_a_moment_each() {
        assert_eq!(run(&[Answers(10), Dead]).await, (Ok(0), 10, vec![0]));
        assert_eq!(run(&[Dead, Dead, Answers(10)]).await, (Ok(2), 610, vec![0, 300, 600]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_address_may_still_win() {
        assert_eq!(run(&[Answers(400), Answers(300)]).await, (Ok(0), 400, vec![0, 300]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_makes_room_at_once() {
        assert_eq!(run(&[Refuses(5), Answers(5)]).await, (Ok(1), 10, vec![0, 5]));
        assert_eq!(run(&[Refuses(5), Refuses(5)]).await, (Err(Some(1)), 10, vec![0, 5]));
        assert_eq!(run(&[Refuses(400), Refuses(300)]).await, (Err(Some(1)), 600, vec![0, 300]));
        assert_eq!(run(&[]).await, (Err(None), 0, vec![]));
    }
}
