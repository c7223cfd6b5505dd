//! Setters of the options of a call.

use std::{sync::Arc, time::Duration};

use bedrock_transport::Timeouts;
#[cfg(feature = "converse")]
use bedrock_types::converse::{DocumentNames, PdfReading};
use bedrock_types::{RawJson, Route};

use super::Messages;
use crate::{Guardrail, PerformanceConfigLatency, ServiceTierType, Trace, options::CallOptions};

impl Messages {
    /// Takes another way through Bedrock; [`Route`] says which there are.
    #[must_use]
    pub fn with_route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Applies a guardrail, on InvokeModel and Converse.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use.html>
    #[must_use]
    pub fn with_guardrail(mut self, guardrail: Guardrail) -> Self {
        self.options_mut().guardrail = Some(guardrail);
        self
    }

    /// Has the answer say what the guardrail found, on InvokeModel and Converse.
    #[must_use]
    pub fn with_trace(mut self, trace: impl Into<Trace>) -> Self {
        self.options_mut().trace = Some(trace.into());
        self
    }

    /// Asks for a faster answer, on InvokeModel and Converse.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/latency-optimized-inference.html>
    #[must_use]
    pub fn with_latency(mut self, latency: impl Into<PerformanceConfigLatency>) -> Self {
        self.options_mut().latency = Some(latency.into());
        self
    }

    /// Chooses the capacity that serves the call, on InvokeModel and Converse.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html>
    #[must_use]
    pub fn with_service_tier(mut self, tier: impl Into<ServiceTierType>) -> Self {
        self.options_mut().service_tier = Some(tier.into());
        self
    }

    /// Adds a name and value that the invocation log keeps with the request, on InvokeModel and Converse: at most 16, of letters,
    /// digits and a few signs. <https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html>
    #[must_use]
    pub fn with_request_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options_mut().request_metadata.insert(name.into(), value.into());
        self
    }

    /// How Converse reads PDFs: their text alone, or their pages, for which it wants citations to be on.
    ///
    /// A PDF that will be read by its text alone though nobody chose that, or because an option excludes citations, is a warning in the
    /// log that says so.
    #[cfg(feature = "converse")]
    #[must_use]
    pub fn with_pdf_reading(mut self, reading: PdfReading) -> Self {
        self.options_mut().pdf = reading;
        self
    }

    /// What becomes of the titles of documents on Converse, which takes few characters in them.
    #[cfg(feature = "converse")]
    #[must_use]
    pub fn with_document_names(mut self, names: DocumentNames) -> Self {
        self.options_mut().document_names = names;
        self
    }

    /// Adds a header. What says who calls, where, and in what form is the client's to say, and refused here.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options_mut().headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the address.
    #[must_use]
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options_mut().query.push((name.into(), value.into()));
        self
    }

    /// Sets a member of the body as it goes on the wire, whatever the route makes of the request.
    ///
    /// Members of a Messages request that this version does not know belong into
    /// [`MessageCreateParams::extra`](bedrock_types::MessageCreateParams::extra) instead: every route has a place for them.
    #[must_use]
    pub fn with_body_member(mut self, name: impl Into<String>, value: RawJson) -> Self {
        self.options_mut().body.push((name.into(), value));
        self
    }

    /// How long connecting, the response head, and the silence between two events may take; what is not set in them stays the
    /// client's.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options_mut().timeouts = timeouts;
        self
    }

    /// How long a call may take altogether, attempts and waits included, instead of the client's time.
    #[must_use]
    pub fn with_total_timeout(mut self, total: Duration) -> Self {
        self.options_mut().total = Some(total);
        self
    }

    /// How often a failed call is tried again, instead of the client's number.
    #[must_use]
    pub fn with_max_retries(mut self, retries: u32) -> Self {
        self.options_mut().max_attempts = Some(retries.saturating_add(1));
        self
    }

    /// Sends what the catalog says its route will refuse, too.
    ///
    /// Else such a request is a `Config` error and nothing is sent; what only the model would refuse is always left to the service.
    #[must_use]
    pub fn without_checks(mut self) -> Self {
        self.options_mut().unchecked = true;
        self
    }

    fn options_mut(&mut self) -> &mut CallOptions {
        Arc::make_mut(&mut self.options)
    }
}
