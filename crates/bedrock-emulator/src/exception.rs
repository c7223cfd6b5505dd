//! AWS's exceptions and the statuses that they come with.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>, and for who calls
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html> (2026-11).

use http::StatusCode;

/// What Bedrock calls an error of this status.
pub(crate) fn code_of(status: StatusCode) -> Option<&'static str> {
    Some(match status.as_u16() {
        400 => "ValidationException",
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        500 => "InternalServerException",
        503 => "ServiceUnavailableException",
        _ => return None,
    })
}

/// The status of an exception, written as in frames (`throttlingException`) or as in refusals (`ThrottlingException`).
pub(crate) fn status_of(name: &str) -> Option<StatusCode> {
    Some(match capital(name).as_str() {
        "ValidationException" | "ServiceQuotaExceededException" | "ConflictException" => {
            StatusCode::BAD_REQUEST
        }
        "AccessDeniedException" => StatusCode::FORBIDDEN,
        "ResourceNotFoundException" => StatusCode::NOT_FOUND,
        "ModelTimeoutException" => StatusCode::REQUEST_TIMEOUT,
        "ModelErrorException" | "ModelStreamErrorException" => StatusCode::FAILED_DEPENDENCY,
        "ThrottlingException" | "ModelNotReadyException" => StatusCode::TOO_MANY_REQUESTS,
        "InternalServerException" => StatusCode::INTERNAL_SERVER_ERROR,
        "ServiceUnavailableException" => StatusCode::SERVICE_UNAVAILABLE,
        name if is_of_front_end(name) => StatusCode::FORBIDDEN,
        _ => return None,
    })
}

/// Whether it comes from what stands before every AWS service, and is about who calls.
pub(crate) fn is_of_front_end(code: &str) -> bool {
    FRONT_END.contains(&code)
}

/// The name as refusals write it: frames begin it with a small letter.
pub(crate) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

const FRONT_END: [&str; 4] = [
    "ExpiredTokenException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];
