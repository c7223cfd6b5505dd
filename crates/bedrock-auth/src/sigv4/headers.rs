//! Which headers are signed, and how their values are written in the canonical request.

use std::fmt;

use http::{HeaderMap, HeaderName};

use super::canonical::CanonicalRequestError;
use crate::text::is_one_of;
#[cfg(feature = "verify")]
use crate::text::pieces;

/// The names of the signed headers: lower case, sorted, each once.
///
/// ```
/// use bedrock_auth::sigv4::SignedHeaders;
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-amz-date", "20261122T000000Z".parse()?);
/// headers.insert("user-agent", "anything".parse()?);
/// headers.insert("host", "localhost".parse()?);
/// assert_eq!(SignedHeaders::of(&headers).to_string(), "host;x-amz-date");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders(Vec<HeaderName>);

impl SignedHeaders {
    /// Those of `headers` that are signed: all that are present, but the ones that a proxy, the HTTP layer or a retry may change.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut signed = Self(Vec::new());
        headers.keys().filter(|name| is_signed(name)).for_each(|name| signed.add(name.clone()));
        signed
    }

    /// Reads the `SignedHeaders=` list of an `Authorization` header; `None` unless it is a list of header names.
    #[cfg(feature = "verify")]
    pub(super) fn parse(list: &str) -> Option<Self> {
        let mut signed = Self(Vec::with_capacity(USUAL));
        for name in pieces(list, b';') {
            signed.add(HeaderName::from_bytes(name.as_bytes()).ok()?);
        }
        Some(signed)
    }

    /// Whether this header is one of them.
    pub fn contains(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|signed| signed == name)
    }

    /// The names, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = &HeaderName> {
        self.0.iter()
    }

    /// Puts a name in its place: they are few, and sorting a `Vec` of a type of its own costs everybody's build more.
    fn add(&mut self, name: HeaderName) {
        if let Err(place) = self.0.binary_search_by(|known| known.as_str().cmp(name.as_str())) {
            self.0.insert(place, name);
        }
    }
}

impl fmt::Display for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ";" })?;
            f.write_str(name.as_str())?;
        }
        Ok(())
    }
}

/// Adds the value of a header in its canonical form: white space at the ends gone, runs of it one space (inside quotes as well, as in
/// botocore), the values of a repeated header joined by commas.
pub(super) fn push_canonical_value(
    canonical: &mut String,
    headers: &HeaderMap,
    name: &HeaderName,
) -> Result<(), CanonicalRequestError> {
    let mut found = false;
    for value in headers.get_all(name) {
        let text =
            value.to_str().map_err(|_| CanonicalRequestError::NotVisibleAscii { header: name.clone() })?;
        if found {
            canonical.push(',');
        }
        found = true;
        if memchr::memchr2(b' ', b'\t', text.as_bytes()).is_none() {
            canonical.push_str(text);
            continue;
        }
        for (index, word) in text.split_ascii_whitespace().enumerate() {
            if index > 0 {
                canonical.push(' ');
            }
            canonical.push_str(word);
        }
    }
    if found { Ok(()) } else { Err(CanonicalRequestError::MissingHeader { header: name.clone() }) }
}

fn is_signed(name: &HeaderName) -> bool {
    let name = name.as_str();
    !name.starts_with("proxy-") && !is_one_of(name, &UNSIGNED)
}

/// So many headers most requests have, so that room is made once.
#[cfg(feature = "verify")]
const USUAL: usize = 8;

/// Never signed: hop-by-hop headers, those the HTTP layer writes after signing, and those that change on the way or with each
/// attempt.
const UNSIGNED: [&str; 16] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "baggage",
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).fold(
            HeaderMap::new(),
            |mut headers, (name, value): (HeaderName, http::HeaderValue)| {
                headers.append(name, value);
                headers
            },
        )
    }

    #[test]
    fn values_are_trimmed_collapsed_and_joined() {
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[("x", "a")], "a"),
            (&[("x", "")], ""),
            (&[("x", "  a   b \t c ")], "a b c"),
            (&[("x", "\"a   b\"")], "\"a b\""),
            (&[("x", " b "), ("x", "a")], "b,a"),
            (&[("x", ""), ("x", "")], ","),
        ];
        for (pairs, canonical) in cases {
            let name = HeaderName::from_static("x");
            let mut pushed = String::new();
            push_canonical_value(&mut pushed, &headers(pairs), &name).unwrap();
            assert_eq!(pushed, canonical, "{pairs:?}");
        }
    }

    #[test]
    fn what_may_change_on_the_way_is_not_signed() {
        let all = headers(&[
            ("accept", "a"),
            ("proxy-connection", "a"),
            ("host", "a"),
            ("x-amzn-trace-id", "a"),
            ("user-agent", "a"),
            ("content-length", "1"),
            ("amz-sdk-request", "a"),
            ("content-type", "a"),
            ("authorization", "a"),
        ]);
        assert_eq!(SignedHeaders::of(&all).to_string(), "accept;content-type;host");
    }
}
