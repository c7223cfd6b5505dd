//! The three deltas that a stream is made of and what stands around them, in the form in which the API writes them.
//!
//! Nearly every event of an answer is one of these, and always with the same members in the same order. Comparing those bytes and
//! taking the texts between them costs a fraction of parsing an object of any shape. Whatever differs in any way, be it a space, is
//! not read here but by the types themselves, so this file decides no more than how fast an event is read.

use crate::json::text::{plain_length, unescape};

use super::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, Delta, InputJsonDelta,
    MessageStreamEvent, PingEvent, TextDelta, ThinkingDelta,
};
use crate::messages::{ContentBlock, TextBlock, ThinkingBlock};

/// Reads a delta in its usual form; `None` says nothing of the bytes but that they have another.
pub(super) fn delta(json: &[u8]) -> Option<ContentBlockDeltaEvent> {
    let rest = json.strip_prefix(br#"{"type":"content_block_delta","index":"#)?;
    let (index, rest) = index(rest)?;
    let rest = rest.strip_prefix(br#","delta":{"type":""#)?;
    let (delta, rest) = if let Some(rest) = rest.strip_prefix(br#"text_delta","text":""#) {
        text(rest).map(|(text, rest)| (Delta::Text(TextDelta::new(text)), rest))
    } else if let Some(rest) = rest.strip_prefix(br#"input_json_delta","partial_json":""#) {
        text(rest).map(|(text, rest)| (Delta::InputJson(InputJsonDelta::new(text)), rest))
    } else if let Some(rest) = rest.strip_prefix(br#"thinking_delta","thinking":""#) {
        text(rest).map(|(text, rest)| (Delta::Thinking(ThinkingDelta::new(text)), rest))
    } else {
        None
    }?;
    (rest == b"}}").then(|| ContentBlockDeltaEvent::new(index, delta))
}

/// Reads what begins or ends a block, or a ping, in its usual form.
pub(super) fn around_deltas(json: &[u8]) -> Option<MessageStreamEvent> {
    if let Some(rest) = json.strip_prefix(br#"{"type":"content_block_stop","index":"#) {
        let (index, rest) = index(rest)?;
        return (rest == b"}").then(|| ContentBlockStopEvent::new(index).into());
    }
    if let Some(rest) = json.strip_prefix(br#"{"type":"content_block_start","index":"#) {
        let (index, rest) = index(rest)?;
        let block = empty_block(rest.strip_prefix(br#","content_block":"#)?)?;
        return Some(ContentBlockStartEvent::new(index, block).into());
    }
    (json == br#"{"type":"ping"}"#).then(|| PingEvent::new().into())
}

/// The block that begins, and the end of the event.
fn empty_block(json: &[u8]) -> Option<ContentBlock> {
    match json {
        br#"{"type":"text","text":""}}"# => Some(TextBlock::new("").into()),
        br#"{"type":"thinking","thinking":"","signature":""}}"# => {
            Some(ThinkingBlock::new("").signature("").into())
        }
        _ => None,
    }
}

/// A number of few digits, without zeros in front.
fn index(json: &[u8]) -> Option<(usize, &[u8])> {
    let length = json.iter().take(MAX_DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = json.split_at_checked(length)?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with(b"0")) {
        return None;
    }
    // No overflow: see `MAX_DIGITS`.
    let index = digits.iter().fold(0, |index, digit| index * 10 + usize::from(digit - b'0'));
    Some((index, rest))
}

/// The text up to the closing quote, and what follows that.
fn text(json: &[u8]) -> Option<(String, &[u8])> {
    let (run, rest) = json.split_at_checked(plain_length(json))?;
    let run = std::str::from_utf8(run).ok()?;
    match rest.split_first()? {
        (b'"', rest) => Some((run.to_owned(), rest)),
        // One allocation: the rest of the event is not much longer than the rest of the text.
        (b'\\', _) => unescape(run, rest, json.len()),
        _ => None,
    }
}

/// Fits into 32 bits.
const MAX_DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{around_deltas, delta};
    use crate::messages::MessageStreamEvent;

    const AROUND_DELTAS: [&str; 4] = [
        r#"{"type":"content_block_start","index":12,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        r#"{"type":"content_block_stop","index":7}"#,
        r#"{"type":"ping"}"#,
    ];

    /// The same bytes, read by the types.
    fn general(json: &[u8]) -> Option<MessageStreamEvent> {
        serde_json::from_slice(json).ok()
    }

    fn read(json: &[u8]) -> Option<MessageStreamEvent> {
        delta(json).map(MessageStreamEvent::ContentBlockDelta).or_else(|| around_deltas(json))
    }

    fn usual(kind: &str, text: &str) -> String {
        let member = match kind {
            "text_delta" => "text",
            "input_json_delta" => "partial_json",
            _ => "thinking",
        };
        format!(r#"{{"type":"content_block_delta","index":7,"delta":{{"type":"{kind}","{member}":{text}}}}}"#)
    }

    /// What is read here is what the types read; and the usual form is read here.
    fn check(json: &[u8], is_usual: bool) {
        let event = read(json);
        let shown = String::from_utf8_lossy(json);
        assert_eq!(event.is_some(), is_usual, "{shown}");
        assert!(event.is_none() || event == general(json), "{shown}");
    }

    #[test]
    fn each_delta_in_its_usual_form_is_read() {
        for kind in ["text_delta", "input_json_delta", "thinking_delta"] {
            for text in [
                r#""""#,
                r#""plain, and not a short one: more than one block of it""#,
                r#""wörld 🦀""#,
                r#""\"\\\/\b\f\n\r\t""#,
                r#""\u0041\u00e9\u2014\ud83e\udd80 and on""#,
                "\"\u{7f}\"",
            ] {
                check(usual(kind, text).as_bytes(), true);
            }
        }
    }

    #[test]
    fn what_stands_around_the_deltas_is_read_in_its_usual_form_alone() {
        for json in AROUND_DELTAS {
            check(json.as_bytes(), true);
            for (at, char) in json.char_indices() {
                let (begin, rest) = json.split_at(at);
                check(begin.as_bytes(), false);
                check(format!("{begin}{char}{rest}").as_bytes(), char.is_ascii_digit() && char != '0');
            }
            check(format!("{json} ").as_bytes(), false);
        }
    }

    #[test]
    fn whatever_differs_is_left_to_the_types() {
        for text in [
            r#""\ud83e""#,
            r#""\ud83ex""#,
            r#""\udd80""#,
            r#""\x""#,
            r#""\u00g0""#,
            "\"\n\"",
            "7",
            r#""a"#,
            r#""\"#,
        ] {
            check(usual("text_delta", text).as_bytes(), false);
        }
        let json = usual("text_delta", r#""a""#);
        for (from, to) in [
            (":7,", ":07,"),
            (":7,", ":-7,"),
            (":7,", ":7.0,"),
            (":7,", ":,"),
            (":7,", ":1234567890,"),
            ("}}", ",\"new\":1}}"),
            ("}}", "}} "),
            ("}}", "}}}"),
            ("{\"type", "{ \"type"),
            ("text_delta", "new_delta"),
            ("index", "place"),
        ] {
            check(json.replacen(from, to, 1).as_bytes(), false);
        }
        for cut in 0..json.len() {
            check(&json.as_bytes()[..cut], false);
        }
    }

    proptest! {
        #[test]
        fn texts_are_read_as_the_types_read_them(text in any::<String>(), kind in 0_usize..3) {
            let kind = ["text_delta", "input_json_delta", "thinking_delta"][kind];
            check(usual(kind, &serde_json::to_string(&text).expect("a text")).as_bytes(), true);
        }

        #[test]
        fn changed_bytes_are_read_as_the_types_read_them(
            text in r#"[a-z"\\/ué\n]{0,40}"#,
            changes in proptest::collection::vec((0_usize..200, any::<u8>()), 0..3),
        ) {
            for json in AROUND_DELTAS.map(ToOwned::to_owned).into_iter().chain([usual("text_delta", &format!("\"{text}\""))]) {
                let mut json = json.into_bytes();
                for (at, byte) in &changes {
                    let length = json.len();
                    json[at % length] = *byte;
                }
                if let Some(event) = read(&json) {
                    prop_assert_eq!(Some(event), general(&json));
                }
            }
        }
    }
}
