//! JSON objects that may hold secrets: session caches, and the answers of services that give out credentials.

use std::fmt;

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

/// A JSON object of which any text may be a secret: zeroized when dropped, silent in `Debug`.
///
/// It is read, looked into and written by those functions of [`Value`] that are not generic, so that serde_json's parser and map are
/// not compiled once more here.
pub(crate) struct SecretJson(Value); // always an object

impl SecretJson {
    /// Reads an object; `None` for anything else. No reason is given, because the parser's may quote the input.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let value: Value = std::str::from_utf8(bytes).ok()?.parse().ok()?;
        value.is_object().then_some(Self(value))
    }

    /// The same as bytes.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_string().into_bytes())
    }

    /// A text that is not blank.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        text(self.0.get(key)?)
    }

    /// A text that is not blank, in an object below this one.
    pub(crate) fn text_in(&self, object: &str, key: &str) -> Option<&str> {
        text(self.0.get(object)?.get(key)?)
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.0.get(key)?.as_u64()
    }

    /// A whole number that is not negative, in an object below this one.
    pub(crate) fn number_in(&self, object: &str, key: &str) -> Option<u64> {
        self.0.get(object)?.get(key)?.as_u64()
    }

    /// Whether there is anything but null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    /// Whether there is a text, be it blank.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(Value::is_string)
    }

    /// Sets a text.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        put(&mut self.0, key, value);
    }

    /// Sets a text in an object below this one, which is there afterwards.
    #[cfg(feature = "aws-login")]
    pub(crate) fn set_in(&mut self, object: &str, key: &str, value: &str) {
        let below = &mut self.0[object];
        if !below.is_object() {
            wipe(below);
            *below = Value::Object(Map::new());
        }
        put(below, key, value);
    }
}

impl Default for SecretJson {
    fn default() -> Self {
        Self(Value::Object(Map::new()))
    }
}

impl<'a, const N: usize> From<[(&'a str, &'a str); N]> for SecretJson {
    fn from(members: [(&'a str, &'a str); N]) -> Self {
        let mut object = Self::default();
        for (key, value) in members {
            object.set(key, value);
        }
        object
    }
}

impl Drop for SecretJson {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.as_object().into_iter().flat_map(Map::keys)).finish()
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Sets a text in an object.
fn put(object: &mut Value, key: &str, text: &str) {
    let place = &mut object[key];
    wipe(place);
    *place = Value::String(text.to_owned());
}

/// The depth is bounded by what the parser takes.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_what_they_must_be_or_nothing() {
        let json = r#"{"text":"a","blank":" ","null":null,"number":7,"negative":-7,"below":{"text":"b","number":8}}"#;
        let object = SecretJson::parse(json.as_bytes()).unwrap();
        assert_eq!(
            ["text", "blank", "null", "number", "gone"].map(|key| object.text(key)),
            [Some("a"), None, None, None, None]
        );
        assert_eq!(["number", "negative", "text"].map(|key| object.number(key)), [Some(7), None, None]);
        assert_eq!((object.text_in("below", "text"), object.text_in("text", "text")), (Some("b"), None));
        assert_eq!(
            (object.number_in("below", "number"), object.number_in("gone", "number")),
            (Some(8), None)
        );
        assert_eq!((object.has("blank"), object.has("null"), object.has("gone")), (true, false, false));
    }

    #[test]
    fn only_objects_are_read() {
        for json in ["", "[]", "\"canary\"", "{\"a\":", "{} {}", "\u{feff}{}"] {
            assert!(SecretJson::parse(json.as_bytes()).is_none(), "{json}");
        }
    }

    #[test]
    fn what_is_not_set_is_kept() {
        let mut object = SecretJson::parse(br#"{"other":[1,{"x":null}],"token":"old"}"#).unwrap();
        object.set("token", "new");
        assert_eq!(*object.to_bytes(), br#"{"other":[1,{"x":null}],"token":"new"}"#);
    }

    #[cfg(feature = "aws-login")]
    #[test]
    fn what_is_not_set_below_is_kept_too() {
        let mut object = SecretJson::parse(br#"{"below":{"other":1,"text":"old"},"text":"x"}"#).unwrap();
        object.set_in("below", "text", "new");
        object.set_in("text", "below", "made");
        assert_eq!(*object.to_bytes(), br#"{"below":{"other":1,"text":"new"},"text":{"below":"made"}}"#);
    }

    #[test]
    fn debug_shows_keys_and_no_values() {
        let object = SecretJson::from([("accessToken", "canary")]);
        assert_eq!(format!("{object:?}"), r#"{"accessToken"}"#);
    }

    #[test]
    fn wiping_reaches_every_text() {
        let mut value: Value = serde_json::from_str(r#"{"a":["canary",{"b":"canary"}],"c":1}"#).unwrap();
        wipe(&mut value);
        assert_eq!(value.to_string(), r#"{"a":["",{"b":""}],"c":1}"#);
    }
}
