//! Event-stream bodies recorded from Bedrock, from the folder that `BEDROCK_RECORDED` names: frames, not what they mean.
//!
//! Every body decodes in pieces of any size to the same events; cut at any byte it is whole only between two frames, and no
//! flipped bit gives another event. Without the variable the test is ignored.

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use bedrock_transport::{
    DecodeError,
    event_stream::{Decoder, EventMessage, decode_payload_part},
};
use bytes::Bytes;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    #[expect(clippy::disallowed_methods, reason = "the variable is the documented way to name outside cases")]
    let Some(folder) = std::env::var_os("BEDROCK_RECORDED") else {
        let trial = Trial::test("recorded", || Err("BEDROCK_RECORDED names no folder".into()))
            .with_kind("set BEDROCK_RECORDED=DIR");
        return Ok(libtest_mimic::run(&arguments, vec![trial.with_ignored_flag(true)]).exit_code());
    };
    let folder = from_workspace(folder);
    let trials = trials(&folder)?;
    let bodies = trials.len();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        writeln!(io::stdout(), "recorded: {} of {bodies} bodies", conclusion.num_passed)?;
    }
    Ok(conclusion.exit_code())
}

/// The folder, from the workspace's own where it is relative: cargo runs a test in its package's folder.
fn from_workspace(folder: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

/// One trial for each body.
fn trials(folder: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(format!("{}: no .bin file below it", folder.display()).into());
    }
    let trial = |file: PathBuf| {
        let name = format!("recorded::{}", file.strip_prefix(folder).unwrap_or(&file).display());
        Trial::test(name, move || check(&file))
    };
    Ok(files.into_iter().map(trial).collect())
}

/// Files of other kinds are other tests' matter; `workspace-tests` refuses unknown ones.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "bin") {
            files.push(path);
        }
    }
    Ok(())
}

fn check(file: &Path) -> Result<(), Failed> {
    let body = fs::read(file)?;
    let whole = decode(&body, body.len())?;
    for size in [1, 7, 1000] {
        if decode(&body, size)? != whole {
            return Err(format!("pieces of {size} give other events").into());
        }
    }
    for message in &whole {
        if message.message_type() != Some("event") {
            return Err(format!("a message of type {:?}", message.message_type()).into());
        }
        if message.event_type() == Some("chunk")
            && decode_payload_part(&message.payload)?.first() != Some(&b'{')
        {
            return Err("a chunk that is no JSON object".into());
        }
    }
    let frames = cut_anywhere(&body)?;
    if frames.len() != whole.len() {
        return Err("byte by byte there is another number of frames".into());
    }
    flip_any_bit(&body, &frames, &whole)
}

/// A decoder that was given a prefix byte by byte is one that was given the prefix: asked whether the stream may end, it
/// answers for every place where a stream can be cut. Gives back the frames.
fn cut_anywhere(body: &[u8]) -> Result<Vec<&[u8]>, Failed> {
    let mut decoder = Decoder::new();
    let mut frames: Vec<&[u8]> = Vec::new();
    let mut begin = 0;
    for end in 1..=body.len() {
        decoder.push(Bytes::copy_from_slice(&body[end - 1..end]));
        if decoder.next_message()?.is_some() {
            frames.push(&body[begin..end]);
            begin = end;
        }
        match decoder.finish() {
            Ok(()) if begin == end => {}
            Err(DecodeError::Truncated { at, received, announced })
                if (at.frame, at.offset, received) == (frames.len() as u64, begin as u64, end - begin)
                    && announced.is_some() == (received >= 12)
                    && begin < end => {}
            other => return Err(format!("cut at {end}: {other:?}").into()),
        }
    }
    Ok(frames)
}

/// Every bit of every frame alone, and some of them in their place in the stream; a sample where there are very many.
fn flip_any_bit(body: &[u8], frames: &[&[u8]], whole: &[EventMessage]) -> Result<(), Failed> {
    let step = body.len() / 100_000 + 1;
    for frame in frames {
        for bit in (0..frame.len() * 8).step_by(step) {
            if !matches!(decode_flipped(frame, bit), (0, Err(DecodeError::Corrupt { .. }))) {
                return Err(format!("bit {bit} of a frame of {} bytes", frame.len()).into());
            }
        }
    }
    for bit in (0..body.len() * 8).step_by(1009 * step) {
        let (sound, end) = decode_flipped(body, bit);
        let before = frames.iter().scan(0, |end, frame| {
            *end += frame.len();
            Some(*end)
        });
        let before = before.take_while(|end| *end <= bit / 8).count() as u64;
        if sound != before || sound >= whole.len() as u64 || !matches!(end, Err(DecodeError::Corrupt { .. }))
        {
            return Err(format!("bit {bit}: {sound} frames where {before} are sound, then {end:?}").into());
        }
    }
    Ok(())
}

/// How many frames there are when one bit is the other way, and the end.
fn decode_flipped(stream: &[u8], bit: usize) -> (u64, Result<(), DecodeError>) {
    let mut bytes = stream.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    let mut decoder = Decoder::new();
    decoder.push(bytes.into());
    while let Ok(Some(_)) = decoder.next_message() {}
    (decoder.frames_decoded(), decoder.finish())
}

fn decode(body: &[u8], size: usize) -> Result<Vec<EventMessage>, Failed> {
    let mut decoder = Decoder::new();
    let mut messages = Vec::new();
    for chunk in body.chunks(size) {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(message) = decoder.next_message()? {
            messages.push(message);
        }
    }
    decoder.finish()?;
    Ok(messages)
}
