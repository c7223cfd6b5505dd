//! What a call asks of Bedrock beside the model's work: a guardrail, a trace, latency, a service tier, words for the log.
//!
//! InvokeModel has them in headers, Converse in the body; the values are the same but for the letters' case.
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>
//!
//! Not checked: whether a model has the latency and the tier that are asked for. Both are answered as asked.

use bedrock_types::converse::{ConverseRequest, GuardrailConfiguration};
use bedrock_types::{ExtraFields, json};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::AwsError;
use crate::guardrail::Guardrail;

/// The options of one call, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallOptions {
    pub(crate) guardrail: Option<Guardrail>,
    pub(crate) latency: Option<String>,
    pub(crate) service_tier: Option<String>,
}

impl CallOptions {
    /// Those of InvokeModel.
    ///
    /// # Errors
    ///
    /// `ValidationException` for a value that Bedrock does not have, and for a guardrail with half of its name.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Result<Self, AwsError> {
        // Most calls have none of them.
        if !headers.keys().any(|name| name.as_str().starts_with(PREFIX)) {
            return Ok(Self::default());
        }
        if let Some(metadata) = text(headers, &REQUEST_METADATA)? {
            check_metadata(&metadata_of(&metadata)?)?;
        }
        let trace = one_of(headers, &TRACE, "trace", &["ENABLED", "DISABLED", "ENABLED_FULL"])?;
        let (id, version) = (text(headers, &GUARDRAIL_IDENTIFIER)?, text(headers, &GUARDRAIL_VERSION)?);
        let guardrail = guardrail(id, version, trace.as_deref())?;
        if guardrail.is_some() && !headers.get(CONTENT_TYPE).is_some_and(is_json) {
            return Err(AwsError::validation(
                "The Content-Type header must be application/json when a guardrail is used.",
            ));
        }
        Ok(Self {
            guardrail,
            latency: one_of(headers, &LATENCY, "performanceConfigLatency", &LATENCIES)?,
            service_tier: one_of(headers, &SERVICE_TIER, "serviceTier", &SERVICE_TIERS)?,
        })
    }

    /// Those of Converse.
    ///
    /// # Errors
    ///
    /// As of [`from_headers`](Self::from_headers).
    pub(crate) fn from_converse(request: &ConverseRequest) -> Result<Self, AwsError> {
        let config = request.guardrail_config.clone().unwrap_or_else(GuardrailConfiguration::new);
        let trace =
            value_of(config.trace, "guardrailConfig.trace", &["enabled", "disabled", "enabled_full"])?;
        if let Some(metadata) = &request.request_metadata {
            check_metadata(metadata)?;
        }
        let latency = request.performance_config.as_ref().and_then(|config| config.latency.clone());
        let tier = request.service_tier.as_ref().map(|tier| tier.kind.clone());
        Ok(Self {
            guardrail: guardrail(config.guardrail_identifier, config.guardrail_version, trace.as_deref())?,
            latency: value_of(latency, "performanceConfig.latency", &LATENCIES)?,
            service_tier: value_of(tier, "serviceTier.type", &SERVICE_TIERS)?,
        })
    }

    /// The headers with which InvokeModel answers them.
    pub(crate) fn echo(&self, headers: &mut HeaderMap) {
        for (name, value) in [(LATENCY, &self.latency), (SERVICE_TIER, &self.service_tier)] {
            // They were checked against lists of words.
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

/// Both halves of a guardrail's name or neither.
fn guardrail(
    id: Option<String>,
    version: Option<String>,
    trace: Option<&str>,
) -> Result<Option<Guardrail>, AwsError> {
    let (id, version) = match (id, version) {
        (Some(id), Some(version)) => (id, version),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(AwsError::validation("A guardrail identifier needs a guardrail version beside it."));
        }
        (None, Some(_)) => {
            return Err(AwsError::validation("A guardrail version needs a guardrail identifier beside it."));
        }
    };
    if id.len() > IDENTIFIER_CHARS {
        return Err(too_long("guardrailIdentifier", IDENTIFIER_CHARS));
    }
    let id_of_arn = id.strip_prefix("arn:").and_then(|arn| arn.split_once(":guardrail/")).map(|(_, id)| id);
    let name = id_of_arn.unwrap_or(&id);
    let is_number =
        !version.starts_with('0') && version.len() <= 8 && version.bytes().all(|byte| byte.is_ascii_digit());
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Err(mismatch(
            &id,
            "guardrailIdentifier",
            "an id of lower-case letters and digits, or an ARN",
        ));
    }
    if version.is_empty() || !(is_number || version == "DRAFT") {
        return Err(mismatch(&version, "guardrailVersion", "a number from 1 to 99999999, or DRAFT"));
    }
    let traced = trace.is_some_and(|trace| trace.to_ascii_lowercase().starts_with("enabled"));
    Ok(Some(Guardrail { id: name.to_owned(), version, traced }))
}

fn metadata_of(header: &str) -> Result<ExtraFields, AwsError> {
    if header.len() > METADATA_CHARS {
        return Err(too_long("requestMetadata", METADATA_CHARS));
    }
    json::from_slice(header.as_bytes())
        .map_err(|_| AwsError::validation("The request metadata must be a JSON object of texts."))
}

/// AWS's bounds for the words in the log:
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html>.
fn check_metadata(metadata: &ExtraFields) -> Result<(), AwsError> {
    if metadata.iter().count() > METADATA_ENTRIES {
        return Err(AwsError::validation(format!(
            "The request metadata has more than {METADATA_ENTRIES} entries."
        )));
    }
    for (key, value) in metadata.iter() {
        let Ok(value) = value.to::<String>() else {
            return Err(AwsError::validation(format!("The request metadata of '{key}' is no text.")));
        };
        let fits = |text: &str| text.chars().count() <= METADATA_WORD && text.chars().all(is_metadata);
        if key.is_empty() || !fits(key) || !fits(&value) {
            return Err(AwsError::validation(format!(
                "The request metadata of '{key}' is not of up to {METADATA_WORD} letters, digits, spaces and \
                 _.:/=+-@$#, characters."
            )));
        }
    }
    Ok(())
}

/// Whether request metadata may have this character; the metadata of a native request keeps to that as well.
pub(crate) fn is_metadata(character: char) -> bool {
    character.is_ascii_alphanumeric() || character.is_ascii_whitespace() || "_.:/=+-@$#,".contains(character)
}

fn is_json(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn one_of(
    headers: &HeaderMap,
    header: &HeaderName,
    name: &str,
    values: &[&str],
) -> Result<Option<String>, AwsError> {
    value_of(text(headers, header)?, name, values)
}

fn value_of(value: Option<String>, name: &str, values: &[&str]) -> Result<Option<String>, AwsError> {
    match value {
        Some(value) if !values.contains(&value.as_str()) => Err(AwsError::validation(format!(
            "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: \
             Member must satisfy enum value set: [{}]",
            values.join(", ")
        ))),
        value => Ok(value),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, AwsError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    match value.to_str() {
        Ok(value) => Ok(Some(value.to_owned())),
        Err(_) => Err(AwsError::validation(format!("The header {name} is not of visible ASCII characters."))),
    }
}

fn mismatch(value: &str, name: &str, expected: &str) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must be {expected}"
    ))
}

fn too_long(name: &str, limit: usize) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value at '{name}' failed to satisfy constraint: \
         Member must have length less than or equal to {limit}"
    ))
}

const LATENCIES: [&str; 2] = ["standard", "optimized"];
/// Claude's model cards list the default tier alone.
const SERVICE_TIERS: [&str; 4] = ["priority", "default", "flex", "reserved"];
const IDENTIFIER_CHARS: usize = 2048;
const METADATA_CHARS: usize = 8500;
const METADATA_ENTRIES: usize = 16;
const METADATA_WORD: usize = 256;

/// Of all these headers.
const PREFIX: &str = "x-amzn-bedrock-";
const TRACE: HeaderName = HeaderName::from_static("x-amzn-bedrock-trace");
const GUARDRAIL_IDENTIFIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailidentifier");
const GUARDRAIL_VERSION: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailversion");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-performanceconfig-latency");
const SERVICE_TIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-service-tier");
/// With SigV4 it has to be signed, which `auth` sees to.
pub(crate) const REQUEST_METADATA: HeaderName = HeaderName::from_static("x-amzn-bedrock-request-metadata");

#[cfg(test)]
mod tests;
