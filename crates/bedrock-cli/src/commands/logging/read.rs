//! Records of the invocation log, added up by day, model and caller.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use bedrock_types::{control::ModelInvocationLog, json, models::Usd};
use flate2::bufread::MultiGzDecoder;
use serde::Serialize;

use crate::{
    args::{Global, Output},
    commands::input,
    failure::Failure,
    layout, output,
};

pub(super) fn run(global: &Global, files: &[PathBuf]) -> Result<(), Failure> {
    let mut totals = Totals::default();
    for file in files {
        totals.read(file)?;
    }
    match global.output {
        Output::Json => totals.rows().iter().try_for_each(output::json),
        Output::Text => output::shown(&totals.table(layout::width())),
    }
}

/// What the records of the files add up to.
#[derive(Debug, Default)]
struct Totals(BTreeMap<Key, Total>);

/// Day, model as called, and who called.
type Key = (String, String, String);

#[derive(Debug, Default)]
struct Total {
    requests: u64,
    errors: u64,
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    cost: Usd,
    /// Requests whose price is not known.
    unpriced: u64,
}

/// A day, model and caller, as `--output json` prints it: AWS's names where it has some.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    day: &'a str,
    model_id: &'a str,
    identity_arn: &'a str,
    requests: u64,
    errors: u64,
    input_token_count: u64,
    output_token_count: u64,
    cache_read_input_token_count: u64,
    cache_write_input_token_count: u64,
    cost_usd: Usd,
    requests_without_price: u64,
}

impl Totals {
    fn read(&mut self, file: &Path) -> Result<(), Failure> {
        let mut reader = BufReader::new(input::open(file)?);
        let name = file.display().to_string();
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
            let record: ModelInvocationLog = json::from_slice(&line).map_err(|error| {
                Failure::config(
                    format!("{name}: line {number} is no record of the invocation log: {error}"),
                    "give files as Bedrock wrote them, one record of JSON a line",
                )
            })?;
            self.add(&record);
        }
        Ok(())
    }

    fn add(&mut self, record: &ModelInvocationLog) {
        let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let caller = record.identity.as_ref().and_then(|identity| identity.arn.as_deref());
        let key = (text(record.day()), text(record.model_id.as_deref()), text(caller));
        let total = self.0.entry(key).or_default();
        let usage = record.usage();
        total.requests += 1;
        total.errors += u64::from(record.is_error());
        total.input += usage.input_tokens;
        total.output += usage.output_tokens;
        total.cache_read += usage.cache_read_input_tokens.unwrap_or_default();
        total.cache_write += usage.cache_creation_input_tokens.unwrap_or_default();
        match record.cost() {
            Some(cost) => total.cost += cost.total(),
            None => total.unpriced += 1,
        }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let rows = self.0.iter().map(|((day, model_id, identity_arn), total)| Row {
            day,
            model_id,
            identity_arn,
            requests: total.requests,
            errors: total.errors,
            input_token_count: total.input,
            output_token_count: total.output,
            cache_read_input_token_count: total.cache_read,
            cache_write_input_token_count: total.cache_write,
            cost_usd: total.cost,
            requests_without_price: total.unpriced,
        });
        rows.collect()
    }

    fn table(&self, width: Option<usize>) -> String {
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|((day, model, caller), total)| {
                [
                    day.clone(),
                    format!("{model} {caller}"),
                    total.requests.to_string(),
                    total.errors.to_string(),
                    (total.input + total.cache_read + total.cache_write).to_string(),
                    total.output.to_string(),
                    total.price(),
                ]
            })
            .collect();
        let head = ["DAY", "MODEL AND CALLER", "REQUESTS", "ERRORS", "INPUT", "OUTPUT", "COST"];
        let mut text = layout::table(head, &rows, 1, width);
        let unpriced: u64 = self.0.values().map(|total| total.unpriced).sum();
        if unpriced > 0 {
            text.push_str(&format!("+ {unpriced} requests whose price is not known\n"));
        }
        text
    }
}

impl Total {
    /// The cost, with a plus where it is not all of it.
    fn price(&self) -> String {
        let more = if self.unpriced > 0 { "+" } else { "" };
        format!("${:.4}{more}", self.cost)
    }
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// In bytes: records have bodies of 100 KB at most, a few of them.
const LONGEST: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(records: &[&str]) -> Totals {
        let mut totals = Totals::default();
        for record in records {
            totals.add(&json::from_slice(record.as_bytes()).unwrap());
        }
        totals
    }

    #[test]
    fn records_are_added_up_by_day_model_and_caller() {
        let record = r#"{"timestamp":"2026-11-22T08:15:00Z","region":"us-east-1","modelId":"global.anthropic.claude-opus-4-6-v1",
            "identity":{"arn":"arn:aws:iam::123456789012:user/a"},"input":{"inputTokenCount":1000,"cacheReadInputTokenCount":10000},
            "output":{"outputTokenCount":200}}"#;
        let failed = record.replace("\"region\"", "\"errorCode\":\"ThrottlingException\",\"region\"");
        let next_day = record.replace("11-22", "11-23");
        let totals = totals(&[record, record, &failed, &next_day]);
        let rows = totals.rows();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].day, rows[0].requests, rows[0].errors), ("2026-11-22", 3, 1));
        assert_eq!(rows[0].cost_usd.to_string(), "0.03");
        assert_eq!((rows[1].day, rows[1].cost_usd.to_string().as_str()), ("2026-11-23", "0.015"));
        assert_eq!(rows[1].cache_read_input_token_count, 10_000);
    }

    #[test]
    fn what_has_no_price_is_said() {
        let record = r#"{"modelId":"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12"}"#;
        let totals = totals(&[record]);
        assert_eq!(totals.rows()[0].requests_without_price, 1);
        let table = totals.table(None);
        assert!(
            table.contains("$0.0000+") && table.ends_with("+ 1 requests whose price is not known\n"),
            "{table}"
        );
    }
}
