//! The other side of SigV4: reading an `Authorization` header and checking the signature in it.
//!
//! For a server that stands in for AWS. Who may call, which region and service are right, and how far the clocks may be apart are
//! its decisions: it reads the [`AuthorizationHeader`], looks up the secret of its access key, compares [`signed_at`] with its own
//! clock, and calls [`verify`].

use std::fmt;

use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderName, uri};

use super::SigningKeyCache;
use super::canonical::{CanonicalRequestError, canonical_text, canonical_text_of_s3};
use super::headers::SignedHeaders;
use super::payload::PayloadHash;
use super::scope::{Scope, TERMINATOR, is_scope_part};
use super::signing_time::SigningTime;
use super::{ALGORITHM, X_AMZ_CONTENT_SHA256, X_AMZ_DATE};
use crate::secret::{SecretString, constant_time_eq};
use crate::text::pieces;

/// What an `Authorization: AWS4-HMAC-SHA256 …` header says.
///
/// ```
/// use bedrock_auth::sigv4::verify::AuthorizationHeader;
///
/// let header = AuthorizationHeader::parse(
///     "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/aws4_request, \
///      SignedHeaders=host;x-amz-date, Signature=00ff",
/// )?;
/// assert_eq!((header.access_key_id, header.region), ("AKIDEXAMPLE", "us-east-1"));
/// # Ok::<(), bedrock_auth::sigv4::verify::AuthorizationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationHeader<'a> {
    /// Who claims to have signed.
    pub access_key_id: &'a str,
    /// The day of the scope, `20261122`.
    pub date: &'a str,
    /// The region of the scope.
    pub region: &'a str,
    /// The service of the scope.
    pub service: &'a str,
    /// The headers that are covered.
    pub signed_headers: SignedHeaders,
    /// The signature in hexadecimal.
    pub signature: &'a str,
}

impl<'a> AuthorizationHeader<'a> {
    /// Reads the header of a request.
    ///
    /// # Errors
    ///
    /// [`AuthorizationError`]: no header, another scheme, or an incomplete one, told apart as AWS does.
    pub fn from_headers(headers: &'a HeaderMap) -> Result<Self, AuthorizationError> {
        let value = headers.get(AUTHORIZATION).ok_or(AuthorizationError::NoHeader)?;
        Self::parse(value.to_str().map_err(|_| AuthorizationError::NotSigV4)?)
    }

    /// Reads the value of the header.
    ///
    /// # Errors
    ///
    /// As [`from_headers`](Self::from_headers).
    pub fn parse(value: &'a str) -> Result<Self, AuthorizationError> {
        let fields = fields(value).ok_or(AuthorizationError::NotSigV4)?;
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for field in pieces(fields, b',').map(str::trim_ascii) {
            let (field, value) = if let Some(value) = field.strip_prefix(CREDENTIAL) {
                (&mut credential, value)
            } else if let Some(value) = field.strip_prefix("SignedHeaders=") {
                (&mut signed_headers, value)
            } else if let Some(value) = field.strip_prefix("Signature=") {
                (&mut signature, value)
            } else {
                continue;
            };
            *field = field.or(Some(value).filter(|value| !value.is_empty()));
        }
        let missing = |name| AuthorizationError::MissingField { name };
        let credential = credential.ok_or(missing("Credential"))?;
        let signed_headers = signed_headers.ok_or(missing("SignedHeaders"))?;
        let signature = signature.ok_or(missing("Signature"))?;

        let mut parts = pieces(credential, b'/');
        let [Some(access_key_id), Some(date), Some(region), Some(service), Some(TERMINATOR), None] =
            std::array::from_fn(|_| parts.next())
        else {
            return Err(AuthorizationError::MalformedCredential);
        };
        if ![access_key_id, date, region, service].into_iter().all(is_scope_part) {
            return Err(AuthorizationError::MalformedCredential);
        }
        let signed_headers =
            SignedHeaders::parse(signed_headers).ok_or(AuthorizationError::MalformedSignedHeaders)?;
        Ok(Self { access_key_id, date, region, service, signed_headers, signature })
    }
}

/// The region and the service that a request says it was signed for, for who has to know no more than where it is going.
///
/// Nothing of the rest is looked at: [`AuthorizationHeader::from_headers`] does that.
///
/// ```
/// use bedrock_auth::sigv4::verify::signed_for;
///
/// let value = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/aws4_request, \
///     SignedHeaders=host, Signature=00ff";
/// let request = http::Request::get("/").header("authorization", value).body(())?;
/// assert_eq!(signed_for(request.headers()), Some(("us-east-1", "bedrock")));
/// # Ok::<(), http::Error>(())
/// ```
pub fn signed_for(headers: &HeaderMap) -> Option<(&str, &str)> {
    let fields = fields(std::str::from_utf8(headers.get(AUTHORIZATION)?.as_bytes()).ok()?)?;
    let credential = pieces(fields, b',').find_map(|field| field.trim().strip_prefix(CREDENTIAL))?;
    let mut parts = pieces(credential, b'/').skip(2);
    let (region, service, terminator) = (parts.next()?, parts.next()?, parts.next()?);
    (terminator == TERMINATOR && parts.next().is_none()).then_some((region, service))
}

/// What stands behind the name of the algorithm, if that is the one.
fn fields(value: &str) -> Option<&str> {
    let fields = value.trim().strip_prefix(ALGORITHM)?;
    fields.strip_prefix(' ').or_else(|| fields.is_empty().then_some(fields))
}

/// When a request says it was signed (`x-amz-date`; the `Date` header is not looked at).
///
/// # Errors
///
/// [`VerifyError::Date`] without a readable `x-amz-date`.
pub fn signed_at(headers: &HeaderMap) -> Result<SigningTime, VerifyError> {
    written_and_read(headers).map(|(_, time)| time).ok_or(VerifyError::Date)
}

fn written_and_read(headers: &HeaderMap) -> Option<(&str, SigningTime)> {
    let text = headers.get(X_AMZ_DATE)?.to_str().ok()?;
    Some((text, text.parse().ok()?))
}

/// Checks that a request, as it came over the wire, was signed by the holder of `secret`.
///
/// The URI must be the one received, not normalised in any way, and `payload` the hash of the body received. What is signed for S3 has
/// its path as sent, and may have [`PayloadHash::unsigned`].
///
/// # Errors
///
/// [`VerifyError::Mismatch`] carries what the signature should have covered; the other kinds say what made the request
/// impossible to check, or unsafe to trust although its signature may be right.
pub fn verify(
    parts: &Parts,
    payload: &PayloadHash,
    header: &AuthorizationHeader<'_>,
    secret: &SecretString,
) -> Result<(), VerifyError> {
    verify_with(parts, payload, header, |scope, text| scope.signature(secret, None, text))
}

/// The same for a server that checks many: signing keys are kept in `cache`, and derived only once.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_cached(
    parts: &Parts,
    payload: &PayloadHash,
    header: &AuthorizationHeader<'_>,
    secret: &SecretString,
    cache: &SigningKeyCache,
) -> Result<(), VerifyError> {
    verify_with(parts, payload, header, |scope, text| scope.signature(secret, Some(cache), text))
}

fn verify_with(
    parts: &Parts,
    payload: &PayloadHash,
    header: &AuthorizationHeader<'_>,
    signature: impl Fn(&Scope<'_>, &str) -> String,
) -> Result<(), VerifyError> {
    let (time, _) = written_and_read(&parts.headers).ok_or(VerifyError::Date)?;
    let scope = Scope::at(time, header.region, header.service);
    if header.date != scope.date() {
        return Err(VerifyError::ScopeDate);
    }
    if let Some(name) = unsigned(&parts.headers, &header.signed_headers) {
        return Err(VerifyError::Unsigned { header: name });
    }
    if parts.headers.get_all(X_AMZ_CONTENT_SHA256).iter().any(|claimed| claimed != payload.as_str()) {
        return Err(VerifyError::ContentSha256);
    }

    let target = parts.uri.path_and_query().map_or("/", uri::PathAndQuery::as_str);
    let canonical_form = if header.service == S3 { canonical_text_of_s3 } else { canonical_text };
    let canonical = canonical_form(&parts.method, target, &parts.headers, &header.signed_headers, payload)
        .map_err(VerifyError::Request)?;
    let string_to_sign = scope.string_to_sign(&canonical);
    let expected = signature(&scope, &string_to_sign);
    if constant_time_eq(expected.as_bytes(), header.signature.as_bytes()) {
        return Ok(());
    }
    Err(VerifyError::Mismatch { canonical_request: canonical, string_to_sign })
}

/// The first header that has to be signed and is not: AWS trusts neither an unsigned host nor an unsigned header of its own.
fn unsigned(headers: &HeaderMap, signed: &SignedHeaders) -> Option<HeaderName> {
    if !signed.contains(&HOST) {
        return Some(HOST);
    }
    let mut own = headers.keys().filter(|name| name.as_str().starts_with("x-amz-"));
    own.find(|name| !signed.contains(name)).cloned()
}

impl fmt::Debug for AuthorizationHeader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationHeader")
            .field("access_key_id", &self.access_key_id)
            .field("date", &self.date)
            .field("region", &self.region)
            .field("service", &self.service)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

/// Why an `Authorization` header cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// There is none: AWS answers `MissingAuthenticationTokenException`.
    NoHeader,
    /// It is of another scheme, such as `Bearer`.
    NotSigV4,
    /// A field is missing or empty: AWS answers `IncompleteSignatureException`, as to the next two.
    MissingField {
        /// `Credential`, `SignedHeaders` or `Signature`.
        name: &'static str,
    },
    /// `Credential` is not `ID/DATE/REGION/SERVICE/aws4_request`.
    MalformedCredential,
    /// `SignedHeaders` is not a list of header names.
    MalformedSignedHeaders,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("the request has no Authorization header"),
            Self::NotSigV4 => write!(f, "the Authorization header is not of the scheme {ALGORITHM}"),
            Self::MissingField { name } => write!(f, "the Authorization header has no {name}"),
            Self::MalformedCredential => {
                f.write_str("the credential is not ID/DATE/REGION/SERVICE/aws4_request")
            }
            Self::MalformedSignedHeaders => f.write_str("the list of signed headers is not one"),
        }
    }
}

impl std::error::Error for AuthorizationError {}

/// Why a signature does not hold.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// `x-amz-date` is missing or not a time.
    Date,
    /// The day of the scope is not that of `x-amz-date`.
    ScopeDate,
    /// A header that has to be signed is not.
    Unsigned {
        /// Its name.
        header: HeaderName,
    },
    /// `x-amz-content-sha256` is not the hash of the body.
    ContentSha256,
    /// The request has no canonical form.
    Request(CanonicalRequestError),
    /// Another signature was expected.
    ///
    /// The canonical request may hold a session token: AWS puts both texts into its answer, a log should not.
    Mismatch {
        /// What should have been hashed.
        canonical_request: String,
        /// What should have been signed.
        string_to_sign: String,
    },
}

impl fmt::Debug for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date => f.write_str("Date"),
            Self::ScopeDate => f.write_str("ScopeDate"),
            Self::Unsigned { header } => f.debug_struct("Unsigned").field("header", header).finish(),
            Self::ContentSha256 => f.write_str("ContentSha256"),
            Self::Request(error) => f.debug_tuple("Request").field(error).finish(),
            Self::Mismatch { string_to_sign, .. } => {
                f.debug_struct("Mismatch").field("string_to_sign", string_to_sign).finish_non_exhaustive()
            }
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date => f.write_str("x-amz-date is missing or not of the form 20261122T000000Z"),
            Self::ScopeDate => f.write_str("the date of the credential scope is not that of x-amz-date"),
            Self::Unsigned { header } => write!(f, "the header `{header}` is not signed"),
            Self::ContentSha256 => f.write_str("x-amz-content-sha256 is not the hash of the body"),
            Self::Request(_) => f.write_str("the request has no canonical form"),
            Self::Mismatch { .. } => f.write_str("the signature does not match the request"),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            Self::Date
            | Self::ScopeDate
            | Self::Unsigned { .. }
            | Self::ContentSha256
            | Self::Mismatch { .. } => None,
        }
    }
}

const CREDENTIAL: &str = "Credential=";
/// The service whose paths are signed as sent.
const S3: &str = "s3";

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>, "PUT Object".
    #[test]
    fn the_path_of_s3_is_taken_as_sent() {
        let body = b"Welcome to Amazon S3.";
        let payload = PayloadHash::of(body);
        let request = http::Request::put("/test%24file.text")
            .header("date", "Fri, 24 May 2013 00:00:00 GMT")
            .header("host", "examplebucket.s3.amazonaws.com")
            .header("x-amz-content-sha256", payload.as_str())
            .header("x-amz-date", "20130524T000000Z")
            .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let secret = SecretString::from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
        let values = ["s3", "bedrock"].map(|service| {
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/{service}/aws4_request,\
                 SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
                 Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
            )
        });
        let [of_s3, of_bedrock] = values.each_ref().map(|value| AuthorizationHeader::parse(value).unwrap());
        assert_eq!(verify(&parts, &payload, &of_s3, &secret), Ok(()));
        let cache = SigningKeyCache::default();
        for _ in 0..2 {
            assert_eq!(verify_cached(&parts, &payload, &of_s3, &secret, &cache), Ok(()));
        }
        assert!(verify(&parts, &payload, &of_bedrock, &secret).is_err());
        let unsigned = verify(&parts, &PayloadHash::unsigned(), &of_s3, &secret);
        assert_eq!(unsigned, Err(VerifyError::ContentSha256));
    }

    #[test]
    fn an_incomplete_header_says_what_is_missing() {
        use AuthorizationError::{MalformedCredential, MalformedSignedHeaders, MissingField, NotSigV4};
        let cases = [
            ("", NotSigV4),
            ("Bearer ABSK", NotSigV4),
            ("AWS4-HMAC-SHA512 Credential=a/1/r/s/aws4_request, SignedHeaders=host, Signature=0", NotSigV4),
            ("AWS4-HMAC-SHA256", MissingField { name: "Credential" }),
            ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", MissingField { name: "Credential" }),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request, Signature=0",
                MissingField { name: "SignedHeaders" },
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request, SignedHeaders=host",
                MissingField { name: "Signature" },
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request, SignedHeaders=host, Signature=",
                MissingField { name: "Signature" },
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/aws4_request, SignedHeaders=host, Signature=0",
                MalformedCredential,
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r//aws4_request, SignedHeaders=host, Signature=0",
                MalformedCredential,
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws5_request, SignedHeaders=host, Signature=0",
                MalformedCredential,
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request, SignedHeaders=host;;, Signature=0",
                MalformedSignedHeaders,
            ),
        ];
        for (value, error) in cases {
            assert_eq!(AuthorizationHeader::parse(value).unwrap_err(), error, "{value}");
        }
        let none = HeaderMap::new();
        let unsigned = AuthorizationHeader::from_headers(&none);
        assert_eq!(unsigned.unwrap_err(), AuthorizationError::NoHeader);
    }

    #[test]
    fn fields_come_in_any_order_with_or_without_spaces() {
        for value in [
            "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request,SignedHeaders=host,Signature=0",
            "AWS4-HMAC-SHA256   Signature=0 , SignedHeaders=host, Credential=a/1/r/s/aws4_request",
        ] {
            let header = AuthorizationHeader::parse(value).unwrap();
            assert_eq!((header.service, header.signature), ("s", "0"));
        }
    }
}
