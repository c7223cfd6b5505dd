//! AWS Signature Version 4 in the `Authorization` header: signing, and checking what was signed.
//!
//! The four steps are four values, each of which can be looked at: a [`CanonicalRequest`], the string to sign, the signature, the
//! header ([`Signed`] has them all). One canonicalizer serves [`sign`] and, with the feature `verify`, `verify::verify`. Not here: presigned URLs
//! (but for the one that short-term keys are made of), chunked and unsigned payloads (the payload is always hashed), and S3's rule not
//! to encode the path again.
//!
//! Model: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>, and botocore's `SigV4Auth`
//! where that page leaves a choice.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod canonical;
mod clock_skew;
mod headers;
mod key_cache;
mod path;
mod payload;
mod presign;
mod query;
mod scope;
mod sign;
mod signing_key;
mod signing_time;
#[cfg(feature = "verify")]
pub mod verify;

pub use canonical::{CanonicalRequest, CanonicalRequestError, canonical_request};
pub use clock_skew::{ClockSkew, Skew};
pub use headers::SignedHeaders;
pub use key_cache::SigningKeyCache;
pub use payload::PayloadHash;
pub(crate) use payload::sha256_hex;
pub(crate) use presign::presigned_query;
pub use sign::{SignError, Signed, SigningParams, sign};
pub use signing_time::{ParseSigningTimeError, SigningTime};

use http::HeaderName;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
pub(crate) const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(crate) const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
