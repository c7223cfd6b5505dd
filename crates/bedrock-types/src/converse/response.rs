//! The answer of Converse.

use super::{Message, PerformanceConfiguration, ServiceTier};
use crate::json::{Number, RawJson, member_union::member_union, object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// An answer: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>.
    pub struct ConverseResponse {
        required {
            /// What the model said.
            output: ConverseOutput,
            /// Why it stopped.
            stop_reason as "stopReason": StopReason,
        }
        optional {
            /// What it cost.
            usage: TokenUsage,
            /// How long it took.
            metrics: ConverseMetrics,
            /// What was asked for by `additionalModelResponseFieldPaths`.
            additional_model_response_fields as "additionalModelResponseFields": RawJson,
            /// What guardrails and prompt routers did.
            trace: RawJson,
            /// Latency it was answered with.
            performance_config as "performanceConfig": PerformanceConfiguration,
            /// Service tier it was answered with.
            service_tier as "serviceTier": ServiceTier,
        }
    }
}

member_union! {
    /// What the model said.
    pub enum ConverseOutput {
        /// A message.
        Message(Message) = "message",
    }
}

open_enum! {
    /// Why the model stopped; reasons of Messages that AWS does not list come as they are.
    pub enum StopReason {
        /// It had said what it wanted to say.
        EndTurn = "end_turn",
        /// It waits for tool results.
        ToolUse = "tool_use",
        /// `maxTokens` was reached.
        MaxTokens = "max_tokens",
        /// A stop sequence came.
        StopSequence = "stop_sequence",
        /// A guardrail stepped in.
        GuardrailIntervened = "guardrail_intervened",
        /// The answer was filtered.
        ContentFiltered = "content_filtered",
        /// The model's output could not be read.
        MalformedModelOutput = "malformed_model_output",
        /// The model's tool call could not be read.
        MalformedToolUse = "malformed_tool_use",
        /// The context window is full.
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}

wire_struct! {
    /// What a message cost, in tokens.
    pub struct TokenUsage {
        optional {
            /// Input that was neither read from nor written to the cache.
            input_tokens as "inputTokens": u64 = exact,
            /// Output, thinking included.
            output_tokens as "outputTokens": u64 = exact,
            /// All of them.
            total_tokens as "totalTokens": u64 = exact,
            /// Input read from the cache.
            cache_read_input_tokens as "cacheReadInputTokens": u64 = exact,
            /// Input written to the cache.
            cache_write_input_tokens as "cacheWriteInputTokens": u64 = exact,
            /// Input written to the cache, by lifetime.
            cache_details as "cacheDetails": Vec<CacheDetail>,
        }
    }
}

wire_struct! {
    /// Input written to the cache for one lifetime.
    pub struct CacheDetail {
        required {
            /// `5m` or `1h`.
            ttl: String,
            /// How much.
            input_tokens as "inputTokens": u64 = exact,
        }
    }
}

wire_struct! {
    /// How long it took.
    pub struct ConverseMetrics {
        required {
            /// In milliseconds.
            latency_ms as "latencyMs": Number,
        }
    }
}
