//! One request in, one answer out: a pure function of the request, the clock and the account.

use std::time::SystemTime;

use bedrock_auth::sigv4::SigningTime;
use bedrock_types::Message;
use bedrock_types::models::{ModelId, ModelInfo};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response};

use crate::account::Account;
use crate::auth::authenticate;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::local;
use crate::reply::reply;
use crate::route::{Operation, route};
use crate::stream;
use crate::sts;
use crate::validate::invoke_model_body;

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// All of it, with its length known.
    Whole(Bytes),
    /// Pieces that go out one by one: the frames of an event stream.
    Frames(Vec<Bytes>),
}

/// Whether a fault may break the answer to a request: only those of Bedrock itself, so that keys can still be had.
pub(crate) fn can_break(head: &Parts, body: &Bytes) -> bool {
    !sts::is_meant(head, body) && !local::is_local(head.uri.path())
}

/// Answers a request whose body arrived.
pub(crate) fn answer(head: &Parts, body: &Bytes, now: SystemTime, account: &Account) -> Response<Content> {
    let request_id = request_id(head, body);
    if sts::is_meant(head, body) {
        let response = sts::answer(head, body, now, account, &request_id);
        return with_common_headers(response, request_id, now);
    }
    let response = if local::is_local(head.uri.path()) {
        local::answer(head, now, account)
    } else {
        invoke(head, body, now, account)
    };
    let response = response.unwrap_or_else(|error| {
        tracing::debug!(code = error.code(), "refused");
        error.into_response()
    });
    with_common_headers(response, request_id, now)
}

/// Refuses a request whose body did not arrive.
pub(crate) fn refuse(head: &Parts, error: AwsError, now: SystemTime) -> Response<Content> {
    tracing::debug!(code = error.code(), "refused");
    with_common_headers(error.into_response(), request_id(head, b""), now)
}

/// AWS looks at the operation first, then at who calls, then at the model, then at the body.
fn invoke(
    head: &Parts,
    body: &Bytes,
    now: SystemTime,
    account: &Account,
) -> Result<Response<Content>, AwsError> {
    let route = route(&head.method, head.uri.path())?;
    authenticate(head, body, now, account)?;
    let model = find_model(&route.model_id)?;
    let params = invoke_model_body(body, model)?;

    let digest = Digest::of(&[route.model_id.as_bytes(), body]);
    let message = reply(&params, model, digest.message_id());
    tracing::debug!(operation = route.operation.name(), model = model.id, "answered");
    Ok(match route.operation {
        Operation::InvokeModel => whole(&message),
        Operation::InvokeModelWithResponseStream => streamed(&message, digest),
    })
}

/// The model that a base id, a profile id or the ARN of either names.
fn find_model(id: &str) -> Result<&'static ModelInfo, AwsError> {
    let unknown = || AwsError::validation("The provided model identifier is invalid.");
    let model = ModelId::parse(id).ok().and_then(|id| id.base_model()).ok_or_else(unknown)?;
    // `base_model` goes by the prefix alone; the emulator has the profiles that the catalog lists for this very model.
    let name = id.rsplit_once('/').map_or(id, |(_, name)| name);
    let listed = model.id == name || model.profiles.iter().any(|profile| profile.id == name);
    if listed { Ok(model) } else { Err(unknown()) }
}

fn whole(message: &Message) -> Response<Content> {
    let json = serde_json::to_vec(message).expect("a message of texts and numbers is JSON");
    let mut response = Response::new(Content::Whole(json.into()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(INVOCATION_LATENCY, stream::INVOCATION_LATENCY_MS.into());
    headers.insert(INPUT_TOKENS, message.usage.input_tokens.into());
    headers.insert(OUTPUT_TOKENS, message.usage.output_tokens.into());
    response
}

fn streamed(message: &Message, digest: Digest) -> Response<Content> {
    let mut response = Response::new(Content::Frames(stream::frames(message, digest)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.amazon.eventstream"));
    headers.insert(BEDROCK_CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn request_id(head: &Parts, body: &[u8]) -> String {
    let signed_at = head.headers.get("x-amz-date").map_or(&b""[..], HeaderValue::as_bytes);
    Digest::of(&[head.method.as_str().as_bytes(), head.uri.path().as_bytes(), signed_at, body]).uuid()
}

fn with_common_headers(
    mut response: Response<Content>,
    request_id: String,
    now: SystemTime,
) -> Response<Content> {
    let request_id = HeaderValue::try_from(request_id).expect("hexadecimal digits and dashes");
    response.headers_mut().insert(REQUEST_ID, request_id);

    // The emulator's own clock, which clients correct theirs by. One that HTTP cannot write leaves the header to hyper.
    if let Ok(now) = SigningTime::try_from(now) {
        let date = httpdate::fmt_http_date(now.to_system_time());
        response
            .headers_mut()
            .insert(DATE, HeaderValue::try_from(date).expect("letters, digits, commas and colons"));
    }
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const BEDROCK_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-amzn-bedrock-content-type");
const INVOCATION_LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-output-token-count");

#[cfg(test)]
mod tests;
