//! One HTTP exchange with Amazon Bedrock: endpoints, TLS, timeouts, event-stream and SSE decoding.
//!
//! Bytes in, frames out, without a socket:
//!
//! ```
//! use bedrock_transport::sse::SseDecoder;
//!
//! let mut decoder = SseDecoder::new();
//! decoder.push("event: ping\ndata: {\"type\":\"ping\"}\n\n".into());
//! let event = decoder.next_event()?.expect("the blank line ends the event");
//! assert_eq!(event.event.as_deref(), Some("ping"));
//! assert_eq!(event.data, r#"{"type":"ping"}"#);
//! # Ok::<(), bedrock_transport::DecodeError>(())
//! ```
//!
//! The pure part (this crate without features) knows host names, percent-encoding and the two stream framings. The
//! feature `reader` adds [`FrameReader`], which holds a response body and a decoder to their timeouts, over any
//! [`HttpClient`]; the feature `hyper` (default) adds [`HyperClient`], which makes the exchange. The feature `encode` adds the event-stream encoder.
//!
//! What is not here: messages and their JSON, operations, signing, and retries. One call of [`HttpClient::send`]
//! is one attempt.

mod body;
mod client;
mod decode;
mod endpoint;
mod error;
#[cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
pub mod event_stream;
#[cfg(feature = "hyper")]
mod hyper_client;
mod path;
mod reached;
#[cfg(feature = "reader")]
mod reader;
mod region;
#[cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
pub mod sse;

pub use body::{Body, ChunkSource};
pub use client::{BoxFuture, Exchange, HttpClient, NetworkPath, Timeouts};
pub use decode::{Corruption, Decode, DecodeError, Position};
pub use endpoint::{Endpoint, EndpointError, EndpointOptions, Service};
pub use error::{Cause, ConnectFailure, TimeoutPhase, TransportError, Violation};
#[cfg(feature = "hyper")]
pub use hyper_client::{BuildError, HyperClient, HyperClientBuilder, ProxyProblem, ProxySettings};
pub use path::{encode_query, encode_segment};
pub use reached::{Reached, RootsSource, TlsFacts, TrustedRoots};
#[cfg(feature = "reader")]
pub use reader::{FrameReader, ReadError, read_body};
pub use region::{ParseRegionError, Region};
