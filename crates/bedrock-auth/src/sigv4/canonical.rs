//! The canonical request: what both sides hash to agree on what was sent.

use std::fmt;

use http::{HeaderMap, HeaderName, Method};

use super::headers::{SignedHeaders, push_canonical_value};
use super::path::push_canonical_path;
use super::payload::PayloadHash;
use super::query::canonical_query;

/// The canonical request and the headers it covers.
///
/// The text may hold a session token, so `Debug` shows the header names only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CanonicalRequest {
    /// Method, path, query, headers, header names and payload hash, one below the other.
    pub text: String,
    /// The headers in it.
    pub signed_headers: SignedHeaders,
}

/// Writes the canonical request of a request as it goes, or came, over the wire.
///
/// `target` is the path and query exactly as sent. Dot segments and double slashes fold, each segment is percent-encoded once
/// more, the query is only sorted; `headers` must hold every one of `signed`.
///
/// ```
/// use bedrock_auth::sigv4::{PayloadHash, SignedHeaders, canonical_request};
///
/// let headers = http::HeaderMap::from_iter([(http::header::HOST, "localhost".parse()?)]);
/// let canonical = canonical_request(
///     &http::Method::GET,
///     "/model/opus%3A0?b=2&a=1",
///     &headers,
///     SignedHeaders::of(&headers),
///     &PayloadHash::of(b""),
/// )?;
/// assert!(canonical.text.starts_with("GET\n/model/opus%253A0\na=1&b=2\nhost:localhost\n\nhost\ne3b0c442"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A signed header that is missing, or whose value is not visible ASCII.
pub fn canonical_request(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    signed: SignedHeaders,
    payload: &PayloadHash,
) -> Result<CanonicalRequest, CanonicalRequestError> {
    let text = canonical_text(method, target, headers, &signed, payload)?;
    Ok(CanonicalRequest { text, signed_headers: signed })
}

/// The text alone.
pub(super) fn canonical_text(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    signed: &SignedHeaders,
    payload: &PayloadHash,
) -> Result<String, CanonicalRequestError> {
    written(method, target, push_canonical_path, headers, signed, payload)
}

/// The same for S3, where a key may hold dots and slashes of any kind: the path is taken as sent.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
#[cfg(feature = "verify")]
pub(super) fn canonical_text_of_s3(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    signed: &SignedHeaders,
    payload: &PayloadHash,
) -> Result<String, CanonicalRequestError> {
    written(method, target, String::push_str, headers, signed, payload)
}

fn written(
    method: &Method,
    target: &str,
    push_path: fn(&mut String, &str),
    headers: &HeaderMap,
    signed: &SignedHeaders,
    payload: &PayloadHash,
) -> Result<String, CanonicalRequestError> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut text = String::with_capacity(USUAL);
    text.extend([method.as_str(), "\n"]);
    push_path(&mut text, path);
    text.extend(["\n", &canonical_query(query), "\n"]);
    for name in signed.iter() {
        text.extend([name.as_str(), ":"]);
        push_canonical_value(&mut text, headers, name)?;
        text.push('\n');
    }
    text.push('\n');
    for (index, name) in signed.iter().enumerate() {
        text.extend([if index == 0 { "" } else { ";" }, name.as_str()]);
    }
    text.extend(["\n", payload.as_str()]);
    Ok(text)
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanonicalRequest")
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

/// Why a request has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalRequestError {
    /// A header to be signed is not in the request.
    MissingHeader {
        /// Its name.
        header: HeaderName,
    },
    /// A header to be signed has a value with characters other than visible ASCII, space and tab.
    NotVisibleAscii {
        /// Its name.
        header: HeaderName,
    },
}

impl fmt::Display for CanonicalRequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader { header } => write!(f, "the signed header `{header}` is missing"),
            Self::NotVisibleAscii { header } => write!(f, "the header `{header}` is not visible ASCII"),
        }
    }
}

impl std::error::Error for CanonicalRequestError {}

/// In bytes: most requests are not longer, so that room is made once.
const USUAL: usize = 512;
