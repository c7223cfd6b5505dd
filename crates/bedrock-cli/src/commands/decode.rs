//! `bedrock decode`: a recorded body to its events, with the errors of the wire.

use std::io::Read;

use bedrock_client::{Framing, StreamDecoder};
use bytes::Bytes;

use super::input;
use crate::{args::Decode, failure::Failure, output};

pub(crate) fn run(args: &Decode) -> Result<(), Failure> {
    let mut file = input::open(&args.file)?;
    let mut chunk = || {
        let mut bytes = vec![0; 64 * 1024];
        let read = file.read(&mut bytes).map_err(|error| Failure::input(&input::name(&args.file), &error))?;
        bytes.truncate(read);
        Ok::<_, Failure>(Bytes::from(bytes))
    };

    let first = chunk()?;
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
