//! Bytes as they come, as server-sent events. The first two say how they are cut into pieces, and the limit.
#![no_main]

use bedrock_fuzz::decode;
use bedrock_transport::sse::SseDecoder;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [size, limit, stream @ ..] = input else { return };
    for limit in [usize::from(*limit), usize::MAX] {
        for event in decode(|| SseDecoder::with_limit(limit), stream, *size) {
            assert!(event.data.len() <= limit);
            assert!(!event.data.contains(&b'\r'), "a line has ended before");
            assert_ne!(event.event.as_deref(), Some(""));
        }
    }
});
