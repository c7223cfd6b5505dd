//! What the whole crate promises: nothing is lost, malformed is never "unknown", a fold is its stream.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test helper fails by panicking")]

mod accumulate;
#[cfg(feature = "control-plane")]
mod batch;
mod catalog;
mod check;
#[cfg(feature = "converse")]
mod converse;
mod cost;
mod envelopes;
mod errors;
mod request;
mod round_trip;
