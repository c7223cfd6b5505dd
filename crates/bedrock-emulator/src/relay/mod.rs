//! Between a client and the real side: who calls is checked here, signed for anew, and what is asked and answered is recorded.
//!
//! Each request is sent once: whoever tries again asks again, and is recorded again.

mod recorded;

use std::error::Error;
use std::time::SystemTime;

use bedrock_client::{Client, ErrorKind};
use bedrock_transport::Body;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};

use crate::account::Account;
use crate::answer::{admit, refuse};
use crate::error::AwsError;
use crate::recording::{End, Recorder, Recording};
use crate::target::Target;
use recorded::RecordedBody;

/// Passes requests on to the real side.
#[derive(Debug)]
pub(crate) struct Relay {
    client: Client,
    recorder: Recorder,
}

impl Relay {
    pub(crate) fn new(client: Client, recorder: Recorder) -> Self {
        Self { client, recorder }
    }

    /// The real side's answer.
    pub(crate) async fn answer(
        &self,
        head: &Parts,
        body: &Bytes,
        now: SystemTime,
        account: &Account,
    ) -> Response<Body> {
        let answered = match admit(head, body, now, account) {
            Ok(target) => self.pass(head, body, &target).await,
            Err(error) => Err(error),
        };
        answered.unwrap_or_else(|error| refuse(head, error, now).map(Into::into))
    }

    async fn pass(&self, head: &Parts, body: &Bytes, target: &Target) -> Result<Response<Body>, AwsError> {
        let path = target.recorded_path();
        let begun = self.recorder.begin(operation(&path), &head.method, &path, &head.headers, body);
        // Nobody has paid for anything yet.
        let mut recording = begun.map_err(|error| not_recorded(&error))?;
        let mut request = Request::new(body.clone());
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = target.path.parse().map_err(|_| AwsError::unknown_operation())?;
        *request.headers_mut() = passed_on(&head.headers);
        match self.client.send(target.service, request).await {
            Ok(response) => {
                let (mut head, body) = response.into_parts();
                let written = recording.head(head.status, &head.headers);
                let kept = written.map(|()| recording).map_err(|error| lost(&error)).ok();
                for name in OF_CONNECTIONS.iter().chain([&http::header::SET_COOKIE]) {
                    head.headers.remove(name);
                }
                tracing::debug!(status = head.status.as_u16(), "the real side answered");
                let announced = announced(head.status, &head.headers);
                Ok(Response::from_parts(head, Body::new(RecordedBody::new(body, announced, kept))))
            }
            Err(error) => {
                if let Err(error) = recording.discard() {
                    lost(&error);
                }
                Err(unanswered(&error))
            }
        }
    }
}

/// How long the head says that the body is.
fn announced(status: StatusCode, headers: &HeaderMap) -> Option<u64> {
    if status == StatusCode::NO_CONTENT {
        return Some(0);
    }
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Ends a recording; what it says of a disk that is full is for who runs the emulator.
fn end(recording: Recording, end: End) {
    tracing::debug!(file = recording.name(), ?end, "recorded");
    if let Err(error) = recording.end(end) {
        lost(&error);
    }
}

/// The answer goes on, and its recording stays partial.
fn lost(error: &std::io::Error) {
    tracing::error!(%error, "a recording cannot be written, and stays partial");
}

/// What the client asks for, without what concerns its connection or its identity: the real side gets others.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut passed = headers.clone();
    for name in OF_CONNECTIONS.iter().chain(&OF_IDENTITIES) {
        passed.remove(name);
    }
    passed
}

/// What a recording is called after: the last word of the path that is no id.
fn operation(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    let is_word = |word: &&str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
    };
    path.rsplit('/').find(is_word).unwrap_or("request")
}

fn not_recorded(error: &std::io::Error) -> AwsError {
    tracing::error!(%error, "a recording cannot be written, so nothing was asked");
    AwsError::internal(format!("The request was not passed on, because it cannot be recorded: {error}"))
}

/// A refusal for who asked, where the real side gave none.
fn unanswered(error: &bedrock_client::Error) -> AwsError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    if let Some(hint) = error.hint() {
        text = format!("{text}; {hint}");
    }
    tracing::warn!("the real side was not reached: {text}");
    let message = format!("The real side behind this recorder was not reached: {text}");
    match error.kind() {
        ErrorKind::Config => AwsError::validation(message),
        ErrorKind::Credentials => AwsError::no_access(message),
        _ => AwsError::unavailable(message),
    }
}

/// What holds between two neighbours only: <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>.
const OF_CONNECTIONS: [HeaderName; 8] = [
    http::header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    http::header::PROXY_AUTHENTICATE,
    http::header::PROXY_AUTHORIZATION,
    http::header::TE,
    http::header::TRAILER,
    http::header::TRANSFER_ENCODING,
    http::header::UPGRADE,
];

/// What says who calls, and what the client says of itself and its request's form.
const OF_IDENTITIES: [HeaderName; 11] = [
    http::header::AUTHORIZATION,
    http::header::COOKIE,
    http::header::HOST,
    http::header::CONTENT_LENGTH,
    http::header::EXPECT,
    http::header::ACCEPT_ENCODING,
    http::header::USER_AGENT,
    HeaderName::from_static("x-amz-content-sha256"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
    HeaderName::from_static("x-api-key"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_called_after_what_is_asked() {
        for (path, name) in [
            (
                "/model/us.anthropic.claude-opus-4-8/invoke-with-response-stream",
                "invoke-with-response-stream",
            ),
            ("/mantle/anthropic/v1/messages", "messages"),
            ("/anthropic/v1/messages/count_tokens", "count_tokens"),
            ("/inference-profiles/us.anthropic.claude-opus-4-8?maxResults=1", "inference-profiles"),
            ("/", "request"),
        ] {
            assert_eq!(operation(path), name, "{path}");
        }
    }

    #[test]
    fn nothing_that_says_who_calls_is_passed_on() {
        let mut headers = HeaderMap::new();
        for name in OF_IDENTITIES.iter().chain(&OF_CONNECTIONS) {
            headers.insert(name, "canary".parse().unwrap());
        }
        headers.insert("x-amzn-bedrock-trace", "ENABLED".parse().unwrap());
        let passed = passed_on(&headers);
        assert_eq!((passed.len(), passed.contains_key("x-amzn-bedrock-trace")), (1, true));
    }
}
