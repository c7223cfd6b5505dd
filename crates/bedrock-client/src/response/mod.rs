//! An answer with what came beside it.

mod details;

use std::{fmt, ops::Deref};

use bytes::Bytes;
use http::HeaderMap;

pub use self::details::ResponseDetails;
use crate::call::Answer;

/// A value from Bedrock, with the request's id and headers. It dereferences to the value.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
    attempts: u32,
    /// What the body says of the call; the rest stands in the headers.
    details: Option<Box<ResponseDetails>>,
}

impl<T> Response<T> {
    /// A value that was read from an answer.
    pub(crate) fn of(value: T, answer: Answer<Bytes>) -> Self {
        let request_id = answer.request_id().map(str::to_owned);
        let Answer { head, body, attempts, .. } = answer;
        Self { value, headers: head.headers, body, request_id, attempts, details: None }
    }

    /// Adds what the body says of the call.
    pub(crate) fn with_details(mut self, details: ResponseDetails) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// What Bedrock measured and did in the call.
    pub fn details(&self) -> ResponseDetails {
        match &self.details {
            Some(details) => (**details).clone(),
            None => ResponseDetails::of_headers(&self.headers),
        }
    }

    /// What AWS calls the request (`x-amzn-requestid`).
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body of the answer as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Makes another value of it.
    #[cfg(feature = "control-plane")]
    pub(crate) fn map<U>(self, of: impl FnOnce(T) -> U) -> Response<U> {
        let Self { value, headers, body, request_id, attempts, details } = self;
        Response { value: of(value), headers, body, request_id, attempts, details }
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
