//! What a call may have beside its request: Bedrock's own options, limits, and members that this version does not know.

mod guardrail;
mod metadata;
mod words;

use std::time::Duration;

use bedrock_transport::{Timeouts, encode_query};
#[cfg(feature = "converse")]
use bedrock_types::converse::{DocumentNames, PdfReading};
use bedrock_types::{ExtraFields, JsonError, RawJson, json::Wire};
use http::{HeaderMap, HeaderName, HeaderValue};

use self::metadata::RequestMetadata;
pub use self::{
    guardrail::{Guardrail, StreamProcessingMode},
    words::{PerformanceConfigLatency, ServiceTierType, Trace},
};
use crate::{Error, call::Limits, headers, text::is_one_of};

/// The options of one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) guardrail: Option<Guardrail>,
    pub(crate) trace: Option<Trace>,
    pub(crate) latency: Option<PerformanceConfigLatency>,
    pub(crate) service_tier: Option<ServiceTierType>,
    pub(crate) request_metadata: RequestMetadata,
    #[cfg(feature = "converse")]
    pub(crate) pdf: PdfReading,
    #[cfg(feature = "converse")]
    pub(crate) document_names: DocumentNames,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    /// Those of the client, which give way to the call's own of the same name.
    pub(crate) default_headers: Vec<(String, String)>,
    pub(crate) default_query: Vec<(String, String)>,
    pub(crate) body: Vec<(String, RawJson)>,
    pub(crate) timeouts: Timeouts,
    pub(crate) total: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) unchecked: bool,
}

impl CallOptions {
    /// The client's limits, but for those that the call has of its own.
    pub(crate) fn limits(&self, of_client: Limits) -> Limits {
        Limits {
            timeouts: self.timeouts.or(of_client.timeouts),
            total: self.total.or(of_client.total),
            max_attempts: self.max_attempts.or(of_client.max_attempts),
        }
    }

    /// Refuses what no call could be sent with.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.add_headers(&mut HeaderMap::new())?;
        self.checked_metadata().map(drop)
    }

    /// What the caller adds to the address.
    pub(crate) fn path_and_query(&self, path: &str) -> String {
        let defaults =
            self.default_query.iter().filter(|(name, _)| self.query.iter().all(|(own, _)| own != name));
        let mut pairs =
            defaults.chain(&self.query).map(|(name, value)| (name.as_str(), value.as_str())).peekable();
        if pairs.peek().is_none() {
            return path.to_owned();
        }
        format!("{path}?{}", encode_query(pairs))
    }

    /// Adds the caller's own headers.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let defaults = self
            .default_headers
            .iter()
            .filter(|(name, _)| self.headers.iter().all(|(own, _)| !own.eq_ignore_ascii_case(name)));
        for (name, value) in defaults.chain(&self.headers) {
            headers::add(headers, callers_header(name)?, header_value(&format!("header {name}"), value)?);
        }
        Ok(())
    }

    /// Adds the caller's own members to a body, a JSON object, and another after them; one that is there already is replaced.
    pub(crate) fn add_members(
        &self,
        body: Vec<u8>,
        last: Option<&(String, RawJson)>,
    ) -> Result<Vec<u8>, Error> {
        if self.body.is_empty() && last.is_none() {
            return Ok(body);
        }
        let illegal = |error: JsonError| {
            Error::config("the body has no JSON form", "check its extra members").with_source(error)
        };
        let mut members = ExtraFields::from_json(&body).map_err(illegal)?;
        for (name, value) in self.body.iter().chain(last) {
            members.insert(name, value.clone());
        }
        let mut body = Vec::new();
        members.write_json(&mut body);
        Ok(body)
    }

    /// The request's metadata as JSON, if there is any.
    pub(crate) fn checked_metadata(&self) -> Result<Option<ExtraFields>, Error> {
        let members = self.request_metadata.members()?;
        Ok((!members.is_empty()).then_some(members))
    }

    /// The first option that only InvokeModel and Converse have.
    pub(crate) fn runtime_only(&self) -> Option<&'static str> {
        let set = [
            (self.guardrail.is_some(), "a guardrail"),
            (self.trace.is_some(), "a trace"),
            (self.latency.is_some(), "a latency"),
            (self.service_tier.is_some(), "a service tier"),
            (!self.request_metadata.is_empty(), "request metadata"),
        ];
        set.into_iter().find_map(|(set, name)| set.then_some(name))
    }
}

/// The name of a header that is the caller's to set.
pub(crate) fn callers_header(name: &str) -> Result<HeaderName, Error> {
    let known = HeaderName::try_from(name).map_err(|_| {
        Error::config(format!("{name:?} is no name of a header"), "use letters, digits and hyphens")
    })?;
    if is_ours(known.as_str()) {
        return Err(Error::config(
            format!("the header {known} is the client's to set"),
            "leave it out; identity, endpoint, betas and Bedrock's options have settings of their own",
        ));
    }
    Ok(known)
}

/// A header's value; `what` names the setting.
pub(crate) fn header_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let is_printable = text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
    HeaderValue::from_str(text).ok().filter(|_| is_printable).ok_or_else(|| {
        Error::config(
            format!("{what} has characters that no header can have"),
            "use printable ASCII without line breaks",
        )
    })
}

/// Headers that say who calls, what comes, and how: a caller who sets them would break the signature or the framing.
#[inline(never)]
fn is_ours(name: &str) -> bool {
    name.starts_with("x-amz-") || name.starts_with("x-amzn-bedrock-") || is_one_of(name, &OURS)
}

const OURS: [&str; 13] = [
    "accept",
    "accept-encoding",
    "anthropic-beta",
    "anthropic-version",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
