//! One request, four routes: what follows from the route is decided here, as one value, before anything is sent.
//!
//! | route | service | model id | body | version and betas | a stream is |
//! | --- | --- | --- | --- | --- | --- |
//! | `InvokeModel` | bedrock-runtime | path | Messages | body | frames of events |
//! | `Messages` | bedrock-runtime | body | Messages | headers | server-sent events |
//! | `Mantle` | bedrock-mantle | body, bare | Messages | headers | server-sent events |
//! | `Converse` | bedrock-runtime | path | Converse | `additionalModelRequestFields` | frames of Converse's events |
//!
//! Converse is there with the feature of its name.
//!
//! Pure: a request and the client's settings go in, a call or a refusal comes out.

mod check;
#[cfg(feature = "converse")]
mod converse;
mod count_tokens;
mod invoke;
mod model;
mod native;
#[cfg(feature = "converse")]
mod pdf;
mod size;

use bedrock_transport::{Endpoint, Service, encode_segment};
use bedrock_types::{MessageCreateParams, RawJson, Route, models::ModelId};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, CONTENT_TYPE},
};

pub(crate) use self::count_tokens::{Counting, count_tokens};
#[cfg(feature = "control-plane")]
pub(crate) use self::model::resolve as resolve_model;
use crate::{Error, Framing, call::Call, client::Shared, headers, hint::Subject, options::CallOptions};

/// Whether the answer comes whole or as events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Whole,
    Streamed,
}

/// A request made ready for its route.
pub(crate) struct Prepared {
    pub(crate) call: Call,
    /// The id that was resolved, as it is sent.
    pub(crate) model: ModelId,
    pub(crate) form: AnswerForm,
}

/// What the bytes of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerForm {
    /// A message, or its events in this framing.
    Message(Framing),
    /// An answer of Converse, or its events in frames.
    #[cfg(feature = "converse")]
    Converse,
}

impl AnswerForm {
    /// How events of it come.
    pub(crate) fn framing(self) -> Framing {
        match self {
            Self::Message(framing) => framing,
            #[cfg(feature = "converse")]
            Self::Converse => Framing::EventStream,
        }
    }
}

/// What a request is made ready with.
#[derive(Clone, Copy)]
struct Making<'a> {
    shared: &'a Shared,
    options: &'a CallOptions,
    params: &'a MessageCreateParams,
    /// The member that tells of the guardrail, where it stands in the body.
    guardrail: Option<&'a (String, RawJson)>,
}

/// Makes the call that the route makes of a request.
pub(crate) fn prepare(
    shared: &Shared,
    route: Route,
    options: &CallOptions,
    params: &MessageCreateParams,
    operation: Operation,
) -> Result<Prepared, Error> {
    let model = model::resolve(shared, route, &params.model)?;
    let limits = options.limits(shared.limits);
    let info = shared.profiles.info(&model);
    let doubts = check::refuse(route, options, info, params)?;
    if operation == Operation::Whole {
        check::length(&limits, params.max_tokens)?;
    }
    let making = Making { shared, options, params, guardrail: None };
    let mut prepared = match route {
        Route::InvokeModel => invoke::prepare(making, model, operation),
        Route::Messages => native::prepare(making, model, operation, native::RUNTIME),
        Route::Mantle => native::prepare(making, model, operation, native::MANTLE),
        #[cfg(feature = "converse")]
        Route::Converse => converse::prepare(making, model, operation),
        other => Err(not_built(other)),
    }?;
    prepared.call.subject = Some(Subject { info, model: prepared.model.clone(), route, doubts });
    Ok(prepared)
}

impl Making<'_> {
    /// The call, less what the route adds to its headers; the caller's own headers and members come last.
    fn call(self, to: Address<'_>, write: &dyn Fn(&mut Vec<u8>)) -> Result<Call, Error> {
        self.call_with(to, self.json(write)?)
    }

    /// A body with the caller's own members.
    fn json(self, write: &dyn Fn(&mut Vec<u8>)) -> Result<Vec<u8>, Error> {
        // Grown by doubling, the buffer of a large body would be twice its size.
        let mut json = Vec::with_capacity(size::expected(self.params));
        write(&mut json);
        self.options.add_members(json, self.guardrail)
    }

    /// The call with a body that is whole.
    fn call_with(self, to: Address<'_>, body: Vec<u8>) -> Result<Call, Error> {
        let path = self.options.path_and_query(&to.path);
        let uri = to.endpoint.uri(&path).map_err(|error| {
            Error::config("the endpoint and the model id make no legal URL", "check both").with_source(error)
        })?;
        let mut headers = HeaderMap::new();
        headers::add(&mut headers, CONTENT_TYPE, JSON);
        headers::add(&mut headers, ACCEPT, JSON);
        self.options.add_headers(&mut headers)?;
        Ok(Call {
            method: Method::POST,
            uri,
            headers,
            body: Bytes::from(body),
            service: to.service,
            accept: to.accept,
            limits: self.options.limits(self.shared.limits),
            subject: None,
        })
    }
}

/// A route that is not in this program.
fn not_built(route: Route) -> Error {
    Error::config(
        format!("{route} is a route that this program was built without"),
        "have it built with the feature converse of bedrock-client, or take another route",
    )
}

/// Where a call goes, and what is to come back.
struct Address<'a> {
    service: Service,
    endpoint: &'a Endpoint,
    /// Encoded, and below the endpoint.
    path: String,
    /// The beginning of the answer's content type.
    accept: &'static str,
}

impl<'a> Address<'a> {
    /// An operation on a model of bedrock-runtime, whose id stands in the path.
    fn of_model(shared: &'a Shared, model: &ModelId, action: &str, accept: &'static str) -> Self {
        let path = format!("/model/{}/{action}", encode_segment(model.as_str()));
        Self { service: Service::Runtime, endpoint: &shared.runtime, path, accept }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const JSON_TYPE: &str = "application/json";
const EVENT_STREAM_TYPE: &str = "application/vnd.amazon.eventstream";
const SSE_TYPE: &str = "text/event-stream";

#[cfg(all(test, feature = "converse"))]
mod tests;
#[cfg(all(test, not(feature = "converse")))]
mod without_converse;
