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
        optional {
            /// The cause, for programs.
            details: ErrorDetails,
        }
    }
}

wire_struct! {
    /// The cause of an error, for programs.
    pub struct ErrorDetails {
        optional {
            /// Which it is; an unknown one says no more than the error's class.
            error_code: ErrorCode,
            /// Of `image_dimensions_too_large`: the most pixels that a side may have.
            max_side_length_pixels: u64 = exact,
            /// Of `image_dimensions_too_large`: where the pictures stand, like `messages.0.content.1`.
            paths: Vec<String>,
        }
    }
}

open_enum! {
    /// Causes of errors; those of features that Bedrock does not have are kept by name.
    pub enum ErrorCode {
        /// A picture has too many pixels.
        ImageDimensionsTooLarge = "image_dimensions_too_large",
        /// A change of tools names a tool that is not there.
        ToolReferenceUnresolved = "tool_reference_unresolved",
        /// Two tools have one name.
        ToolNameConflict = "tool_name_conflict",
        /// Too many tools at one time.
        AvailableToolsLimitExceeded = "available_tools_limit_exceeded",
        /// More than one compaction block may be meant.
        CompactionBlockAmbiguous = "compaction_block_ambiguous",
        /// A compaction block does not stand first.
        CompactionBlockMisplaced = "compaction_block_misplaced",
        /// The content of a compaction block is not what was signed.
        CompactionContentMismatch = "compaction_content_mismatch",
        /// The conversation ends in the middle of a turn.
        CompactionIncompleteTurn = "compaction_incomplete_turn",
        /// There is nothing to summarize.
        CompactionNothingToSummarize = "compaction_nothing_to_summarize",
        /// The signature of a compaction block is not the service's.
        CompactionSignatureInvalid = "compaction_signature_invalid",
        /// What is to be summarized names too many tools.
        CompactionTooManyToolReferences = "compaction_too_many_tool_references",
        /// The changes of tools of a compaction block are not what was signed.
        CompactionToolChangesMismatch = "compaction_tool_changes_mismatch",
        /// Compaction is not available at the moment.
        CompactionUnavailable = "compaction_unavailable",
        /// The model asks for a `user_profile_id`.
        UserProfileRequired = "user_profile_required",
        /// There is no such profile.
        UserProfileNotFound = "user_profile_not_found",
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
    /// What the Messages API calls the request (`request_id`).
    pub request_id: Option<String>,
    /// The status of the model behind the service (`originalStatusCode`).
    pub original_status: Option<u16>,
    /// The text of the model behind the service (`originalMessage`).
    pub original_message: Option<String>,
}

impl ErrorBody {
    /// Reads a body; `None` if it is no JSON object.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let members: ExtraFields = json::read::read_slice(body).ok()?;
        let text = |name: &str| members.get(name)?.read::<String>().ok();
        let number = |name: &str| {
            let raw = members.get(name)?;
            raw.read::<u16>().ok().or_else(|| raw.read::<String>().ok()?.parse().ok())
        };
        Some(Self {
            // `{"error":"no such route"}` is how gateways say it.
            message: text("message").or_else(|| text("Message")).or_else(|| text("error")),
            code: text("__type").or_else(|| text("code")),
            error: members.get("error").and_then(|error| error.read().ok()),
            request_id: text("request_id"),
            original_status: number("originalStatusCode"),
            original_message: text("originalMessage"),
        })
    }
}
