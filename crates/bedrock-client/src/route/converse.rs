//! `Converse` and `ConverseStream`.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>

use bedrock_types::{
    CountTokensRequest,
    converse::{
        ConverseErrorKind, ConverseOptions, ConverseRequest, GuardrailConfiguration,
        PerformanceConfiguration, ServiceTier,
    },
    json::Wire,
    models::ModelId,
};

use super::{Address, AnswerForm, EVENT_STREAM_TYPE, JSON_TYPE, Making, Operation, Prepared, pdf};
use crate::{
    Error, Guardrail, StreamProcessingMode,
    options::{CallOptions, header_value},
};

pub(super) fn prepare(making: Making<'_>, model: ModelId, operation: Operation) -> Result<Prepared, Error> {
    let (action, accept) = match operation {
        Operation::Whole => ("converse", JSON_TYPE),
        Operation::Streamed => ("converse-stream", EVENT_STREAM_TYPE),
    };
    let mut request = request(making)?;
    if let Some(pdf) = pdf::text_only(making.params, making.options.pdf) {
        tracing::warn!(path = pdf.path, "{pdf}");
    }
    add_options(making.options, &mut request, operation)?;
    let call = making
        .call(Address::of_model(making.shared, &model, action, accept), &|json| request.write_json(json))?;
    Ok(Prepared { call, model, form: AnswerForm::Converse })
}

/// What CountTokens is asked about the request.
pub(super) fn counted(making: Making<'_>) -> Result<CountTokensRequest, Error> {
    let request = request(making)?;
    let counted = making.json(&|json| request.write_json(json))?;
    let counted = ConverseRequest::from_json(&counted).map_err(|error| {
        Error::config("the request is none of Converse", "check its extra members").with_source(error)
    })?;
    Ok(CountTokensRequest::converse(&counted))
}

/// The request in the words of Converse.
fn request(making: Making<'_>) -> Result<ConverseRequest, Error> {
    let options = ConverseOptions::default()
        .pdf(pdf::possible(making.params, making.options.pdf))
        .document_names(making.options.document_names);
    ConverseRequest::from_params(making.params, &options).map_err(|error| {
        Error::config("Converse cannot carry the request", mend(error.kind())).with_source(error)
    })
}

/// What to do about a request that Converse cannot carry.
fn mend(kind: &ConverseErrorKind) -> &'static str {
    match kind {
        ConverseErrorKind::DocumentName => {
            "give each document a title that Converse takes, or have them mended: with_document_names(DocumentNames::Legal)"
        }
        ConverseErrorKind::DocumentWithoutText => "put a text block beside the document",
        _ => "change it, or take another route",
    }
}

/// Bedrock's options are members here.
fn add_options(
    options: &CallOptions,
    request: &mut ConverseRequest,
    operation: Operation,
) -> Result<(), Error> {
    match &options.guardrail {
        Some(guardrail) => {
            request.guardrail_config = Some(guardrail_config(guardrail, options, operation)?);
        }
        None if options.trace.is_some() => {
            return Err(Error::config(
                "on Converse a trace is a guardrail's, and there is no guardrail",
                "give a guardrail, or leave the trace out",
            ));
        }
        None => {}
    }
    request.request_metadata = options.checked_metadata()?;
    if let Some(latency) = &options.latency {
        header_value("the latency", latency.as_str())?;
        request.performance_config = Some(PerformanceConfiguration::new().latency(latency.as_str()));
    }
    if let Some(tier) = &options.service_tier {
        header_value("the service tier", tier.as_str())?;
        request.service_tier = Some(ServiceTier::new(tier.as_str()));
    }
    Ok(())
}

fn guardrail_config(
    guardrail: &Guardrail,
    options: &CallOptions,
    operation: Operation,
) -> Result<GuardrailConfiguration, Error> {
    // The same texts are taken here as in headers, so that a call can change its route.
    header_value("the guardrail's id", &guardrail.identifier)?;
    header_value("the guardrail's version", &guardrail.version)?;
    if guardrail.tag_suffix.is_some() {
        return Err(Error::config(
            "Converse has no tags for guardrails",
            "leave the tag suffix out, or take the route InvokeModel",
        ));
    }
    let mut config = GuardrailConfiguration::new()
        .guardrail_identifier(guardrail.identifier.as_str())
        .guardrail_version(guardrail.version.as_str());
    if let Some(trace) = &options.trace {
        header_value("the trace", trace.as_str())?;
        config.trace = Some(trace.as_str().to_ascii_lowercase());
    }
    if operation == Operation::Streamed
        && let Some(mode) = guardrail.stream_processing_mode
    {
        let word = match mode {
            StreamProcessingMode::Synchronous => "sync",
            StreamProcessingMode::Asynchronous => "async",
        };
        config.stream_processing_mode = Some(word.to_owned());
    }
    Ok(config)
}
