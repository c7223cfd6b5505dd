//! What every call of a client has, unless it says otherwise: setters of the builder, each as the one of [`Messages`](crate::Messages).

use std::sync::Arc;

use bedrock_types::Route;
#[cfg(feature = "converse")]
use bedrock_types::converse::{DocumentNames, PdfReading};

use super::ClientBuilder;
use crate::{Guardrail, PerformanceConfigLatency, ServiceTierType, Trace, options::CallOptions};

/// What the handle of a resource starts with.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallDefaults {
    pub(crate) route: Route,
    /// Shared by the handles: each call has one, and few have options of their own.
    pub(crate) options: Arc<CallOptions>,
}

impl ClientBuilder {
    /// The way that calls take, unless [`with_route`](crate::Messages::with_route) says otherwise; else `InvokeModel`.
    ///
    /// ```
    /// use bedrock_client::{Client, Credentials, Guardrail, Route};
    ///
    /// let client = Client::builder()
    ///     .region("us-east-1")
    ///     .credentials(Credentials::new("AKIA…", "secret"))
    ///     .route(Route::Converse)
    ///     .guardrail(Guardrail::new("abc123def456", "DRAFT"))
    ///     .default_header("x-team", "search")
    ///     .build()?;
    /// # drop(client);
    /// # Ok::<(), bedrock_client::Error>(())
    /// ```
    pub fn route(mut self, route: Route) -> Self {
        self.defaults.route = route;
        self
    }

    /// Applies a guardrail to every call, on InvokeModel and Converse.
    pub fn guardrail(mut self, guardrail: Guardrail) -> Self {
        self.default_options().guardrail = Some(guardrail);
        self
    }

    /// Has every answer say what the guardrail found, on InvokeModel and Converse.
    pub fn trace(mut self, trace: impl Into<Trace>) -> Self {
        self.default_options().trace = Some(trace.into());
        self
    }

    /// Asks for faster answers, on InvokeModel and Converse.
    pub fn latency(mut self, latency: impl Into<PerformanceConfigLatency>) -> Self {
        self.default_options().latency = Some(latency.into());
        self
    }

    /// Chooses the capacity that serves the calls, on InvokeModel and Converse.
    pub fn service_tier(mut self, tier: impl Into<ServiceTierType>) -> Self {
        self.default_options().service_tier = Some(tier.into());
        self
    }

    /// Adds a name and value that the invocation log keeps with every request, on InvokeModel and Converse.
    pub fn request_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_options().request_metadata.insert(name.into(), value.into());
        self
    }

    /// How Converse reads PDFs: their text alone, or their pages, for which it wants citations to be on.
    #[cfg(feature = "converse")]
    pub fn pdf_reading(mut self, reading: PdfReading) -> Self {
        self.default_options().pdf = reading;
        self
    }

    /// What becomes of the titles of documents on Converse, which takes few characters in them.
    #[cfg(feature = "converse")]
    pub fn document_names(mut self, names: DocumentNames) -> Self {
        self.default_options().document_names = names;
        self
    }

    /// Adds a header to every request to Bedrock; one of the same name of [`with_header`](crate::Messages::with_header) takes its
    /// place. What says who calls, where, and in what form is the client's to say, and refused.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_options().default_headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the address of every request to Bedrock; one of the same name of
    /// [`with_query`](crate::Messages::with_query) takes its place.
    pub fn default_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_options().default_query.push((name.into(), value.into()));
        self
    }

    fn default_options(&mut self) -> &mut CallOptions {
        Arc::make_mut(&mut self.defaults.options)
    }
}
