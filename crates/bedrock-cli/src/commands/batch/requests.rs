//! From what people have to records: every line is read, checked and named before anything is sent.

use std::{
    io::{BufRead, BufReader, Read, Seek, Write},
    path::Path,
};

use bedrock_types::{BatchInputRecord, BatchJoin};

use crate::{commands::input, failure::Failure};

/// Records in a file of their own.
pub(super) struct Records {
    /// At its beginning.
    pub(super) file: std::fs::File,
    pub(super) bytes: u64,
    pub(super) count: u64,
}

/// Reads all requests of a file and writes their records.
///
/// What is wrong is told of all lines together, as far as people can read it.
pub(super) fn prepare(path: &Path, model: &str) -> Result<Records, Failure> {
    let name = input::name(path);
    let mut lines = BufReader::new(input::open(path)?);
    let mut file = tempfile::tempfile().map_err(|error| Failure::io("a temporary file", &error))?;
    let (bytes, count) = write_records(&mut lines, &mut file, model, &name)?;
    file.rewind().map_err(|error| Failure::io("a temporary file", &error))?;
    Ok(Records { file, bytes, count })
}

fn write_records(
    mut lines: &mut dyn BufRead,
    records: &mut dyn Write,
    model: &str,
    name: &str,
) -> Result<(u64, u64), Failure> {
    let mut join = BatchJoin::<()>::new();
    let (mut wrong, mut bytes, mut count) = (Vec::new(), 0, 0);
    let mut line = String::new();
    for number in 1_u64.. {
        line.clear();
        let read = (&mut lines).take(LONGEST).read_line(&mut line);
        if read.map_err(|error| Failure::input(name, &error))? == 0 {
            break;
        }
        let text = if number == 1 { line.trim_start_matches('\u{feff}') } else { &line };
        if text.trim().is_empty() {
            continue;
        }
        match record_of(text, number, model, &mut join) {
            Ok(mut record) => {
                record.push('\n');
                records
                    .write_all(record.as_bytes())
                    .map_err(|error| Failure::io("a temporary file", &error))?;
                bytes += record.len() as u64;
                count += 1;
            }
            Err(error) => wrong.push(format!("line {number}: {error}")),
        }
    }
    if !wrong.is_empty() {
        return Err(refused(name, &wrong));
    }
    if count == 0 {
        return Err(Failure::config(format!("{name} has no requests"), FORM));
    }
    Ok((bytes, count))
}

fn record_of(
    text: &str,
    number: u64,
    model: &str,
    join: &mut BatchJoin<()>,
) -> Result<String, Box<dyn std::error::Error>> {
    let mut record = BatchInputRecord::from_request(text, model)?;
    let id = record.record_id.get_or_insert_with(|| format!("LINE{number:07}"));
    join.expect(Some(id))?;
    Ok(record.to_line()?)
}

fn refused(name: &str, wrong: &[String]) -> Failure {
    let shown = wrong.iter().take(MOST_SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n  ");
    let more = wrong.len().saturating_sub(MOST_SHOWN);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let lines = if wrong.len() == 1 { "line" } else { "lines" };
    Failure::config(
        format!("{name}: {} {lines} cannot be sent, and nothing was\n  {shown}{more}", wrong.len()),
        FORM,
    )
}

const FORM: &str = r#"a line is a request like {"max_tokens":256,"messages":[{"role":"user","content":"Hello"}]}: `bedrock batch create --help`"#;
/// Of a line, in bytes: more than Bedrock takes in a request.
const LONGEST: u64 = 64 * 1024 * 1024;
const MOST_SHOWN: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = r#"{"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;

    fn prepared(text: &str) -> Result<String, String> {
        let mut records = Vec::new();
        let written = write_records(&mut text.as_bytes(), &mut records, "opus-4.6", "requests.jsonl");
        let (bytes, count) = written.map_err(|failure| failure.message())?;
        let text = String::from_utf8(records).unwrap();
        assert_eq!((bytes, count), (text.len() as u64, text.lines().count() as u64));
        Ok(text)
    }

    #[test]
    fn each_request_is_named_by_its_line_unless_it_has_a_name() {
        let named = format!(r#"{{"custom_id":"mine","params":{REQUEST}}}"#);
        let text = prepared(&format!("\u{feff}{REQUEST}\n\n{named}\r\n{REQUEST}")).unwrap();
        let ids: Vec<_> =
            text.lines().map(|line| BatchInputRecord::from_line(line).unwrap().record_id.unwrap()).collect();
        assert_eq!(ids, ["LINE0000001", "mine", "LINE0000004"]);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let named = format!(r#"{{"custom_id":"LINE0000001","params":{REQUEST}}}"#);
        let said = prepared(&format!("{REQUEST}\n{{}}\n{named}\n")).unwrap_err();
        assert!(said.starts_with("requests.jsonl: 2 lines cannot be sent"), "{said}");
        assert!(said.contains("line 2: no request") && said.contains("line 3: two records"), "{said}");
        let many = prepared(&"{}\n".repeat(12)).unwrap_err();
        assert!(many.ends_with("and 2 more"), "{many}");
        assert_eq!(prepared("\n").unwrap_err(), "requests.jsonl has no requests");
    }
}
