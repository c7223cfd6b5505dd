//! The client against real sockets on this machine.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod body;
mod connect;
mod head;
#[cfg(feature = "http2")]
mod http2;
mod proxy;
mod server;
mod tls;
