//! The signature in the query instead of in headers, as short-term API keys need it. Not public: nothing else here is asked by URL.

use std::time::Duration;

use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method};
use zeroize::Zeroizing;

use super::ALGORITHM;
use super::canonical::canonical_request;
use super::headers::SignedHeaders;
use super::payload::PayloadHash;
use super::sign::{SignError, SigningParams, scope};
use crate::outgoing::set;
use crate::percent::encoded;
use crate::text::joined;

/// Adds the signature to the query of a `POST` without a body to the root of a host; `host` is all of the headers that is signed.
///
/// # Errors
///
/// [`SignError`] names the part that cannot be signed.
pub(crate) fn presigned_query(
    host: &'static str,
    query: &str,
    lifetime: Duration,
    params: &SigningParams<'_>,
) -> Result<Zeroizing<String>, SignError> {
    let scope = scope(params)?;
    let credential = format!("{}/{scope}", params.credentials.access_key_id());
    // The order in which botocore writes them; what is signed is sorted anyway.
    let mut signed = Zeroizing::new(format!(
        "{query}&X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}&X-Amz-SignedHeaders=host",
        encoded(&credential),
        scope.time(),
        lifetime.as_secs(),
    ));
    if let Some(token) = params.credentials.token() {
        if token.expose().is_empty() {
            return Err(SignError::SessionToken);
        }
        signed.push_str("&X-Amz-Security-Token=");
        signed.extend(encoded(token.expose()));
    }

    let mut headers = HeaderMap::new();
    set(&mut headers, HOST, HeaderValue::from_static(host));
    let target = Zeroizing::new(joined(&["/?", signed.as_str()], ""));
    let payload = PayloadHash::of(b"");
    let canonical =
        canonical_request(&Method::POST, &target, &headers, SignedHeaders::of(&headers), &payload)
            .map_err(SignError::Request)?;
    let secret = params.credentials.secret_access_key();
    let signature = scope.signature(secret, params.key_cache, &scope.string_to_sign(&canonical.text));
    signed.extend(["&X-Amz-Signature=", signature.as_str()]);
    Ok(signed)
}
