//! Which refusals may turn into success when the same request is sent again: by AWS's name for them, else by their status.
//!
//! AWS's names are those of the standard mode of its SDKs:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>. Some services refuse with 400 whatever the reason, so a
//! name says more than a status.

use crate::text::is_one_of;

/// Whether the same request may succeed later.
pub(crate) fn is_retryable(code: Option<&str>, status: u16) -> bool {
    match code {
        Some(code) if is_one_of(code, &LASTING) => false,
        Some(code) if is_throttling(code) || is_transient(code) => true,
        _ => is_retryable_status(status),
    }
}

/// Statuses after which the same request may succeed.
pub(crate) fn is_retryable_status(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500 | 502 | 503 | 504 | 529)
}

/// Whether this is a name for too many requests or tokens.
pub(crate) fn is_throttling(code: &str) -> bool {
    is_one_of(code, &THROTTLING)
}

/// Whether this is a name for what passes by itself, whatever the status.
pub(crate) fn is_transient(code: &str) -> bool {
    is_one_of(code, &TRANSIENT)
}

/// What waiting does not mend, whatever its status.
const LASTING: [&str; 1] = ["ServiceQuotaExceededException"];

/// What passes by itself, whatever its status.
const TRANSIENT: [&str; 4] = [
    "RequestTimeout",
    "RequestTimeoutException",
    "TransactionInProgressException",
    "PriorRequestNotComplete",
];

/// Too many requests or tokens, in the words of all of AWS.
const THROTTLING: [&str; 12] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "EC2ThrottledException",
    "SlowDown",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_more_than_the_status() {
        for (code, status, expected) in [
            (Some("ThrottlingException"), 400, true),
            (Some("RequestTimeout"), 400, true),
            (Some("ServiceQuotaExceededException"), 429, false),
            (Some("ValidationException"), 400, false),
            (Some("BrandNewException"), 503, true),
            (None, 529, true),
            (None, 501, false),
        ] {
            assert_eq!(is_retryable(code, status), expected, "{code:?} {status}");
        }
    }
}
