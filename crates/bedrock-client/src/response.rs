//! An answer with what came beside it.

use std::{fmt, ops::Deref};

use http::HeaderMap;

/// A value from Bedrock, with the request's id and headers. It dereferences to the value.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    headers: HeaderMap,
    request_id: Option<String>,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, headers: HeaderMap, request_id: Option<String>, attempts: u32) -> Self {
        Self { value, headers, request_id, attempts }
    }

    /// What AWS calls the request (`x-amzn-requestid`).
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("request_id", &self.request_id)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
