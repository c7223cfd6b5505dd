//! From an HTTP error to an [`Error`]: what the server said, cut to what may be kept.

use bedrock_auth::sts::StsError;
use bedrock_types::ErrorBody;
use http::response::Parts;

use super::{Error, ErrorKind};
use crate::retry;

/// The error that an answer with a status other than 2xx is.
/// Its texts are as the server wrote them: [`Error::scrubbed`] comes next.
pub(crate) fn refusal(head: &Parts, body: &[u8]) -> Error {
    let said = Said::read(head, body);
    let status = head.status.as_u16();
    let message = match said.message {
        Some(message) => message,
        None if head.status.is_redirection() => redirect(head),
        None => head.status.canonical_reason().unwrap_or("no message").to_owned(),
    };
    let quota = said.code.as_deref() == Some("ServiceQuotaExceededException");
    let retryable = retry::asked(&head.headers).unwrap_or(retry::is_retryable_status(status) && !quota);
    let hint = said.code.as_deref().and_then(|code| hint_for(code, &message));
    let error = Error::new(ErrorKind::Api, message)
        .with_code(said.code)
        .with_status(Some(status))
        .with_request_id(request_id(head).or(said.request_id.as_deref()))
        .with_retryable(retryable);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// What AWS, or behind it the Messages API, calls this request.
pub(crate) fn request_id(head: &Parts) -> Option<&str> {
    ["x-amzn-requestid", "request-id"].into_iter().find_map(|name| text(head, name))
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
    /// STS writes it into the body too.
    request_id: Option<String>,
}

impl Said {
    fn read(head: &Parts, body: &[u8]) -> Self {
        let header = text(head, "x-amzn-errortype").map(str::to_owned);
        let Some(body) = ErrorBody::parse(body) else {
            if let Some(StsError { code, message, request_id, .. }) = StsError::parse(body) {
                return Self { code, message, request_id };
            }
            let code = header.map(|code| class(&code).to_owned());
            return Self { code, message: not_json(head, body), request_id: None };
        };
        let (kind, said) = body.error.map(|error| (error.kind.as_str().to_owned(), error.message)).unzip();
        Self {
            code: header.or(kind).or(body.code).map(|code| class(&code).to_owned()),
            message: body.message.or(said).filter(|text| !text.trim().is_empty()),
            request_id: None,
        }
    }
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
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
    if let Some(encoding) =
        text(head, "content-encoding").filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    {
        return Some(format!("the answer has content-encoding {encoding}, which was not asked for"));
    }
    let kind = text(head, "content-type").unwrap_or("of no content type");
    Some(format!("the answer is {kind}, not JSON: {}", body.trim()))
}

fn redirect(head: &Parts) -> String {
    let origin = head
        .headers
        .get("location")
        .and_then(|value| value.to_str().ok()?.parse::<http::Uri>().ok())
        .and_then(|uri| {
            let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}://{}{port}", uri.scheme_str()?, uri.host()?))
        });
    match origin {
        Some(origin) => format!("redirects are not followed; this one leads to {origin}"),
        None => "redirects are not followed".to_owned(),
    }
}

fn hint_for(code: &str, message: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidSignatureException" | "SignatureDoesNotMatch"
            if message.starts_with("Signature expired") || message.starts_with("Signature not") =>
        {
            "set this machine's clock: signatures are valid for 5 minutes around the server's time"
        }
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            "check that the secret access key (AWS_SECRET_ACCESS_KEY, or the profile's) belongs to the access key id"
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" => {
            "check AWS_ACCESS_KEY_ID, and AWS_SESSION_TOKEN if the keys are temporary"
        }
        "MissingAuthenticationTokenException" => {
            "give keys or a bearer token: `aws configure`, or AWS_BEARER_TOKEN_BEDROCK"
        }
        "ExpiredTokenException" | "ExpiredToken" => {
            "get new credentials, with `aws sso login` if they come from SSO"
        }
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
