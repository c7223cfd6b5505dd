//! From the bytes of a decoded chunk to a typed event: this crate against serde's derive, in one run.
//!
//! `cargo xtask bench` runs this and prints both medians and their quotient for every row.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod derived;

use std::hint::black_box;

use bedrock_types::{MessageAccumulator, MessageStreamEvent};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, events, folds);
criterion_main!(benches);

fn events(criterion: &mut Criterion) {
    for (name, chunks) in cases() {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(chunks.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter("typed"), &chunks, |bencher, chunks| {
            bencher.iter(|| chunks.iter().for_each(|chunk| drop(black_box(typed(black_box(chunk))))));
        });
        group.bench_with_input(BenchmarkId::from_parameter("derived"), &chunks, |bencher, chunks| {
            bencher.iter(|| chunks.iter().for_each(|chunk| drop(black_box(derived(black_box(chunk))))));
        });
        group.finish();
    }
}

/// The fold of a tool call: ten times the deltas are to cost ten times as much.
fn folds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fold_tool_input");
    group.sample_size(20);
    for deltas in [10_000, 100_000] {
        group.bench_with_input(BenchmarkId::from_parameter(deltas), &deltas, |bencher, deltas| {
            bencher.iter(|| fold(*deltas));
        });
    }
    group.finish();
}

fn fold(deltas: usize) -> MessageAccumulator {
    let mut accumulator = MessageAccumulator::new();
    let mut push = |chunk: &str| accumulator.push(&typed(chunk)).expect("in order");
    for chunk in answer().iter().take(1) {
        push(chunk);
    }
    push(&block_start(0, r#"{"type":"tool_use","id":"toolu_1","name":"add","input":{}}"#));
    let piece = input_json(r#"\"key\": [1, 2], "#).replace("\"index\":2", "\"index\":0");
    for _ in 0..deltas {
        push(&piece);
    }
    push(&block_stop(0));
    accumulator
}

fn typed(chunk: &str) -> MessageStreamEvent {
    MessageStreamEvent::from_chunk(chunk.as_bytes()).expect("an event").expect("with a type")
}

fn derived(chunk: &str) -> derived::Event {
    serde_json::from_slice(chunk.as_bytes()).expect("an event")
}

/// Each kind of event that comes in numbers alone, those that come once together, and a whole answer.
fn cases() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("text_delta", vec![text("The quick brown fox")]),
        ("text_delta_escaped", vec![text(r#"line one\n\tline \"two\" \u2014 end"#)]),
        ("text_delta_1k", vec![text(&"twelve bytes".repeat(85))]),
        ("thinking_delta", vec![thinking("First I look at the cases")]),
        ("input_json_delta", vec![input_json(r#"{\"location\": \"San"#)]),
        ("once_per_message", once_per_message()),
        ("answer", answer()),
    ]
}

fn text(text: &str) -> String {
    format!(r#"{{"type":"content_block_delta","index":1,"delta":{{"type":"text_delta","text":"{text}"}}}}"#)
}

fn thinking(text: &str) -> String {
    format!(
        r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"thinking_delta","thinking":"{text}"}}}}"#
    )
}

fn input_json(text: &str) -> String {
    format!(
        r#"{{"type":"content_block_delta","index":2,"delta":{{"type":"input_json_delta","partial_json":"{text}"}}}}"#
    )
}

fn block_start(index: usize, block: &str) -> String {
    format!(r#"{{"type":"content_block_start","index":{index},"content_block":{block}}}"#)
}

fn block_stop(index: usize) -> String {
    format!(r#"{{"type":"content_block_stop","index":{index}}}"#)
}

fn once_per_message() -> Vec<String> {
    let whole = answer();
    whole.into_iter().filter(|chunk| !chunk.contains(r#""content_block_delta""#)).collect()
}

/// An answer with thinking, text and a tool call, as Bedrock frames it.
fn answer() -> Vec<String> {
    let mut chunks = vec![
        concat!(
            r#"{"type":"message_start","message":{"model":"claude-opus-4-8","id":"msg_bdrk_01XFDUDYJgAACzvnptvVoYEL","#,
            r#""type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":"#,
            r#"{"input_tokens":2095,"cache_creation_input_tokens":0,"cache_read_input_tokens":1800,"output_tokens":3}}}"#
        )
        .to_owned(),
        r#"{"type":"ping"}"#.to_owned(),
        block_start(0, r#"{"type":"thinking","thinking":"","signature":""}"#),
    ];
    chunks.extend((0..60).map(|index| thinking(&format!("step {index} of the thought, "))));
    chunks.push(format!(
        r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"signature_delta","signature":"{}"}}}}"#,
        "EqQBCgIYAhIM".repeat(40)
    ));
    chunks.extend([block_stop(0), block_start(1, r#"{"type":"text","text":""}"#)]);
    chunks.extend((0..120).map(|index| text(&format!(" word{index} and\\n more"))));
    chunks.extend([
        block_stop(1),
        block_start(2, r#"{"type":"tool_use","id":"toolu_bdrk_01T1x1fJ34qAmk2tNTrN7Up6","name":"get_weather","input":{}}"#),
    ]);
    chunks.extend((0..20).map(|index| input_json(&format!(r#"\"key{index}\": {index}, "#))));
    chunks.extend([
        block_stop(2),
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":489}}"#
            .to_owned(),
        concat!(
            r#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":2095,"outputTokenCount":489,"#,
            r#""invocationLatency":5432,"firstByteLatency":612,"cacheReadInputTokenCount":1800,"cacheWriteInputTokenCount":0}}"#
        )
        .to_owned(),
    ]);
    chunks
}
