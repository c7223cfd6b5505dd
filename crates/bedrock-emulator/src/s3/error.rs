//! Refusals as S3 writes them: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use crate::answer::Content;
use crate::error::AwsError;
use crate::xml::escaped;

/// An error that S3 would answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Error {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl S3Error {
    pub(super) fn no_bucket() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist")
    }

    pub(super) fn no_key() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.")
    }

    pub(super) fn no_upload() -> Self {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
        Self::new(StatusCode::NOT_FOUND, "NoSuchUpload", message)
    }

    pub(super) fn invalid_part() -> Self {
        let message = "One or more of the specified parts could not be found.";
        Self::new(StatusCode::BAD_REQUEST, "InvalidPart", message)
    }

    pub(super) fn too_small() -> Self {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        Self::new(StatusCode::BAD_REQUEST, "EntityTooSmall", message)
    }

    pub(super) fn full(limit: usize) -> Self {
        let message = format!("The emulator keeps {limit} bytes of objects at most.");
        Self::new(StatusCode::BAD_REQUEST, "EntityTooLarge", message)
    }

    pub(super) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidArgument", message)
    }

    pub(super) fn invalid_range() -> Self {
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The requested range is not satisfiable")
    }

    pub(super) fn malformed_xml() -> Self {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        Self::new(StatusCode::BAD_REQUEST, "MalformedXML", message)
    }

    pub(super) fn not_implemented(what: &str) -> Self {
        let message = format!("{what} are not implemented by the emulator.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn into_response(self, resource: &str, request_id: &str) -> Response<Content> {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message><Resource>{}</Resource>\
             <RequestId>{}</RequestId></Error>",
            self.code,
            escaped(&self.message),
            escaped(resource),
            escaped(request_id)
        );
        let mut response = Response::new(Content::Whole(document.into()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
}

/// What is wrong with who asks, in the words that S3 has for it.
impl From<&AwsError> for S3Error {
    fn from(error: &AwsError) -> Self {
        let code = match error.code() {
            "InvalidSignatureException" => "SignatureDoesNotMatch",
            "UnrecognizedClientException" => "InvalidAccessKeyId",
            "ExpiredTokenException" => "ExpiredToken",
            "IncompleteSignatureException" => "AuthorizationHeaderMalformed",
            _ => "AccessDenied",
        };
        Self::new(error.status(), code, error.message())
    }
}
