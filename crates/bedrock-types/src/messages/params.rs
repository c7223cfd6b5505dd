//! The request.

use crate::{
    json::{Number, RawJson, object::wire_struct, open_enum::open_enum},
    messages::{
        CompactionConfig, Content, ContextManagementConfig, MessageParam, OutputConfig, ThinkingConfig, Tool,
        ToolChoice,
    },
};

wire_struct! {
    /// A Messages request: <https://platform.claude.com/docs/en/api/messages>.
    ///
    /// The same value serves every route; the route decides where the model and the version go.
    ///
    /// ```
    /// use bedrock_types::MessageCreateParams;
    ///
    /// let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 256)
    ///     .system("You are terse.")
    ///     .user("Hello, world")
    ///     .temperature(0.5);
    /// assert_eq!(params.messages.len(), 1);
    /// ```
    pub struct MessageCreateParams {
        required {
            /// A base model id, an inference profile id, or an ARN.
            model: String,
            /// The most the model may write, in tokens.
            max_tokens: u64 = exact,
        }
        growing {
            /// The conversation so far, oldest first.
            messages: Vec<MessageParam>,
        }
        optional {
            /// Instructions that stand above the conversation.
            system: Content,
            /// Texts at which the model stops.
            stop_sequences: Vec<String>,
            /// Randomness, 0 to 1; not taken by Claude 4.7 and later.
            temperature: Number,
            /// Nucleus sampling, 0 to 1; not taken by Claude 4.7 and later.
            top_p: Number,
            /// Sampling from the best k; not taken by Claude 4.7 and later.
            top_k: u64 = exact,
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
            /// Who asks.
            metadata: Metadata,
            /// Which capacity may serve the request; for Bedrock's own tiers InvokeModel has a header.
            service_tier: ServiceTier,
            /// The end user's profile, on the models that take it.
            user_profile_id: String,
            /// Safeguards (beta `dangerous-tool-use-2026-09-03`); their form is not public.
            safeguards: RawJson,
            /// The version of the API, on routes where it stands in the body; left out, the route's own.
            anthropic_version: String,
            /// Features in preview, by name.
            betas as "anthropic_beta": Vec<String>,
        }
    }
}

impl MessageCreateParams {
    /// Adds a turn of the user.
    #[must_use]
    pub fn user(self, content: impl Into<Content>) -> Self {
        self.message(MessageParam::user(content))
    }

    /// Adds a turn of the model.
    #[must_use]
    pub fn assistant(self, content: impl Into<Content>) -> Self {
        self.message(MessageParam::assistant(content))
    }

    /// Adds a turn; an answer can be given as it is.
    #[must_use]
    pub fn message(mut self, message: impl Into<MessageParam>) -> Self {
        self.messages.push(message.into());
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
        self.tools.get_or_insert_default().push(tool.into());
        self
    }

    /// Adds a feature in preview, like `context-1m-2025-08-07`.
    #[must_use]
    pub fn beta(mut self, name: impl Into<String>) -> Self {
        self.betas.get_or_insert_default().push(name.into());
        self
    }
}

wire_struct! {
    /// Who asks.
    pub struct Metadata {
        optional {
            /// An opaque name of the end user: no personal data.
            user_id: String,
        }
    }
}

open_enum! {
    /// Which capacity may serve a request.
    pub enum ServiceTier {
        /// Committed capacity if there is some.
        Auto = "auto",
        /// Never committed capacity.
        StandardOnly = "standard_only",
    }
}
