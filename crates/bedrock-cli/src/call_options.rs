//! Options of a call to a model, beside its request: Bedrock's own.

use std::str::FromStr;

use bedrock_client::{Guardrail, Messages, PerformanceConfigLatency, ServiceTierType, Trace};

/// Bedrock's options, which the routes invoke and converse have.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Options of Bedrock (routes invoke and converse)")]
pub(crate) struct CallOptions {
    /// Guardrail to apply, with its version, like `abc123def456:1` or `ARN:DRAFT`
    #[arg(long, value_name = "ID:VERSION")]
    guardrail: Option<GuardrailName>,
    /// Have the answer say what the guardrail found: enabled, disabled, enabled_full
    #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "enabled")]
    trace: Option<String>,
    /// How fast: standard, optimized
    #[arg(long, value_name = "LATENCY")]
    latency: Option<String>,
    /// Capacity to be served with: priority, default, flex, reserved
    #[arg(long, value_name = "TIER")]
    service_tier: Option<String>,
    /// A name and value for the invocation log; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    request_metadata: Vec<Pair>,
}

impl CallOptions {
    /// The handle with these options.
    pub(crate) fn apply(&self, mut messages: Messages) -> Messages {
        if let Some(GuardrailName { id, version }) = &self.guardrail {
            messages = messages.with_guardrail(Guardrail::new(id, version));
        }
        if let Some(trace) = &self.trace {
            messages = messages.with_trace(Trace::from(trace.to_ascii_uppercase()));
        }
        if let Some(latency) = &self.latency {
            messages = messages.with_latency(PerformanceConfigLatency::from(latency.as_str()));
        }
        if let Some(tier) = &self.service_tier {
            messages = messages.with_service_tier(ServiceTierType::from(tier.as_str()));
        }
        for Pair { name, value } in &self.request_metadata {
            messages = messages.with_request_metadata(name, value);
        }
        messages
    }
}

/// A guardrail and its version; an ARN has colons of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct GuardrailName {
    id: String,
    version: String,
}

impl FromStr for GuardrailName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_version =
            |text: &str| text == "DRAFT" || !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.rsplit_once(':') {
            Some((id, version)) if !id.is_empty() && is_version(version) => {
                Ok(Self { id: id.to_owned(), version: version.to_owned() })
            }
            _ => Err("give the id or ARN, a colon, and a version: a number or DRAFT"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    name: String,
    value: String,
}

impl FromStr for Pair {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("give a name, an equals sign, and a value")?;
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guardrail_is_an_id_and_a_version() {
        let name = |id: &str, version: &str| GuardrailName { id: id.into(), version: version.into() };
        let arn = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc";
        assert_eq!("abc:1".parse(), Ok(name("abc", "1")));
        assert_eq!(format!("{arn}:DRAFT").parse(), Ok(name(arn, "DRAFT")));
        for text in ["abc", "abc:", ":1", arn, ""] {
            assert!(text.parse::<GuardrailName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_may_have_equals_signs() {
        assert_eq!("a=b=c".parse(), Ok(Pair { name: "a".into(), value: "b=c".into() }));
        assert!("a".parse::<Pair>().is_err());
    }
}
