//! JSON kept as its text.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
    ser::SerializeStruct,
};
use serde_json::value::RawValue;

use super::{
    JsonError,
    from_serde::{JsonText, RAW_VALUE},
    read,
    value::{View, WireValue},
};

/// One JSON value as the text it came in: valid JSON, byte for byte, parsed when you ask.
///
/// Tool input and everything this crate has no type for is kept like this, so that history goes back to Bedrock
/// exactly as Bedrock wrote it.
///
/// ```
/// use bedrock_types::RawJson;
///
/// let raw = RawJson::parse(r#"{"n": 1.0e2}"#)?;
/// assert_eq!(raw.as_str(), r#"{"n": 1.0e2}"#);
/// let parsed: std::collections::BTreeMap<String, f64> = raw.to()?;
/// assert_eq!(parsed["n"], 100.0);
/// # Ok::<(), bedrock_types::JsonError>(())
/// ```
// None is `null`, so that there is one that costs nothing. The text is shared, so that a copy costs nothing either.
#[derive(Clone)]
pub struct RawJson(Option<Arc<str>>);

impl RawJson {
    /// Takes JSON text; white space around the value is dropped.
    ///
    /// # Errors
    ///
    /// The text is not one JSON value.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, JsonError> {
        Self::parse_text(text.as_ref())
    }

    fn parse_text(text: &str) -> Result<Self, JsonError> {
        match serde_json::from_str(text) {
            Ok(raw) => Ok(Self::from_borrowed(raw)),
            Err(error) => Err(JsonError::new(&error, text.as_bytes())),
        }
    }

    /// The JSON of any value that serde can write.
    ///
    /// # Errors
    ///
    /// The value has no JSON form, like a map whose keys are not texts.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Result<Self, JsonError> {
        match serde_json::to_string(value) {
            Ok(json) => Ok(Self(Some(json.into()))),
            Err(error) => Err(JsonError::new(&error, b"")),
        }
    }

    /// The JSON of a value of this crate: as [`of`](Self::of), which is compiled for each type.
    pub(crate) fn written(value: &impl WireValue) -> Result<Self, JsonError> {
        Self::of_view(value.view())
    }

    pub(crate) fn of_view(view: View<'_>) -> Result<Self, JsonError> {
        Self::of(&view)
    }

    /// `null`
    pub(crate) fn null() -> Self {
        Self(None)
    }

    /// A text as JSON.
    pub(crate) fn text(text: &str) -> Self {
        Self(Some(super::union::quoted(text).into()))
    }

    /// Keeps what serde_json found to be JSON.
    pub(crate) fn from_borrowed(raw: &RawValue) -> Self {
        Self(Some(raw.get().into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Some(text) => text,
            None => "null",
        }
    }

    /// Parses the text into `T`.
    ///
    /// # Errors
    ///
    /// The value is not a `T`; the error names the path.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        super::from_slice(self.as_str().as_bytes())
    }

    /// Parses the text into a type of this crate: as [`to`](Self::to), without serde between.
    pub(crate) fn read<T: WireValue>(&self) -> Result<T, JsonError> {
        read::read_str(self.as_str())
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for RawJson {
    /// Equal text, not equal value: `1` and `1.0` differ here as they do on the wire.
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
        raw.serialize_field(RAW_VALUE, self.as_str())?;
        raw.end()
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = JsonText::deserialize(deserializer)?.0;
        Self::parse_text(&json).map_err(de::Error::custom)
    }
}
