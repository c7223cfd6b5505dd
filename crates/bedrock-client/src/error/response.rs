//! From an HTTP error to an [`Error`]: what the server said, cut to what may be kept.

use bedrock_auth::sts::StsError;
use bedrock_types::{ErrorBody, ErrorType};
use http::{header::LOCATION, response::Parts};

use super::{Error, ErrorKind};
use crate::{headers, retry, text::is_word};

/// The error that an answer with a status other than 2xx is.
/// Its texts are as the server wrote them: [`Error::scrubbed`] comes next.
pub(crate) fn refusal(head: &Parts, body: &[u8]) -> Error {
    let said = Said::read(head, body);
    let status = head.status.as_u16();
    let message = match said.message {
        Some(message) => message,
        // A 304 has nowhere to lead to.
        None if head.status.is_redirection() && head.headers.contains_key(LOCATION) => redirect(head),
        None => head.status.canonical_reason().unwrap_or("no message").to_owned(),
    };
    let retryable = retry::should_retry(&head.headers)
        .unwrap_or_else(|| retry::is_retryable(said.exception.as_deref(), status));
    Error::new(ErrorKind::Api, message)
        .with_exception(said.exception)
        .with_error_type(said.error_type)
        .with_status(Some(status))
        .with_request_id(text(head, AWS_REQUEST_ID).or(said.aws_request_id.as_deref()))
        .with_anthropic_request_id(text(head, ANTHROPIC_REQUEST_ID).or(said.anthropic_request_id.as_deref()))
        .with_retryable(retryable)
}

/// What AWS, or behind it the Messages API, calls this request.
pub(crate) fn request_id(head: &Parts) -> Option<&str> {
    [AWS_REQUEST_ID, ANTHROPIC_REQUEST_ID].into_iter().find_map(|name| text(head, name))
}

/// The status that AWS models for an exception, by its name in either case.
pub(crate) fn modelled_status(exception: &str) -> Option<u16> {
    let status = |name: &str| is_word(exception, name);
    Some(match () {
        () if status("ValidationException") => 400,
        () if status("AccessDeniedException") => 403,
        () if status("ResourceNotFoundException") => 404,
        () if status("ModelTimeoutException") => 408,
        () if status("ModelErrorException") => 424,
        () if status("ModelStreamErrorException") => 424,
        () if status("ThrottlingException") => 429,
        () if status("ModelNotReadyException") => 429,
        () if status("InternalServerException") => 500,
        () if status("ServiceUnavailableException") => 503,
        () => return None,
    })
}

/// What a refusal says, wherever it stands: in headers, in AWS's body, or in the envelope of the Messages API.
#[derive(Default)]
struct Said {
    exception: Option<String>,
    error_type: Option<ErrorType>,
    message: Option<String>,
    /// STS writes it into the body too.
    aws_request_id: Option<String>,
    anthropic_request_id: Option<String>,
}

impl Said {
    fn read(head: &Parts, body: &[u8]) -> Self {
        let header = text(head, "x-amzn-errortype").map(str::to_owned);
        let class = |name: String| class(&name).to_owned();
        let Some(body) = ErrorBody::parse(body) else {
            if let Some(StsError { code, message, request_id, .. }) = StsError::parse(body) {
                return Self { exception: code, message, aws_request_id: request_id, ..Self::default() };
            }
            return Self { exception: header.map(class), message: not_json(head, body), ..Self::default() };
        };
        let (error_type, said) = body.error.map(|error| (error.kind, error.message)).unzip();
        Self {
            exception: header.or(body.code).map(class),
            error_type,
            message: body.message.or(said).filter(|text| !text.trim().is_empty()),
            anthropic_request_id: body.request_id,
            ..Self::default()
        }
    }
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    headers::text(&head.headers, name)
}

/// The name in `ns#ThrottlingException:http://…`.
fn class(text: &str) -> &str {
    let text = text.split(':').next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

/// A body that is not JSON, if there is one: a proxy's page, or a plain sentence.
fn not_json(head: &Parts, body: &[u8]) -> Option<String> {
    let body = String::from_utf8_lossy(body);
    if body.trim().is_empty() {
        return None;
    }
    if let Some(encoding) = text(head, "content-encoding").filter(|encoding| !is_word(encoding, "identity")) {
        return Some(format!("the answer has content-encoding {encoding}, which was not asked for"));
    }
    let kind = text(head, "content-type").unwrap_or("of no content type");
    Some(format!("the answer is {kind}, not JSON: {}", body.trim()))
}

fn redirect(head: &Parts) -> String {
    let origin =
        text(head, LOCATION.as_str()).and_then(|value| value.parse::<http::Uri>().ok()).and_then(|uri| {
            let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}://{}{port}", uri.scheme_str()?, uri.host()?))
        });
    match origin {
        Some(origin) => format!("redirects are not followed; this one leads to {origin}"),
        None => "redirects are not followed".to_owned(),
    }
}

const AWS_REQUEST_ID: &str = "x-amzn-requestid";

const ANTHROPIC_REQUEST_ID: &str = "request-id";

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Error {
        let mut builder = http::Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (head, ()) = builder.body(()).expect("a legal head").into_parts();
        refusal(&head, body)
    }

    #[test]
    fn the_class_is_found_wherever_it_stands() {
        let tail = "ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/";
        for (headers, body, code, message) in [
            (&[("x-amzn-errortype", tail)][..], r#"{"message":"slow"}"#, Some("ThrottlingException"), "slow"),
            (
                &[],
                r#"{"__type":"com.amazon#ThrottlingException","Message":"slow"}"#,
                Some("ThrottlingException"),
                "slow",
            ),
            (&[], r#"{"code":"ThrottlingException","message":"slow"}"#, Some("ThrottlingException"), "slow"),
            (
                &[],
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow"},"request_id":"r"}"#,
                Some("rate_limit_error"),
                "slow",
            ),
            (
                &[],
                "<ErrorResponse><Error><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>",
                Some("Throttling"),
                "slow",
            ),
            (&[], "", None, "Too Many Requests"),
            (&[], "<html>busy</html>", None, "the answer is of no content type, not JSON: <html>busy</html>"),
        ] {
            let error = refused(429, headers, body.as_bytes());
            assert_eq!((error.code(), error.0.message.as_str()), (code, message), "{body}");
            assert!(error.is_throttled() && error.is_retryable() && error.kind() == ErrorKind::Api);
        }
    }

    #[test]
    fn three_facts_are_three() {
        let error = refused(
            429,
            &[
                ("x-amzn-errortype", "ThrottlingException"),
                ("x-amzn-requestid", "aws"),
                ("request-id", "req_1"),
            ],
            br#"{"type":"error","error":{"type":"rate_limit_error","message":"slow"},"request_id":"req_2"}"#,
        );
        assert_eq!(
            (error.exception(), error.status(), error.error_type()),
            (Some("ThrottlingException"), Some(429), Some(&ErrorType::RateLimit))
        );
        assert_eq!(
            (error.code(), error.request_id(), error.anthropic_request_id()),
            (Some("ThrottlingException"), Some("aws"), Some("req_1"))
        );

        let alone =
            br#"{"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"req_2"}"#;
        let error = refused(529, &[], alone);
        assert_eq!((error.exception(), error.code()), (None, Some("overloaded_error")));
        assert_eq!((error.request_id(), error.anthropic_request_id()), (Some("req_2"), Some("req_2")));
    }

    #[test]
    fn the_header_decides_whether_to_retry() {
        assert!(!refused(503, &[("x-should-retry", "false")], b"").is_retryable());
        assert!(refused(400, &[("x-should-retry", "true")], b"").is_retryable());
        assert!(!refused(429, &[("x-amzn-errortype", "ServiceQuotaExceededException")], b"").is_retryable());
    }

    #[test]
    fn a_redirect_names_the_origin_only() {
        let error = refused(307, &[("location", "https://evil.example:8443/path?token=t0ken")], b"");
        assert_eq!(
            error.to_string(),
            "HTTP 307: redirects are not followed; this one leads to https://evil.example:8443"
        );
    }
}
