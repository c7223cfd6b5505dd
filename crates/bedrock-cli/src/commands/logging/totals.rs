//! What the records of a log add up to, by day, model and caller.

use std::collections::BTreeMap;

use bedrock_client::ActivityRecord;
use bedrock_types::{Usage, control::ModelInvocationLog, models::Usd};
use serde::Serialize;

use crate::layout;

/// What the records of the files add up to.
#[derive(Debug, Default)]
pub(super) struct Totals(BTreeMap<Key, Total>);

/// Day, model as called, and who called.
type Key = (String, String, Caller);

/// Who called, as far as a log says.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Unknown,
    Arn(String),
    /// Where the identity came from, and the ends of its access key id: what this machine knows.
    Local(String),
}

impl Caller {
    fn as_str(&self) -> &str {
        match self {
            Self::Unknown => "-",
            Self::Arn(text) | Self::Local(text) => text,
        }
    }
}

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
pub(super) struct Row<'a> {
    day: &'a str,
    model_id: &'a str,
    /// Of AWS's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_arn: Option<&'a str>,
    /// Of the log of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'a str>,
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
    /// A record of Bedrock's own.
    pub(super) fn add(&mut self, record: &ModelInvocationLog) {
        let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let caller = record.identity.as_ref().and_then(|identity| identity.arn.clone());
        let caller = caller.map_or(Caller::Unknown, Caller::Arn);
        let key = (text(record.day()), text(record.model_id.as_deref()), caller);
        let cost = record.cost().map(|cost| cost.total());
        self.0.entry(key).or_default().add(record.is_error(), &record.usage(), cost);
    }

    /// A line of the log of this machine. What was not counted costs nothing.
    pub(super) fn add_activity(&mut self, record: &ActivityRecord) {
        let caller = record.identity.as_ref().map_or(Caller::Unknown, |identity| {
            let key = identity.access_key.as_ref().map(|key| format!("{key}, ")).unwrap_or_default();
            Caller::Local(format!("{key}{}", identity.source))
        });
        let model = record.model_id.as_ref().unwrap_or(&record.model);
        let total = self.0.entry((record.day().to_owned(), model.clone(), caller)).or_default();
        let failed = record.outcome == "failed";
        match &record.usage {
            Some(usage) => total.add(failed, usage, record.cost_usd),
            None => total.add(failed, &Usage::new(0, 0), Some(Usd::ZERO)),
        }
    }

    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let rows = self.0.iter().map(|((day, model_id, caller), total)| Row {
            day,
            model_id,
            identity_arn: if let Caller::Arn(arn) = caller { Some(arn.as_str()) } else { None },
            identity: if let Caller::Local(text) = caller { Some(text.as_str()) } else { None },
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

    pub(super) fn table(&self, width: Option<usize>) -> String {
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|((day, model, caller), total)| {
                [
                    day.clone(),
                    format!("{model} {}", caller.as_str()),
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
    fn add(&mut self, failed: bool, usage: &Usage, cost: Option<Usd>) {
        self.requests += 1;
        self.errors += u64::from(failed);
        self.input += usage.input_tokens;
        self.output += usage.output_tokens;
        self.cache_read += usage.cache_read_input_tokens.unwrap_or_default();
        self.cache_write += usage.cache_creation_input_tokens.unwrap_or_default();
        match cost {
            Some(cost) => self.cost += cost,
            None => self.unpriced += 1,
        }
    }

    /// The cost, with a plus where it is not all of it.
    fn price(&self) -> String {
        let more = if self.unpriced > 0 { "+" } else { "" };
        format!("${:.4}{more}", self.cost)
    }
}

#[cfg(test)]
mod tests {
    use bedrock_types::json;

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

    #[test]
    fn lines_of_this_machine_add_up_too() {
        let line = r#"{"schema":"bedrock-activity/1","time":"2026-11-22T08:15:00.000Z","operation":"create","route":"invoke",
            "region":"us-east-1","model":"opus","model_id":"global.anthropic.claude-opus-4-6-v1","attempts":1,"duration_ms":5,
            "outcome":"completed","identity":{"kind":"keys","source":"profile `dev`","access_key":"AKIA…MPLE"},
            "usage":{"input_tokens":1000,"output_tokens":200},"cost_usd":"0.01"}"#;
        let failed = line.replace("completed", "failed").replace(
            r#""usage":{"input_tokens":1000,"output_tokens":200},"cost_usd":"0.01""#,
            r#""error":{"kind":"api","status":429}"#,
        );
        let unpriced = line.replace(r#","cost_usd":"0.01""#, "");
        let mut totals = Totals::default();
        for line in [line, &failed, &unpriced] {
            totals.add_activity(&ActivityRecord::parse(line.as_bytes()).expect("JSON").expect("a line"));
        }
        let rows = totals.rows();
        assert_eq!(
            (rows.len(), rows[0].identity, rows[0].identity_arn),
            (1, Some("AKIA…MPLE, profile `dev`"), None)
        );
        assert_eq!((rows[0].requests, rows[0].errors, rows[0].input_token_count), (3, 1, 2000));
        assert_eq!((rows[0].cost_usd.to_string().as_str(), rows[0].requests_without_price), ("0.01", 1));
    }
}
