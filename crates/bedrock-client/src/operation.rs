//! A call of an operation of Bedrock's control plane, as a value, made with the attempts, the errors and the spans that messages have.
//!
//! Here is what asks for an inference profile, which a call of a model may need to know; the resources are in `control/`.

use bedrock_transport::{Service, encode_query};
use bedrock_types::json::Wire;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use tracing::Instrument;

use crate::{
    Error, Response,
    call::{Answer, Call, Limits},
    client::Shared,
    headers,
    observe::spans,
};

/// A call of an operation.
pub(crate) struct Request<'a> {
    /// AWS's name of it.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// With its ids encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, &'a str)>,
    pub(crate) body: Bytes,
    /// As in [`Call`]: what says nothing may come as anything.
    pub(crate) accept: &'static str,
    /// Whether making it twice does what making it once does: only then it is tried again.
    pub(crate) repeatable: bool,
    /// Those of the call that it is part of, in place of the client's.
    pub(crate) limits: Option<Limits>,
}

impl<'a> Request<'a> {
    pub(crate) fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path)
    }

    pub(crate) fn new(operation: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self {
            operation,
            method,
            path: path.into(),
            query: Vec::new(),
            body: Bytes::new(),
            accept: "application/json",
            repeatable: true,
            limits: None,
        }
    }

    /// Holds it to the limits of the call that it is part of.
    pub(crate) fn within(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }
}

impl Shared {
    /// Makes a call, and reads the answer.
    pub(crate) async fn control<T: Wire>(&self, request: Request<'_>) -> Result<Response<T>, Error> {
        let operation = request.operation;
        let answer = self.operation(request).await?;
        let value = T::from_json(&answer.body)
            .map_err(|error| answer.undecoded(format!("the answer is none of {operation}: {error}")))?;
        Ok(Response::of(value, answer))
    }

    pub(crate) async fn operation(&self, request: Request<'_>) -> Result<Answer<Bytes>, Error> {
        let operation = request.operation;
        let call = self.control_call(request)?;
        let span = spans::operation(operation, &call, self.region.as_str());
        let answered = self.whole(&call).instrument(span.clone()).await;
        spans::end_operation(&span, answered.as_ref());
        answered
    }

    fn control_call(&self, request: Request<'_>) -> Result<Call, Error> {
        let options = &self.defaults.options;
        let mut path = options.path_and_query(&request.path);
        if !request.query.is_empty() {
            path.push(if path.as_bytes().contains(&b'?') { '&' } else { '?' });
            path.push_str(&encode_query(request.query));
        }
        let uri = self.control_plane.clone()?.uri(&path).map_err(|error| {
            Error::config("the endpoint and what is asked for make no legal URL", "check both")
                .with_source(error)
        })?;
        let mut headers = HeaderMap::new();
        headers::add(&mut headers, ACCEPT, JSON);
        if !request.body.is_empty() {
            headers::add(&mut headers, CONTENT_TYPE, JSON);
        }
        options.add_headers(&mut headers)?;
        let mut limits = request.limits.unwrap_or(self.limits);
        if !request.repeatable {
            limits.max_attempts = Some(1);
        }
        Ok(Call {
            method: request.method,
            uri,
            headers,
            body: request.body,
            service: Service::ControlPlane,
            accept: request.accept,
            limits,
            subject: None,
        })
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
