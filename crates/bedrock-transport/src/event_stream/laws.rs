//! The laws of the decoder as property tests, its oracle, and golden frames.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream as smithy;
use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Decoder, EventMessage, HeaderValue, Limits, encode};
use crate::decode::{Corruption, DecodeError, Position};

/// All messages of a stream given in these chunks, and how it ended.
fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<EventMessage>, Result<(), DecodeError>) {
    let mut decoder = Decoder::new();
    let mut messages = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_message() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(decoder.next_message(), Err(error.clone()), "an error stays");
                    return (messages, decoder.finish());
                }
            }
        }
    }
    assert_eq!(decoder.frames_decoded(), messages.len() as u64);
    (messages, decoder.finish())
}

fn chunk_frame(payload: &str) -> Bytes {
    let headers =
        [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")];
    encode(headers.map(|(name, value)| (name, value.into())), payload).unwrap()
}

fn repair_checksums(frame: &mut [u8]) {
    if frame.len() < 16 {
        return;
    }
    let prelude = crc32fast::hash(&frame[..8]);
    frame[8..12].copy_from_slice(&prelude.to_be_bytes());
    let end = frame.len() - 4;
    let message = crc32fast::hash(&frame[..end]);
    frame[end..].copy_from_slice(&message.to_be_bytes());
}

#[test]
fn frames_are_the_bytes_they_always_were() {
    // Made by hand with zlib's CRC-32 and read by botocore 1.44's `EventStreamBuffer`.
    for (frame, hex) in [
        (encode([], "").unwrap(), "000000100000000005c248eb7d98c8ff"),
        (
            encode([(":message-type", "error".into()), (":error-code", "Gone".into())], "").unwrap(),
            GOLDEN_ERROR,
        ),
        (chunk_frame(r#"{"bytes":"e30=","p":"abc"}"#), GOLDEN_CHUNK),
    ] {
        let written: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, hex);
    }
}

#[test]
fn the_headers_that_aws_sends_have_names_of_their_own() {
    let frame = chunk_frame("{}");
    let exception = encode(
        [(":message-type", "exception".into()), (":exception-type", "throttlingException".into())],
        "{}",
    )
    .unwrap();
    let error = encode(
        [
            (":message-type", "error".into()),
            (":error-code", "Gone".into()),
            (":error-message", "for good".into()),
        ],
        "",
    )
    .unwrap();
    let (messages, end) = decode([&frame[..], &exception, &error]);
    assert_eq!(end, Ok(()));
    let [event, exception, error] = &messages[..] else { unreachable!("three frames went in") };
    assert_eq!((event.message_type(), event.event_type()), (Some("event"), Some("chunk")));
    assert_eq!((event.content_type(), &event.payload[..]), (Some("application/json"), &b"{}"[..]));
    assert_eq!(exception.message_type(), Some("exception"));
    assert_eq!((exception.exception_type(), exception.event_type()), (Some("throttlingException"), None));
    assert_eq!((error.error_code(), error.error_message()), (Some("Gone"), Some("for good")));
    assert!(error.payload.is_empty());
}

#[test]
fn a_payload_that_came_in_one_chunk_is_not_copied() {
    let frame = chunk_frame("{}");
    let chunk = [&frame[..], &frame].concat();
    let chunk = Bytes::from(chunk);
    let mut decoder = Decoder::new();
    decoder.push(chunk.clone());
    decoder.next_message().unwrap();
    let second = decoder.next_message().unwrap().unwrap();
    let payload_at = chunk.len() - 4 - second.payload.len();
    assert_eq!(second.payload.as_ptr(), chunk.slice(payload_at..).as_ptr());
}

#[test]
fn a_stream_that_ends_right_after_a_prelude_is_truncated() {
    let frame = chunk_frame("{}");
    for (length, announced) in
        [(1, None), (11, None), (12, Some(frame.len())), (frame.len() - 1, Some(frame.len()))]
    {
        let (messages, end) = decode([&frame[..], &frame[..length]]);
        assert_eq!(messages.len(), 1);
        let at = Position { frame: 1, offset: frame.len() as u64 };
        assert_eq!(end, Err(DecodeError::Truncated { at, received: length, announced }));
    }
}

#[test]
fn a_length_of_4_gib_is_refused_at_the_twelfth_byte() {
    let mut prelude = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    repair_checksums(&mut prelude);
    let (at, limit) = (Position::default(), Limits::default().frame);
    let (_, end) = decode([&prelude[..12]]);
    assert_eq!(end, Err(DecodeError::TooLarge { at, limit, announced: u32::MAX as usize }));
    prelude[8] ^= 1;
    let (_, end) = decode([&prelude[..11], &prelude[11..12]]);
    assert_eq!(end, Err(DecodeError::Corrupt { at, reason: Corruption::PreludeChecksum }));
}

#[test]
fn frames_behind_a_broken_one_are_not_given_out() {
    let frame = chunk_frame("{}");
    let mut broken = frame.to_vec();
    *broken.last_mut().unwrap() ^= 1;
    let (messages, end) = decode([&frame[..], &broken, &frame]);
    assert_eq!(messages.len(), 1);
    let at = Position { frame: 1, offset: frame.len() as u64 };
    assert_eq!(end, Err(DecodeError::Corrupt { at, reason: Corruption::MessageChecksum }));
}

#[test]
fn a_large_frame_in_small_chunks_comes_out_whole() {
    let payload = "x".repeat(8 * 1024 * 1024);
    let frame = encode([], &payload).unwrap();
    let (messages, end) = decode(frame.chunks(1000));
    assert_eq!((messages.len(), end), (1, Ok(())));
    assert_eq!(messages[0].payload, payload);
}

#[test]
fn a_frame_of_16_mib_is_legal_and_the_limit_is_the_whole_frame() {
    let payload = "x".repeat(16 * 1024 * 1024);
    let frame = encode([], &payload).unwrap();
    let (messages, end) = decode(frame.chunks(64 * 1024));
    assert_eq!((messages.len(), end), (1, Ok(())));
    assert_eq!(messages[0].payload.len(), payload.len());

    let limit = frame.len() - 1;
    let mut decoder = Decoder::with_limits(Limits::default().with_frame(limit));
    decoder.push(frame.slice(..12));
    let at = Position::default();
    assert_eq!(decoder.next_message(), Err(DecodeError::TooLarge { at, limit, announced: limit + 1 }));
    let mut decoder = Decoder::with_limits(Limits::default().with_frame(limit + 1));
    decoder.push(frame);
    assert!(decoder.next_message().unwrap().is_some());
}

#[test]
fn the_default_limits_are_those_of_botocore() {
    let Limits { frame, headers } = Limits::default();
    assert_eq!((frame, headers), ((24 << 20) + (128 << 10) + 16, 128 << 10));
}

#[test]
fn a_frame_that_cannot_be_legal_is_refused_with_right_checksums_too() {
    for (total, headers, reason) in [
        (0, 0, Corruption::FrameTooShort),
        (11, 0, Corruption::FrameTooShort),
        (15, 0, Corruption::FrameTooShort),
        (16, 1, Corruption::HeadersOverrun),
        (20, 20, Corruption::HeadersOverrun),
    ] {
        let mut frame = vec![0; 32];
        frame[..4].copy_from_slice(&u32::to_be_bytes(total));
        frame[4..8].copy_from_slice(&u32::to_be_bytes(headers));
        repair_checksums(&mut frame);
        let (_, end) = decode([&frame[..]]);
        assert_eq!(end, Err(DecodeError::Corrupt { at: Position::default(), reason }), "{total} {headers}");
    }
}

#[test]
fn headers_that_break_the_format_are_refused_with_right_checksums_too() {
    for (headers, reason) in [
        (&b"\x01a\x0a"[..], Corruption::HeaderType(10)),
        (b"\x01a\xff", Corruption::HeaderType(255)),
        (b"\x01a\x07\xff\xff", Corruption::HeaderOverrun),
        (b"\xff", Corruption::HeaderOverrun),
        (b"\x01\xff\x00", Corruption::Utf8),
    ] {
        let mut frame = [&[0; 12], headers, b"payload", &[0; 4]].concat();
        let total = frame.len() as u32;
        frame[..4].copy_from_slice(&total.to_be_bytes());
        frame[4..8].copy_from_slice(&(headers.len() as u32).to_be_bytes());
        repair_checksums(&mut frame);
        let (_, end) = decode([&frame[..]]);
        assert_eq!(end, Err(DecodeError::Corrupt { at: Position::default(), reason }), "{headers:?}");
    }
}

#[test]
fn twenty_thousand_frames_come_out_however_they_are_cut() {
    let frame = chunk_frame(r#"{"bytes":"e30=","p":"abc"}"#);
    let stream = frame.repeat(20_000);
    for size in [7, 1000, stream.len()] {
        let (messages, end) = decode(stream.chunks(size));
        assert_eq!((messages.len(), end), (20_000, Ok(())));
        assert_eq!(messages.first(), messages.last());
    }
}

/// A header value that owns its data, so that proptest can make it.
#[derive(Clone, Debug)]
enum Value {
    Bool(bool),
    Byte(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Bytes(Vec<u8>),
    String(String),
    Timestamp(i64),
    Uuid([u8; 16]),
}

impl Value {
    fn borrowed(&self) -> HeaderValue<'_> {
        match self {
            Self::Bool(value) => HeaderValue::Bool(*value),
            Self::Byte(value) => HeaderValue::Byte(*value),
            Self::Int16(value) => HeaderValue::Int16(*value),
            Self::Int32(value) => HeaderValue::Int32(*value),
            Self::Int64(value) => HeaderValue::Int64(*value),
            Self::Bytes(value) => HeaderValue::Bytes(value),
            Self::String(value) => HeaderValue::String(value),
            Self::Timestamp(value) => HeaderValue::Timestamp(*value),
            Self::Uuid(value) => HeaderValue::Uuid(*value),
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i8>().prop_map(Value::Byte),
        any::<i16>().prop_map(Value::Int16),
        any::<i32>().prop_map(Value::Int32),
        any::<i64>().prop_map(Value::Int64),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        ".{0,10}".prop_map(Value::String),
        // The encoder goes through a type that cannot hold every 64-bit count of milliseconds.
        (-(1_i64 << 50)..1_i64 << 50).prop_map(Value::Timestamp),
        any::<[u8; 16]>().prop_map(Value::Uuid),
    ]
}

type Parts = (std::collections::BTreeMap<String, Value>, Vec<u8>);

fn parts() -> impl Strategy<Value = Parts> {
    (prop::collection::btree_map("[:a-z-]{1,8}", value(), 0..5), vec(any::<u8>(), 0..60))
}

fn encode_parts((headers, payload): &Parts) -> Bytes {
    encode(headers.iter().map(|(name, value)| (name.as_str(), value.borrowed())), payload).unwrap()
}

fn stream() -> impl Strategy<Value = Vec<Bytes>> {
    // The headers that Bedrock sends have a way of their own through the decoder.
    let usual = "[a-z]{0,20}".prop_map(|payload| chunk_frame(&payload));
    vec(prop_oneof![parts().prop_map(|parts| encode_parts(&parts)), usual], 1..5)
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(parts in parts()) {
        let (messages, end) = decode([&encode_parts(&parts)[..]]);
        prop_assert_eq!(end, Ok(()));
        prop_assert_eq!(messages.len(), 1);
        prop_assert_eq!(&messages[0].payload, &parts.1);
        let headers: Vec<_> = messages[0].headers.iter().collect();
        let expected: Vec<_> = parts.0.iter().map(|(name, value)| (name.as_str(), value.borrowed())).collect();
        prop_assert_eq!(headers, expected);
    }

    #[test]
    fn chunking_is_irrelevant(frames in stream(), cuts in vec(any::<Index>(), 0..10)) {
        let stream = frames.concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let random = decode(cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]));
        prop_assert_eq!(random.0.len(), frames.len());
        prop_assert_eq!(&random.1, &Ok(()));
        prop_assert_eq!(&decode([&stream[..]]).0, &random.0);
        prop_assert_eq!(&decode(stream.chunks(1)).0, &random.0);
    }

    #[test]
    fn a_prefix_is_whole_only_between_frames(frames in stream(), cut in any::<Index>()) {
        let stream = frames.concat();
        let cut = cut.index(stream.len());
        let (all, _) = decode([&stream[..]]);
        let (messages, end) = decode([&stream[..cut]]);
        prop_assert_eq!(&messages[..], &all[..messages.len()]);
        let whole: usize = frames[..messages.len()].iter().map(Bytes::len).sum();
        match end {
            Ok(()) => prop_assert_eq!(cut, whole),
            Err(DecodeError::Truncated { at, received, .. }) => {
                prop_assert_eq!((at.frame, at.offset), (messages.len() as u64, whole as u64));
                prop_assert_eq!(received, cut - whole);
                prop_assert!(received > 0);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn a_flipped_bit_never_gives_another_message(frames in stream(), bit in any::<Index>()) {
        let mut stream = frames.concat();
        let (all, _) = decode([&stream[..]]);
        let bit = bit.index(stream.len() * 8);
        stream[bit / 8] ^= 1 << (bit % 8);
        let (messages, end) = decode([&stream[..]]);
        prop_assert!(messages.len() < all.len());
        prop_assert_eq!(&messages[..], &all[..messages.len()]);
        prop_assert!(matches!(end, Err(DecodeError::Corrupt { .. })), "{:?}", end);
    }

    #[test]
    fn arbitrary_bytes_never_panic(chunks in vec(vec(any::<u8>(), 0..40), 0..6)) {
        let (messages, _) = decode(chunks.iter().map(Vec::as_slice));
        prop_assert!(messages.is_empty(), "no checksum is right by chance");
    }

    /// Behind the checksums: the lengths and header bytes are anything, and what is decoded can be read.
    #[test]
    fn arbitrary_frames_with_right_checksums_never_panic(
        body in vec(any::<u8>(), 0..60),
        headers in 0_u32..70,
        total_off_by in prop_oneof![Just(0_u32), any::<u32>()],
    ) {
        let mut frame = [&[0; 12][..], &body, &[0; 4]].concat();
        let total = (frame.len() as u32).wrapping_add(total_off_by);
        frame[..4].copy_from_slice(&total.to_be_bytes());
        frame[4..8].copy_from_slice(&headers.to_be_bytes());
        repair_checksums(&mut frame);
        let (messages, _) = decode([&frame[..]]);
        for message in messages {
            prop_assert!(message.headers.iter().all(|(name, value)| message.headers.get(name) == Some(value)));
            prop_assert!(message.payload.len() <= body.len());
        }
    }

    #[test]
    fn valid_streams_are_read_as_the_aws_sdk_reads_them(frames in stream()) {
        let stream = frames.concat();
        let mut buffer = BytesMut::from(&stream[..]);
        let mut oracle = MessageFrameDecoder::new();
        for message in decode(stream.chunks(7)).0 {
            let DecodedFrame::Complete(expected) = oracle.decode_frame(&mut buffer).unwrap() else {
                return Err(TestCaseError::fail("the oracle has fewer frames"));
            };
            prop_assert_eq!(&message.payload, expected.payload());
            prop_assert_eq!(message.headers.iter().count(), expected.headers().len());
            for ((name, value), expected) in message.headers.iter().zip(expected.headers()) {
                prop_assert_eq!(name, expected.name().as_str());
                prop_assert!(same(value, expected.value()), "{:?} {:?}", value, expected.value());
            }
        }
        prop_assert!(buffer.is_empty());
    }
}

fn same(ours: HeaderValue<'_>, theirs: &smithy::HeaderValue) -> bool {
    match ours {
        HeaderValue::Bool(value) => theirs.as_bool() == Ok(value),
        HeaderValue::Byte(value) => theirs.as_byte() == Ok(value),
        HeaderValue::Int16(value) => theirs.as_int16() == Ok(value),
        HeaderValue::Int32(value) => theirs.as_int32() == Ok(value),
        HeaderValue::Int64(value) => theirs.as_int64() == Ok(value),
        HeaderValue::Bytes(value) => theirs.as_byte_array().is_ok_and(|theirs| theirs == value),
        HeaderValue::String(value) => theirs.as_string().is_ok_and(|theirs| theirs.as_str() == value),
        HeaderValue::Timestamp(value) => {
            theirs.as_timestamp().is_ok_and(|theirs| theirs.to_millis().unwrap() == value)
        }
        HeaderValue::Uuid(value) => theirs.as_uuid() == Ok(u128::from_be_bytes(value)),
    }
}

const GOLDEN_ERROR: &str = "00000039000000298ba19df20d3a6d6573736167652d747970650700056572726f720b3a6572726f722d636f64650700\
    04476f6e65c436e792";
const GOLDEN_CHUNK: &str = "000000750000004bb51e28ce0b3a6576656e742d747970650700056368756e6b0d3a636f6e74656e742d747970650700\
    106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b226279746573223a\
    226533303d222c2270223a22616263227d8bcd2fab";
