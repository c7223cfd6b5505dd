//! The spans of a call and of its attempts, by OpenTelemetry's names.
//!
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/aws-bedrock.md> (read in November 2026) for
//! the call, <https://opentelemetry.io/docs/specs/semconv/http/http-spans/> for an attempt. `docs/observability.md` has the table.

use std::time::Duration;

use bedrock_types::{MessageCreateParams, Route, Usage};
use http::Uri;
use tracing::{Span, Value, field};

use super::{About, CallOperation, CallOutcome, CallRecord};
use crate::{
    Error,
    call::{Answer, Call},
};

/// The span of a call; without a subscriber that wants it, none of its fields is made.
pub(super) fn call(about: &About<'_>, region: &str) -> Span {
    let &About { operation, route, options, params, call, .. } = about;
    let name = operation_name(operation);
    let model = about.model_name();
    let uri = call.map(|call| &call.uri);
    tracing::info_span!(
        target: TARGET,
        "bedrock.call",
        otel.name = %format_args!("{name} {model}"),
        otel.kind = "client",
        otel.status_code = field::Empty,
        gen_ai.operation.name = name,
        gen_ai.provider.name = "aws.bedrock",
        gen_ai.request.model = model,
        gen_ai.request.stream = (operation == CallOperation::Stream).then_some(true),
        gen_ai.request.max_tokens = (operation != CallOperation::CountTokens).then_some(params.max_tokens),
        gen_ai.request.temperature = params.temperature.map(|number| number.get()),
        gen_ai.request.top_p = params.top_p.map(|number| number.get()),
        gen_ai.request.top_k = params.top_k,
        gen_ai.output.type = wants_json(params).then_some("json"),
        gen_ai.response.model = field::Empty,
        gen_ai.response.id = field::Empty,
        gen_ai.response.finish_reasons = field::Empty,
        gen_ai.response.time_to_first_chunk = field::Empty,
        gen_ai.usage.input_tokens = field::Empty,
        gen_ai.usage.output_tokens = field::Empty,
        gen_ai.usage.cache_read.input_tokens = field::Empty,
        gen_ai.usage.cache_write.input_tokens = field::Empty,
        gen_ai.usage.cache_creation.input_tokens = field::Empty,
        gen_ai.usage.reasoning.output_tokens = field::Empty,
        aws.bedrock.guardrail.id = options.guardrail.as_ref().map(|guardrail| guardrail.identifier.as_str()),
        aws.request_id = field::Empty,
        cloud.region = region,
        server.address = uri.and_then(Uri::host),
        server.port = uri.and_then(port),
        error.type = field::Empty,
        bedrock.route = route_name(route),
        bedrock.attempts = field::Empty,
        bedrock.outcome = field::Empty,
    )
}

/// Tells what a call came to.
pub(super) fn end(span: &Span, record: &CallRecord, response_id: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    tell(span, "gen_ai.response.model", &record.response_model.as_deref());
    tell(span, "gen_ai.response.id", &response_id);
    if let Some(reason) = &record.stop_reason {
        tell(span, "gen_ai.response.finish_reasons", &field::debug([reason.as_str()]));
    }
    let first_event = record.time_to_first_event.as_ref().map(Duration::as_secs_f64);
    tell(span, "gen_ai.response.time_to_first_chunk", &first_event);
    if let Some(usage) = &record.usage {
        record_usage(span, usage);
    }
    tell(span, "aws.request_id", &record.request_id.as_deref());
    tell(span, "bedrock.attempts", &record.attempts);
    tell(span, "bedrock.outcome", &record.outcome.as_str());
    tell(span, "error.type", &record.outcome.error_type());
    if let CallOutcome::Failed { .. } = record.outcome {
        tell(span, "otel.status_code", &"ERROR");
    }
}

fn record_usage(span: &Span, usage: &Usage) {
    let (read, written) = (usage.cache_read_input_tokens, usage.cache_creation_input_tokens);
    // The conventions count what the cache had part in as input, Anthropic does not.
    let input = [read, written].into_iter().flatten().fold(usage.input_tokens, u64::saturating_add);
    tell(span, "gen_ai.usage.input_tokens", &input);
    tell(span, "gen_ai.usage.output_tokens", &usage.output_tokens);
    tell(span, "gen_ai.usage.cache_read.input_tokens", &read);
    // The newer name, and the one that most still read.
    tell(span, "gen_ai.usage.cache_write.input_tokens", &written);
    tell(span, "gen_ai.usage.cache_creation.input_tokens", &written);
    let thinking = usage.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens);
    tell(span, "gen_ai.usage.reasoning.output_tokens", &thinking);
}

/// The span of one attempt, from who calls to the head of the answer (of a whole answer, to its end).
pub(crate) fn attempt(call: &Call, number: u32) -> Span {
    tracing::debug_span!(
        target: TARGET,
        "bedrock.attempt",
        otel.name = call.method.as_str(),
        otel.kind = "client",
        otel.status_code = field::Empty,
        http.request.method = call.method.as_str(),
        http.request.resend_count = number.checked_sub(1).filter(|resent| *resent > 0),
        http.response.status_code = field::Empty,
        server.address = call.uri.host(),
        server.port = port(&call.uri),
        aws.request_id = field::Empty,
        error.type = field::Empty,
        bedrock.attempt = number,
    )
}

/// Tells what an attempt came to.
pub(crate) fn end_attempt<B>(span: &Span, answered: Result<&Answer<B>, &Error>) {
    if span.is_disabled() {
        return;
    }
    let status = answered.map_or_else(Error::status, |answer| Some(answer.head.status.as_u16()));
    tell(span, "http.response.status_code", &status);
    record_answered(span, answered);
}

fn record_answered<B>(span: &Span, answered: Result<&Answer<B>, &Error>) {
    match answered {
        Ok(answer) => {
            tell(span, "aws.request_id", &answer.clean_request_id());
        }
        Err(error) => {
            tell(span, "aws.request_id", &error.request_id());
            tell(span, "error.type", &error.code().unwrap_or(error.kind().as_str()));
            tell(span, "otel.status_code", &"ERROR");
        }
    }
}

/// The span of an operation of the control plane: <https://opentelemetry.io/docs/specs/semconv/rpc/aws-sdk/>.
pub(crate) fn operation(name: &'static str, call: &Call, region: &str) -> Span {
    tracing::info_span!(
        target: TARGET,
        "bedrock.call",
        otel.name = %format_args!("Bedrock/{name}"),
        otel.kind = "client",
        otel.status_code = field::Empty,
        rpc.system = "aws-api",
        rpc.service = "Bedrock",
        rpc.method = name,
        aws.request_id = field::Empty,
        cloud.region = region,
        server.address = call.uri.host(),
        server.port = port(&call.uri),
        error.type = field::Empty,
        bedrock.attempts = field::Empty,
    )
}

/// Tells what an operation came to.
pub(crate) fn end_operation<B>(span: &Span, answered: Result<&Answer<B>, &Error>) {
    let attempts = answered.map_or_else(Error::attempts, |answer| answer.attempts);
    tell(span, "bedrock.attempts", &attempts);
    record_answered(span, answered);
}

/// Tells one fact of a span. (`Span::record` is compiled for each kind of value, at each place.)
#[inline(never)]
fn tell(span: &Span, field: &str, value: &dyn Value) {
    span.record(field, value);
}

/// What OpenTelemetry calls an operation; it has no name for counting.
fn operation_name(operation: CallOperation) -> &'static str {
    match operation {
        CallOperation::Create | CallOperation::Stream => "chat",
        CallOperation::CountTokens => "count_tokens",
    }
}

pub(super) fn route_name(route: Route) -> &'static str {
    match route {
        Route::InvokeModel => "invoke",
        Route::Messages => "messages",
        Route::Mantle => "mantle",
        Route::Converse => "converse",
        _ => "other",
    }
}

fn wants_json(params: &MessageCreateParams) -> bool {
    params.output_config.as_ref().is_some_and(|config| config.format.is_some())
}

fn port(uri: &Uri) -> Option<u16> {
    uri.port_u16().or_else(|| match uri.scheme_str()? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })
}

/// By which a subscriber can choose these spans.
pub(super) const TARGET: &str = "bedrock_client";
