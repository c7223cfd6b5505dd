//! Refusals as STS writes them: an XML body, and codes of its own for what all of AWS refuses.

use std::borrow::Cow;

use http::StatusCode;

use crate::error::AwsError;

/// An error that STS would answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StsError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
}

impl StsError {
    /// The request is wrong.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    /// A parameter is not there.
    pub(super) fn missing(parameter: &str) -> Self {
        Self::constraint(parameter, None, "not be null")
    }

    /// A parameter is not what it must.
    pub(super) fn constraint(parameter: &str, value: Option<&str>, rule: &str) -> Self {
        let value = value.map_or("null".to_owned(), |value| format!("'{value}'"));
        Self::validation(format!(
            "1 validation error detected: Value {value} at '{parameter}' failed to satisfy constraint: Member must {rule}"
        ))
    }

    pub(super) fn malformed_form() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MalformedInput", "The request body is not a form.")
    }

    pub(super) fn missing_action() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MissingAction", "The request names no Action.")
    }

    pub(super) fn invalid_action(name: &str, version: &str) -> Self {
        let message = format!("Could not find operation {name} for version {version}");
        Self::new(StatusCode::BAD_REQUEST, "InvalidAction", message)
    }

    pub(super) fn wrong_mfa_code() -> Self {
        let message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(super) fn invalid_identity_token() -> Self {
        let message =
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
        Self::new(StatusCode::BAD_REQUEST, "InvalidIdentityToken", message)
    }

    pub(super) fn expired_identity_token(now: u64, expires_at: u64) -> Self {
        let message = format!(
            "Token expired: current date/time {now} must be before the expiration date/time {expires_at}"
        );
        Self::new(StatusCode::BAD_REQUEST, "ExpiredTokenException", message)
    }

    fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn code(&self) -> &str {
        &self.code
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

/// What stands before every service refuses in the words of that service's protocol.
impl From<AwsError> for StsError {
    fn from(error: AwsError) -> Self {
        let code = match error.code() {
            "UnrecognizedClientException" => "InvalidClientTokenId",
            "InvalidSignatureException" => "SignatureDoesNotMatch",
            code => code.strip_suffix("Exception").unwrap_or(code),
        };
        Self::new(error.status(), code.to_owned(), error.message())
    }
}
