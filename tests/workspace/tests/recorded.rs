//! Real recorded answers of Bedrock, from the folder that `BEDROCK_RECORDED` names.
//!
//! All of them are served by the emulator, byte for byte. Every event-stream body decodes whole, byte by byte and in random pieces to the same message, whose text is that of its
//! deltas; bodies of other APIs are skipped event by event and never a message. Without the variable the test is ignored.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test runner prints, and fails by panicking"
)]

#[path = "recorded/served.rs"]
mod served;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bedrock_client::{Framing, StreamDecoder, StreamFailure};
use bytes::Bytes;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    #[expect(clippy::disallowed_methods, reason = "the folder is not part of the project")]
    let folder = std::env::var_os("BEDROCK_RECORDED").map(from_workspace);
    let trials = match &folder {
        None => vec![
            Trial::test("recorded", || Err("BEDROCK_RECORDED names no folder".into()))
                .with_kind("set BEDROCK_RECORDED=DIR")
                .with_ignored_flag(true),
        ],
        Some(folder) => trials(folder),
    };
    let listing = arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    if folder.is_some() && !listing {
        println!(
            "recorded: {} of {} cases",
            conclusion.num_passed,
            conclusion.num_passed + conclusion.num_failed
        );
    }
    conclusion.exit_code()
}

/// The folder, from the workspace's own where it is relative: cargo runs a test in its package's folder.
fn from_workspace(folder: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

/// One trial for each body, and one for each file that this test does not know.
fn trials(folder: &Path) -> Vec<Trial> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    let mut trials = Vec::new();
    for file in files {
        let name = format!("recorded::{}", file.strip_prefix(folder).unwrap_or(&file).display());
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("bin") => trials.push(Trial::test(name, move || check(&file))),
            // Whole answers, requests and cassettes: other tests' matter.
            Some("json" | "yaml" | "md" | "tsv") => {}
            _ => trials.push(Trial::test(name, || Err(Failed::from("an unknown kind of file")))),
        }
    }
    if trials.is_empty() {
        trials.push(Trial::test("recorded", || Err(Failed::from("no recorded stream in BEDROCK_RECORDED"))));
    }
    let folder = folder.to_owned();
    trials.push(Trial::test("recorded::served", move || served::check(&folder)));
    trials
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

fn check(file: &Path) -> Result<(), Failed> {
    let bytes = Bytes::from(fs::read(file)?);
    let whole = decode(&bytes, bytes.len())?;
    let seed = bytes.len() as u64;
    for piece in [Pieces::Of(1), Pieces::Of(7), Pieces::Random(seed), Pieces::Random(seed ^ 0x5eed)] {
        if decode_in(&bytes, piece)? != whole {
            return Err(format!("{piece:?} give another outcome").into());
        }
    }
    if let Outcome::Message { text, message } = &whole
        && message.text() != *text
    {
        return Err("the message's text is not that of its deltas".into());
    }
    if whole == Outcome::Nothing && is_messages(&bytes) {
        return Err("there are Messages events and no message".into());
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Message {
        text: String,
        message: Box<bedrock_types::Message>,
    },
    /// Another API's events, or Claude 2's completions: no message ever began.
    Nothing,
}

#[derive(Debug, Clone, Copy)]
enum Pieces {
    Of(usize),
    Random(u64),
}

fn decode(bytes: &Bytes, piece: usize) -> Result<Outcome, Failed> {
    decode_in(bytes, Pieces::Of(piece))
}

fn decode_in(bytes: &Bytes, pieces: Pieces) -> Result<Outcome, Failed> {
    let mut decoder = StreamDecoder::new(Framing::EventStream);
    let mut texts: BTreeMap<usize, String> = BTreeMap::new();
    let mut random = match pieces {
        Pieces::Random(seed) => seed | 1,
        Pieces::Of(_) => 1,
    };
    let mut rest = bytes.clone();
    while !rest.is_empty() {
        let size = match pieces {
            Pieces::Of(size) => size,
            Pieces::Random(_) => {
                // xorshift: any spread will do, as long as it is the same each time.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                usize::try_from(random % 97)? + 1
            }
        };
        decoder.push(rest.split_to(size.min(rest.len())));
        while let Some(event) = decoder.next_event().map_err(|error| error.to_string())? {
            if let bedrock_types::MessageStreamEvent::ContentBlockDelta(delta) = &event
                && let Some(text) = event.text()
            {
                texts.entry(delta.index).or_default().push_str(text);
            }
        }
    }
    match decoder.finish() {
        Ok(message) => {
            Ok(Outcome::Message { text: texts.into_values().collect(), message: Box::new(message) })
        }
        Err(error)
            if error.kind() == bedrock_client::ErrorKind::Stream(StreamFailure::Incomplete)
                && error.partial_message().is_none() =>
        {
            Ok(Outcome::Nothing)
        }
        Err(error) => Err(error.to_string().into()),
    }
}

/// Whether a body has Messages events: `{"type":"message_start"` in base64, at the only place where it can begin.
fn is_messages(bytes: &[u8]) -> bool {
    let start = b"eyJ0eXBlIjoibWVzc2FnZV9zdGFydC";
    bytes.windows(start.len()).any(|window| window == start)
}
