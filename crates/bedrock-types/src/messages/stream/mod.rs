//! A streamed answer: its events, and the fold of events into the message.
//!
//! Nothing here reads bytes from anywhere or knows how a route frames its events; see [`MessageStreamEvent::from_chunk`]
//! for one event's JSON and [`MessageAccumulator`] for what to do with it.

mod accumulator;
mod canonical;
mod delta;
mod event;

pub use accumulator::{AccumulateError, MessageAccumulator};
pub use delta::{
    CitationsDelta, CompactionDelta, Delta, InputJsonDelta, SignatureDelta, TextDelta, ThinkingDelta,
};
pub use event::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, ErrorEvent, InvocationMetrics,
    MessageDelta, MessageDeltaEvent, MessageStartEvent, MessageStopEvent, MessageStreamEvent, PingEvent,
};
