//! Messages: one request, and a thread that waits for its answer.

use std::time::Duration;

use bedrock_transport::Timeouts;
#[cfg(feature = "converse")]
use bedrock_types::converse::{DocumentNames, PdfReading};
use bedrock_types::{Message, MessageCreateParams, MessageTokensCount, RawJson, Route};

use super::{MessageStream, driver::Driver};
use crate::{Error, Guardrail, PerformanceConfigLatency, Response, ServiceTierType, Trace};

/// The Messages API of a [`Client`](super::Client), with the options of its calls: [`crate::Messages`], waiting.
#[derive(Debug, Clone)]
pub struct Messages {
    pub(super) messages: crate::Messages,
    pub(super) driver: Driver,
}

impl Messages {
    pub(super) fn new(messages: crate::Messages, driver: Driver) -> Self {
        Self { messages, driver }
    }

    /// Sends the request and waits for the whole answer, as [`crate::Messages::create`] does.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::create`].
    pub fn create(&self, params: &MessageCreateParams) -> Result<Response<Message>, Error> {
        self.driver.wait(self.messages.create(params))
    }

    /// Sends the request and gives the answer's events as they come: an iterator.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::stream`].
    pub fn stream(&self, params: &MessageCreateParams) -> Result<MessageStream, Error> {
        let stream = self.driver.wait(self.messages.stream(params))?;
        Ok(MessageStream::new(stream, self.driver.clone()))
    }

    /// How many tokens the request would have as input, as [`crate::Messages::count_tokens`] says.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::count_tokens`].
    pub fn count_tokens(&self, params: &MessageCreateParams) -> Result<Response<MessageTokensCount>, Error> {
        self.driver.wait(self.messages.count_tokens(params))
    }

    /// The same for counting by another route than the request will take.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Messages::count_tokens`].
    pub fn count_tokens_on(
        &self,
        route: Route,
        params: &MessageCreateParams,
    ) -> Result<Response<MessageTokensCount>, Error> {
        self.driver.wait(self.messages.count_tokens_on(route, params))
    }
}

/// The options, which are those of [`crate::Messages`].
macro_rules! options {
    ($( $name:ident ( $($argument:ident : $kind:ty),* ) )*) => {
        impl Messages {$(
            #[doc = concat!("As [`crate::Messages::", stringify!($name), "`].")]
            #[must_use]
            pub fn $name(self $(, $argument: $kind)*) -> Self {
                Self { messages: self.messages.$name($($argument),*), ..self }
            }
        )*}
    };
}

options! {
    with_route(route: Route)
    with_guardrail(guardrail: Guardrail)
    with_trace(trace: impl Into<Trace>)
    with_latency(latency: impl Into<PerformanceConfigLatency>)
    with_service_tier(tier: impl Into<ServiceTierType>)
    with_request_metadata(name: impl Into<String>, value: impl Into<String>)
    with_header(name: impl Into<String>, value: impl Into<String>)
    with_query(name: impl Into<String>, value: impl Into<String>)
    with_body_member(name: impl Into<String>, value: RawJson)
    with_timeouts(timeouts: Timeouts)
    with_total_timeout(total: Duration)
    with_max_retries(retries: u32)
    without_checks()
}

#[cfg(feature = "converse")]
options! {
    with_pdf_reading(reading: PdfReading)
    with_document_names(names: DocumentNames)
}
