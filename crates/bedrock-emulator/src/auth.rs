//! Who may call: SigV4 signatures recomputed, API keys compared.
//!
//! The order of the checks and the words of the refusals are AWS's, as far as they are known from its documentation, from recorded
//! answers and from threads that quote them.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bedrock_auth::BearerToken;
use bedrock_auth::sigv4::verify::{
    AuthorizationError, AuthorizationHeader, VerifyError, signed_at, verify_cached,
};
use bedrock_auth::sigv4::{PayloadHash, SigningTime};
use bedrock_transport::Region;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::account::{Account, KnownKey, Principal};
use crate::emulator::REGION;
use crate::error::AwsError;
use crate::options::REQUEST_METADATA;
use crate::route::Route;
use crate::short_term_key;

/// Lets a request to Bedrock pass if the account signed it for the right service or sent its API key, and says for which region.
///
/// # Errors
///
/// The refusal that AWS would give.
pub(crate) fn authenticate<'a>(
    head: &'a Parts,
    payload: &PayloadHash,
    now: SystemTime,
    account: &'a Account,
    route: &Route,
) -> Result<Cow<'a, str>, AwsError> {
    let door = Door { service: route.service(), takes_x_api_key: route.takes_x_api_key() };
    authenticate_at(door, head, payload, now, account)
}

/// What a request is checked for, before it is known what it asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    /// Whose name the signature has to have in its scope.
    pub(crate) service: &'static str,
    /// Whether an API key may stand in `x-api-key`.
    pub(crate) takes_x_api_key: bool,
}

/// The same for an operation that the emulator may not have.
///
/// # Errors
///
/// The refusal that AWS would give.
pub(crate) fn authenticate_at<'a>(
    door: Door,
    head: &'a Parts,
    payload: &PayloadHash,
    now: SystemTime,
    account: &'a Account,
) -> Result<Cow<'a, str>, AwsError> {
    let x_api_key = || door.takes_x_api_key.then(|| head.headers.get(X_API_KEY)?.to_str().ok()).flatten();
    let region = match bearer_text(&head.headers).or_else(x_api_key) {
        Some(token) if BearerToken::parse(token).as_ref() == Ok(&account.bearer_token) => None,
        Some(token) if short_term_key::is_short_term(token) => {
            short_term_key::check(token, now, account)?;
            short_term_key::region(token).map(Cow::from)
        }
        Some(_) => return Err(AwsError::invalid_api_key()),
        None => Some(signed(head, payload, now, account, door.service)?.0.region.into()),
    };
    // Most API keys do not say.
    Ok(region.unwrap_or_else(|| REGION.into()))
}

/// Who signed the request to `service`.
///
/// # Errors
///
/// The refusal that AWS would give.
pub(crate) fn signer(
    head: &Parts,
    body: &[u8],
    now: SystemTime,
    account: &Account,
    service: &str,
) -> Result<Principal, AwsError> {
    signed(head, &PayloadHash::of(body), now, account, service).map(|(_, key)| key.into_principal())
}

/// What a request to `service` says of its signature, and the key that it was really made with; its body has this hash, or none is signed.
///
/// # Errors
///
/// The refusal that AWS would give.
pub(crate) fn signed<'a>(
    head: &'a Parts,
    payload: &PayloadHash,
    now: SystemTime,
    account: &'a Account,
    service: &str,
) -> Result<(AuthorizationHeader<'a>, KnownKey<'a>), AwsError> {
    let header = AuthorizationHeader::from_headers(&head.headers).map_err(unreadable)?;
    let signed_at = signed_at(&head.headers).map_err(|_| {
        AwsError::incomplete_signature(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    })?;
    let key = find_key(&header, &head.headers, now, account)?;
    check_scope(&header, service)?;
    check_clock(signed_at, now)?;
    if head.headers.contains_key(REQUEST_METADATA) && !header.signed_headers.contains(&REQUEST_METADATA) {
        return Err(unsigned(&REQUEST_METADATA));
    }
    let secret = key.credentials().secret_access_key();
    verify_cached(head, payload, &header, secret, &account.signing_keys).map_err(refused)?;
    Ok((header, key))
}

/// What stands after `Bearer`, if that is the scheme.
fn bearer_text(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?;
    let scheme = value.as_bytes().trim_ascii_start().get(..BEARER.len())?;
    if !scheme.eq_ignore_ascii_case(BEARER) {
        return None;
    }
    let (_, token) = value.to_str().ok()?.trim().split_once(' ')?;
    Some(token.trim())
}

/// The key that the request names, with its own session token, and not expired.
fn find_key<'a>(
    header: &AuthorizationHeader<'_>,
    headers: &HeaderMap,
    now: SystemTime,
    account: &'a Account,
) -> Result<KnownKey<'a>, AwsError> {
    let token = headers.get(SECURITY_TOKEN).map(HeaderValue::as_bytes);
    let key = account.find(header.access_key_id, token).ok_or_else(AwsError::unrecognized_client)?;
    if key.credentials().expiry().is_some_and(|expiry| expiry <= now) {
        return Err(AwsError::expired_token());
    }
    Ok(key)
}

/// One emulator stands for AWS in every region, so any text that could be a region will do.
fn check_scope(header: &AuthorizationHeader<'_>, service: &str) -> Result<(), AwsError> {
    if Region::parse(header.region).is_err() || !header.region.contains('-') {
        return Err(AwsError::invalid_signature("Credential should be scoped to a valid region."));
    }
    if header.service != service {
        let message = format!("Credential should be scoped to correct service: '{service}'.");
        return Err(AwsError::invalid_signature(message));
    }
    Ok(())
}

fn check_clock(signed: SigningTime, now: SystemTime) -> Result<(), AwsError> {
    // Without a readable clock of our own no signature can be too old.
    let Ok(now) = SigningTime::try_from(now) else { return Ok(()) };
    let bound = |time: Option<SystemTime>| time.and_then(|time| SigningTime::try_from(time).ok());
    let earliest = || bound(now.to_system_time().checked_sub(CLOCK_WINDOW));
    let latest = || bound(now.to_system_time().checked_add(CLOCK_WINDOW));
    if signed < now
        && let Some(earliest) = earliest().filter(|earliest| signed < *earliest)
    {
        return Err(AwsError::invalid_signature(format!(
            "Signature expired: {signed} is now earlier than {earliest} ({now} - 5 min.)"
        )));
    }
    if signed > now
        && let Some(latest) = latest().filter(|latest| signed > *latest)
    {
        return Err(AwsError::invalid_signature(format!(
            "Signature not yet current: {signed} is still later than {latest} ({now} + 5 min.)"
        )));
    }
    Ok(())
}

fn unreadable(error: AuthorizationError) -> AwsError {
    match error {
        AuthorizationError::NoHeader => AwsError::missing_authentication(),
        AuthorizationError::NotSigV4 => {
            AwsError::incomplete_signature("The Authorization header is neither AWS4-HMAC-SHA256 nor Bearer.")
        }
        AuthorizationError::MissingField { name } => {
            AwsError::incomplete_signature(format!("Authorization header requires '{name}' parameter."))
        }
        AuthorizationError::MalformedCredential => AwsError::incomplete_signature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
        ),
        // With the list unreadable, and with what a later version of the auth crate finds wrong.
        AuthorizationError::MalformedSignedHeaders | _ => AwsError::incomplete_signature(
            "The SignedHeaders of the Authorization header are not a list of headers.",
        ),
    }
}

fn refused(error: VerifyError) -> AwsError {
    match error {
        VerifyError::Mismatch { canonical_request, string_to_sign } => AwsError::invalid_signature(format!(
            "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical_request}'\n\n\
             The String-to-Sign should have been\n'{string_to_sign}'\n"
        )),
        VerifyError::ScopeDate => AwsError::invalid_signature(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        ),
        VerifyError::Unsigned { header } => unsigned(&header),
        VerifyError::ContentSha256 => AwsError::invalid_signature(
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        // `Date` was answered before; a request without a canonical form matches no signature.
        VerifyError::Date | VerifyError::Request(_) | _ => AwsError::invalid_signature(MISMATCH),
    }
}

fn unsigned(header: &HeaderName) -> AwsError {
    AwsError::invalid_signature(format!("'{header}' must be a 'SignedHeader' in the AWS Authorization."))
}

const BEARER: &[u8] = b"bearer ";
const CLOCK_WINDOW: Duration = Duration::from_secs(5 * 60);
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. \
    Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

#[cfg(test)]
mod tests;
