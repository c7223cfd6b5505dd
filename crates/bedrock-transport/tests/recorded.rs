//! Event-stream bodies recorded from Bedrock, from the folder that `BEDROCK_RECORDED` names: frames, not what they mean.
//!
//! Every body decodes in pieces of any size to the same events. Without the variable the test is ignored.

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use bedrock_transport::event_stream::{Decoder, EventMessage, decode_payload_part};
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
    Ok(())
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
