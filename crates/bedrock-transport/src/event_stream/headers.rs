//! The headers of a frame: names with typed values, read in place.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;

use crate::decode::Corruption;

/// The headers of one message: a view into the frame, in the order on the wire.
///
/// Every name is there once, and all text is UTF-8: both were checked when the frame was decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Headers {
    bytes: HeaderBytes,
}

impl Headers {
    /// The value of the header `name`.
    pub fn get(&self, name: &str) -> Option<HeaderValue<'_>> {
        match &self.bytes {
            HeaderBytes::Usual => usual().find_map(|(candidate, value)| (candidate == name).then_some(value)),
            HeaderBytes::Other(bytes) => {
                read(bytes).find(|header| header.name == name.as_bytes())?.value().ok()
            }
        }
    }

    /// The value of the header `name`, if it is a string.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(HeaderValue::String(text)) => Some(text),
            Some(_) | None => None,
        }
    }

    /// All headers with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, HeaderValue<'_>)> {
        let (usual, others) = match &self.bytes {
            HeaderBytes::Usual => (Some(usual()), None),
            HeaderBytes::Other(bytes) => (None, Some(read(bytes))),
        };
        let others = others.into_iter().flatten();
        let others = others.filter_map(|header| Some((header.name().ok()?, header.value().ok()?)));
        usual.into_iter().flatten().chain(others)
    }

    /// The usual headers, if that is what `bytes` are.
    pub(super) fn usual(bytes: &[u8]) -> Option<Self> {
        (bytes == USUAL_BYTES).then_some(Self { bytes: HeaderBytes::Usual })
    }

    /// Checks all of `bytes` as headers.
    ///
    /// Comparing each name with all before it is fastest for the handful that AWS sends, and would be slow for the tens
    /// of thousands that fit into a frame.
    pub(super) fn parse(bytes: Bytes) -> Result<Self, Corruption> {
        if let Some(usual) = Self::usual(&bytes) {
            return Ok(usual);
        }
        // Then so is every text in them: one look at all bytes instead of one at each text.
        let is_ascii = bytes.is_ascii();
        let mut few: [&[u8]; FEW] = [b""; FEW];
        let mut many = HashSet::new();
        for (index, header) in (Reader { rest: &bytes }).enumerate() {
            let header = header?;
            if !is_ascii {
                header.name()?;
                header.value()?;
            }
            let is_new = match few.get_mut(..=index).and_then(<[_]>::split_last_mut) {
                Some((free, earlier)) => {
                    *free = header.name;
                    !earlier.contains(&header.name)
                }
                None => !few.contains(&header.name) && many.insert(header.name),
            };
            if !is_new {
                return Err(Corruption::DuplicateHeader);
            }
        }
        Ok(Self { bytes: HeaderBytes::Other(bytes) })
    }
}

/// Where the headers are.
#[derive(Clone, PartialEq, Eq)]
enum HeaderBytes {
    /// They are [`USUAL`], and need neither bytes nor a second look.
    Usual,
    /// In the frame.
    Other(Bytes),
}

fn usual<'a>() -> impl Iterator<Item = (&'a str, HeaderValue<'a>)> {
    USUAL.into_iter().map(|(name, value)| (name, HeaderValue::String(value)))
}

/// Headers that were checked when their frame was decoded: there is no error, so this ends at the end.
fn read(bytes: &[u8]) -> impl Iterator<Item = Header<'_>> {
    Reader { rest: bytes }.map_while(Result::ok)
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The value of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// True or false.
    Bool(bool),
    /// An 8-bit integer.
    Byte(i8),
    /// A 16-bit integer.
    Int16(i16),
    /// A 32-bit integer.
    Int32(i32),
    /// A 64-bit integer.
    Int64(i64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text: what Bedrock's headers are.
    String(&'a str),
    /// Milliseconds since the Unix epoch.
    Timestamp(i64),
    /// A UUID, most significant byte first.
    Uuid([u8; 16]),
}

impl<'a> From<&'a str> for HeaderValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text)
    }
}

/// One header as it lies in the frame: its type exists, its value has the length of the type, and text may not be UTF-8.
struct Header<'a> {
    name: &'a [u8],
    kind: u8,
    value: &'a [u8],
}

impl<'a> Header<'a> {
    fn name(&self) -> Result<&'a str, Corruption> {
        str::from_utf8(self.name).map_err(|_| Corruption::Utf8)
    }

    fn value(&self) -> Result<HeaderValue<'a>, Corruption> {
        Ok(match self.kind {
            0 => HeaderValue::Bool(true),
            1 => HeaderValue::Bool(false),
            2 => HeaderValue::Byte(i8::from_be_bytes(self.array()?)),
            3 => HeaderValue::Int16(i16::from_be_bytes(self.array()?)),
            4 => HeaderValue::Int32(i32::from_be_bytes(self.array()?)),
            5 => HeaderValue::Int64(i64::from_be_bytes(self.array()?)),
            6 => HeaderValue::Bytes(self.value),
            7 => HeaderValue::String(str::from_utf8(self.value).map_err(|_| Corruption::Utf8)?),
            8 => HeaderValue::Timestamp(i64::from_be_bytes(self.array()?)),
            9 => HeaderValue::Uuid(self.array()?),
            unknown => return Err(Corruption::HeaderType(unknown)),
        })
    }

    fn array<const N: usize>(&self) -> Result<[u8; N], Corruption> {
        self.value.try_into().map_err(|_| Corruption::HeaderOverrun)
    }
}

/// Reads headers one after another; nothing more comes after an error.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn header(&mut self) -> Result<Header<'a>, Corruption> {
        let [length] = self.array()?;
        let name = self.slice(usize::from(length))?;
        let [kind] = self.array()?;
        let length = match kind {
            6 | 7 => usize::from(u16::from_be_bytes(self.array()?)),
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            9 => 16,
            unknown => return Err(Corruption::HeaderType(unknown)),
        };
        Ok(Header { name, kind, value: self.slice(length)? })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corruption> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Corruption::HeaderOverrun)?;
        self.rest = rest;
        Ok(*array)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], Corruption> {
        let (slice, rest) = self.rest.split_at_checked(length).ok_or(Corruption::HeaderOverrun)?;
        self.rest = rest;
        Ok(slice)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Header<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let header = self.header();
        if header.is_err() {
            self.rest = &[];
        }
        Some(header)
    }
}

/// What nearly every frame of InvokeModelWithResponseStream has, in the order in which it comes.
const USUAL: [(&str, &str); 3] =
    [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")];

const USUAL_BYTES: &[u8] = b"\x0b:event-type\x07\0\x05chunk\x0d:content-type\x07\0\x10application/json\
    \x0d:message-type\x07\0\x05event";

/// How many names are compared with each other.
const FEW: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Headers, Corruption> {
        Headers::parse(Bytes::copy_from_slice(bytes))
    }

    #[test]
    fn every_type_is_read_as_it_stands_on_the_wire() {
        for (bytes, value) in [
            (&b"\x01a\x00"[..], HeaderValue::Bool(true)),
            (b"\x01a\x01", HeaderValue::Bool(false)),
            (b"\x01a\x02\xff", HeaderValue::Byte(-1)),
            (b"\x01a\x03\x01\x02", HeaderValue::Int16(0x0102)),
            (b"\x01a\x04\x01\x02\x03\x04", HeaderValue::Int32(0x0102_0304)),
            (b"\x01a\x05\0\0\0\0\0\0\x01\0", HeaderValue::Int64(256)),
            (b"\x01a\x06\0\x02\xfe\xff", HeaderValue::Bytes(b"\xfe\xff")),
            (b"\x01a\x07\0\x03\xe2\x82\xac", HeaderValue::String("€")),
            (b"\x01a\x07\0\0", HeaderValue::String("")),
            (b"\x01a\x08\xff\xff\xff\xff\xff\xff\xff\xff", HeaderValue::Timestamp(-1)),
            (b"\x01a\x090123456789abcdef", HeaderValue::Uuid(*b"0123456789abcdef")),
        ] {
            let headers = parse(bytes).unwrap();
            assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", value)]);
            assert_eq!(headers.get("a"), Some(value));
            assert_eq!(headers.get("b"), None);
        }
    }

    #[test]
    fn the_usual_headers_are_what_a_look_at_them_says() {
        let usual = parse(USUAL_BYTES).unwrap();
        assert!(usual.bytes == HeaderBytes::Usual);
        let read = Headers { bytes: HeaderBytes::Other(Bytes::from_static(USUAL_BYTES)) };
        assert_eq!(usual.iter().collect::<Vec<_>>(), read.iter().collect::<Vec<_>>());
        for (name, value) in USUAL {
            assert_eq!((usual.get_str(name), read.get_str(name)), (Some(value), Some(value)));
        }
        assert_eq!((usual.get("chunk"), read.get("chunk")), (None, None));
    }

    #[test]
    fn what_breaks_the_format_is_named() {
        for (bytes, reason) in [
            (&b"\x01"[..], Corruption::HeaderOverrun),
            (b"\x05abc", Corruption::HeaderOverrun),
            (b"\x01a", Corruption::HeaderOverrun),
            (b"\x01a\x02", Corruption::HeaderOverrun),
            (b"\x01a\x04\0\0\0", Corruption::HeaderOverrun),
            (b"\x01a\x07\0\x05abcd", Corruption::HeaderOverrun),
            (b"\x01a\x07\0", Corruption::HeaderOverrun),
            (b"\x01a\x06\xff\xff\0", Corruption::HeaderOverrun),
            (b"\x01a\x09\0\0", Corruption::HeaderOverrun),
            (b"\x01a\x0a", Corruption::HeaderType(10)),
            (b"\x01a\xff", Corruption::HeaderType(255)),
            (b"\x01\xff\x00", Corruption::Utf8),
            (b"\x01a\x07\0\x01\xc3", Corruption::Utf8),
            (b"\x01a\x00\x01b\x00\x01a\x01", Corruption::DuplicateHeader),
        ] {
            assert_eq!(parse(bytes), Err(reason), "{bytes:?}");
        }
    }

    #[test]
    fn duplicates_are_found_among_many_headers_too() {
        let mut bytes = Vec::new();
        for index in 0..20_000_u32 {
            bytes.push(5);
            bytes.extend_from_slice(format!("{index:05}").as_bytes());
            bytes.push(0);
        }
        assert_eq!(parse(&bytes).unwrap().iter().count(), 20_000);
        bytes.extend_from_slice(b"\x0500007\x01");
        assert_eq!(parse(&bytes), Err(Corruption::DuplicateHeader));
    }

    #[test]
    fn a_string_is_looked_up_as_one_only_if_it_is_one() {
        let headers = parse(b"\x01a\x00\x01b\x07\0\x01x").unwrap();
        assert_eq!(headers.get_str("a"), None);
        assert_eq!(headers.get_str("b"), Some("x"));
        assert_eq!(format!("{headers:?}"), r#"{"a": Bool(true), "b": String("x")}"#);
    }
}
