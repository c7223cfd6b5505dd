//! Records of a log, file by file and line by line: Bedrock's own, and those of `--log-dir`.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use bedrock_client::ActivityRecord;
use bedrock_types::{JsonError, json};
use flate2::bufread::MultiGzDecoder;

use super::totals::Totals;
use crate::{
    args::{Global, Output},
    commands::input,
    failure::Failure,
    layout, output,
    status::Waiting,
};

pub(super) fn run(global: &Global, files: &[PathBuf]) -> Result<(), Failure> {
    let mut totals = Totals::default();
    for file in files {
        let _waiting = Waiting::start(&format!("reading {}", input::name(file)));
        read(file, &mut totals)?;
    }
    match global.output {
        Output::Json => totals.rows().iter().try_for_each(output::json),
        Output::Text => output::shown(&totals.table(layout::width())),
    }
}

fn read(file: &Path, totals: &mut Totals) -> Result<(), Failure> {
    let mut reader = BufReader::new(input::open(file)?);
    let name = input::name(file);
    let failed = |error: &io::Error| Failure::input(&name, error);
    let is_gzip = reader.fill_buf().map_err(|error| failed(&error))?.starts_with(&GZIP);
    let mut lines: Box<dyn BufRead> =
        if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = (&mut lines).take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| failed(&error))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        add(&line, totals).map_err(|error| {
            Failure::config(
                format!("{name}: line {number} is no record of a log: {error}"),
                "give files as Bedrock or --log-dir wrote them, one record of JSON a line",
            )
        })?;
    }
    Ok(())
}

/// Which log a line is of is told by what it says.
fn add(line: &[u8], totals: &mut Totals) -> Result<(), JsonError> {
    match ActivityRecord::parse(line)? {
        Some(record) => totals.add_activity(&record),
        None => totals.add(&json::from_slice(line)?),
    }
    Ok(())
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// In bytes: a conversation of a million tokens, with what is asked and answered.
const LONGEST: u64 = 64 * 1024 * 1024;
