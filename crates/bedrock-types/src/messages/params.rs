//! The request.

use crate::{
    json::{Number, RawJson, object::wire_struct, union::tagged_union},
    messages::{Content, Effort, MessageParam, ThinkingConfig, Tool, ToolChoice},
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
            /// Who asks.
            metadata: Metadata,
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
    /// How much work the model puts in, and what form its answer has.
    pub struct OutputConfig {
        optional {
            /// How much work.
            effort: Effort,
            /// The form of the answer.
            format: OutputFormat,
        }
    }
}

tagged_union! {
    /// The form of an answer: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
    pub enum OutputFormat {
        /// JSON that obeys a schema.
        JsonSchema(JsonOutputFormat),
    }
}

wire_struct! {
    /// JSON that obeys a schema.
    ///
    /// ```
    /// use bedrock_types::{JsonOutputFormat, OutputConfig, RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{},"additionalProperties":false}"#)?;
    /// let config = OutputConfig::new().effort("low").format(JsonOutputFormat::new(schema));
    /// # assert!(config.format.is_some());
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct JsonOutputFormat tag "json_schema" {
        required {
            /// JSON Schema 2020-12, a subset of it; every object in it says `additionalProperties: false`.
            schema: RawJson,
        }
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
