//! One request in, one answer out: a pure function of the request, the clock and the account.

use std::cell::RefCell;
use std::time::SystemTime;

use bedrock_auth::sigv4::{PayloadHash, SigningTime};
use bedrock_transport::Body;
use bytes::Bytes;
use http::header::DATE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response};

use crate::account::Account;
use crate::auth::{authenticate, authenticate_at};
use crate::digest::Digest;
use crate::envelope;
use crate::error::AwsError;
use crate::frames::StreamFormat;
use crate::local;
use crate::operation::{Scene, perform};
use crate::route::{is_native, route};
use crate::s3;
use crate::sts;
use crate::target::Target;

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// All of it, with its length known.
    Whole(Bytes),
    /// Pieces that go out one by one: the frames of a stream, or its server-sent events.
    Frames(StreamFormat, Vec<Bytes>),
}

impl From<Content> for Body {
    fn from(content: Content) -> Self {
        match content {
            Content::Whole(bytes) => Self::from_bytes(bytes),
            Content::Frames(_, frames) => Self::from_chunks(frames.into_iter().map(Ok).collect()),
        }
    }
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addressee {
    /// Bedrock itself, whose answers a fault may break or somebody else give. The others are the emulator's in any case, so that its keys
    /// can be had.
    Bedrock,
    Sts,
    S3,
    /// What AWS does not have.
    Local,
}

impl Addressee {
    pub(crate) fn of(head: &Parts, body: &[u8]) -> Self {
        if sts::is_meant(head, body) {
            Self::Sts
        } else if s3::is_meant(head) {
            Self::S3
        } else if local::is_local(head.uri.path()) {
            Self::Local
        } else {
            Self::Bedrock
        }
    }
}

/// Lets a request pass that is to be answered by somebody else, and says where it is going.
///
/// # Errors
///
/// The refusal that AWS would give to who may not call.
pub(crate) fn admit(
    head: &Parts,
    body: &Bytes,
    now: SystemTime,
    account: &Account,
) -> Result<Target, AwsError> {
    let target = Target::of(head).ok_or_else(AwsError::unknown_operation)?;
    authenticate_at(target.door(), head, &PayloadHash::of(body), now, account)?;
    Ok(target)
}

/// Answers a request whose body arrived.
pub(crate) fn answer(
    addressee: Addressee,
    head: &Parts,
    body: &Bytes,
    now: SystemTime,
    account: &Account,
) -> Response<Content> {
    let payload = PayloadHash::of(body);
    let request_id = request_id(head, &payload);
    let refused = |error| refusal(head, error, &request_id);
    let response = match addressee {
        Addressee::Bedrock => {
            of_bedrock(head, body, &payload, now, account, &request_id).unwrap_or_else(refused)
        }
        Addressee::Sts => sts::answer(head, body, now, account, &request_id),
        Addressee::S3 => s3::answer(head, body, now, account, &request_id),
        Addressee::Local => local::answer(head, now, account).unwrap_or_else(refused),
    };
    with_common_headers(response, head, request_id, now)
}

/// Refuses a request that the emulator itself does not answer: its body did not arrive, or somebody else has no answer.
pub(crate) fn refuse(head: &Parts, error: AwsError, now: SystemTime) -> Response<Content> {
    let request_id = request_id(head, &PayloadHash::of(b""));
    with_common_headers(refusal(head, error, &request_id), head, request_id, now)
}

/// AWS looks at the operation first, then at who calls, then at what the operation is to do. What a script says about the sending
/// holds for refusals that come then, too.
fn of_bedrock(
    head: &Parts,
    body: &Bytes,
    payload: &PayloadHash,
    now: SystemTime,
    account: &Account,
    request_id: &str,
) -> Result<Response<Content>, AwsError> {
    let route = route(head)?;
    let region = authenticate(head, payload, now, account, &route)?;
    let scene = Scene::new(account, &region, now);
    let response =
        perform(&route, head, body, &scene).unwrap_or_else(|error| refusal(head, error, request_id));
    Ok(scene.directed(response))
}

/// A refusal in the form of the API that was asked.
fn refusal(head: &Parts, error: AwsError, request_id: &str) -> Response<Content> {
    tracing::debug!(code = error.code(), "refused");
    if is_native(head.uri.path()) {
        envelope::refusal(&error, &native_request_id(request_id))
    } else {
        error.into_response()
    }
}

fn request_id(head: &Parts, payload: &PayloadHash) -> String {
    let signed_at = head.headers.get(SIGNED_AT).map_or(&b""[..], HeaderValue::as_bytes);
    let (method, path) = (head.method.as_str(), head.uri.path());
    Digest::of_request(&[method.as_bytes(), path.as_bytes(), signed_at, payload.as_str().as_bytes()]).uuid()
}

/// The id that the Messages API gives the request, beside AWS's.
fn native_request_id(request_id: &str) -> String {
    format!("req_{}", request_id.replace('-', ""))
}

fn with_common_headers(
    mut response: Response<Content>,
    head: &Parts,
    request_id: String,
    now: SystemTime,
) -> Response<Content> {
    if is_native(head.uri.path()) {
        let id = HeaderValue::try_from(native_request_id(&request_id)).expect("letters and digits");
        response.headers_mut().insert(NATIVE_REQUEST_ID, id);
    }
    let request_id = HeaderValue::try_from(request_id).expect("hexadecimal digits and dashes");
    response.headers_mut().insert(REQUEST_ID, request_id);

    // The emulator's own clock, which clients correct theirs by. One that HTTP cannot write leaves the header to hyper.
    if let Ok(now) = SigningTime::try_from(now) {
        response.headers_mut().insert(DATE, date(now));
    }
    response
}

/// Written once for all answers of a second, as in hyper.
fn date(now: SigningTime) -> HeaderValue {
    thread_local! {
        static LAST: RefCell<Option<(SigningTime, HeaderValue)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((time, date)) if *time == now => date.clone(),
        _ => {
            let date = httpdate::fmt_http_date(now.to_system_time());
            let date = HeaderValue::try_from(date).expect("letters, digits, commas and colons");
            last.insert((now, date)).1.clone()
        }
    })
}

const SIGNED_AT: HeaderName = HeaderName::from_static("x-amz-date");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Anthropic's own: <https://platform.claude.com/docs/en/api/errors>.
pub(crate) const NATIVE_REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

#[cfg(test)]
mod tests;
