//! What decoding allocates: counts, which are the same on every machine.
//!
//! A binary of its own with one test: the counting allocator sees the whole process.

use std::{alloc::System, hint::black_box};

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bedrock_transport::{
    event_stream::{Decoder, decode_payload_part, decode_payload_part_into},
    sse::SseDecoder,
};
use bytes::{Bytes, BytesMut};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn allocations() {
    frames_cost_none_beyond_their_payloads();
    frames_in_pieces_cost_no_more_than_their_bytes();
    server_sent_events_cost_their_names();
}

fn frames_cost_none_beyond_their_payloads() {
    let one_chunk = [chunk(&frame().repeat(FRAMES))];
    let chunks: [Bytes; FRAMES] = std::array::from_fn(|_| chunk(&frame()));
    let mut json = Vec::with_capacity(100);
    let mut into = |payload: &[u8]| decode_payload_part_into(payload, &mut json).expect("an envelope");
    assert_eq!(decode(one_chunk.clone(), &mut into), 0);
    assert_eq!(decode(chunks.clone(), into), 0);
    let each = |payload: &[u8]| drop(black_box(decode_payload_part(payload).expect("an envelope")));
    assert_eq!(decode(one_chunk, each), FRAMES);
    assert_eq!(decode(chunks, each), FRAMES);
}

/// What does not lie in one chunk is gathered in a buffer that grows with what comes, and is handed out with the frame.
fn frames_in_pieces_cost_no_more_than_their_bytes() {
    let pieces: Vec<_> = frame().repeat(FRAMES).chunks(7).map(chunk).collect();
    let allocations = decode(pieces, |_| ());
    assert!(allocations < 8 * FRAMES, "{allocations}");
}

fn server_sent_events_cost_their_names() {
    let chunks: [Bytes; FRAMES] =
        std::array::from_fn(|_| chunk(b"event: content_block_delta\ndata: {\"index\":0}\n\n"));
    let mut decoder = SseDecoder::new();
    let region = Region::new(ALLOCATOR);
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(event) = decoder.next_event().expect("sound") {
            drop(black_box(event));
        }
    }
    let stats = region.change();
    assert_eq!(decoder.events_decoded(), FRAMES as u64);
    // The queue of chunks is made once.
    assert!(stats.allocations + stats.reallocations <= FRAMES + 1, "{stats:?}");
}

/// A chunk as hyper gives them: a part of the buffer that it reads into.
fn chunk(bytes: &[u8]) -> Bytes {
    let mut buffer = BytesMut::from(bytes);
    buffer.split_to(bytes.len()).freeze()
}

/// How many allocations it takes to decode the frames in these chunks.
fn decode(chunks: impl IntoIterator<Item = Bytes>, mut each: impl FnMut(&[u8])) -> usize {
    let mut decoder = Decoder::new();
    let mut frames = 0;
    let region = Region::new(ALLOCATOR);
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(message) = decoder.next_message().expect("sound frames") {
            assert_eq!(black_box(&message).event_type(), Some("chunk"));
            each(&message.payload);
            frames += 1;
        }
    }
    let stats = region.change();
    assert_eq!(frames, FRAMES);
    stats.allocations + stats.reallocations
}

fn frame() -> Vec<u8> {
    let headers =
        [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")];
    let headers = headers.map(|(name, value)| Header::new(name, HeaderValue::String(value.into())));
    let payload: &[u8] = br#"{"bytes":"eyJ0eXBlIjoicGluZyJ9","p":"abcdef"}"#;
    let mut frame = BytesMut::new();
    write_message_to(&Message::new_from_parts(headers.into(), payload), &mut frame)
        .expect("within the format");
    frame.to_vec()
}

const FRAMES: usize = 100;
