//! Numbers that are written as they came.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

/// A number that may have a fraction, and remembers whether it was written with one: `1` and `1.0` are the same to a
/// program and different JSON.
///
/// ```
/// use bedrock_types::MessageCreateParams;
///
/// let params = MessageCreateParams::new("m", 1).temperature(1).top_p(0.5);
/// let json = serde_json::to_string(&params).unwrap();
/// assert!(json.ends_with(r#""temperature":1,"top_p":0.5}"#), "{json}");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Number {
    value: f64,
    /// Without a fraction, and exact as a float.
    whole: bool,
}

impl Number {
    /// The value; what a caller made of NaN or infinity is here, and has no JSON form.
    pub fn get(self) -> f64 {
        self.value
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self { value, whole: false }
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self { value: value.into(), whole: true }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A whole number was read from or made of an integer that a float holds exactly.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        if self.whole {
            serializer.serialize_i64(self.value as i64)
        } else {
            serializer.serialize_f64(self.value)
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;

        impl Visitor<'_> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
                Ok(value.into())
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
                i32::try_from(value).map(Number::from).map_err(|_| E::custom("an integer beyond all use"))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
                i32::try_from(value).map(Number::from).map_err(|_| E::custom("an integer beyond all use"))
            }
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}
