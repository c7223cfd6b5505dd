//! Refusals as the Messages API writes them: `{"type":"error","error":{…},"request_id":…}`, with a status for each type.
//!
//! <https://platform.claude.com/docs/en/api/errors>. Whether AWS answers a wrong signature on these routes in this form or in its
//! own was not found (2026-11). The emulator does both: the body is the one of the Messages API, and what stands before every AWS
//! service names its code in `x-amzn-errortype` too.

use bedrock_types::ErrorType;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::answer::Content;
use crate::error::{AwsError, X_AMZN_ERRORTYPE};

/// A refusal on one of the native routes.
pub(crate) fn refusal(error: &AwsError, request_id: &str) -> Response<Content> {
    let (kind, status) = class(error);
    let message = match error.message() {
        "" => "Not found",
        message => message,
    };
    let mut response = Response::new(Content::Whole(body(&kind, message, request_id)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if error.is_of_front_end() {
        response.headers_mut().insert(X_AMZN_ERRORTYPE, error.error_type());
    }
    error.tell_headers(response.headers_mut());
    response
}

/// The body of a refusal.
pub(crate) fn body(kind: &ErrorType, message: &str, request_id: &str) -> Bytes {
    let error = json!({"type": kind.as_str(), "message": message});
    json!({"type": "error", "error": error, "request_id": request_id}).to_string().into()
}

/// What the Messages API calls an error of a status; of several, the one that a service as a whole has.
pub(crate) fn type_of(status: StatusCode) -> ErrorType {
    match status.as_u16() {
        401 => ErrorType::Authentication,
        402 => ErrorType::Billing,
        403 => ErrorType::Permission,
        404 => ErrorType::NotFound,
        408 | 504 => ErrorType::Timeout,
        413 => ErrorType::RequestTooLarge,
        429 => ErrorType::RateLimit,
        503 | 529 => ErrorType::Overloaded,
        400..=499 => ErrorType::InvalidRequest,
        _ => ErrorType::Api,
    }
}

fn class(error: &AwsError) -> (ErrorType, StatusCode) {
    if error.is_about_identity() {
        return (ErrorType::Authentication, StatusCode::UNAUTHORIZED);
    }
    (type_of(error.status()), error.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_type_and_status() {
        for (error, status, kind, code) in [
            (AwsError::validation("max_tokens: Field required"), 400, "invalid_request_error", None),
            (
                AwsError::missing_authentication(),
                401,
                "authentication_error",
                Some("MissingAuthenticationToken"),
            ),
            (AwsError::expired_token(), 401, "authentication_error", Some("ExpiredTokenException:")),
            (
                AwsError::invalid_signature("no"),
                401,
                "authentication_error",
                Some("InvalidSignatureException:"),
            ),
            (AwsError::invalid_api_key(), 401, "authentication_error", None),
            (AwsError::not_found("no"), 404, "not_found_error", None),
            (AwsError::unknown_operation(), 404, "not_found_error", Some("UnknownOperationException:")),
            (AwsError::request_timeout(), 408, "timeout_error", Some("RequestTimeoutException:")),
            (AwsError::too_large(1), 413, "request_too_large", Some("RequestEntityTooLargeException:")),
        ] {
            let response = refusal(&error, "req_1");
            assert_eq!(response.status(), status, "{error:?}");
            let header = response.headers().get(X_AMZN_ERRORTYPE).map(|header| header.to_str().unwrap());
            assert_eq!(header.is_some(), code.is_some(), "{error:?}");
            assert!(header.unwrap_or_default().starts_with(code.unwrap_or_default()), "{header:?}");
            let Content::Whole(body) = response.body() else { panic!("an error is one body") };
            let body: serde_json::Value = serde_json::from_slice(body).unwrap();
            assert_eq!((&body["type"], &body["error"]["type"]), (&json!("error"), &json!(kind)));
            assert_eq!(body["request_id"], "req_1");
            assert!(!body["error"]["message"].as_str().unwrap().is_empty());
        }
    }
}
