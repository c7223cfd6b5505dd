//! The body of InvokeModel: a Messages request in Bedrock's envelope.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    joined::joined,
    json::{
        JsonError,
        read::read_enveloped,
        reader::Envelope,
        value::{View, WireValue, object},
        wire::Members,
        write::write_members,
    },
    messages::MessageCreateParams,
    models::{self, ModelId},
};

/// The API version that every Claude model on Bedrock takes.
pub const ANTHROPIC_VERSION: &str = "bedrock-2023-05-31";

/// The API version that Claude 4.7 and later take as well: <https://platform.claude.com/docs/en/api/versioning>.
pub const ANTHROPIC_VERSION_2026_10_21: &str = "2026-10-21";

/// A request as the body of `InvokeModel` and `InvokeModelWithResponseStream`.
///
/// The model stands in the path and streaming is a different operation, so neither is in the body; the version is, and
/// is [`ANTHROPIC_VERSION`] unless the request names one.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>
///
/// ```
/// use bedrock_types::{InvokeModelBody, MessageCreateParams};
///
/// let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 64).user("hi");
/// assert_eq!(
///     serde_json::to_string(&InvokeModelBody(&params)).unwrap(),
///     r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}"#,
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InvokeModelBody<'a>(pub &'a MessageCreateParams);

impl<'a> InvokeModelBody<'a> {
    /// The body, if the model takes the version that the request names.
    ///
    /// ```
    /// use bedrock_types::{InvokeModelBody, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("us.anthropic.claude-opus-4-6-v1", 64).anthropic_version("2026-10-21");
    /// let error = InvokeModelBody::new(&params).unwrap_err();
    /// assert_eq!(error.to_string(), "Claude Opus 4.6 takes anthropic_version bedrock-2023-05-31, not 2026-10-21");
    /// ```
    ///
    /// # Errors
    ///
    /// The catalog knows the model, and that it does not take this version. Nothing is rewritten: the version decides what the
    /// rest of the request means.
    pub fn new(params: &'a MessageCreateParams) -> Result<Self, ApiVersionError> {
        let version = params.anthropic_version.as_deref().unwrap_or(ANTHROPIC_VERSION);
        takes_version(params, version)?;
        Ok(Self(params))
    }

    /// Reads the request out of a body, with the model of its path: what a server does.
    ///
    /// `takes` says which members a body may have, by their names; who counts on some being there looks out for them as well. In the
    /// request there is room for more than a body has: `model`, for one.
    ///
    /// ```
    /// use bedrock_types::InvokeModelBody;
    ///
    /// let body = br#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[]}"#;
    /// let params = InvokeModelBody::read(body, "anthropic.claude-opus-4-6-v1", &|name| name != "model")?;
    /// assert_eq!((params.model.as_str(), params.max_tokens), ("anthropic.claude-opus-4-6-v1", 64));
    ///
    /// let body = br#"{"model":"another","max_tokens":64,"messages":[]}"#;
    /// assert!(InvokeModelBody::read(body, "anthropic.claude-opus-4-6-v1", &|name| name != "model").is_err());
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The bytes are not JSON or not a request, or there is a member that is not taken. One that is `null` is none to the types, and not
    /// taken either.
    pub fn read(
        json: &[u8],
        model: impl Into<String>,
        takes: &dyn Fn(&str) -> bool,
    ) -> Result<MessageCreateParams, JsonError> {
        let mut params = MessageCreateParams::blank();
        read_enveloped(params.place(), json, &Envelope { given: "model", has: takes })?;
        params.model = model.into();
        Ok(params)
    }

    /// Adds the body to a text: what serde writes of it, without serde between, like [`Wire`](crate::json::Wire).
    ///
    /// ```
    /// use bedrock_types::{InvokeModelBody, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 64).user("hi");
    /// let mut json = Vec::new();
    /// InvokeModelBody(&params).write_json(&mut json);
    /// assert_eq!(json, serde_json::to_vec(&InvokeModelBody(&params)).unwrap());
    /// ```
    pub fn write_json(&self, json: &mut Vec<u8>) {
        let mut members = Members::begin(json);
        members.write(VERSION, View::Text(self.version()));
        members.write_all(object(self.0), EXCEPT);
        members.end();
    }

    fn version(&self) -> &str {
        self.0.anthropic_version.as_deref().unwrap_or(ANTHROPIC_VERSION)
    }
}

impl Serialize for InvokeModelBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(VERSION, self.version())?;
        write_members(object(self.0), &mut map, EXCEPT)?;
        map.end()
    }
}

const VERSION: &str = "anthropic_version";

/// The members of a request that are written otherwise here, or not at all.
const EXCEPT: &[&str] = &[VERSION, "model", "stream"];

/// Fails if the catalog knows the model and that it does not take the version.
pub(crate) fn takes_version(params: &MessageCreateParams, version: &str) -> Result<(), ApiVersionError> {
    let by_id = || ModelId::parse(&params.model).ok().and_then(|id| id.base_model());
    match models::find(&params.model).or_else(by_id) {
        Some(model) if !model.takes_api_version(version) => {
            Err(ApiVersionError { model: model.name, version: version.to_owned(), taken: model.api_versions })
        }
        _ => Ok(()),
    }
}

/// A version of the API that the model does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiVersionError {
    /// The model's name.
    pub model: &'static str,
    /// What the request asks for.
    pub version: String,
    /// What the model takes.
    pub taken: &'static [&'static str],
}

impl fmt::Display for ApiVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} takes anthropic_version {}, not {}",
            self.model,
            joined(self.taken, " or "),
            self.version
        )
    }
}

impl std::error::Error for ApiVersionError {}
