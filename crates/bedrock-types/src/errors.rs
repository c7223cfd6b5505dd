//! Error bodies: what Bedrock and the Messages API say when they refuse.

use crate::json::{self, ExtraFields, object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// The inside of an Anthropic error: <https://platform.claude.com/docs/en/api/errors>.
    pub struct ErrorDetail {
        required {
            /// Its class.
            kind as "type": ErrorType,
            /// For people.
            message: String,
        }
    }
}

open_enum! {
    /// Classes of errors of the Messages API.
    pub enum ErrorType {
        /// 400: the request is wrong.
        InvalidRequest = "invalid_request_error",
        /// 401: not recognised.
        Authentication = "authentication_error",
        /// 402: not paid.
        Billing = "billing_error",
        /// 403: not allowed.
        Permission = "permission_error",
        /// 404: not there.
        NotFound = "not_found_error",
        /// 413: the request is too large.
        RequestTooLarge = "request_too_large",
        /// 429: too many requests or tokens.
        RateLimit = "rate_limit_error",
        /// 408 or 504: took too long.
        Timeout = "timeout_error",
        /// 500: something broke.
        Api = "api_error",
        /// 529: too many users at once.
        Overloaded = "overloaded_error",
    }
}

impl ErrorType {
    /// The HTTP status that goes with the class; `None` for an unknown one.
    pub fn status(&self) -> Option<u16> {
        Some(match self {
            Self::InvalidRequest => 400,
            Self::Authentication => 401,
            Self::Billing => 402,
            Self::Permission => 403,
            Self::NotFound => 404,
            Self::RequestTooLarge => 413,
            Self::RateLimit => 429,
            Self::Timeout => 504,
            Self::Api => 500,
            Self::Overloaded => 529,
            Self::Unknown(_) => return None,
        })
    }
}

/// What an error body says, wherever it says it: AWS's `{"message"}` with the class in a header or beside it, or the
/// Messages API's `{"type":"error","error":{…}}`.
///
/// Such bodies come from front ends and proxies too, so a member of another type than expected counts as absent.
///
/// ```
/// use bedrock_types::ErrorBody;
///
/// let body = ErrorBody::parse(br#"{"__type":"com.amazon#ThrottlingException","Message":"slow down"}"#).unwrap();
/// assert_eq!(body.message.as_deref(), Some("slow down"));
/// assert_eq!(ErrorBody::parse(b"<html>"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// For people: `message`, or `Message` as some services spell it.
    pub message: Option<String>,
    /// The class, where it is in the body: `__type` or `code`.
    pub code: Option<String>,
    /// The error of the Messages API.
    pub error: Option<ErrorDetail>,
    /// The status of the model behind the service (`originalStatusCode`).
    pub original_status: Option<u16>,
    /// The text of the model behind the service (`originalMessage`).
    pub original_message: Option<String>,
}

impl ErrorBody {
    /// Reads a body; `None` if it is no JSON object.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let members: ExtraFields = json::from_slice(body).ok()?;
        let text = |name: &str| members.get(name)?.to::<String>().ok();
        let number = |name: &str| {
            let raw = members.get(name)?;
            raw.to::<u16>().ok().or_else(|| raw.to::<String>().ok()?.parse().ok())
        };
        Some(Self {
            // `{"error":"no such route"}` is how gateways say it.
            message: text("message").or_else(|| text("Message")).or_else(|| text("error")),
            code: text("__type").or_else(|| text("code")),
            error: members.get("error").and_then(|error| error.to().ok()),
            original_status: number("originalStatusCode"),
            original_message: text("originalMessage"),
        })
    }
}
