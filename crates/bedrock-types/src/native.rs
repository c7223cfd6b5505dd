//! The native Messages routes, of bedrock-runtime and bedrock-mantle: a Messages request in its own clothes.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    invoke::{ANTHROPIC_VERSION, ApiVersionError, takes_version},
    joined::joined,
    json::{
        value::{View, object},
        wire::Members,
        write::write_members,
    },
    messages::MessageCreateParams,
};

/// The API version of the native routes that every model there takes.
pub const NATIVE_ANTHROPIC_VERSION: &str = "2023-06-01";

/// A request as the body of `/anthropic/v1/messages`.
///
/// Here the model and whether to stream are in the body, and version and beta flags are headers: see [`messages_headers`].
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html>
///
/// ```
/// use bedrock_types::{MessageCreateParams, MessagesBody};
///
/// let params = MessageCreateParams::new("us.anthropic.claude-opus-5", 64).user("hi").beta("a");
/// assert_eq!(
///     serde_json::to_string(&MessagesBody::streaming(&params)).unwrap(),
///     r#"{"model":"us.anthropic.claude-opus-5","max_tokens":64,"messages":[{"role":"user","content":"hi"}],"stream":true}"#,
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct MessagesBody<'a> {
    params: &'a MessageCreateParams,
    model: &'a str,
    stream: bool,
}

impl<'a> MessagesBody<'a> {
    /// The body that asks for a whole answer.
    pub fn new(params: &'a MessageCreateParams) -> Self {
        Self { params, model: &params.model, stream: false }
    }

    /// The body that asks for a stream.
    pub fn streaming(params: &'a MessageCreateParams) -> Self {
        Self { params, model: &params.model, stream: true }
    }

    /// The same to the model by another name: the id that a short name stands for.
    ///
    /// ```
    /// use bedrock_types::{MessageCreateParams, MessagesBody};
    ///
    /// let params = MessageCreateParams::new("opus", 64).user("hi");
    /// let body = serde_json::to_string(&MessagesBody::new(&params).model("us.anthropic.claude-opus-5")).unwrap();
    /// assert!(body.starts_with(r#"{"model":"us.anthropic.claude-opus-5","max_tokens":64"#));
    /// ```
    #[must_use]
    pub fn model(mut self, model: &'a str) -> Self {
        self.model = model;
        self
    }

    /// Adds the body to a text: what serde writes of it, without serde between, like [`Wire`](crate::json::Wire).
    ///
    /// ```
    /// use bedrock_types::{MessageCreateParams, MessagesBody};
    ///
    /// let params = MessageCreateParams::new("us.anthropic.claude-opus-5", 64).user("hi");
    /// let mut json = Vec::new();
    /// MessagesBody::new(&params).write_json(&mut json);
    /// assert_eq!(json, serde_json::to_vec(&MessagesBody::new(&params)).unwrap());
    /// ```
    pub fn write_json(&self, json: &mut Vec<u8>) {
        let mut members = Members::begin(json);
        members.write("model", View::Text(self.model));
        members.write_all(object(self.params), EXCEPT);
        if self.stream {
            members.write("stream", View::Truth(true));
        }
        members.end();
    }
}

/// The members of a request that are written otherwise here, or are headers.
const EXCEPT: &[&str] = &["anthropic_version", "anthropic_beta", "model", "stream"];

impl Serialize for MessagesBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", self.model)?;
        write_members(object(self.params), &mut map, EXCEPT)?;
        if self.stream {
            map.serialize_entry("stream", &true)?;
        }
        map.end()
    }
}

/// The headers that go with a [`MessagesBody`], as names and values: `anthropic-version`, and `anthropic-beta` if there are any.
///
/// ```
/// use bedrock_types::{MessageCreateParams, messages_headers};
///
/// let params = MessageCreateParams::new("us.anthropic.claude-opus-5", 64).beta("a").beta("b");
/// let headers = messages_headers(&params)?;
/// assert_eq!(headers, [("anthropic-version", "2023-06-01".to_owned()), ("anthropic-beta", "a,b".to_owned())]);
/// # Ok::<(), bedrock_types::ApiVersionError>(())
/// ```
///
/// # Errors
///
/// The catalog knows the model, and that it does not take the version that the request names.
pub fn messages_headers(
    params: &MessageCreateParams,
) -> Result<Vec<(&'static str, String)>, ApiVersionError> {
    let version = match params.anthropic_version.as_deref() {
        // One version by two names: the body's of InvokeModel and the header's.
        None | Some(ANTHROPIC_VERSION | NATIVE_ANTHROPIC_VERSION) => NATIVE_ANTHROPIC_VERSION,
        Some(version) => {
            takes_version(params, version)?;
            version
        }
    };
    let mut headers = vec![("anthropic-version", version.to_owned())];
    if let Some(betas) = params.betas.as_ref().filter(|betas| !betas.is_empty()) {
        headers.push(("anthropic-beta", joined(betas, ",")));
    }
    Ok(headers)
}
