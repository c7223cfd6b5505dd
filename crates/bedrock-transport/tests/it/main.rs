//! The client against real sockets on this machine, and the decoder against recorded bodies.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod body;
mod connect;
mod head;
mod recorded;
mod server;
mod tls;
