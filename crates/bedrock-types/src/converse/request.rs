//! The request of Converse and ConverseStream.

use super::{Message, SystemContentBlock, ToolConfiguration};
use crate::json::{ExtraFields, Number, RawJson, member_union::member_union, object::wire_struct};

wire_struct! {
    /// A request: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>.
    ///
    /// The model id stands in the path.
    pub struct ConverseRequest {
        optional {
            /// The conversation so far, oldest first.
            messages: Vec<Message>,
            /// Instructions that stand above the conversation.
            system: Vec<SystemContentBlock>,
            /// Length, sampling and stop sequences.
            inference_config as "inferenceConfig": InferenceConfiguration,
            /// Tools that the model may call.
            tool_config as "toolConfig": ToolConfiguration,
            /// A guardrail to apply.
            guardrail_config as "guardrailConfig": GuardrailConfiguration,
            /// What only the model knows: members of a Messages request.
            additional_model_request_fields as "additionalModelRequestFields": RawJson,
            /// Values for a prompt of Prompt management.
            prompt_variables as "promptVariables": RawJson,
            /// What of the model's own answer to add, as JSON pointers; at most 10.
            additional_model_response_field_paths as "additionalModelResponseFieldPaths": Vec<String>,
            /// Names and values for the invocation log.
            request_metadata as "requestMetadata": ExtraFields,
            /// Latency.
            performance_config as "performanceConfig": PerformanceConfiguration,
            /// Service tier.
            service_tier as "serviceTier": ServiceTier,
            /// Effort, and the form of the answer.
            output_config as "outputConfig": OutputConfig,
        }
    }
}

wire_struct! {
    /// Length, sampling and stop sequences.
    pub struct InferenceConfiguration {
        optional {
            /// The most the model may write, in tokens; left out, all it can, which reserves that much quota.
            max_tokens as "maxTokens": u64 = exact,
            /// Randomness, 0 to 1.
            temperature: Number,
            /// Nucleus sampling, 0 to 1.
            top_p as "topP": Number,
            /// Texts at which the model stops.
            stop_sequences as "stopSequences": Vec<String>,
        }
    }
}

wire_struct! {
    /// A guardrail to apply.
    pub struct GuardrailConfiguration {
        optional {
            /// Its id or ARN.
            guardrail_identifier as "guardrailIdentifier": String,
            /// Its version, or `DRAFT`.
            guardrail_version as "guardrailVersion": String,
            /// `enabled`, `disabled` or `enabled_full`.
            trace: String,
            /// Of a stream: `sync` or `async`.
            stream_processing_mode as "streamProcessingMode": String,
        }
    }
}

wire_struct! {
    /// Latency.
    pub struct PerformanceConfiguration {
        optional {
            /// `standard` or `optimized`.
            latency: String,
        }
    }
}

wire_struct! {
    /// Service tier.
    pub struct ServiceTier {
        required {
            /// `priority`, `default`, `flex` or `reserved`.
            kind as "type": String,
        }
    }
}

wire_struct! {
    /// Effort, and the form of the answer.
    pub struct OutputConfig {
        optional {
            /// How much work, in Anthropic's words.
            effort: String,
            /// The form of the answer.
            text_format as "textFormat": OutputFormat,
        }
    }
}

wire_struct! {
    /// The form of an answer.
    pub struct OutputFormat {
        required {
            /// Always `json_schema` today.
            kind as "type": String,
            /// The schema.
            structure: OutputFormatStructure,
        }
    }
}

member_union! {
    /// A schema for an answer.
    pub enum OutputFormatStructure {
        /// A JSON schema.
        JsonSchema(JsonSchemaDefinition) = "jsonSchema",
    }
}

wire_struct! {
    /// A JSON schema, as text.
    pub struct JsonSchemaDefinition {
        required {
            /// The text of the schema.
            schema: String,
        }
        optional {
            /// Its name.
            name: String,
            /// What it describes.
            description: String,
        }
    }
}
