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
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;

use crate::Cause;

/// Name lookup and TCP. It has no time limit: whoever waits has one.
pub(super) async fn dial(destination: &Uri) -> Result<TcpStream, Cause> {
    let host = destination.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((host, port_of(destination))).await;
    let addresses = found.map_err(|error| LookupError(error.into()))?.collect();
    first_of(addresses).await
}

/// A connection to whichever of these addresses takes it.
pub(super) async fn first_of(addresses: Vec<SocketAddr>) -> Result<TcpStream, Cause> {
    match race(by_turns(addresses), |address| Box::pin(connect(address))).await {
        Ok(connection) => Ok(connection),
        Err(Some(error)) => Err(error.into()),
        Err(None) => Err(LookupError("the name has no address".into()).into()),
    }
}

/// The port that the URI names, or its scheme has.
fn port_of(destination: &Uri) -> u16 {
    destination.port_u16().unwrap_or(port_of_scheme(destination))
}

/// The port that goes without saying.
pub(super) fn port_of_scheme(destination: &Uri) -> u16 {
    if destination.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 }
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
        for (uri, port) in [("http://a", 80), ("https://a", 443), ("https://a:8443", 8443)] {
            assert_eq!(port_of(&Uri::from_static(uri)), port, "{uri}");
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
