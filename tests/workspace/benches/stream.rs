//! From the bytes of an event stream to typed events that own what they have: our crates against `aws-smithy-eventstream`, serde_json
//! for the envelope, `base64`, and serde's derive for the events, in one run.
//!
//! `cargo xtask bench events_` runs this and prints both medians and their quotient for every way the bytes may come.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[path = "../../../crates/bedrock-transport/benches/event_stream/answer.rs"]
mod answer;
#[path = "../../../crates/bedrock-types/benches/events/derived.rs"]
mod derived;
#[path = "../../../crates/bedrock-transport/benches/event_stream/smithy.rs"]
mod smithy;

use std::hint::black_box;

use bedrock_transport::event_stream::{Decoder, decode_payload_part_into};
use bedrock_types::MessageStreamEvent;
use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, events);
criterion_main!(benches);

fn events(criterion: &mut Criterion) {
    for (case, chunks) in answer::chunks() {
        assert_eq!((ours(&chunks), derived(&chunks)), (answer::EVENTS, answer::EVENTS));
        let mut group = criterion.benchmark_group(format!("events_{case}"));
        group.throughput(Throughput::Elements(answer::EVENTS as u64));
        group.bench_with_input(BenchmarkId::from_parameter("ours"), &chunks, |bencher, chunks| {
            bencher.iter(|| ours(black_box(chunks)));
        });
        group.bench_with_input(BenchmarkId::from_parameter("derived"), &chunks, |bencher, chunks| {
            bencher.iter(|| derived(black_box(chunks)));
        });
        group.finish();
    }
}

/// Reads all events, and tells how many they are.
fn ours(chunks: &[Bytes]) -> usize {
    let mut decoder = Decoder::new();
    let mut json = Vec::new();
    let mut events = 0;
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(message) = decoder.next_message().expect("sound frames") {
            assert_eq!((message.message_type(), message.event_type()), (Some("event"), Some("chunk")));
            decode_payload_part_into(&message.payload, &mut json).expect("an envelope");
            let event = MessageStreamEvent::from_chunk(&json).expect("an event").expect("with a type");
            drop(black_box(event));
            events += 1;
        }
    }
    decoder.finish().expect("whole frames");
    events
}

fn derived(chunks: &[Bytes]) -> usize {
    let mut events = 0;
    smithy::decode(chunks, |json| {
        let event: derived::Event = serde_json::from_slice(json).expect("an event");
        drop(black_box(event));
        events += 1;
    });
    events
}
