//! Reading whole texts.

use super::{
    JsonError,
    reader::{Envelope, Reader},
    value::{Place, WireValue, filled},
};

/// Reads a whole text.
pub(crate) fn read_str<T: WireValue>(json: &str) -> Result<T, JsonError> {
    filled(&mut |place| read_into(place, json))
}

/// Reads a whole text given as bytes.
pub(crate) fn read_slice<T: WireValue>(json: &[u8]) -> Result<T, JsonError> {
    read_str(super::as_text(json)?)
}

/// Reads a whole text into a place.
pub(crate) fn read_into(place: Place<'_>, json: &str) -> Result<(), JsonError> {
    read_all(place, Reader::new(json), json)
}

/// Reads a whole text, an object in an envelope, into a place.
pub(crate) fn read_enveloped(
    place: Place<'_>,
    json: &[u8],
    envelope: &Envelope<'_>,
) -> Result<(), JsonError> {
    let json = super::as_text(json)?;
    read_all(place, Reader::enveloped(json, envelope), json)
}

fn read_all(place: Place<'_>, mut reader: Reader<'_>, json: &str) -> Result<(), JsonError> {
    let read = reader.fill(place).and_then(|()| reader.end());
    read.map_err(|error| JsonError::misread(error, json.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::read_str;
    use crate::json::Number;

    #[test]
    fn a_whole_number_is_digits_alone() {
        for (json, number) in [("0", 0), ("7", 7), (" 10 ", 10), ("18446744073709551615", u64::MAX)] {
            assert_eq!(read_str::<u64>(json).ok(), Some(number), "{json}");
        }
        for json in
            ["", "-1", "+1", "01", "00", "1.0", "1e3", "1x", "1-", "18446744073709551616", "\"1\"", "1 1"]
        {
            assert!(read_str::<u64>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_number_is_what_serde_json_reads() {
        for json in ["0", "7", "-7", "2147483648", "1.5", "1e3", "-0", "01", "1.", "1x", "-", "\"1\""] {
            let expected = serde_json::from_str::<f64>(json).ok();
            assert_eq!(read_str::<Number>(json).ok().map(Number::get), expected, "{json}");
        }
    }
}
