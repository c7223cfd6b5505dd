//! The members that the body of InvokeModel may have, as one table.
//!
//! Source: the allow-list that LiteLLM ships for this route, AWS's page on the Claude Messages request, and Anthropic's versioning
//! page for 2026-10-21 (all read 2026-11).
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>

use bedrock_types::{
    Content, JsonError, MessageParam, Metadata, OutputConfig, RawJson, ThinkingConfig, Tool, ToolChoice,
};

/// One member of the body.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    /// The API version from which on it is no longer taken.
    removed_in: Option<&'static str>,
    /// Whether a value has its shape.
    pub(super) check: fn(&RawJson) -> Result<(), JsonError>,
    /// What is said of a value that is not even the right kind of JSON.
    pub(super) expected: &'static str,
}

impl Field {
    /// Whether bodies of this version have it.
    pub(super) fn is_of(&self, version: &str) -> bool {
        self.removed_in != Some(version)
    }
}

/// Whether the body may have this member in this version; `model` and `stream` it never may.
pub(super) fn is_taken(name: &str, version: &str) -> bool {
    FIELDS.iter().find(|field| field.name == name).is_some_and(|field| field.is_of(version))
}

/// Every member there is.
pub(super) const FIELDS: &[Field] = &[
    required("anthropic_version", is::<String>, TEXT),
    required("max_tokens", is::<u64>, "Input should be a valid integer"),
    required("messages", is::<Vec<MessageParam>>, LIST),
    optional("anthropic_beta", is::<Vec<String>>, LIST),
    optional("system", is::<Content>, "Input should be a valid string or list"),
    optional("stop_sequences", is::<Vec<String>>, LIST),
    until_2026("temperature", is::<f64>, NUMBER),
    until_2026("top_p", is::<f64>, NUMBER),
    until_2026("top_k", is::<u64>, "Input should be a valid integer"),
    optional("tools", is::<Vec<Tool>>, LIST),
    optional("tool_choice", is::<ToolChoice>, OBJECT),
    optional("thinking", is::<ThinkingConfig>, OBJECT),
    optional("metadata", is::<Metadata>, OBJECT),
    optional("output_config", is::<OutputConfig>, OBJECT),
    optional("context_management", is_anything, OBJECT),
    optional("compaction", is_anything, OBJECT),
    optional("safeguards", is_anything, LIST),
    optional("user_profile_id", is::<String>, TEXT),
    optional("amazon-bedrock-guardrailConfig", is_anything, OBJECT),
];

const fn required(name: &'static str, check: Check, expected: &'static str) -> Field {
    Field { name, required: true, removed_in: None, check, expected }
}

const fn optional(name: &'static str, check: Check, expected: &'static str) -> Field {
    Field { name, required: false, removed_in: None, check, expected }
}

const fn until_2026(name: &'static str, check: Check, expected: &'static str) -> Field {
    Field { name, required: false, removed_in: Some("2026-10-21"), check, expected }
}

type Check = fn(&RawJson) -> Result<(), JsonError>;

fn is<T: serde::de::DeserializeOwned>(value: &RawJson) -> Result<(), JsonError> {
    value.to::<T>().map(drop)
}

/// For members whose shape the types crate does not know yet.
fn is_anything(_: &RawJson) -> Result<(), JsonError> {
    Ok(())
}

/// So that a word has a bit for each.
const _: () = assert!(FIELDS.len() <= u32::BITS as usize);

const TEXT: &str = "Input should be a valid string";
const NUMBER: &str = "Input should be a valid number";
const LIST: &str = "Input should be a valid list";
const OBJECT: &str = "Input should be a valid dictionary or object to extract fields from";
