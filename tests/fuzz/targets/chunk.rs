//! The payload of a chunk to its event: the envelope as it comes, and the JSON in it.
#![no_main]

use bedrock_transport::event_stream::{decode_payload_part, decode_payload_part_into};
use bedrock_types::{MessageAccumulator, MessageStreamEvent};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let opened = decode_payload_part(input).ok();
    let mut into = b"what was there".to_vec();
    assert_eq!(decode_payload_part_into(input, &mut into).is_ok(), opened.is_some());
    assert_eq!(into, opened.clone().unwrap_or_default());
    // Bytes that are no envelope may be the event itself: the fuzzer need not learn base64 for it.
    let mut accumulator = MessageAccumulator::new();
    for json in opened.unwrap_or_else(|| input.to_vec()).split(|byte| *byte == b'\n') {
        let Ok(Some(event)) = MessageStreamEvent::from_chunk(json) else { continue };
        let written = serde_json::to_vec(&event).expect("what was read can be written");
        let again = MessageStreamEvent::from_chunk(&written).expect("and read again");
        assert_eq!(again.as_ref(), Some(&event));
        if accumulator.push(&event).is_err() {
            break;
        }
    }
    drop(accumulator.into_snapshot());
});
