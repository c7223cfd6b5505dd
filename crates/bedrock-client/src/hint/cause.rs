//! Which refusal means what: the names that AWS and Anthropic give, and the words that tell apart what shares a name.
//!
//! AWS has one name for many causes (`AccessDeniedException` alone has six here) and tells them apart in its text only. So texts are read
//! for hints, and for hints alone: nothing is decided by them. AWS's list:
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html>.

use crate::{
    Error,
    text::{is_word, says},
};

/// Why a request was refused, as far as something can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    // Who calls.
    ExpiredToken,
    ApiKey,
    Clock,
    SignatureScope,
    Secret,
    UnknownKey,
    NoToken,
    // What they may.
    UseCaseForm,
    Marketplace,
    LegacyModel,
    ExplicitDeny,
    Action,
    ModelAccess,
    DataRetention,
    // What was asked for.
    EndOfLife,
    OnDemand,
    UnknownModel,
    Beta,
    ApiVersion,
    ContextWindow,
    BodySize,
    ExtraMember,
    NoOperation,
    // How much.
    TokensPerDay,
    TokensPerMinute,
    Requests,
    Quota,
    Loading,
    Capacity,
    ModelTime,
    Broken,
}

impl Cause {
    /// The cause of a refusal: the first row that it fits.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let name = error.code().unwrap_or_default();
        let text = error.message().to_ascii_lowercase();
        let fits = |row: &&Row| {
            (row.names.is_empty() || row.names.iter().any(|it| is_word(name, it)))
                && row.status.is_none_or(|status| error.status() == Some(status))
                && (row.words.is_empty() || row.words.iter().any(|words| says(&text, words)))
        };
        ROWS.iter().find(fits).map(|row| row.cause)
    }
}

/// One of these names, this status, one of these phrases; what is empty fits everything.
struct Row {
    names: &'static [&'static str],
    status: Option<u16>,
    words: &'static [&'static str], // in small letters
    cause: Cause,
}

const fn row(names: &'static [&'static str], words: &'static [&'static str], cause: Cause) -> Row {
    Row { names, status: None, words, cause }
}

const fn status(status: u16, cause: Cause) -> Row {
    Row { names: &[], status: Some(status), words: &[], cause }
}

const DENIED: &[&str] = &["AccessDeniedException", "AccessDenied", "permission_error"];
const SIGNATURE: &[&str] = &["InvalidSignatureException", "SignatureDoesNotMatch"];
const INVALID: &[&str] = &["ValidationException", "invalid_request_error"];
const MISSING: &[&str] = &["ResourceNotFoundException", "not_found_error", "AccessDeniedException"];
const THROTTLED: &[&str] = &["ThrottlingException", "TooManyRequestsException", "rate_limit_error"];

/// From the particular to the general.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(&["ExpiredTokenException", "ExpiredToken"], &[], Cause::ExpiredToken),
    row(DENIED, &["api key", "bearer token"], Cause::ApiKey),
    row(SIGNATURE, &["signature expired", "signature not yet current"], Cause::Clock),
    row(SIGNATURE, &["scoped to"], Cause::SignatureScope),
    row(SIGNATURE, &[], Cause::Secret),
    row(&["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"], &[], Cause::Clock),
    row(&["UnrecognizedClientException", "InvalidClientTokenId"], &[], Cause::UnknownKey),
    row(&["MissingAuthenticationTokenException", "MissingAuthenticationToken"], &[], Cause::NoToken),
    row(&["FTUFormNotFilled"], &[], Cause::UseCaseForm),
    row(MISSING, &["use case details", "ftuformnotfilled"], Cause::UseCaseForm),
    row(&["MPAgreementBeingCreated"], &[], Cause::Marketplace),
    row(DENIED, &["marketplace", "agreement"], Cause::Marketplace),
    row(MISSING, &["marked by provider as legacy"], Cause::LegacyModel),
    row(MISSING, &["end of its life"], Cause::EndOfLife),
    row(DENIED, &["explicit deny"], Cause::ExplicitDeny),
    row(DENIED, &["not authorized to perform"], Cause::Action),
    row(&[], &["data retention mode"], Cause::DataRetention),
    row(DENIED, &[], Cause::ModelAccess),
    row(INVALID, &["on-demand throughput"], Cause::OnDemand),
    row(INVALID, &["model identifier is invalid"], Cause::UnknownModel),
    row(&["ResourceNotFoundException", "not_found_error"], &["model"], Cause::UnknownModel),
    row(INVALID, &["beta flag", "anthropic_beta", "anthropic-beta"], Cause::Beta),
    row(INVALID, &["anthropic_version", "anthropic-version"], Cause::ApiVersion),
    row(INVALID, &["prompt is too long", "input is too long", "context limit"], Cause::ContextWindow),
    row(INVALID, &["extra inputs are not permitted"], Cause::ExtraMember),
    row(INVALID, &["length less than or equal to 25000000", "request body is too large"], Cause::BodySize),
    row(&["request_too_large"], &[], Cause::BodySize),
    status(413, Cause::BodySize),
    row(&["UnknownOperationException"], &[], Cause::NoOperation),
    row(THROTTLED, &["tokens per day"], Cause::TokensPerDay),
    row(THROTTLED, &["token"], Cause::TokensPerMinute),
    row(THROTTLED, &[], Cause::Requests),
    row(&["ServiceQuotaExceededException"], &[], Cause::Quota),
    row(&["ModelNotReadyException"], &[], Cause::Loading),
    row(&["ServiceUnavailableException", "overloaded_error"], &[], Cause::Capacity),
    row(&["ModelTimeoutException", "timeout_error"], &[], Cause::ModelTime),
    row(&["InternalServerException", "ModelErrorException", "ModelStreamErrorException", "api_error"], &[], Cause::Broken),
];
