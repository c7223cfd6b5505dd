//! Signing a request head.

use std::fmt;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri, uri};

use super::canonical::{CanonicalRequestError, canonical_request};
use super::headers::SignedHeaders;
use super::key_cache::SigningKeyCache;
use super::payload::PayloadHash;
use super::scope::{Scope, is_scope_part};
use super::signing_time::{ParseSigningTimeError, SigningTime};
use super::{ALGORITHM, X_AMZ_CONTENT_SHA256, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};
use crate::credentials::Credentials;
use crate::outgoing::{sensitive, set};

/// Who signs, for which region and service, and when.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SigningParams<'a> {
    /// The key pair.
    pub credentials: &'a Credentials,
    /// The region the request goes to.
    pub region: &'a str,
    /// SigV4's name of the service: `bedrock`, `bedrock-mantle`, `sts`.
    pub service: &'a str,
    /// The time of signing; AWS accepts five minutes of difference.
    pub now: SystemTime,
    /// The signing keys that were derived before; without it the key is derived anew.
    pub key_cache: Option<&'a SigningKeyCache>,
}

impl<'a> SigningParams<'a> {
    /// All that a signature depends on besides the request.
    pub fn new(credentials: &'a Credentials, region: &'a str, service: &'a str, now: SystemTime) -> Self {
        Self { credentials, region, service, now, key_cache: None }
    }

    /// Takes the signing key from `cache`, and keeps it there: the signature is the same.
    pub fn with_key_cache(mut self, cache: &'a SigningKeyCache) -> Self {
        self.key_cache = Some(cache);
        self
    }
}

/// The steps of a signature, for debugging one.
///
/// The canonical request holds the session token, and the authorization is good for five minutes: `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// Step 1, the canonical request.
    pub canonical_request: String,
    /// Step 2, the string to sign.
    pub string_to_sign: String,
    /// Step 3, the signature.
    pub signature: String,
    /// Step 4, the value of the `Authorization` header.
    pub authorization: String,
}

/// Signs a request head for a body with this hash, and adds what carries the signature.
///
/// Adds `host` (where absent, from the URI), `x-amz-date`, `x-amz-security-token` (with a session token only) and
/// `authorization`; earlier values of the last three are replaced, so an attempt can be signed again. Every other header
/// that is there is signed, except those of which the HTTP layer or a proxy may change the value. Call it last, over the bytes
/// that go out. The URI is taken as it stands and must go over the wire like that.
///
/// # Errors
///
/// [`SignError`] names the part that cannot be signed; the request is then as it was, and nothing has been sent.
pub fn sign(
    parts: &mut Parts,
    payload: &PayloadHash,
    params: &SigningParams<'_>,
) -> Result<Signed, SignError> {
    let scope = scope(params)?;
    // The work is done on a copy of the headers, so that an error leaves the request alone.
    let mut headers = parts.headers.clone();
    prepare(&mut headers, &parts.uri, params.credentials, scope.time())?;
    if headers.get_all(X_AMZ_CONTENT_SHA256).iter().any(|claimed| claimed != payload.as_str()) {
        return Err(SignError::ContentSha256Differs);
    }

    let target = parts.uri.path_and_query().map_or("/", uri::PathAndQuery::as_str);
    let signed = SignedHeaders::of(&headers);
    let canonical =
        canonical_request(&parts.method, target, &headers, signed, payload).map_err(SignError::Request)?;
    let string_to_sign = scope.string_to_sign(&canonical.text);
    let secret = params.credentials.secret_access_key();
    let signature = scope.signature(secret, params.key_cache, &string_to_sign);
    let authorization = format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
        params.credentials.access_key_id(),
        canonical.signed_headers
    );

    let value =
        sensitive(&authorization).expect("scope parts were checked, the rest is hex and header names");
    set(&mut headers, AUTHORIZATION, value);
    parts.headers = headers;
    Ok(Signed { canonical_request: canonical.text, string_to_sign, signature, authorization })
}

pub(super) fn scope<'a>(params: &SigningParams<'a>) -> Result<Scope<'a>, SignError> {
    if !is_scope_part(params.credentials.access_key_id()) {
        return Err(SignError::AccessKeyId);
    }
    if params.credentials.secret_access_key().expose().is_empty() {
        return Err(SignError::SecretAccessKey);
    }
    if !is_scope_part(params.region) {
        return Err(SignError::Region);
    }
    if !is_scope_part(params.service) {
        return Err(SignError::Service);
    }
    let time = SigningTime::try_from(params.now).map_err(SignError::Time)?;
    Ok(Scope::new(time, params.region, params.service))
}

fn prepare(
    headers: &mut HeaderMap,
    uri: &Uri,
    credentials: &Credentials,
    time: &str,
) -> Result<(), SignError> {
    if !headers.contains_key(HOST) {
        set(headers, HOST, host(uri).ok_or(SignError::Host)?);
    }
    let date = HeaderValue::try_from(time).expect("digits and two letters are a header value");
    set(headers, X_AMZ_DATE, date);
    match credentials.token() {
        Some(token) => {
            let value = sensitive(token.expose()).ok_or(SignError::SessionToken)?;
            set(headers, X_AMZ_SECURITY_TOKEN, value);
        }
        // The token of an earlier attempt, signed with other credentials, would make this one invalid.
        None => {
            headers.remove(X_AMZ_SECURITY_TOKEN);
        }
    }
    Ok(())
}

/// The host header of a URI: lower case, without user info, and without the port that is the scheme's own.
fn host(uri: &Uri) -> Option<HeaderValue> {
    let host = uri.host().filter(|host| !host.is_empty())?.to_ascii_lowercase();
    let default_port = match uri.scheme_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    };
    let host = match uri.port_u16() {
        Some(port) if Some(port) != default_port => format!("{host}:{port}"),
        _ => host,
    };
    HeaderValue::try_from(host).ok()
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("string_to_sign", &self.string_to_sign).finish_non_exhaustive()
    }
}

/// Why a request cannot be signed; the request is unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The access key id is empty or holds a character that an `Authorization` header cannot.
    AccessKeyId,
    /// The secret access key is empty.
    SecretAccessKey,
    /// The session token is empty or not a header value.
    SessionToken,
    /// The region is empty or holds a character that a scope cannot.
    Region,
    /// The service is empty or holds a character that a scope cannot.
    Service,
    /// The time is out of range.
    Time(ParseSigningTimeError),
    /// There is neither a `host` header nor a URI with a host.
    Host,
    /// `x-amz-content-sha256` is there and is not the hash of the body.
    ContentSha256Differs,
    /// A header cannot be signed.
    Request(CanonicalRequestError),
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKeyId => "the access key id is empty or has a character that cannot be signed",
            Self::SecretAccessKey => "the secret access key is empty",
            Self::SessionToken => "the session token is empty or has a character that no header may have",
            Self::Region => "the region is empty or has a character that cannot be signed",
            Self::Service => "the service name is empty or has a character that cannot be signed",
            Self::Time(_) => "the time of signing is out of range",
            Self::Host => "the request has no host",
            Self::ContentSha256Differs => "x-amz-content-sha256 is not the hash of the body",
            Self::Request(_) => "the request has no canonical form",
        })
    }
}

impl std::error::Error for SignError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Time(error) => Some(error),
            Self::Request(error) => Some(error),
            Self::AccessKeyId
            | Self::SecretAccessKey
            | Self::SessionToken
            | Self::Region
            | Self::Service
            | Self::Host
            | Self::ContentSha256Differs => None,
        }
    }
}
