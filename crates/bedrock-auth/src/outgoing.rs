//! Requests of parts that are parsed already.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// Puts a request together. `http`'s builder parses each part too, and is compiled for each type that one is made of.
pub(crate) fn request(
    method: Method,
    uri: Uri,
    headers: &[(HeaderName, &HeaderValue)],
    body: Bytes,
) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for (name, value) in headers {
        set(request.headers_mut(), name.clone(), (*value).clone());
    }
    request
}

/// Sets a header; the map's own method is compiled for each type of names, and in each codegen unit that calls it.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.insert(name, value);
}

/// The value of a header that is a secret; `None` where there is no text, or one that no header can have.
#[inline(never)]
pub(crate) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok().filter(|_| !text.is_empty())?;
    value.set_sensitive(true);
    Some(value)
}

pub(crate) static JSON: HeaderValue = HeaderValue::from_static("application/json");
