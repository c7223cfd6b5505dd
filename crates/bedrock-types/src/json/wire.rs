//! Types of the wire read from JSON text and written as it, without serde between.
//!
//! The texts are the same; what serde's data model takes on the way is left out. Which types can be read and written is not here: all
//! that are declared by the macros of this folder.

use std::io::Write;

use super::{
    JsonError,
    object::{WireObject, Written},
    read::read_slice,
    text::plain_length,
    value::{View, WireValue},
};

/// A type that stands for JSON, or a list of them: every one of this crate that goes over the wire.
///
/// What serde_json reads and writes is the same. This is for who does it for each of many requests.
///
/// ```
/// use bedrock_types::json::Wire;
/// use bedrock_types::MessageCreateParams;
///
/// let params = MessageCreateParams::from_json(br#"{"model":"m","max_tokens":1,"messages":[]}"#)?;
/// let mut json = Vec::new();
/// params.write_json(&mut json);
/// assert_eq!(json, serde_json::to_vec(&params).unwrap());
/// # Ok::<(), bedrock_types::JsonError>(())
/// ```
pub trait Wire: Sized {
    /// Reads a whole text.
    ///
    /// # Errors
    ///
    /// The bytes are not JSON, or not this type.
    fn from_json(json: &[u8]) -> Result<Self, JsonError>;

    /// Adds the value to a text.
    fn write_json(&self, json: &mut Vec<u8>);
}

impl<T: WireValue> Wire for T {
    fn from_json(json: &[u8]) -> Result<Self, JsonError> {
        read_slice(json)
    }

    fn write_json(&self, json: &mut Vec<u8>) {
        write(json, self.view());
    }
}

pub(crate) fn write(json: &mut Vec<u8>, view: View<'_>) {
    match view {
        View::Null => json.extend_from_slice(b"null"),
        View::Truth(true) => json.extend_from_slice(b"true"),
        View::Truth(false) => json.extend_from_slice(b"false"),
        // Whole numbers too: `write!` takes several times as long.
        View::Whole(number) => serde_json::to_writer(json, &number).expect("a number has a form in JSON"),
        View::Number(number) => serde_json::to_writer(json, &number).expect("a number has a form in JSON"),
        View::Text(text) | View::UnknownText(text) => quote(json, text),
        View::Raw(raw) => json.extend_from_slice(raw.as_str().as_bytes()),
        View::UnknownObject(unknown) => json.extend_from_slice(unknown.raw.as_str().as_bytes()),
        View::Items(items) => {
            json.push(b'[');
            let mut index = 0;
            while let Some(item) = items.item(index) {
                if index > 0 {
                    json.push(b',');
                }
                write(json, item);
                index += 1;
            }
            json.push(b']');
        }
        View::Object(object) => {
            let mut members = Members::begin(json);
            members.write_all(object, &[]);
            members.end();
        }
        View::Member(union) => {
            let (name, value) = union.written();
            let mut members = Members::begin(json);
            members.write(name, value);
            members.end();
        }
        View::Members(all) | View::UnknownMembers(all) => {
            let mut members = Members::begin(json);
            all.iter().for_each(|(name, value)| members.write(name, View::Raw(value)));
            members.end();
        }
    }
}

/// An object that is being written.
pub(crate) struct Members<'a> {
    json: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn begin(json: &'a mut Vec<u8>) -> Self {
        json.push(b'{');
        Self { json, is_first: true }
    }

    /// Writes every member of an object but those in `except`, so that an envelope can write its own beside them.
    pub(crate) fn write_all(&mut self, object: &dyn WireObject, except: &[&str]) {
        object.each_written(&mut |member| match member {
            Written::Typed(name, _) | Written::Untyped(name, _) if except.contains(&name) => {}
            Written::Typed(name, value) => self.write_plain(name, value),
            Written::Untyped(name, value) => self.write(name, View::Raw(value)),
        });
    }

    pub(crate) fn write(&mut self, name: &str, value: View<'_>) {
        if !std::mem::take(&mut self.is_first) {
            self.json.push(b',');
        }
        quote(self.json, name);
        self.json.push(b':');
        write(self.json, value);
    }

    /// The same for a name in which nothing is to be escaped.
    fn write_plain(&mut self, name: &str, value: View<'_>) {
        let begin: &[u8] = if std::mem::take(&mut self.is_first) { b"\"" } else { b",\"" };
        self.json.extend_from_slice(begin);
        self.json.extend_from_slice(name.as_bytes());
        self.json.extend_from_slice(b"\":");
        write(self.json, value);
    }

    pub(crate) fn end(self) {
        self.json.push(b'}');
    }
}

/// Writes a text with the escapes that serde_json has.
pub(crate) fn quote(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    let mut rest = text.as_bytes();
    while let Some((plain, [special, behind @ ..])) = rest.split_at_checked(plain_length(rest)) {
        json.extend_from_slice(plain);
        let escape = match special {
            b'"' | b'\\' => *special,
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0x08 => b'b',
            0x0c => b'f',
            _ => b'u',
        };
        json.extend_from_slice(&[b'\\', escape]);
        if escape == b'u' {
            write!(json, "{special:04x}").expect("a vector takes all");
        }
        rest = behind;
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Wire, quote};
    use crate::{
        ContentBlock, ExtraFields, InvokeModelBody, MessageCreateParams, MessageStreamEvent, MessagesBody,
        RawJson,
    };

    proptest! {
        #[test]
        fn a_text_is_what_serde_json_writes(text in "[ -~\u{0}-\u{1f}é😀\"\\\\]{0,80}") {
            let mut json = Vec::new();
            quote(&mut json, &text);
            prop_assert_eq!(String::from_utf8(json).ok(), serde_json::to_string(&text).ok());
        }
    }

    #[test]
    fn a_value_is_what_serde_json_reads_and_writes() {
        fn check<T: Wire + serde::Serialize + serde::de::DeserializeOwned>(text: &str) {
            let read = T::from_json(text.as_bytes()).expect(text);
            let mut json = Vec::new();
            read.write_json(&mut json);
            let json = String::from_utf8(json).expect("a text");
            let by_serde: T = serde_json::from_str(text).expect(text);
            assert_eq!(json, serde_json::to_string(&by_serde).expect(text));
        }
        check::<MessageCreateParams>(
            r#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a\nb"},{"role":"assistant",
                "content":[{"type":"text","text":"\u0001"},{"type":"brand_new","x":[ 1 ]}]}],"temperature":0.5,
                "top_p":1,"stop_sequences":[],"new\"one":{"a": null}}"#,
        );
        check::<Vec<ContentBlock>>(
            r#"[{"type":"tool_use","id":"a","name":"b","input":{"n": 1.0e2}},{"type":"tool_result",
                "tool_use_id":"a","is_error":true,"content":"c"}]"#,
        );
        check::<MessageStreamEvent>(r#"{"type":"content_block_stop","index":3}"#);
        check::<ExtraFields>(r#"{"b":1,"a":"\u00e9"}"#);
        check::<RawJson>("[1, 2]");
        assert!(MessageCreateParams::from_json(b"{}").is_err());
        assert!(RawJson::from_json(b"1 1").is_err());
    }

    #[test]
    fn an_envelope_is_what_serde_json_writes() {
        let params = MessageCreateParams::new("m", 1).user("a\nb").beta("c").anthropic_version("2023-06-01");
        let mut json = Vec::new();
        InvokeModelBody(&params).write_json(&mut json);
        assert_eq!(json, serde_json::to_vec(&InvokeModelBody(&params)).expect("JSON"));
        for body in [MessagesBody::new(&params), MessagesBody::streaming(&params).model("n")] {
            json.clear();
            body.write_json(&mut json);
            assert_eq!(json, serde_json::to_vec(&body).expect("JSON"));
        }
    }
}
