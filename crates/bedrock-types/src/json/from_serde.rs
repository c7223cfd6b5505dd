//! How serde reads the types that are read from JSON: it hands out a value's text, and that is read.
//!
//! So nothing but this is compiled for each of serde's deserializers. What serde_json hands out is byte for byte what came.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::{
    read::read_into,
    union::quoted,
    value::{Place, WireValue},
};

/// What [`Deserialize`] does for a type that is read from JSON.
pub(crate) fn deserialize<'de, T: WireValue, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::blank();
    // The outermost level is taken apart here, so that serde_json knows the place of an error.
    deserializer.deserialize_any(Outermost(value.place()))?;
    Ok(value)
}

struct Outermost<'a>(Place<'a>);

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut json = String::from("{");
        while let Some((name, value)) = map.next_entry::<Cow<'_, str>, JsonText<'_>>()? {
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(&quoted(&name));
            json.push(':');
            json.push_str(&value.0);
        }
        json.push('}');
        read(self.0, &json)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut json = String::from("[");
        while let Some(value) = seq.next_element::<JsonText<'_>>()? {
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(&value.0);
        }
        json.push(']');
        read(self.0, &json)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        read(self.0, &quoted(text))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        read(self.0, &Value::from(value).to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        read(self.0, &Value::from(value).to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        read(self.0, &Value::from(value).to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        read(self.0, &Value::from(value).to_string())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        read(self.0, "null")
    }
}

/// The path goes into the message: what passes through serde has none of its own, and [`JsonError`](super::JsonError) finds it there.
fn read<E: de::Error>(place: Place<'_>, json: &str) -> Result<(), E> {
    read_into(place, json).map_err(|error| E::custom(error.with_quoted_path()))
}

/// A value as its JSON text: from serde_json as it came, borrowed where it can be lent, and from other formats in JSON's words.
pub(crate) struct JsonText<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for JsonText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, TextVisitor)
    }
}

/// The name under which serde_json hands out the text of a value, as it does for its `RawValue`. To other deserializers this is a newtype
/// like any other, and they hand out the value itself. A struct of this name with one text of this name is what serde_json writes as it is.
pub(crate) const RAW_VALUE: &str = "$serde_json::private::RawValue";

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = JsonText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<Cow<'_, str>>()? {
            Some(name) if name == RAW_VALUE => map.next_value::<Lent<'_>>().map(|lent| JsonText(lent.0)),
            Some(name) => {
                let first = map.next_value::<Value>()?;
                let mut members =
                    serde_json::Map::<String, Value>::deserialize(MapAccessDeserializer::new(map))?;
                members.entry(name).or_insert(first);
                Ok(text_of(members))
            }
            None => Ok(JsonText(Cow::Borrowed("{}"))),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer).map(text_of)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(text_of)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text_of(text))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(text_of(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(text_of(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(text_of(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(text_of(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(text_of(()))
    }
}

fn text_of<'de>(value: impl Into<Value>) -> JsonText<'de> {
    JsonText(Cow::Owned(value.into().to_string()))
}

/// A text, borrowed where the deserializer can lend it.
struct Lent<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Lent<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(LentVisitor)
    }
}

struct LentVisitor;

impl<'de> Visitor<'de> for LentVisitor {
    type Value = Lent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Lent(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Lent(Cow::Owned(text)))
    }
}
