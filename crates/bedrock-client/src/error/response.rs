//! From an HTTP error to an [`Error`]: what the server said, cut to what may be kept.

use bedrock_types::{AwsErrorBody, ErrorDetail, RawJson, json};
use http::response::Parts;

use super::{Error, ErrorKind};
use crate::retry;

/// The error that an answer with a status other than 2xx is.
///
/// `secrets` are texts that must not stay in the error: AWS repeats what was signed, session token included, when a
/// signature is wrong.
pub(crate) fn refusal(head: &Parts, body: &[u8], secrets: &[&str]) -> Error {
    let said = Said::read(head, body);
    let status = head.status.as_u16();
    let message = match &said.message {
        Some(message) => tidy(message, secrets),
        None if head.status.is_redirection() => redirect(head),
        None => head.status.canonical_reason().unwrap_or("no message").to_owned(),
    };
    let quota = said.code.as_deref() == Some("ServiceQuotaExceededException");
    let retryable = retry::asked(&head.headers).unwrap_or(retry::is_retryable_status(status) && !quota);
    let hint = said.code.as_deref().and_then(|code| hint_for(code, &message));
    let error = Error::new(ErrorKind::Api, message)
        .with_code(said.code)
        .with_status(Some(status))
        .with_request_id(request_id(head))
        .with_retryable(retryable);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// What AWS, or behind it the Messages API, calls this request.
pub(crate) fn request_id(head: &Parts) -> Option<&str> {
    ["x-amzn-requestid", "request-id"].iter().find_map(|name| head.headers.get(*name)?.to_str().ok())
}

/// The status that AWS models for an exception, by its name in either case.
pub(crate) fn modelled_status(exception: &str) -> Option<u16> {
    let status = |name: &str| exception.eq_ignore_ascii_case(name);
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

/// Class and text of a refusal, wherever they stand.
struct Said {
    code: Option<String>,
    message: Option<String>,
}

impl Said {
    fn read(head: &Parts, body: &[u8]) -> Self {
        let header = head.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        let aws: Option<AwsErrorBody> = json::from_slice(body).ok();
        // The Messages API's own envelope: {"type":"error","error":{"type","message"}}.
        let anthropic: Option<ErrorDetail> =
            aws.as_ref().and_then(|body| body.extra.get("error")).and_then(|error: &RawJson| error.to().ok());
        let (in_body, message) = match aws {
            Some(aws) => (aws.kind.clone().or(aws.code), aws.message.or(aws.message_capital)),
            None => (None, plain_text(head, body)),
        };
        let code = header.map(str::to_owned).or(in_body.filter(|_| anthropic.is_none()));
        Self {
            code: code
                .map(|code| class(&code).to_owned())
                .or_else(|| anthropic.as_ref().map(|error| error.kind.as_str().to_owned())),
            message: message
                .or_else(|| anthropic.map(|error| error.message))
                .filter(|text| !text.trim().is_empty()),
        }
    }
}

/// The name in `ns#ThrottlingException:http://…`.
fn class(text: &str) -> &str {
    let text = text.split(':').next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

/// A body that is not JSON, if it is text: a proxy's page, or a plain sentence.
fn plain_text(head: &Parts, body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..KEPT).unwrap_or(body));
    let kind =
        head.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("no content type");
    (!text.trim().is_empty()).then(|| format!("the answer is {kind}, not JSON: {}", text.trim()))
}

fn redirect(head: &Parts) -> String {
    let origin = head
        .headers
        .get("location")
        .and_then(|value| value.to_str().ok()?.parse::<http::Uri>().ok())
        .and_then(|uri| Some(format!("{}://{}", uri.scheme_str()?, uri.host()?)));
    match origin {
        Some(origin) => format!("redirects are not followed; this one leads to {origin}"),
        None => "redirects are not followed".to_owned(),
    }
}

/// The first line, bounded, without live secrets.
fn tidy(message: &str, secrets: &[&str]) -> String {
    let line = message.trim().lines().next().unwrap_or_default();
    let end = (0..=line.len().min(KEPT)).rev().find(|&index| line.is_char_boundary(index)).unwrap_or(0);
    let mut text = line.get(..end).unwrap_or_default().to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET) {
        text = text.replace(secret, "[redacted]");
    }
    text
}

fn hint_for(code: &str, message: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidSignatureException"
            if message.starts_with("Signature expired") || message.starts_with("Signature not") =>
        {
            "set this machine's clock: signatures are valid for 5 minutes around the server's time"
        }
        "InvalidSignatureException" => "check that AWS_SECRET_ACCESS_KEY belongs to AWS_ACCESS_KEY_ID",
        "UnrecognizedClientException" | "InvalidClientTokenId" => {
            "check AWS_ACCESS_KEY_ID, and AWS_SESSION_TOKEN if the keys are temporary"
        }
        "MissingAuthenticationTokenException" => {
            "give keys or a bearer token: `aws configure`, or AWS_BEARER_TOKEN_BEDROCK"
        }
        "ExpiredTokenException" => "get new credentials, with `aws sso login` if they come from SSO",
        "AccessDeniedException" if message.contains("API Key") => {
            "check AWS_BEARER_TOKEN_BEDROCK: the key is unknown or expired"
        }
        "AccessDeniedException" => {
            "ask for bedrock:InvokeModel on this model, and check in the Bedrock console that the account has access to it"
        }
        "ThrottlingException" => "wait and try again, or ask for a higher quota of this model",
        "ValidationException" if message.contains("on-demand throughput") => {
            "use the id of an inference profile: the model id with `global.`, `us.` or `eu.` in front, as the catalog has it"
        }
        "ValidationException" if message.contains("model identifier is invalid") => {
            "check the model id; short names like `sonnet` work too"
        }
        _ => return None,
    })
}

/// How much of a server's text is kept, in bytes.
const KEPT: usize = 8 * 1024;

/// What is shorter is no secret, and would be found in ordinary words.
const SHORTEST_SECRET: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Error {
        let mut builder = http::Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (head, ()) = builder.body(()).expect("a legal head").into_parts();
        refusal(&head, body, &["t0ken-t0ken"])
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
            (&[], "", None, "Too Many Requests"),
            (&[], "<html>busy</html>", None, "the answer is no content type, not JSON: <html>busy</html>"),
        ] {
            let error = refused(429, headers, body.as_bytes());
            assert_eq!((error.code(), error.0.message.as_str()), (code, message), "{body}");
            assert!(error.is_throttled() && error.is_retryable() && error.kind() == ErrorKind::Api);
        }
    }

    #[test]
    fn what_is_kept_is_one_line_without_secrets() {
        let long = format!(r#"{{"message":"bad t0ken-t0ken {}\nsecond line"}}"#, "x".repeat(20_000));
        let error = refused(403, &[("x-amzn-requestid", "r-1")], long.as_bytes());
        assert_eq!(error.request_id(), Some("r-1"));
        assert!(error.0.message.starts_with("bad [redacted] xxx") && error.0.message.len() < 9_000);
        assert!(!error.0.message.contains("second"));
    }

    #[test]
    fn the_header_decides_whether_to_retry() {
        assert!(!refused(503, &[("x-should-retry", "false")], b"").is_retryable());
        assert!(refused(400, &[("x-should-retry", "true")], b"").is_retryable());
        assert!(!refused(429, &[("x-amzn-errortype", "ServiceQuotaExceededException")], b"").is_retryable());
    }

    #[test]
    fn a_redirect_names_the_origin_only() {
        let error = refused(307, &[("location", "https://evil.example/path?token=t0ken-t0ken")], b"");
        assert_eq!(
            error.to_string(),
            "HTTP 307: redirects are not followed; this one leads to https://evil.example"
        );
    }
}
