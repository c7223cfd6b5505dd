//! From what people have to a record: a line that is a Messages request, a request of Anthropic's Message Batches, or a record already.

use std::{collections::BTreeMap, fmt};

use super::BatchInputRecord;
use crate::{
    check::{Finding, Outcome},
    invoke::InvokeModelBody,
    json::{self, JsonError, RawJson},
    messages::MessageCreateParams,
    models::{self, ModelId, ModelInfo},
};

impl BatchInputRecord {
    /// Reads one request of a job that calls InvokeModel, and holds it to what is known of the job's model.
    ///
    /// A line is a Messages request (`{"max_tokens":…,"messages":…}`), a request of Anthropic's Message Batches
    /// (`{"custom_id":…,"params":…}`), or a record (`{"recordId":…,"modelInput":…}`), which is kept as it is. A request need not
    /// name the model, which belongs to the job.
    ///
    /// ```
    /// use bedrock_types::BatchInputRecord;
    ///
    /// let line = r#"{"max_tokens":64,"messages":[{"role":"user","content":"hi"}]}"#;
    /// let record = BatchInputRecord::from_request(line, "us.anthropic.claude-opus-4-6-v1")?.record_id("1");
    /// assert!(record.to_line()?.starts_with(r#"{"modelInput":{"anthropic_version":"bedrock-2023-05-31""#));
    ///
    /// let error = BatchInputRecord::from_request("{}", "us.anthropic.claude-opus-4-6-v1").unwrap_err();
    /// assert_eq!(error.to_string(), "no request: it has neither `messages`, `params` nor `modelInput`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BatchLineError`]: what is wrong with the line.
    pub fn from_request(line: &str, model: &str) -> Result<Self, BatchLineError> {
        let members: BTreeMap<String, RawJson> = json::from_slice(line.as_bytes())?;
        if let Some(input) = members.get("modelInput") {
            check_input(input, model)?;
            return Ok(Self::from_line(line)?);
        }
        if let Some(params) = members.get("params") {
            let mut record = Self::of_params(params, model)?;
            record.record_id = members.get("custom_id").map(RawJson::to).transpose()?;
            return Ok(record);
        }
        if !members.contains_key("messages") {
            return Err(BatchLineError::NoRequest);
        }
        Self::of_params(&RawJson::parse(line)?, model)
    }

    fn of_params(params: &RawJson, model: &str) -> Result<Self, BatchLineError> {
        let params = named(params, model)?;
        check(&params, model)?;
        Ok(Self::invoke_model(&InvokeModelBody(&params))?)
    }
}

/// A record's input goes to Bedrock as it is, so it has to say itself what a request of the client gets said.
fn check_input(input: &RawJson, model: &str) -> Result<(), BatchLineError> {
    let params = named(input, model)?;
    if params.anthropic_version.is_none() {
        return Err(BatchLineError::NoVersion);
    }
    check(&params, model)
}

/// The request, which is for the job's model.
fn named(params: &RawJson, model: &str) -> Result<MessageCreateParams, BatchLineError> {
    let mut members: BTreeMap<String, RawJson> = params.to()?;
    if let Some(own) = members.get("model") {
        let own: String = own.to()?;
        if own != model && !is_same_model(&own, model) {
            return Err(BatchLineError::OtherModel { model: own });
        }
    }
    members.insert("model".to_owned(), RawJson::of(model)?);
    Ok(RawJson::of(&members)?.to()?)
}

fn check(params: &MessageCreateParams, model: &str) -> Result<(), BatchLineError> {
    let findings = info(model).map(|model| params.check(model)).unwrap_or_default();
    match findings.into_iter().find(|finding| finding.outcome == Outcome::Refused) {
        Some(finding) => Err(BatchLineError::Refused(Box::new(finding))),
        None => Ok(()),
    }
}

fn is_same_model(one: &str, other: &str) -> bool {
    info(one).is_some_and(|one| info(other).is_some_and(|other| one.id == other.id))
}

fn info(model: &str) -> Option<&'static ModelInfo> {
    models::find(model).or_else(|| ModelId::parse(model).ok()?.base_model())
}

/// Why a line is no request of a batch.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BatchLineError {
    /// It is not JSON, or a member has not the form that it must have.
    Json(JsonError),
    /// It has neither `messages` nor `params` nor `modelInput`.
    NoRequest,
    /// Its `modelInput` has no `anthropic_version`.
    NoVersion,
    /// It is for another model than the job.
    OtherModel {
        /// The model that it names.
        model: String,
    },
    /// The model refuses it.
    Refused(Box<Finding>),
}

impl fmt::Display for BatchLineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::NoRequest => {
                f.write_str("no request: it has neither `messages`, `params` nor `modelInput`")
            }
            Self::NoVersion => f.write_str("modelInput.anthropic_version: missing; give bedrock-2023-05-31"),
            Self::OtherModel { model } => {
                write!(f, "model: {model} is not the model of the job; make a job for each")
            }
            Self::Refused(finding) => finding.fmt(f),
        }
    }
}

impl std::error::Error for BatchLineError {}

impl From<JsonError> for BatchLineError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
