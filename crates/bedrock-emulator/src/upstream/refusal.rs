//! Errors of the Messages API as Bedrock's exceptions, before a stream begins and within it.
//!
//! <https://platform.claude.com/docs/en/api/errors>

use bedrock_types::{ErrorBody, ErrorType};
use http::StatusCode;

use crate::envelope::type_of;
use crate::error::AwsError;

/// What Bedrock would say in the place of an answer with this status.
pub(super) fn of(status: StatusCode, body: &[u8]) -> AwsError {
    let said = ErrorBody::parse(body).unwrap_or_default();
    let (kind, message) = said.error.map(|error| (error.kind, error.message)).unzip();
    let message = message.or(said.message).filter(|message| !message.trim().is_empty());
    let message = message.unwrap_or_else(|| format!("The upstream answered {status} without a message"));
    named(&known(kind, status), &message)
}

/// What Bedrock calls an error of this type.
pub(super) fn named(kind: &ErrorType, message: &str) -> AwsError {
    let message: String = message.chars().take(MESSAGE_CHARS).collect();
    match kind {
        ErrorType::InvalidRequest | ErrorType::RequestTooLarge => AwsError::validation(message),
        // It is the emulator that was not let in, not its client, whose own identity is good.
        ErrorType::Authentication | ErrorType::Billing | ErrorType::Permission => {
            AwsError::no_access(format!("The upstream refused the emulator: {message}"))
        }
        ErrorType::NotFound => AwsError::not_found(message),
        ErrorType::RateLimit => AwsError::throttled(message),
        ErrorType::Timeout => AwsError::model_timeout(message),
        ErrorType::Overloaded => AwsError::unavailable(message),
        ErrorType::Api => AwsError::internal(message),
        _ => AwsError::model_error(message), // `Unknown`, and what later versions know
    }
}

/// The type that a body names, unless nobody knows it, or that of the status.
fn known(kind: Option<ErrorType>, status: StatusCode) -> ErrorType {
    kind.filter(|kind| !matches!(kind, ErrorType::Unknown(_))).unwrap_or_else(|| type_of(status))
}

const MESSAGE_CHARS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_exception() {
        for (status, kind, code, expected) in [
            (400, "invalid_request_error", "ValidationException", 400),
            (401, "authentication_error", "AccessDeniedException", 403),
            (402, "billing_error", "AccessDeniedException", 403),
            (403, "permission_error", "AccessDeniedException", 403),
            (404, "not_found_error", "ResourceNotFoundException", 404),
            (413, "request_too_large", "ValidationException", 400),
            (429, "rate_limit_error", "ThrottlingException", 429),
            (504, "timeout_error", "ModelTimeoutException", 408),
            (500, "api_error", "InternalServerException", 500),
            (529, "overloaded_error", "ServiceUnavailableException", 503),
            // An unknown type is that of its status.
            (429, "slow_down", "ThrottlingException", 429),
            (418, "teapot", "ValidationException", 400),
            (502, "bad_gateway", "InternalServerException", 500),
        ] {
            let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"why"}}}}"#);
            let error = of(StatusCode::from_u16(status).unwrap(), body.as_bytes());
            assert_eq!((error.code(), error.status().as_u16()), (code, expected), "{kind}");
            assert!(error.message().ends_with("why"), "{error:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_told_by_its_status() {
        for (body, message) in [
            ("", "The upstream answered 503 Service Unavailable without a message"),
            ("<html>", "The upstream answered 503 Service Unavailable without a message"),
            (r#"{"message":"busy"}"#, "busy"),
        ] {
            let error = of(StatusCode::SERVICE_UNAVAILABLE, body.as_bytes());
            assert_eq!((error.code(), error.message()), ("ServiceUnavailableException", message));
        }
    }
}
