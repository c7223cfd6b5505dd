//! Requests of parts that are parsed already.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};

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
        request.headers_mut().insert(name.clone(), (*value).clone());
    }
    request
}

pub(crate) static JSON: HeaderValue = HeaderValue::from_static("application/json");
