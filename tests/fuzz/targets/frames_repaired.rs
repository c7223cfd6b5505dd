//! Frames with right checksums and anything between them: the lengths, the headers and the payloads are the fuzzer's.
#![no_main]

use bedrock_fuzz::decode;
use bedrock_transport::event_stream::{Decoder, decode_payload_part};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((size, mut rest)) = input.split_first() else { return };
    let mut stream = Vec::new();
    // Each frame: two bytes for how much of the input is in it, four for the length of the headers and what the frame's own is off by.
    while let Some(([l0, l1, h0, h1, o0, o1], more)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([*l0, *l1])).min(more.len());
        let (body, more) = more.split_at(length);
        rest = more;
        let total = (length as u32 + 16).wrapping_add_signed(i32::from(i16::from_be_bytes([*o0, *o1])));
        let headers = u32::from(u16::from_be_bytes([*h0, *h1]));
        let begin = stream.len();
        stream.extend_from_slice(&total.to_be_bytes());
        stream.extend_from_slice(&headers.to_be_bytes());
        stream.extend_from_slice(&crc32fast::hash(&stream[begin..]).to_be_bytes());
        stream.extend_from_slice(body);
        stream.extend_from_slice(&crc32fast::hash(&stream[begin..]).to_be_bytes());
    }
    for message in decode(Decoder::new, &stream, *size) {
        let mut names = Vec::new();
        for (name, value) in message.headers.iter() {
            assert_eq!(message.headers.get(name), Some(value));
            assert!(!names.contains(&name), "a name is there once");
            names.push(name);
        }
        assert!(message.payload.len() <= stream.len());
        drop(decode_payload_part(&message.payload));
    }
});
