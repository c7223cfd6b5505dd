//! The envelope around each event of InvokeModelWithResponseStream: `{"bytes":"<base64>","p":"<padding>"}`.
//!
//! The padding hides how long the tokens are and is thrown away. Streams recorded before 2025 lack it.

use std::error::Error;
use std::fmt;
use std::str::Utf8Error;

use serde_json::Value;

/// Opens the envelope and gives back what is in it: one event as JSON text.
///
/// ```
/// use bedrock_transport::event_stream::decode_payload_part;
///
/// let payload = br#"{"bytes":"eyJ0eXBlIjoicGluZyJ9","p":"abcdef"}"#;
/// assert_eq!(decode_payload_part(payload)?, br#"{"type":"ping"}"#);
/// # Ok::<(), bedrock_transport::event_stream::PayloadPartError>(())
/// ```
///
/// # Errors
///
/// [`PayloadPartError`]: the payload is not a JSON object, has no text in `bytes`, or the text is not base64.
pub fn decode_payload_part(payload: &[u8]) -> Result<Vec<u8>, PayloadPartError> {
    let mut event = Vec::new();
    decode_payload_part_into(payload, &mut event)?;
    Ok(event)
}

/// Opens the envelope into `event`, replacing what was there: for many events, one after another, without an allocation each.
///
/// # Errors
///
/// As [`decode_payload_part`]; `event` is then empty.
pub fn decode_payload_part_into(payload: &[u8], event: &mut Vec<u8>) -> Result<(), PayloadPartError> {
    event.clear();
    if usual_form(payload).is_some_and(|text| decode_base64(text, event).is_ok()) {
        return Ok(());
    }
    let text = std::str::from_utf8(payload).map_err(PayloadPartError::Text)?;
    // `parse` is compiled in serde_json; `from_slice` would be once more, here.
    let envelope: Value = text.parse().map_err(PayloadPartError::Json)?;
    let text = envelope.get("bytes").and_then(Value::as_str).ok_or(PayloadPartError::NoBytes)?;
    decode_base64(text.as_bytes(), event)
}

/// What should be the base64 text, if the payload is byte for byte as AWS writes it.
///
/// When it is base64 indeed, the payload is legal JSON without having been parsed as such: neither base64 nor padding has
/// a character that means anything in a JSON string.
fn usual_form(payload: &[u8]) -> Option<&[u8]> {
    let rest = payload.strip_prefix(br#"{"bytes":""#)?;
    let (text, rest) = rest.split_at_checked(memchr::memchr(b'"', rest)?)?;
    if rest == br#""}"# {
        return Some(text);
    }
    let padding = rest.strip_prefix(br#"","p":""#)?.strip_suffix(br#""}"#)?;
    is_plain(padding).then_some(text)
}

/// Whether text has no character that means anything in a JSON string, and none beyond ASCII.
fn is_plain(text: &[u8]) -> bool {
    // Every byte of a block is looked at, even after a wrong one: the compiler makes that one step for all.
    fn all(block: &[u8]) -> bool {
        block
            .iter()
            .fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~') & !matches!(byte, b'"' | b'\\'))
    }
    let (blocks, rest) = text.as_chunks::<16>();
    // The last block overlaps the one before it.
    blocks.iter().all(|block| all(block))
        && text.last_chunk::<16>().map_or_else(|| all(rest), |last| all(last))
}

fn decode_base64(text: &[u8], event: &mut Vec<u8>) -> Result<(), PayloadPartError> {
    base64_simd::STANDARD.decode_append(text, event).map_err(|_| PayloadPartError::Base64)
}

/// The payload is not the envelope it should be.
#[derive(Debug)]
#[non_exhaustive]
pub enum PayloadPartError {
    /// It is not UTF-8.
    Text(Utf8Error),
    /// It is not JSON.
    Json(serde_json::Error),
    /// It is not an object with text in `bytes`.
    NoBytes,
    /// The text in `bytes` is not base64.
    Base64,
}

impl fmt::Display for PayloadPartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "the payload is not UTF-8",
            Self::Json(_) => "the payload is not JSON",
            Self::NoBytes => "the payload has no `bytes`",
            Self::Base64 => "the payload's `bytes` are not base64",
        })
    }
}

impl Error for PayloadPartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Text(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::NoBytes | Self::Base64 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_legal_json_of_the_envelope_is_opened() {
        for payload in [
            r#"{"bytes":"aGk/Pz8="}"#,
            r#"{"bytes":"aGk/Pz8=","p":"abcXYZ019"}"#,
            r#"{"bytes":"aGk/Pz8=","p":""}"#,
            r#"{"p":"abc","bytes":"aGk/Pz8="}"#,
            "{ \"bytes\" : \"aGk/Pz8=\" ,\n\"p\":\"a\" } ",
            r#"{"bytes":"aGk\/Pz8=","p":"a"}"#,
            r#"{"bytes":"\u0061Gk/Pz8="}"#,
            r#"{"bytes":"aGk/Pz8=","p":"with \"quotes\""}"#,
            r#"{"bytes":"aGk/Pz8=","q":[1,{"bytes":2}]}"#,
        ] {
            assert_eq!(decode_payload_part(payload.as_bytes()).unwrap(), b"hi???", "{payload}");
        }
        assert_eq!(decode_payload_part(br#"{"bytes":""}"#).unwrap(), b"");
    }

    #[test]
    fn what_is_wrong_with_an_envelope_is_told_apart() {
        for payload in [
            "",
            "<html>",
            r#"{"bytes":"aGk="#,
            r#"{"bytes":"aGk="#,
            r#"{"bytes":"aGk=""#,
            r#"{"bytes":"aGk="]"#,
            r#"{"bytes":"aGk="}}"#,
            r#"{"bytes":"aGk=","p":"a"b"}"#,
            r#"{"bytes":"aGk=","p":"a\"}"#,
            r#"{"bytes":"aGk=","p":"a"} x"#,
            "{\"bytes\":\"aGk=\",\"p\":\"a\n\"}",
        ] {
            assert!(
                matches!(decode_payload_part(payload.as_bytes()), Err(PayloadPartError::Json(_))),
                "{payload}"
            );
        }
        for payload in ["{}", "[]", "1", r#"{"bytes":7}"#, r#"{"p":"aGk="}"#, r#"{"bytes":null}"#] {
            assert!(
                matches!(decode_payload_part(payload.as_bytes()), Err(PayloadPartError::NoBytes)),
                "{payload}"
            );
        }
        for payload in
            [r#"{"bytes":"aGk"}"#, r#"{"bytes":"a-_k"}"#, r#"{"bytes":"aGk=\n"}"#, r#"{"bytes":"ü"}"#]
        {
            assert!(
                matches!(decode_payload_part(payload.as_bytes()), Err(PayloadPartError::Base64)),
                "{payload}"
            );
        }
    }

    #[test]
    fn what_is_no_text_or_too_deep_is_no_json() {
        let deep = format!(r#"{{"bytes":"aGk=","q":{}"#, "[".repeat(5000));
        assert!(matches!(decode_payload_part(deep.as_bytes()), Err(PayloadPartError::Json(_))));
        for payload in [&b"{\"bytes\":\"\xff\"}"[..], b"{\"bytes\":\"aGk=\",\"p\":\"\xff\"}"] {
            assert!(matches!(decode_payload_part(payload), Err(PayloadPartError::Text(_))));
        }
    }

    #[test]
    fn a_buffer_has_the_last_event_and_nothing_after_an_error() {
        let mut event = b"from before".to_vec();
        decode_payload_part_into(br#"{"bytes":"aGk="}"#, &mut event).unwrap();
        assert_eq!(event, b"hi");
        for payload in ["{}", r#"{"bytes":"aGk=aGk="}"#, r#"{"bytes":"aGk=","p":"\"}"#] {
            event = b"from before".to_vec();
            decode_payload_part_into(payload.as_bytes(), &mut event).unwrap_err();
            assert!(event.is_empty(), "{payload}");
        }
    }

    #[test]
    fn padding_of_any_length_is_looked_at_to_its_end() {
        for length in 0..70 {
            let plain = "p".repeat(length);
            assert!(is_plain(plain.as_bytes()));
            for (at, wrong) in
                (0..length).flat_map(|at| [b'"', b'\\', 0x1f, 0x7f, 0x80].map(|wrong| (at, wrong)))
            {
                let mut text = plain.clone().into_bytes();
                text[at] = wrong;
                assert!(!is_plain(&text), "{wrong} at {at} of {length}");
            }
        }
    }

    proptest! {
        /// Taking the short way never changes the answer: it is that of a JSON parser, on well-formed envelopes and on
        /// ones with a byte replaced.
        #[test]
        fn the_short_way_gives_what_the_long_way_gives(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            padding in "[a-zA-Z0-9]{0,20}",
            damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let text = base64_simd::STANDARD.encode_to_string(&bytes);
            let mut payload = format!(r#"{{"bytes":"{text}","p":"{padding}"}}"#).into_bytes();
            match damage {
                Some((index, byte)) => {
                    let index = index.index(payload.len());
                    payload[index] = byte;
                }
                None => prop_assert_eq!(decode_payload_part(&payload).unwrap(), bytes),
            }
            let long_way = serde_json::from_slice::<Value>(&payload)
                .ok()
                .and_then(|envelope| Some(envelope.get("bytes")?.as_str()?.to_owned()))
                .and_then(|text| base64_simd::STANDARD.decode_to_vec(text).ok());
            prop_assert_eq!(decode_payload_part(&payload).ok(), long_way);
        }
    }
}
