//! Reading whole texts, and the types that others declare.

use std::borrow::Cow;

use super::{
    ExtraFields, JsonError, Number, RawJson,
    reader::{Misread, ReadJson, Reader},
};

/// Reads a whole text.
pub(crate) fn read_str<T: ReadJson>(json: &str) -> Result<T, JsonError> {
    let mut reader = Reader::new(json);
    let value = reader.read().and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| JsonError::misread(error, json.as_bytes()))
}

/// Reads a whole text given as bytes.
pub(crate) fn read_slice<T: ReadJson>(json: &[u8]) -> Result<T, JsonError> {
    read_str(super::as_text(json)?)
}

macro_rules! read_by {
    ($($ty:ty: $reader:ident => $read:expr;)+) => {
        $(
            impl ReadJson for $ty {
                fn read($reader: &mut Reader<'_>) -> Result<Self, Misread> {
                    $read
                }
            }
        )+
    };
}

read_by! {
    bool: reader => reader.truth();
    u64: reader => reader.whole_number();
    u16: reader => narrow(reader);
    u32: reader => narrow(reader);
    usize: reader => narrow(reader);
    Number: reader => reader.number();
    String: reader => reader.text().map(Cow::into_owned);
    RawJson: reader => reader.raw();
}

fn narrow<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Result<T, Misread> {
    let number = reader.whole_number()?;
    T::try_from(number).map_err(|_| reader.error("a number beyond its range"))
}

impl<T: ReadJson> ReadJson for Option<T> {
    /// `null` is none.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        if reader.null() { Ok(None) } else { T::read(reader).map(Some) }
    }
}

impl<T: ReadJson> ReadJson for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        T::read(reader).map(Self::new)
    }
}

impl<T: ReadJson> ReadJson for Vec<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        let mut items = Self::new();
        reader.array(&mut |reader| {
            items.push(T::read(reader)?);
            Ok(())
        })?;
        Ok(items)
    }
}

impl ReadJson for ExtraFields {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Misread> {
        let mut members = Self::default();
        reader.object(&mut |reader, name| {
            members.push(name.to_owned(), reader.raw()?);
            Ok(())
        })?;
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, read_str};

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
