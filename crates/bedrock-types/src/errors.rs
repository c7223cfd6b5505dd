//! Error bodies: what Bedrock and the Messages API say when they refuse.

use crate::json::{object::wire_struct, open_enum::open_enum};

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

wire_struct! {
    /// The body of an error from an AWS front end: only the text, the class is in a header.
    pub struct AwsErrorBody {
        optional {
            /// For people.
            message: String,
            /// For people, as some services spell it.
            message_capital as "Message": String,
            /// The class, where it is in the body.
            kind as "__type": String,
            /// The class, where it is in the body under another name.
            code: String,
            /// The status of the model behind the service.
            original_status_code as "originalStatusCode": u16 = exact,
            /// The text of the model behind the service.
            original_message as "originalMessage": String,
            /// The model.
            resource_name as "resourceName": String,
        }
    }
}
