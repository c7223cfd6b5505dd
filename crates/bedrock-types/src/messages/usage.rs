//! Token counts.

use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

wire_struct! {
    /// What a message cost, in tokens. The whole input is `input_tokens` plus both cache counts.
    ///
    /// Compactions are not part of these counts, they stand in `iterations`.
    pub struct Usage {
        required {
            /// Input that was neither read from nor written to the cache.
            input_tokens: u64 = exact,
            /// Output, thinking included.
            output_tokens: u64 = exact,
        }
        optional {
            /// Input written to the cache.
            cache_creation_input_tokens: u64 = exact,
            /// Input read from the cache.
            cache_read_input_tokens: u64 = exact,
            /// Input written to the cache, by how long it lives.
            cache_creation: CacheCreation,
            /// What the output consists of.
            output_tokens_details: OutputTokensDetails,
            /// Uses of tools that the service ran.
            server_tool_use: ServerToolUsage,
            /// The tier that served the request.
            service_tier: UsageServiceTier,
            /// One after the other, the passes of the model that made up the answer (beta).
            iterations: Vec<UsageIteration>,
            /// Where the model ran (not on Bedrock).
            inference_geo: String,
            /// How fast the model ran (not on Bedrock).
            speed: Speed,
        }
    }
}

impl Usage {
    /// Takes over the counts of a `message_delta`: they are totals so far, not additions.
    pub fn update(&mut self, delta: &MessageDeltaUsage) {
        if let Some(input_tokens) = delta.input_tokens {
            self.input_tokens = input_tokens;
        }
        if let Some(output_tokens) = delta.output_tokens {
            self.output_tokens = output_tokens;
        }
        replace(&mut self.cache_creation_input_tokens, &delta.cache_creation_input_tokens);
        replace(&mut self.cache_read_input_tokens, &delta.cache_read_input_tokens);
        replace(&mut self.cache_creation, &delta.cache_creation);
        replace(&mut self.output_tokens_details, &delta.output_tokens_details);
        replace(&mut self.server_tool_use, &delta.server_tool_use);
        replace(&mut self.service_tier, &delta.service_tier);
        replace(&mut self.iterations, &delta.iterations);
        replace(&mut self.inference_geo, &delta.inference_geo);
        replace(&mut self.speed, &delta.speed);
        self.extra.update(&delta.extra);
    }
}

/// What a delta does not say stays as it was.
pub(super) fn replace<T: Clone>(member: &mut Option<T>, newer: &Option<T>) {
    if newer.is_some() {
        member.clone_from(newer);
    }
}

wire_struct! {
    /// Token counts in the course of a stream: totals so far, of which only those that changed need be there.
    pub struct MessageDeltaUsage {
        optional {
            /// Output so far.
            output_tokens: u64 = exact,
            /// Input that was neither read from nor written to the cache.
            input_tokens: u64 = exact,
            /// Input written to the cache.
            cache_creation_input_tokens: u64 = exact,
            /// Input read from the cache.
            cache_read_input_tokens: u64 = exact,
            /// Input written to the cache, by how long it lives.
            cache_creation: CacheCreation,
            /// What the output consists of.
            output_tokens_details: OutputTokensDetails,
            /// Uses of tools that the service ran.
            server_tool_use: ServerToolUsage,
            /// The tier that served the request.
            service_tier: UsageServiceTier,
            /// One after the other, the passes of the model that made up the answer (beta).
            iterations: Vec<UsageIteration>,
            /// Where the model ran (not on Bedrock).
            inference_geo: String,
            /// How fast the model ran (not on Bedrock).
            speed: Speed,
        }
    }
}

wire_struct! {
    /// Input written to the cache, by how long it lives.
    pub struct CacheCreation {
        optional {
            /// For five minutes.
            ephemeral_5m_input_tokens: u64 = exact,
            /// For an hour.
            ephemeral_1h_input_tokens: u64 = exact,
        }
    }
}

wire_struct! {
    /// What the output consists of.
    pub struct OutputTokensDetails {
        optional {
            /// Thinking, whether it is shown or not.
            thinking_tokens: u64 = exact,
        }
    }
}

wire_struct! {
    /// Uses of tools that the service ran; the ones counted are not on Bedrock.
    pub struct ServerToolUsage {
        optional {
            /// Searches of the web.
            web_search_requests: u64 = exact,
            /// Pages fetched.
            web_fetch_requests: u64 = exact,
        }
    }
}

open_enum! {
    /// The tier that served a request.
    pub enum UsageServiceTier {
        /// The usual one.
        Standard = "standard",
        /// Capacity that was committed to.
        Priority = "priority",
        /// A batch.
        Batch = "batch",
    }
}

open_enum! {
    /// How fast the model runs.
    pub enum Speed {
        /// As usual.
        Standard = "standard",
        /// Faster and dearer.
        Fast = "fast",
    }
}

tagged_union! {
    /// One pass of the model. Those of an advisor or a fallback are not on Bedrock and kept raw.
    pub enum UsageIteration {
        /// It wrote the message.
        Message(MessageIterationUsage),
        /// It summarized the context.
        Compaction(CompactionIterationUsage),
    }
}

wire_struct! {
    /// What writing the message cost.
    pub struct MessageIterationUsage tag "message" {
        required {
            /// Input that was neither read from nor written to the cache.
            input_tokens: u64 = exact,
            /// Output, thinking included.
            output_tokens: u64 = exact,
        }
        optional {
            /// Input written to the cache.
            cache_creation_input_tokens: u64 = exact,
            /// Input read from the cache.
            cache_read_input_tokens: u64 = exact,
            /// Input written to the cache, by how long it lives.
            cache_creation: CacheCreation,
            /// The model that wrote it.
            model: String,
        }
    }
}

wire_struct! {
    /// What summarizing the context cost.
    pub struct CompactionIterationUsage tag "compaction" {
        required {
            /// Input that was neither read from nor written to the cache.
            input_tokens: u64 = exact,
            /// Output: the summary.
            output_tokens: u64 = exact,
        }
        optional {
            /// Input written to the cache.
            cache_creation_input_tokens: u64 = exact,
            /// Input read from the cache.
            cache_read_input_tokens: u64 = exact,
            /// Input written to the cache, by how long it lives.
            cache_creation: CacheCreation,
        }
    }
}
