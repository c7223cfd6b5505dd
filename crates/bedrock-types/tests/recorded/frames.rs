//! Just enough of `application/vnd.amazon.eventstream` to take the payloads out of a recording that is known to be whole.
//!
//! The real decoder, with limits and checksums, is another crate's; this crate's tests need none of ours.

/// The event type and the payload of each frame.
pub(crate) fn frames(mut bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let length = number(bytes)?;
        let (frame, rest) = bytes.split_at_checked(length)?;
        let headers = frame.get(PRELUDE..)?.get(..number(frame.get(4..)?)?)?;
        let payload = frame.get(PRELUDE + headers.len()..length.checked_sub(CHECKSUM)?)?;
        frames.push((event_type(headers)?, payload.to_owned()));
        bytes = rest;
    }
    Some(frames)
}

fn event_type(mut headers: &[u8]) -> Option<String> {
    while let Some((length, rest)) = headers.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, rest) = rest.split_first()?;
        if *kind != TEXT {
            return None;
        }
        let (length, rest) = rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if name == b":event-type" {
            return String::from_utf8(value.to_owned()).ok();
        }
        headers = rest;
    }
    None
}

fn number(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()
}

/// Both lengths, and their checksum.
const PRELUDE: usize = 12;

const CHECKSUM: usize = 4;

/// The type of a header whose value is text.
const TEXT: u8 = 7;
