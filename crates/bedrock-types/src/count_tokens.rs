//! CountTokens of bedrock-runtime: a request of another operation in an envelope.
//!
//! The native route has a body of its own for this, which is a type of Messages. Send the base model id here, not a profile's.

use base64::{Engine, prelude::BASE64_STANDARD};

#[cfg(feature = "converse")]
use crate::converse::{ConverseRequest, Message, SystemContentBlock, ToolConfiguration};
use crate::{
    invoke::InvokeModelBody,
    json::{self, ExtraFields, JsonError, RawJson, member_union::member_union, object::wire_struct},
};

wire_struct! {
    /// The body of CountTokens: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html>.
    ///
    /// ```
    /// use bedrock_types::{CountTokensRequest, InvokeModelBody, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("anthropic.claude-sonnet-4-5-20250929-v1:0", 64).user("hi");
    /// let request = CountTokensRequest::invoke_model(&InvokeModelBody::new(&params)?)?;
    /// assert!(serde_json::to_string(&request)?.starts_with(r#"{"input":{"invokeModel":{"body":"eyJ"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct CountTokensRequest {
        required {
            /// What to count.
            input: CountTokensInput,
        }
    }
}

impl CountTokensRequest {
    /// Counts what InvokeModel would be sent: the body must be one that InvokeModel takes.
    ///
    /// # Errors
    ///
    /// The body has no JSON form, like one with a NaN.
    pub fn invoke_model(body: &InvokeModelBody<'_>) -> Result<Self, JsonError> {
        Ok(Self::invoke_model_json(RawJson::of(body)?.as_str().as_bytes()))
    }

    /// The same for a body that is JSON already.
    pub fn invoke_model_json(body: &[u8]) -> Self {
        let body = InvokeModelTokensRequest::new(BASE64_STANDARD.encode(body));
        Self::new(CountTokensInput::InvokeModel(body))
    }

    /// Counts what Converse would be sent (feature `converse`); what does not count is left out.
    #[cfg(feature = "converse")]
    pub fn converse(request: &ConverseRequest) -> Self {
        let mut counted = ConverseTokensRequest::new();
        counted.messages.clone_from(&request.messages);
        counted.system.clone_from(&request.system);
        counted.tool_config.clone_from(&request.tool_config);
        counted.additional_model_request_fields.clone_from(&request.additional_model_request_fields);
        Self::new(CountTokensInput::Converse(counted))
    }
}

member_union! {
    /// What to count: a request of one of two operations.
    pub enum CountTokensInput {
        /// Of InvokeModel.
        InvokeModel(InvokeModelTokensRequest) = "invokeModel",
        /// Of Converse (feature `converse`).
        Converse(ConverseTokensRequest) = "converse" feature "converse",
    }
}

wire_struct! {
    /// A request of InvokeModel.
    pub struct InvokeModelTokensRequest {
        required {
            /// Its body, in base64.
            body: String,
        }
    }
}

impl InvokeModelTokensRequest {
    /// The members of the body.
    ///
    /// # Errors
    ///
    /// It is not base64 of a JSON object.
    pub fn decode(&self) -> Result<ExtraFields, JsonError> {
        // What is not base64 is not JSON either.
        json::read::read_slice(&BASE64_STANDARD.decode(&self.body).unwrap_or_default())
    }
}

#[cfg(feature = "converse")]
wire_struct! {
    /// A request of Converse, as far as it counts.
    pub struct ConverseTokensRequest {
        optional {
            /// The conversation.
            messages: Vec<Message>,
            /// Instructions above it.
            system: Vec<SystemContentBlock>,
            /// Tools.
            tool_config as "toolConfig": ToolConfiguration,
            /// What only the model knows.
            additional_model_request_fields as "additionalModelRequestFields": RawJson,
        }
    }
}

wire_struct! {
    /// The answer of CountTokens.
    ///
    /// ```
    /// use bedrock_types::{CountTokensResponse, json};
    ///
    /// let answer: CountTokensResponse = json::from_slice(br#"{"inputTokens":8}"#)?;
    /// assert_eq!(answer.input_tokens, 8);
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct CountTokensResponse {
        required {
            /// How many tokens the request has.
            input_tokens as "inputTokens": u64 = exact,
        }
    }
}
