//! The client against the emulator over real sockets, and against scripted answers where the wire must misbehave.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test helper fails by panicking")]

mod activity;
mod answers;
mod batches;
mod blocking;
mod clock_skew;
mod control;
mod cut;
mod defaults;
mod error_table;
mod expiry;
mod identity;
mod logged;
mod metrics;
mod middleware;
mod precedence;
mod profiles;
mod proxies;
mod recordings;
mod refusals;
mod renewal;
mod retries;
mod retry_policy;
mod routes;
mod scripts;
mod secrets;
mod secrets_of_sources;
mod sent;
mod spans;
mod streamed;
mod structured;
mod support;
mod tools;
mod upstream;
mod wire;
