//! What a failure was, read from kind, exception, status and `error.type` together.
//!
//! The classes are those of Anthropic's SDKs (<https://platform.claude.com/docs/en/api/errors>), with AWS's exceptions sorted into them;
//! `docs/errors.md` has the table.

use bedrock_types::ErrorType;

use super::{Error, ErrorKind};
use crate::retry::{is_throttling, is_transient};
use crate::text::is_word;

impl Error {
    /// Whether the same call may succeed later. The client has already retried what it retries by itself; after the first event of a
    /// stream it never does, because a second answer is paid for again.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether there were too many requests or tokens: wait, or ask for a higher quota. A model that is still being loaded
    /// (`ModelNotReadyException`, 429 too) is not that.
    pub fn is_throttled(&self) -> bool {
        let by_name = self.exception().is_some_and(is_throttling) || self.is_type(&ErrorType::RateLimit);
        let is_other = self.is_exception(&["ModelNotReadyException"]) || self.is_quota_exceeded();
        by_name || (self.status() == Some(429) && !is_other)
    }

    /// Whether Bedrock or the model had no room at the moment (503, 529, a model that is being loaded): no quota of yours is used up.
    /// Wait, or send to a profile of more regions, such as `global.…`.
    pub fn is_overloaded(&self) -> bool {
        matches!(self.status(), Some(503 | 529))
            || self.is_exception(&["ServiceUnavailableException", "ModelNotReadyException"])
            || self.is_type(&ErrorType::Overloaded)
    }

    /// Whether something broke on the other side (any status from 500 on). AWS's support wants the [request id](Self::request_id).
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status >= 500)
    }

    /// Whether a time limit passed, the client's ([`kind`](Self::kind) says which) or the model's (408, 504): stream the answer, ask for
    /// less, or allow more time. The call may have been paid for.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind(), ErrorKind::Timeout(_))
            || matches!(self.status(), Some(408 | 504))
            || self.is_exception(&["RequestTimeout", "RequestTimeoutException"])
    }

    /// Whether nobody answered, or a whole answer was cut: the network, the endpoint's name, TLS or a proxy.
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether AWS was not told who calls in a way it takes: no identity, an unknown or expired key, a wrong signature or clock. The
    /// [hint](Self::hint) says which; nobody needs to grant anything.
    pub fn is_unauthenticated(&self) -> bool {
        self.kind() == ErrorKind::Credentials
            || self.status() == Some(401)
            || self.is_exception(&UNAUTHENTICATED)
            || self.is_type(&ErrorType::Authentication)
    }

    /// Whether AWS knows who calls and does not allow it: an IAM action, a service control policy, or a model that the account has not
    /// been given. The [hint](Self::hint) says which.
    pub fn is_access_denied(&self) -> bool {
        let denied = self.status() == Some(403)
            || self.is_exception(&["AccessDeniedException"])
            || self.is_type(&ErrorType::Permission);
        denied && !self.is_unauthenticated()
    }

    /// Whether what was asked for is not there: an unknown id or ARN, a model that has reached its end of life, a use-case form that was
    /// never sent.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
            || self.is_exception(&["ResourceNotFoundException"])
            || self.is_type(&ErrorType::NotFound)
    }

    /// Whether the request itself is wrong (400, 422): the message names the member, sending it again does not help.
    pub fn is_invalid_request(&self) -> bool {
        let invalid = matches!(self.status(), Some(400 | 422)) || self.is_type(&ErrorType::InvalidRequest);
        let passes = self.exception().is_some_and(is_transient);
        invalid && !passes && !self.is_throttled() && !self.is_unauthenticated() && !self.is_quota_exceeded()
    }

    /// Whether the request is larger than Bedrock takes: send fewer or smaller files.
    pub fn is_too_large(&self) -> bool {
        self.status() == Some(413) || self.is_type(&ErrorType::RequestTooLarge)
    }

    /// Whether a quota of the account is used up that waiting does not fill: ask for a higher one in the Service Quotas console.
    pub fn is_quota_exceeded(&self) -> bool {
        self.is_exception(&["ServiceQuotaExceededException"])
    }

    /// Whether it is one of these, in the case of a stream or of a head.
    fn is_exception(&self, names: &[&str]) -> bool {
        self.exception().is_some_and(|it| names.iter().any(|name| is_word(it, name)))
    }

    fn is_type(&self, kind: &ErrorType) -> bool {
        self.error_type() == Some(kind)
    }
}

/// What AWS says to requests of nobody it knows, whatever the status.
const UNAUTHENTICATED: [&str; 16] = [
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidToken",
    "AuthFailure",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "RequestInTheFuture",
    "NotAuthorized",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StreamFailure;

    type Predicate = fn(&Error) -> bool;

    const ALL: [(&str, Predicate); 10] = [
        ("throttled", Error::is_throttled),
        ("overloaded", Error::is_overloaded),
        ("timeout", Error::is_timeout),
        ("connection", Error::is_connection),
        ("unauthenticated", Error::is_unauthenticated),
        ("access denied", Error::is_access_denied),
        ("not found", Error::is_not_found),
        ("invalid request", Error::is_invalid_request),
        ("too large", Error::is_too_large),
        ("quota exceeded", Error::is_quota_exceeded),
    ];

    #[test]
    fn a_failure_is_what_its_facts_say_and_nothing_else() {
        let refused = |exception: &str, status| {
            Error::new(ErrorKind::Api, "no")
                .with_exception(Some(exception.to_owned()))
                .with_status(Some(status))
        };
        let of_model = |kind: ErrorType| {
            Error::new(ErrorKind::Stream(StreamFailure::Api), "no").with_error_type(Some(kind))
        };
        for (error, expected) in [
            (refused("ThrottlingException", 429), "throttled"),
            (refused("Throttling", 400), "throttled"),
            (refused("throttlingException", 429), "throttled"),
            (refused("ModelNotReadyException", 429), "overloaded"),
            (refused("ServiceUnavailableException", 503), "overloaded"),
            (refused("ModelTimeoutException", 408), "timeout"),
            (refused("UnrecognizedClientException", 403), "unauthenticated"),
            (refused("IncompleteSignature", 400), "unauthenticated"),
            (refused("AccessDeniedException", 403), "access denied"),
            (refused("ResourceNotFoundException", 404), "not found"),
            (refused("ValidationException", 400), "invalid request"),
            (refused("validationException", 400), "invalid request"),
            (refused("ServiceQuotaExceededException", 400), "quota exceeded"),
            (Error::new(ErrorKind::Api, "no").with_status(Some(413)), "too large"),
            (Error::new(ErrorKind::Credentials, "no"), "unauthenticated"),
            (Error::new(ErrorKind::Connect, "no"), "connection"),
            (of_model(ErrorType::InvalidRequest), "invalid request"),
            (of_model(ErrorType::Authentication), "unauthenticated"),
            (of_model(ErrorType::Permission), "access denied"),
            (of_model(ErrorType::NotFound), "not found"),
            (of_model(ErrorType::RequestTooLarge), "too large"),
            (of_model(ErrorType::RateLimit), "throttled"),
            (of_model(ErrorType::Overloaded), "overloaded"),
        ] {
            let held: Vec<_> = ALL.iter().filter(|(_, holds)| holds(&error)).map(|(name, _)| *name).collect();
            assert_eq!(held, [expected], "{error:?}");
        }
        assert!(refused("InternalServerException", 500).is_server_error());
    }
}
