//! Headers read and written: here alone, because a map of headers is compiled for each module that touches one.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The text of a header, if it has one.
#[inline(never)]
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Sets a header; what there was of the name is gone.
#[inline(never)]
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.insert(name, value);
}

/// Adds a header to what there is of the name.
#[inline(never)]
pub(crate) fn add(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.append(name, value);
}

/// Takes a header away.
#[inline(never)]
pub(crate) fn remove(headers: &mut HeaderMap, name: &HeaderName) {
    headers.remove(name);
}
