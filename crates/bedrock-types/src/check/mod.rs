//! What a model will refuse, said before anything is sent.
//!
//! [`MessageCreateParams::check`] holds a request to what the [catalog](crate::models) knows of its model and to what is known of
//! the route, and lists what does not fit: [`Finding`]s, each with the [`Rule`] it breaks, the JSON path, and a [`Fix`].
//! It changes nothing: what to do is the caller's decision, because every fix costs something.
//!
//! One file for each part of a request: thinking and effort (`thinking.rs`), sampling (`sampling.rs`), tools (`tools.rs`),
//! turns and their content (`content.rs`), calls of tools and their results (`tool_calls.rs`), pictures and PDFs (`files.rs`),
//! cache marks (`cache.rs`), betas (`betas.rs`), and the rest (`request.rs`).
//!
//! What is not here: the shape of the JSON, which the types hold; counting tokens; and what only the service can know, such as
//! whether an account may use a model.

mod betas;
mod cache;
mod content;
mod files;
mod finding;
mod place;
mod request;
mod sampling;
mod thinking;
mod tool_calls;
mod tools;

pub use finding::{Finding, Fix, Outcome, Rule};

use std::fmt;

use crate::{
    messages::MessageCreateParams,
    models::{Feature, ModelInfo, Support},
    route::Route,
};

impl MessageCreateParams {
    /// What this model refuses in this request on InvokeModel; empty if nothing is known against it.
    ///
    /// ```
    /// use bedrock_types::{MessageCreateParams, check::Rule, models};
    ///
    /// let model = models::find("opus-4.8").ok_or("in the catalog")?;
    /// let params = MessageCreateParams::new(model.id, 1024).user("Hello").temperature(0.2);
    ///
    /// let findings = params.check(model);
    /// assert_eq!(findings[0].path, "temperature");
    /// assert_eq!(findings[0].rule, Rule::SamplingNotTaken);
    /// assert_eq!(findings[0].to_string(), "temperature: the model chooses its sampling itself; leave it out");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn check(&self, model: &ModelInfo) -> Vec<Finding> {
        self.check_for(model, Route::default())
    }

    /// What this model refuses in this request on this route.
    ///
    /// ```
    /// use bedrock_types::{JsonOutputFormat, MessageCreateParams, OutputConfig, RawJson, Route, models};
    ///
    /// let model = models::find("haiku-4.5").ok_or("in the catalog")?;
    /// let format = JsonOutputFormat::new(RawJson::parse(r#"{"type":"object","additionalProperties":false}"#)?);
    /// let params = MessageCreateParams::new(model.id, 64).user("Hi").output_config(OutputConfig::new().format(format));
    ///
    /// assert!(params.check_for(model, Route::InvokeModel).is_empty());
    /// assert_eq!(params.check_for(model, Route::Mantle)[0].path, "output_config.format");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_for(&self, model: &ModelInfo, route: Route) -> Vec<Finding> {
        let mut check = Check { params: self, model, route, findings: Vec::new() };
        for part in [
            request::check,
            betas::check,
            thinking::check,
            sampling::check,
            tools::check,
            content::check,
            tool_calls::check,
            files::check,
            cache::check,
        ] {
            part(&mut check);
        }
        check.findings
    }
}

/// One request held to one model on one route, and what was found so far.
struct Check<'a> {
    params: &'a MessageCreateParams,
    model: &'a ModelInfo,
    route: Route,
    findings: Vec<Finding>,
}

impl Check<'_> {
    /// Something is refused.
    fn refused(&mut self, place: impl fmt::Display, rule: Rule, fix: Fix) {
        self.found(Outcome::Refused, place, rule, fix);
    }

    fn found(&mut self, outcome: Outcome, place: impl fmt::Display, rule: Rule, fix: Fix) {
        self.findings.push(Finding { outcome, path: place.to_string(), rule, fix });
    }

    /// Something that needs a feature of the model stands here.
    fn needs(&mut self, feature: Feature, place: impl fmt::Display, fix: Fix) {
        let outcome = match self.model.supports(feature) {
            Support::Yes => return,
            Support::No => Outcome::Refused,
            Support::Unsure => Outcome::Unsure,
        };
        self.found(outcome, place, Rule::FeatureNotTaken { feature }, fix);
    }

    fn has_beta(&self, flag: &str) -> bool {
        self.params.betas.iter().flatten().any(|found| found.as_str() == flag)
    }
}
