//! `bedrock decode`: a recorded body to its events, with the errors of the wire.

use std::io::Read;

use bedrock_client::{Framing, StreamDecoder};
use bytes::Bytes;

use super::input;
use crate::{args::Decode, failure::Failure, output};

/// Decodes as much as there is; what is no stream at all is called by its name.
pub(crate) fn run(args: &Decode) -> Result<(), Failure> {
    let mut advice = None;
    decode(args, &mut advice).map_err(|failure| failure.advised(advice.map(str::to_owned)))
}

fn decode(args: &Decode, advice: &mut Option<&str>) -> Result<(), Failure> {
    let mut file = input::open(&args.file)?;
    let mut chunk = || {
        let mut bytes = vec![0; 64 * 1024];
        let read = file.read(&mut bytes).map_err(|error| Failure::input(&input::name(&args.file), &error))?;
        bytes.truncate(read);
        Ok::<_, Failure>(Bytes::from(bytes))
    };

    let first = chunk()?;
    *advice = not_a_stream(&first);
    let mut decoder = StreamDecoder::new(args.format.map_or_else(|| Framing::detect(&first), Framing::from));
    let mut next = first;
    while !next.is_empty() {
        decoder.push(next);
        while let Some(event) = decoder.next_event()? {
            if !args.whole {
                output::json(&event)?;
            }
        }
        next = chunk()?;
    }
    let message = decoder.finish()?;
    if args.whole { output::json(&message) } else { Ok(()) }
}

/// What a file is that cannot be a stream, by its beginning, and what to do about it.
fn not_a_stream(beginning: &[u8]) -> Option<&'static str> {
    let text = beginning.trim_ascii_start();
    if text.is_empty() {
        Some("there is nothing in it: record the body of a streamed answer, as with `curl --output FILE`")
    } else if beginning.starts_with(&[0x1f, 0x8b]) {
        Some("it is compressed: decode what `gunzip` makes of it")
    } else if text.starts_with(b"HTTP/") {
        Some("it begins with the head of an answer: record the body alone, with `curl` without --include")
    } else if text.starts_with(b"{") {
        Some(
            "it is JSON: a whole answer needs no decoding, and `bedrock messages stream` makes one that does",
        )
    } else if is_other_text(beginning) {
        Some("it is a text without the lines of an event stream, which begin with `event:` or `data:`")
    } else {
        None
    }
}

/// Whether it is text, and no line of it is one of server-sent events: those with a name have one of four, and a colon alone is a comment.
fn is_other_text(beginning: &[u8]) -> bool {
    let seen = beginning.get(..SEEN).unwrap_or(beginning);
    // The last character may be cut; anything else that is no UTF-8 is no text.
    let whole = match std::str::from_utf8(seen) {
        Err(error) if error.error_len().is_some() => return false,
        Err(error) => seen.get(..error.valid_up_to()).unwrap_or_default(),
        Ok(_) => seen,
    };
    let text = String::from_utf8_lossy(whole);
    let is_event =
        |line: &str| ["event", "data", "id", "retry", ""].contains(&line.split(':').next().unwrap_or(line));
    !text.contains('\0')
        && !text.trim_start_matches('\u{feff}').lines().any(|line| line.contains(':') && is_event(line))
}

/// In bytes: enough to know a text.
const SEEN: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_stream_is_called_by_its_name() {
        for (beginning, said) in [
            (&b""[..], Some("nothing in it")),
            (b" \n", Some("nothing in it")),
            (b"\x1f\x8b\x08", Some("gunzip")),
            (b"HTTP/1.1 200 OK\r\n", Some("body alone")),
            (b"{\"a\":1}", Some("JSON")),
            (b"[package]\nname: x", Some("`data:`")),
            (b"# A text\nwith lines", Some("`data:`")),
            (b"event: message_start\ndata: {}\n", None),
            (b"\xef\xbb\xbfdata:{}\n", None),
            (b": ping\n\ndata: {}\n", None),
            (b"\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb", None),
        ] {
            let advice = not_a_stream(beginning);
            assert_eq!(advice.is_some(), said.is_some(), "{advice:?}");
            assert!(advice.unwrap_or_default().contains(said.unwrap_or_default()), "{advice:?}");
        }
    }
}
