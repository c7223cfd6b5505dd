//! The body of InvokeModel: a Messages request in Bedrock's envelope.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{json::object::WireObject, messages::MessageCreateParams};

/// The API version that every Claude model on Bedrock takes.
pub const ANTHROPIC_VERSION: &str = "bedrock-2023-05-31";

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

impl Serialize for InvokeModelBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = self.0.anthropic_version.as_deref().unwrap_or(ANTHROPIC_VERSION);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("anthropic_version", version)?;
        self.0.write_members(&mut map, &["anthropic_version", "model", "stream"])?;
        map.end()
    }
}
