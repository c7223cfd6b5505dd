//! Events whatever the pieces, limits, and cut streams.

use proptest::prelude::*;

use super::*;

type Pairs = Vec<(Option<String>, String)>;

/// All events of a stream given in these chunks, and how it ended.
fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Pairs, Result<(), DecodeError>) {
    let mut decoder = SseDecoder::new();
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_event() {
                Ok(Some(SseEvent { event, data })) => {
                    events.push((event, String::from_utf8(data.to_vec()).unwrap()));
                }
                Ok(None) => break,
                Err(error) => return (events, Err(error)),
            }
        }
    }
    assert_eq!(decoder.events_decoded(), events.len() as u64);
    (events, decoder.finish())
}

#[test]
fn lines_fields_and_blank_lines_are_read_as_the_standard_says() {
    for (stream, expected) in [
        ("", &[][..]),
        ("data: a\n\n", &[(None, "a")]),
        ("data:a\n\n", &[(None, "a")]),
        ("data:  a\n\n", &[(None, " a")]),
        ("data\n\n", &[(None, "")]),
        ("data: a\ndata\ndata: b\n\n", &[(None, "a\n\nb")]),
        ("event: x\ndata: a\n\n", &[(Some("x"), "a")]),
        ("data: a\nevent: x\n\ndata: b\n\n", &[(Some("x"), "a"), (None, "b")]),
        ("event: x\nevent:\ndata: a\n\n", &[(None, "a")]),
        ("event: x\n\ndata: a\n\n", &[(None, "a")]),
        ("data: a\r\rdata: b\r\n\r\ndata: c\n\n", &[(None, "a"), (None, "b"), (None, "c")]),
        ("\u{feff}data: a\n\n", &[(None, "a")]),
        ("\u{feff}\n\u{feff}data: a\n\n", &[]),
        (": comment\n\n:\n\ndata: a\n: in between\nid: 7\nretry: 1\nother\n\n", &[(None, "a")]),
        ("data: a: b\n\n", &[(None, "a: b")]),
        ("Data: a\n\n", &[]),
        ("data: ü€\n\n", &[(None, "ü€")]),
    ] {
        let (events, end) = decode([stream.as_bytes()]);
        let events: Vec<_> = events.iter().map(|(event, data)| (event.as_deref(), data.as_str())).collect();
        assert_eq!(events, expected, "{stream:?}");
        assert_eq!(end, Ok(()), "{stream:?}");
    }
}

#[test]
fn a_stream_that_ends_inside_an_event_is_truncated() {
    for (stream, frame, offset, received) in [
        ("data: a\n", 0, 0, 8),
        ("data\n", 0, 0, 5),
        ("event: x\n", 0, 0, 9),
        ("da", 0, 0, 2),
        ("data: a\n\ndata: bc", 1, 9, 8),
    ] {
        let at = Position { frame, offset };
        let end = decode([stream.as_bytes()]).1;
        assert_eq!(end, Err(DecodeError::Truncated { at, received, announced: None }), "{stream:?}");
    }
}

#[test]
fn data_in_one_chunk_is_not_copied() {
    let chunk = Bytes::from(b"data: abc\n\n".to_vec());
    let mut decoder = SseDecoder::new();
    decoder.push(chunk.clone());
    assert_eq!(decoder.next_event().unwrap().unwrap().data.as_ptr(), chunk.slice(6..).as_ptr());
}

#[test]
fn what_is_held_of_an_event_has_a_limit_and_the_error_stays() {
    let long_line = format!("data: {}", "a".repeat(200));
    let many_lines = "data: 0123456789\n".repeat(20);
    for stream in [long_line, many_lines] {
        let mut decoder = SseDecoder::with_limit(100);
        decoder.push(stream.into());
        let error = decoder.next_event().unwrap_err();
        assert!(matches!(error, DecodeError::TooLarge { limit: 100, announced: 101.., .. }), "{error}");
        decoder.push("data: a\n\n".into());
        assert_eq!(decoder.next_event(), Err(error.clone()));
        assert_eq!(decoder.finish(), Err(error));
    }
    let mut decoder = SseDecoder::with_limit(100);
    decoder.push(format!("data: {}\n\n", "a".repeat(100)).into());
    assert_eq!(decoder.next_event().unwrap().unwrap().data.len(), 100);
    decoder.push(": ping\n".repeat(1000).into());
    assert_eq!(decoder.next_event(), Ok(None));
}

#[test]
fn an_error_event_keeps_its_name_and_its_data() {
    let (events, end) = decode([&b"event: error\ndata: {\"type\":\"error\"}\n\n"[..]]);
    assert_eq!(events, [(Some("error".to_owned()), r#"{"type":"error"}"#.to_owned())]);
    assert_eq!(end, Ok(()));
}

#[test]
fn a_byte_order_mark_and_line_ends_may_be_cut_anywhere() {
    let stream = "\u{feff}event: x\r\ndata: a\r\ndata: b\r\n\r\n\r\ndata: c\r\r".as_bytes();
    let expected = [(Some("x".to_owned()), "a\nb".to_owned()), (None, "c".to_owned())];
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let (events, end) = decode([&stream[..first], &stream[first..second], &stream[second..]]);
            assert_eq!(events, expected, "{first} {second}");
            assert_eq!(end, Ok(()));
        }
    }
}

#[test]
fn a_line_of_8_mib_in_small_chunks_comes_out_whole() {
    let text = "x".repeat(8 * 1024 * 1024);
    let stream = format!("data: {text}\n\n");
    let (events, end) = decode(stream.as_bytes().chunks(1000));
    assert_eq!((events.len(), end), (1, Ok(())));
    assert!(events[0].1 == text);
}

#[test]
fn twenty_thousand_events_come_out_however_they_are_cut() {
    let stream = "event: e\ndata: {}\n\n".repeat(20_000);
    for size in [7, 1000, stream.len()] {
        let (events, end) = decode(stream.as_bytes().chunks(size));
        assert_eq!((events.len(), end), (20_000, Ok(())));
    }
}

#[test]
fn an_event_name_that_is_not_utf8_is_corrupt() {
    let reason = Corruption::Utf8;
    let (_, end) = decode([&b"event: \xff\n\n"[..]]);
    assert_eq!(end, Err(DecodeError::Corrupt { at: Position::default(), reason }));
}

/// Streams with everything in them that a line can be.
fn stream() -> impl Strategy<Value = String> {
    let line =
        prop::sample::select(vec!["", "data: a", "data", "data:b: ü", "event: x", ": c", "id: 1", "junk"]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let lines = prop::collection::vec((line, end), 0..30);
    (prop::sample::select(vec!["", "\u{feff}"]), lines).prop_map(|(mark, lines)| {
        lines.into_iter().fold(mark.to_owned(), |stream, (line, end)| stream + line + end)
    })
}

proptest! {
    #[test]
    fn chunking_is_irrelevant(stream in stream(), size in 1_usize..9) {
        let whole = decode([stream.as_bytes()]);
        let pieces = decode(stream.as_bytes().chunks(size));
        prop_assert_eq!(&pieces.0, &whole.0);
        prop_assert_eq!(pieces.1, whole.1);
    }

    #[test]
    fn a_prefix_gives_the_first_events_and_is_whole_only_between_events(
        stream in stream(),
        cut in any::<prop::sample::Index>(),
    ) {
        let cut = cut.index(stream.len() + 1);
        let (whole, _) = decode([stream.as_bytes()]);
        let (events, end) = decode([&stream.as_bytes()[..cut]]);
        prop_assert_eq!(&events[..], &whole[..events.len()]);
        if let Err(error) = &end {
            let said = matches!(error, DecodeError::Truncated { at, received: 1.., announced: None }
                if at.frame == events.len() as u64 && at.offset <= cut as u64);
            prop_assert!(said, "{error:?}");
        } else {
            // What is left must decode by itself to what is missing; a LF may still belong to the cut CR.
            let rest = &stream.as_bytes()[cut..];
            prop_assert_eq!(decode([rest]).0, &whole[events.len()..]);
        }
    }

    /// How long an event may be does not depend on how it comes.
    #[test]
    fn the_limit_is_the_same_in_pieces(stream in stream(), limit in 0_usize..6, size in 1_usize..9) {
        let run = |size: usize| {
            let mut decoder = SseDecoder::with_limit(limit);
            let mut events = Vec::new();
            for chunk in stream.as_bytes().chunks(size) {
                decoder.push(Bytes::copy_from_slice(chunk));
                while let Ok(Some(event)) = decoder.next_event() {
                    assert!(event.data.len() <= limit);
                    events.push(event);
                }
            }
            (events, decoder.next_event().map_err(|error| std::mem::discriminant(&error)))
        };
        prop_assert_eq!(run(size), run(usize::MAX));
    }

    #[test]
    fn arbitrary_bytes_never_panic(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20)) {
        let mut decoder = SseDecoder::with_limit(40);
        for chunk in chunks {
            decoder.push(chunk.into());
            while let Ok(Some(event)) = decoder.next_event() {
                prop_assert!(event.data.len() <= 40 + OVERHEAD);
            }
        }
    }
}
