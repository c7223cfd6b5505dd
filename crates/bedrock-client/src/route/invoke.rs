//! `InvokeModel` and `InvokeModelWithResponseStream`.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>

use bedrock_types::{ExtraFields, InvokeModelBody, RawJson, models::ModelId};
use http::{HeaderMap, HeaderName, header::ACCEPT};

use super::{Address, AnswerForm, EVENT_STREAM_TYPE, JSON, JSON_TYPE, Making, Operation, Prepared};
use crate::{
    Error, Framing, StreamProcessingMode,
    call::Call,
    headers,
    options::{CallOptions, header_value},
};

pub(super) fn prepare(making: Making<'_>, model: ModelId, operation: Operation) -> Result<Prepared, Error> {
    let (action, accept) = match operation {
        Operation::Whole => ("invoke", JSON_TYPE),
        Operation::Streamed => ("invoke-with-response-stream", EVENT_STREAM_TYPE),
    };
    let to = Address::of_model(making.shared, &model, action, accept);
    let body = body(making)?;
    let guardrail = guardrail_member(making.options);
    let mut call =
        Making { guardrail: guardrail.as_ref(), ..making }.call(to, &|json| body.write_json(json))?;
    if operation == Operation::Streamed {
        headers::remove(&mut call.headers, &ACCEPT);
        headers::add(&mut call.headers, HeaderName::from_static("x-amzn-bedrock-accept"), JSON);
    }
    add_options(making.options, &mut call)?;
    Ok(Prepared { call, model, form: AnswerForm::Message(Framing::EventStream) })
}

/// The body, if the model takes the version that it names.
pub(super) fn body<'a>(making: Making<'a>) -> Result<InvokeModelBody<'a>, Error> {
    if making.options.unchecked {
        return Ok(InvokeModelBody(making.params));
    }
    InvokeModelBody::new(making.params).map_err(|error| {
        Error::config(error.to_string(), "leave anthropic_version out, or choose a model that takes it")
    })
}

/// Bedrock's options are headers here.
fn add_options(options: &CallOptions, call: &mut Call) -> Result<(), Error> {
    let mut add =
        |name: &'static str, what: &str, text: &str| add_option(&mut call.headers, name, what, text);
    if let Some(guardrail) = &options.guardrail {
        add("x-amzn-bedrock-guardrailidentifier", "the guardrail's id", &guardrail.identifier)?;
        add("x-amzn-bedrock-guardrailversion", "the guardrail's version", &guardrail.version)?;
    }
    if let Some(trace) = &options.trace {
        add("x-amzn-bedrock-trace", "the trace", trace.as_str())?;
    }
    if let Some(latency) = &options.latency {
        add("x-amzn-bedrock-performanceconfig-latency", "the latency", latency.as_str())?;
    }
    if let Some(tier) = &options.service_tier {
        add("x-amzn-bedrock-service-tier", "the service tier", tier.as_str())?;
    }
    if let Some(metadata) = options.checked_metadata()? {
        let json = RawJson::of(&metadata).expect("texts are JSON");
        add("x-amzn-bedrock-request-metadata", "the request metadata", json.as_str())?;
    }
    Ok(())
}

#[inline(never)]
fn add_option(headers: &mut HeaderMap, name: &'static str, what: &str, text: &str) -> Result<(), Error> {
    headers::add(headers, HeaderName::from_static(name), header_value(what, text)?);
    Ok(())
}

/// What a guardrail is told in the body.
fn guardrail_member(options: &CallOptions) -> Option<(String, RawJson)> {
    let guardrail = options.guardrail.as_ref()?;
    let mode = guardrail.stream_processing_mode.map(|mode| match mode {
        StreamProcessingMode::Synchronous => "SYNCHRONOUS",
        StreamProcessingMode::Asynchronous => "ASYNCHRONOUS",
    });
    let mut members = ExtraFields::default();
    for (name, value) in [("streamProcessingMode", mode), ("tagSuffix", guardrail.tag_suffix.as_deref())] {
        if let Some(value) = value {
            members.insert(name, RawJson::of(value).expect("a text has a JSON form"));
        }
    }
    if members.is_empty() {
        return None;
    }
    let raw = RawJson::of(&members).expect("so has an object of texts");
    Some(("amazon-bedrock-guardrailConfig".to_owned(), raw))
}
