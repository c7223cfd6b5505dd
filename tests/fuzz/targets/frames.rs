//! Bytes as they come, as an event stream. The first one says how they are cut into pieces.
#![no_main]

use bedrock_fuzz::decode;
use bedrock_transport::event_stream::Decoder;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((size, stream)) = input.split_first() else { return };
    decode(Decoder::new, stream, *size);
});
