//! The Messages API itself, on bedrock-runtime and on bedrock-mantle.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html>

use bedrock_transport::Service;
use bedrock_types::{MessageCreateParams, MessagesBody, Route, messages_headers, models::ModelId};
use http::HeaderName;

use super::{Address, AnswerForm, JSON_TYPE, Making, Operation, Prepared, SSE_TYPE};
use crate::{Error, Framing, call::Call, client::Shared, headers, options::header_value};

/// One of the two places that have the Messages API.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) route: Route,
    service: Service,
}

pub(super) const RUNTIME: Place = Place { route: Route::Messages, service: Service::Runtime };
pub(super) const MANTLE: Place = Place { route: Route::Mantle, service: Service::Mantle };

impl Place {
    /// The address of a resource, like `messages`.
    pub(super) fn address<'a>(
        self,
        shared: &'a Shared,
        resource: &str,
        accept: &'static str,
    ) -> Result<Address<'a>, Error> {
        let (endpoint, root) = match self.service {
            // This endpoint ends before `/v1`.
            Service::Mantle => (shared.mantle.as_ref().map_err(Clone::clone)?, "/v1"),
            _ => (&shared.runtime, "/anthropic/v1"),
        };
        Ok(Address { service: self.service, endpoint, path: format!("{root}/{resource}"), accept })
    }
}

pub(super) fn prepare(
    making: Making<'_>,
    model: ModelId,
    operation: Operation,
    place: Place,
) -> Result<Prepared, Error> {
    if let Some(option) = making.options.runtime_only() {
        return Err(Error::config(
            format!("{} does not take {option}", place.route),
            "leave it out, or take the route InvokeModel or Converse",
        ));
    }
    let (body, accept) = match operation {
        Operation::Whole => (MessagesBody::new(making.params), JSON_TYPE),
        Operation::Streamed => (MessagesBody::streaming(making.params), SSE_TYPE),
    };
    let to = place.address(making.shared, "messages", accept)?;
    let mut call = making.call(to, &|json| body.model(model.as_str()).write_json(json))?;
    add_version(making.params, &mut call)?;
    Ok(Prepared { call, model, form: AnswerForm::Message(Framing::Sse) })
}

/// Version and beta flags are headers here.
pub(super) fn add_version(params: &MessageCreateParams, call: &mut Call) -> Result<(), Error> {
    let of_body = messages_headers(params).map_err(|error| {
        Error::config(error.to_string(), "leave anthropic_version out, or choose a model that takes it")
    })?;
    for (name, value) in of_body {
        headers::add(&mut call.headers, HeaderName::from_static(name), header_value(name, &value)?);
    }
    Ok(())
}
