//! What reading and folding a stream allocates: counts, which are the same on every machine.
//!
//! A binary of its own with one test: the counting allocator sees the whole process.

use std::{alloc::System, hint::black_box};

use bedrock_types::{MessageAccumulator, MessageStreamEvent, ToolInput};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn allocations() {
    a_delta_costs_one_allocation();
    other_deltas_cost_no_more_than_their_texts();
    a_call_costs_in_proportion_to_its_length();
}

fn a_delta_costs_one_allocation() {
    for delta in [
        r#"{"type":"text_delta","text":"Hello"}"#,
        r#"{"type":"text_delta","text":"escaped \"text\"\nof \u00e9 and \ud83e\udd80 more, longer than a first guess"}"#,
        r#"{"type":"thinking_delta","thinking":"Hm"}"#,
        r#"{"type":"input_json_delta","partial_json":"{\"location\": \"San"}"#,
    ] {
        let json = format!(r#"{{"type":"content_block_delta","index":0,"delta":{delta}}}"#);
        assert_eq!(count(|| read(&json)).allocations, 1, "{delta}");
        assert_eq!(count(|| read(&json)).reallocations, 0, "{delta}");
    }
    let empty = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}"#;
    assert_eq!(count(|| read(empty)).allocations, 0);
}

/// A delta in another form than the usual is read by the types, and those do not allocate beside the text either.
fn other_deltas_cost_no_more_than_their_texts() {
    for delta in [
        r#"{"text":"Hello", "type":"text_delta"}"#,
        r#"{"type": "text_delta", "text": "Hello"}"#,
        r#"{"type":"signature_delta","signature":"c2ln"}"#,
    ] {
        let json = format!(r#"{{"type":"content_block_delta","index":0,"delta":{delta}}}"#);
        // Where the type comes last, the text and its name are set aside first.
        let most = if delta.starts_with(r#"{"type"#) { 1 } else { 6 };
        assert!(count(|| read(&json)).allocations <= most, "{delta}: {:?}", count(|| read(&json)));
    }
}

/// Ten times the deltas cost ten times the bytes, and the allocations that a growing text needs anyway.
fn a_call_costs_in_proportion_to_its_length() {
    let (small, large) = (folded(10_000), folded(100_000));
    // Folding allocates nothing for a delta but when the text grows, which is by doubling.
    assert!(large.allocations + large.reallocations < 60, "{large:?}");
    // The bytes of the text with its spare room, and once more when the block ends and the text is looked at.
    assert!(large.bytes_allocated <= 20 * small.bytes_allocated, "{small:?} {large:?}");
    assert!(large.bytes_allocated <= 6 * 100_000 * PIECE.len(), "{large:?}");
}

const PIECE: &str = r#"\"key\": [1, 2], "#;

/// What folding a call of so many deltas allocates, the reading of its events aside.
fn folded(deltas: usize) -> Stats {
    let mut accumulator = MessageAccumulator::new();
    for json in [
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#,
    ] {
        accumulator.push(&read(json)).expect("in order");
    }
    let delta = |piece: &str| {
        read(&format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"input_json_delta","partial_json":"{piece}"}}}}"#
        ))
    };
    let (first, piece, last) = (delta("{"), delta(PIECE), delta(r#"\"end\": 1}"#));
    let stop = read(r#"{"type":"content_block_stop","index":0}"#);
    let stats = count(|| {
        accumulator.push(&first).expect("in order");
        for _ in 0..deltas {
            accumulator.push(&piece).expect("in order");
        }
        accumulator.push(&last).expect("in order");
        accumulator.push(&stop).expect("in order");
    });
    let message = accumulator.into_snapshot().expect("begun");
    let call = message.tool_uses().next().expect("a call");
    assert!(matches!(call.input, ToolInput::Json(_)), "the pieces are JSON together");
    stats
}

fn read(json: &str) -> MessageStreamEvent {
    MessageStreamEvent::from_chunk(json.as_bytes()).expect("an event").expect("with a type")
}

fn count<T>(work: impl FnOnce() -> T) -> Stats {
    let region = Region::new(ALLOCATOR);
    let result = work();
    let stats = region.change();
    drop(black_box(result));
    stats
}
