//! Calls of Bedrock's control plane: what the account has and may use, beside the models themselves.
//!
//! `models.rs` joins what a region offers with the catalog, `inference_profiles.rs` and `pages.rs` have inference profiles, `access.rs`
//! asks for access, `logging.rs` switches the invocation log, `batches/` runs jobs of batch inference, as patiently as `polling.rs` says.
//! Here is what they share: the requests that only they make.

mod access;
mod batches;
mod inference_profiles;
mod logging;
mod models;
mod pages;
mod polling;

use bedrock_types::json::Wire;
use http::Method;

pub use self::{
    access::ModelAccess,
    batches::{BatchJobPages, BatchWatch, Batches},
    inference_profiles::InferenceProfiles,
    logging::InvocationLogging,
    models::{Model, Models},
    pages::InferenceProfilePages,
    polling::Polling,
};
use crate::{Error, ErrorKind, Response, client::Shared, operation::Request};

impl<'a> Request<'a> {
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

    /// Lets it be tried again, since it says by itself that it is the same.
    pub(crate) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Adds to the query what there is.
    pub(crate) fn query(mut self, name: &'static str, value: Option<&'a str>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    pub(crate) fn body(mut self, body: &impl Wire) -> Self {
        let mut json = Vec::new();
        body.write_json(&mut json);
        self.body = json.into();
        self
    }
}

impl Shared {
    /// Makes a call whose answer says nothing.
    pub(crate) async fn control_done(&self, request: Request<'_>) -> Result<Response<()>, Error> {
        Ok(Response::of((), self.operation(Request { accept: "", ..request }).await?))
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

const NOT_FOUND: &str = "ResourceNotFoundException";

/// Tells a request from all others.
pub(crate) fn request_token() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(32).collect()
}
