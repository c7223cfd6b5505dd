//! How many tokens a request has, before it is sent: <https://platform.claude.com/docs/en/build-with-claude/token-counting>.

use crate::{
    json::object::wire_struct,
    messages::{
        CompactionConfig, Content, ContextManagementConfig, MessageCreateParams, MessageParam, OutputConfig,
        ThinkingConfig, Tool, ToolChoice,
    },
};

wire_struct! {
    /// A request to count tokens, as the Messages API takes it: the request to count, less what has no tokens.
    ///
    /// Bedrock's own CountTokens takes a whole request instead.
    ///
    /// ```
    /// use bedrock_types::{CountTokensParams, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("anthropic.claude-opus-5", 1024).temperature(1).user("hi");
    /// assert_eq!(
    ///     serde_json::to_string(&CountTokensParams::from(params)).unwrap(),
    ///     r#"{"model":"anthropic.claude-opus-5","messages":[{"role":"user","content":"hi"}]}"#,
    /// );
    /// ```
    pub struct CountTokensParams {
        required {
            /// The model whose tokens are counted.
            model: String,
        }
        growing {
            /// The conversation so far, oldest first.
            messages: Vec<MessageParam>,
        }
        optional {
            /// Instructions that stand above the conversation.
            system: Content,
            /// Tools that the model may call.
            tools: Vec<Tool>,
            /// Which of them it must call.
            tool_choice: ToolChoice,
            /// Whether and how it thinks.
            thinking: ThinkingConfig,
            /// Effort, and the form of the answer.
            output_config: OutputConfig,
            /// What to do with a context that grows (beta).
            context_management: ContextManagementConfig,
            /// Compact the conversation (beta).
            compaction: CompactionConfig,
            /// The end user's profile.
            user_profile_id: String,
            /// The version of the API, on routes where it stands in the body.
            anthropic_version: String,
            /// Features in preview, by name.
            betas as "anthropic_beta": Vec<String>,
        }
    }
}

impl From<MessageCreateParams> for CountTokensParams {
    /// Members that only creating a message takes are left out; what the types do not know is kept.
    fn from(params: MessageCreateParams) -> Self {
        let MessageCreateParams {
            model,
            messages,
            system,
            tools,
            tool_choice,
            thinking,
            output_config,
            context_management,
            compaction,
            user_profile_id,
            anthropic_version,
            betas,
            mut extra,
            max_tokens: _,
            stop_sequences: _,
            temperature: _,
            top_p: _,
            top_k: _,
            metadata: _,
            service_tier: _,
            safeguards: _,
        } = params;
        extra.remove("stream");
        Self {
            model,
            messages,
            system,
            tools,
            tool_choice,
            thinking,
            output_config,
            context_management,
            compaction,
            user_profile_id,
            anthropic_version,
            betas,
            extra,
        }
    }
}

wire_struct! {
    /// How many tokens a request has.
    pub struct MessageTokensCount {
        required {
            /// With the edits of the context, if there are any.
            input_tokens: u64 = exact,
        }
        optional {
            /// What the edits of the context bring.
            context_management: CountTokensContextManagementResponse,
        }
    }
}

wire_struct! {
    /// What edits of the context bring.
    pub struct CountTokensContextManagementResponse {
        required {
            /// How many tokens the request had without them.
            original_input_tokens: u64 = exact,
        }
    }
}
