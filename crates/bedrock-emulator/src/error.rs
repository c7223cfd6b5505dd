//! Refusals as AWS writes them: a status, a code in `x-amzn-errortype`, a sentence in a JSON body.
//!
//! Which request earns which refusal is not here; see `route`, `auth` and `validate`.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use crate::answer::Content;
use crate::exception::is_of_front_end;

/// An error that AWS would answer with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AwsError {
    status: StatusCode,
    /// Empty where a script has a status that Bedrock has no name for.
    code: Cow<'static, str>,
    package: Package,
    body: Value,
    /// Beside those that every refusal has; only a script sets some.
    headers: Option<Box<HeaderMap>>,
}

impl AwsError {
    /// The request is wrong.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationException", Package::Bedrock, message)
    }

    /// No such operation. AWS writes no message here, only the code in an envelope of its own.
    pub(crate) fn unknown_operation() -> Self {
        let code = "UnknownOperationException";
        let body =
            json!({"Output": {"__type": format!("{}#{code}", Package::FrontEnd.name())}, "Version": "1.0"});
        let refused = Self::new(StatusCode::NOT_FOUND, code, Package::FrontEnd, "");
        Self { body, ..refused }
    }

    /// The body is not what the operation takes.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", Package::FrontEnd, message)
    }

    /// There is no such model where it was looked for.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", Package::Bedrock, message)
    }

    /// A member is not what it must be.
    pub(crate) fn constraint(member: &str, value: &str, rule: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {rule}"
        ))
    }

    /// A member is not there.
    pub(crate) fn missing(member: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    }

    /// There is something else already.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ConflictException", Package::Bedrock, message)
    }

    /// Something here is broken.
    #[cfg(feature = "upstream")]
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException", Package::Bedrock, message)
    }

    /// Whoever should answer cannot, now.
    #[cfg(feature = "upstream")]
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableException", Package::Bedrock, message)
    }

    /// Too much was asked for in too short a time.
    #[cfg(feature = "upstream")]
    pub(crate) fn throttled(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", Package::Bedrock, message)
    }

    /// The model took too long.
    #[cfg(feature = "upstream")]
    pub(crate) fn model_timeout(message: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "ModelTimeoutException", Package::Bedrock, message)
    }

    /// The model broke.
    #[cfg(feature = "upstream")]
    pub(crate) fn model_error(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FAILED_DEPENDENCY, "ModelErrorException", Package::Bedrock, message)
    }

    /// The model broke while it spoke.
    #[cfg(feature = "upstream")]
    pub(crate) fn model_stream_error(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FAILED_DEPENDENCY, "ModelStreamErrorException", Package::Bedrock, message)
    }

    /// The account has as many as it may.
    pub(crate) fn quota(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ServiceQuotaExceededException", Package::Bedrock, message)
    }

    /// The caller is known, the model is not the account's to use.
    pub(crate) fn no_access(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", Package::Bedrock, message)
    }

    /// Nobody signed the request.
    pub(crate) fn missing_authentication() -> Self {
        Self::forbidden("MissingAuthenticationTokenException", "Missing Authentication Token")
    }

    /// The key id or the session token is none we know.
    pub(crate) fn unrecognized_client() -> Self {
        Self::forbidden(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    }

    /// The session token has had its time.
    pub(crate) fn expired_token() -> Self {
        Self::forbidden("ExpiredTokenException", "The security token included in the request is expired")
    }

    /// The signature does not hold.
    pub(crate) fn invalid_signature(message: impl Into<String>) -> Self {
        Self::forbidden("InvalidSignatureException", message)
    }

    /// The signature cannot be read.
    pub(crate) fn incomplete_signature(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "IncompleteSignatureException", Package::FrontEnd, message)
    }

    /// The API key is none we know.
    pub(crate) fn invalid_api_key() -> Self {
        Self::api_key("Authentication failed: Please make sure your API Key is valid.")
    }

    /// The API key has had its time.
    pub(crate) fn expired_api_key() -> Self {
        Self::api_key("Bearer Token has expired")
    }

    /// Errors of API keys are the ones whose body spells `Message` with a capital.
    fn api_key(message: &str) -> Self {
        let refused = Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", Package::Bedrock, message);
        Self { body: json!({"Message": message}), ..refused }
    }

    /// The body is larger than `limit` bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The request body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", Package::FrontEnd, message)
    }

    /// The body did not come in time.
    pub(crate) fn request_timeout() -> Self {
        let message = "The request body did not arrive in time.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", Package::FrontEnd, message)
    }

    fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, Package::FrontEnd, message)
    }

    fn new(status: StatusCode, code: &'static str, package: Package, message: impl Into<String>) -> Self {
        let body = json!({"message": message.into()});
        Self { status, code: code.into(), package, body, headers: None }
    }

    /// What a script says.
    pub(crate) fn told(status: StatusCode, code: Option<String>, message: &str, headers: HeaderMap) -> Self {
        let code = code.unwrap_or_default();
        let package = if is_of_front_end(&code) { Package::FrontEnd } else { Package::Bedrock };
        let headers = Some(Box::new(headers));
        Self { status, code: code.into(), package, body: json!({"message": message}), headers }
    }

    /// The same refusal, with a sentence that begins with this.
    #[must_use]
    pub(crate) fn prefixed(self, beginning: &str) -> Self {
        let message = format!("{beginning}{}", self.message());
        Self { body: json!({"message": message}), ..self }
    }

    /// Whether it is about who calls, not about what is asked.
    pub(crate) fn is_about_identity(&self) -> bool {
        // Of Bedrock's own, it is those of API keys.
        self.status == StatusCode::FORBIDDEN && (self.is_of_front_end() || self.body.get("Message").is_some())
    }

    /// Whether what stands before every AWS service refused.
    pub(crate) fn is_of_front_end(&self) -> bool {
        self.package == Package::FrontEnd
    }

    /// The code alone, for the log and for who has other codes for the same.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence, where there is one.
    pub(crate) fn message(&self) -> &str {
        ["message", "Message"].iter().find_map(|name| self.body.get(name)?.as_str()).unwrap_or_default()
    }

    /// The error as it goes over the wire.
    pub(crate) fn into_response(self) -> Response<Content> {
        let mut response = Response::new(Content::Whole(Bytes::from(self.body.to_string())));
        *response.status_mut() = self.status;
        if !self.code.is_empty() {
            response.headers_mut().insert(X_AMZN_ERRORTYPE, self.error_type());
        }
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.tell_headers(response.headers_mut());
        response
    }

    /// Adds what it has of headers to those that every refusal has.
    pub(crate) fn tell_headers(&self, headers: &mut HeaderMap) {
        headers.extend(self.headers.iter().flat_map(|own| HeaderMap::clone(own)));
    }

    /// `x-amzn-errortype`.
    pub(crate) fn error_type(&self) -> HeaderValue {
        let kind = format!("{}:http://internal.amazon.com/coral/{}/", self.code, self.package.name());
        HeaderValue::try_from(kind).expect("codes and packages are letters, digits and dots")
    }
}

/// Which part of AWS refused: the tail of `x-amzn-errortype` tells, and clients cut it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Package {
    /// What stands before every AWS service and checks who calls.
    FrontEnd,
    /// Bedrock itself.
    Bedrock,
}

impl Package {
    fn name(self) -> &'static str {
        match self {
            Self::FrontEnd => "com.amazon.coral.service",
            Self::Bedrock => "com.amazon.bedrock",
        }
    }
}

pub(crate) const X_AMZN_ERRORTYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(error: AwsError) -> (u16, String, String) {
        let response = error.into_response();
        let kind = response.headers()[X_AMZN_ERRORTYPE].to_str().unwrap().to_owned();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        let Content::Whole(body) = response.body() else { panic!("an error is one body") };
        (response.status().as_u16(), kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn errors_have_the_form_of_recorded_ones() {
        let cases = [
            (
                AwsError::validation("max_tokens: Field required"),
                400,
                "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/",
                r#"{"message":"max_tokens: Field required"}"#,
            ),
            (
                AwsError::invalid_signature("a \"quoted\"\ntext"),
                403,
                "InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/",
                r#"{"message":"a \"quoted\"\ntext"}"#,
            ),
            (
                AwsError::unknown_operation(),
                404,
                "UnknownOperationException:http://internal.amazon.com/coral/com.amazon.coral.service/",
                r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
            ),
            (
                AwsError::invalid_api_key(),
                403,
                "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.bedrock/",
                r#"{"Message":"Authentication failed: Please make sure your API Key is valid."}"#,
            ),
        ];
        for (error, status, kind, body) in cases {
            assert_eq!(wire(error), (status, kind.to_owned(), body.to_owned()));
        }
    }
}
