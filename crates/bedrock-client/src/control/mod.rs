//! Calls of Bedrock's control plane: what the account has and may use, beside the models themselves.
//!
//! `models.rs` joins what a region offers with the catalog, `pages.rs` walks through inference profiles (which are asked for one by one
//! in `inference_profiles.rs`, beside this folder), `access.rs` asks for access, `logging.rs` switches the invocation log, `batches/`
//! runs jobs of batch inference, as patiently as `polling.rs` says.
//! Here is what they share: [`Request`], a call as a value, made with the attempts, the errors and the spans that messages have.

mod access;
mod batches;
mod logging;
mod models;
mod pages;
mod polling;

use bedrock_transport::{Service, encode_query};
use bedrock_types::json;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde::{Serialize, de::DeserializeOwned};
use tracing::Instrument;

pub use self::{
    access::ModelAccess,
    batches::{BatchJobPages, BatchWatch, Batches},
    logging::InvocationLogging,
    models::{Model, Models},
    pages::InferenceProfilePages,
    polling::Polling,
};
use crate::{
    Error, ErrorKind, Response,
    call::{Answer, Call, Limits},
    client::Shared,
    observe::spans,
};

/// A call of an operation.
pub(crate) struct Request<'a> {
    /// AWS's name of it.
    operation: &'static str,
    method: Method,
    /// With its ids encoded.
    path: String,
    query: Vec<(&'static str, &'a str)>,
    body: Bytes,
    /// As in [`Call`]: what says nothing may come as anything.
    accept: &'static str,
    /// Whether making it twice does what making it once does: only then it is tried again.
    repeatable: bool,
    /// Those of the call that it is part of, in place of the client's.
    limits: Option<Limits>,
}

impl<'a> Request<'a> {
    pub(crate) fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path)
    }

    /// One that leaves the same behind however often it is made.
    pub(crate) fn put(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::PUT, path)
    }

    pub(crate) fn delete(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::DELETE, path)
    }

    /// One that may fail the second time because the first was done.
    pub(crate) fn post(operation: &'static str, path: impl Into<String>) -> Self {
        Self { repeatable: false, ..Self::new(operation, Method::POST, path) }
    }

    fn new(operation: &'static str, method: Method, path: impl Into<String>) -> Self {
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

    /// Lets it be tried again, since it says by itself that it is the same.
    pub(crate) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Holds it to the limits of the call that it is part of.
    pub(crate) fn within(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Adds to the query what there is.
    pub(crate) fn query(mut self, name: &'static str, value: Option<&'a str>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    pub(crate) fn body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let json = serde_json::to_vec(body).map_err(|error| {
            Error::config("the request has no JSON form", "check the members that it has beyond AWS's")
                .with_source(error)
        })?;
        self.body = json.into();
        Ok(self)
    }
}

impl Shared {
    /// Makes a call, and reads the answer.
    pub(crate) async fn control<T: DeserializeOwned>(
        &self,
        request: Request<'_>,
    ) -> Result<Response<T>, Error> {
        let operation = request.operation;
        let answer = self.operation(request).await?;
        let value = json::from_slice(&answer.body)
            .map_err(|error| answer.undecoded(format!("the answer is none of {operation}: {error}")))?;
        Ok(Response::of(value, answer))
    }

    /// Makes a call whose answer says nothing.
    pub(crate) async fn control_done(&self, request: Request<'_>) -> Result<Response<()>, Error> {
        Ok(Response::of((), self.operation(Request { accept: "", ..request }).await?))
    }

    async fn operation(&self, request: Request<'_>) -> Result<Answer<Bytes>, Error> {
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
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&encode_query(request.query));
        }
        let uri = self.control_plane.clone()?.uri(&path).map_err(|error| {
            Error::config("the endpoint and what is asked for make no legal URL", "check both")
                .with_source(error)
        })?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, JSON)]);
        if !request.body.is_empty() {
            headers.insert(CONTENT_TYPE, JSON);
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

/// The answer, or nothing where AWS says that there is none.
fn if_found<T>(answered: Result<Response<T>, Error>) -> Result<Option<Response<T>>, Error> {
    match answered {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == ErrorKind::Api && error.exception() == Some(NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NOT_FOUND: &str = "ResourceNotFoundException";
