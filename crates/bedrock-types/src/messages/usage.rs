//! Token counts.

use crate::json::object::wire_struct;

wire_struct! {
    /// What a message cost, in tokens. The whole input is `input_tokens` plus both cache counts.
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
        }
    }
}

impl Usage {
    /// Takes over the counts of a `message_delta`: they are totals so far, not additions.
    pub fn update(&mut self, delta: &MessageDeltaUsage) {
        if let Some(output_tokens) = delta.output_tokens {
            self.output_tokens = output_tokens;
        }
        if let Some(input_tokens) = delta.input_tokens {
            self.input_tokens = input_tokens;
        }
        if delta.cache_creation_input_tokens.is_some() {
            self.cache_creation_input_tokens = delta.cache_creation_input_tokens;
        }
        if delta.cache_read_input_tokens.is_some() {
            self.cache_read_input_tokens = delta.cache_read_input_tokens;
        }
        for (name, value) in delta.extra.iter() {
            self.extra.insert(name, value.clone());
        }
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
        }
    }
}
