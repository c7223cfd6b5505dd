//! From the bytes of an event stream to the JSON of its events: this crate against `aws-smithy-eventstream`, serde_json for the envelope
//! and `base64`, in one run.
//!
//! `cargo xtask bench payloads` runs this and prints both medians and their quotient for every way the bytes may come.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod answer;
mod smithy;

use std::hint::black_box;

use bedrock_transport::event_stream::{Decoder, decode_payload_part_into};
use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, payloads);
criterion_main!(benches);

fn payloads(criterion: &mut Criterion) {
    for (case, chunks) in answer::chunks() {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        decode(&chunks, |json| ours.push(json.to_vec()));
        smithy::decode(&chunks, |json| theirs.push(json.to_vec()));
        assert_eq!(ours, theirs);
        let mut group = criterion.benchmark_group(format!("payloads_{case}"));
        group.throughput(Throughput::Elements(answer::EVENTS as u64));
        group.bench_with_input(BenchmarkId::from_parameter("ours"), &chunks, |bencher, chunks| {
            bencher.iter(|| decode(black_box(chunks), |json| _ = black_box(json.len())));
        });
        group.bench_with_input(BenchmarkId::from_parameter("smithy"), &chunks, |bencher, chunks| {
            bencher.iter(|| smithy::decode(black_box(chunks), |json| _ = black_box(json.len())));
        });
        group.finish();
    }
}

fn decode(chunks: &[Bytes], mut each: impl FnMut(&[u8])) {
    let mut decoder = Decoder::new();
    let mut json = Vec::new();
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(message) = decoder.next_message().expect("sound frames") {
            assert_eq!((message.message_type(), message.event_type()), (Some("event"), Some("chunk")));
            decode_payload_part_into(&message.payload, &mut json).expect("an envelope");
            each(&json);
        }
    }
    decoder.finish().expect("whole frames");
}
