//! Numbers that are written as they came.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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
pub struct Number(Form);

/// How it is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Without a fraction. A wider integer than 64 bits is a float, as it is to serde_json.
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Number {
    /// The value, for integers beyond 2^53 the nearest one; what a caller made of NaN or infinity is here, and has no JSON form.
    #[expect(clippy::cast_precision_loss, reason = "the doc says so")]
    pub fn get(self) -> f64 {
        match self.0 {
            Form::Unsigned(value) => value as f64,
            Form::Signed(value) => value as f64,
            Form::Float(value) => value,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self(Form::Float(value))
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self(Form::Signed(value.into()))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Form::Unsigned(value) => serializer.serialize_u64(value),
            Form::Signed(value) => serializer.serialize_i64(value),
            Form::Float(value) => serializer.serialize_f64(value),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Through serde_json's own number: with its feature `arbitrary_precision`, which any crate of a program turns on for all of
        // it, no other type is told what a number is.
        let number = serde_json::Number::deserialize(deserializer)?;
        let form = (number.as_u64().map(Form::Unsigned))
            .or_else(|| number.as_i64().map(Form::Signed))
            .or_else(|| number.as_f64().map(Form::Float));
        form.map(Self).ok_or_else(|| de::Error::custom("number out of range"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::Number;

    #[test]
    fn every_number_comes_back_as_the_same_json_value() {
        for json in [
            "1",
            "1.0",
            "1e0",
            "-0",
            "-1",
            "0.1",
            "3000000000",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551615",
            "100000000000000000000",
            "5e-324",
        ] {
            let value: Value = serde_json::from_str(json).expect(json);
            let number: Number = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_value(number).ok().as_ref(), Some(&value), "{json}");
            assert_eq!(serde_json::from_value::<Number>(value).ok(), Some(number), "{json}");
        }
        for bad in ["1e400", "01", "+1", "NaN", "\"1\"", "null", ""] {
            assert!(serde_json::from_str::<Number>(bad).is_err(), "{bad}");
        }
    }
}
