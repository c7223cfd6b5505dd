//! How much the model thinks.

use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

tagged_union! {
    /// Whether and how the model thinks before it answers; which modes a model takes is in the catalog.
    pub enum ThinkingConfig {
        /// With a budget: Claude 3.7 to 4.5 (4.6 still takes it).
        Enabled(ThinkingEnabled),
        /// As much as the model finds right: Claude 4.6 and later.
        Adaptive(ThinkingAdaptive),
        /// Only between tool calls: Claude Sonnet 5.5.
        BetweenTools(ThinkingBetweenTools),
        /// Not at all, where the model allows that.
        Disabled(ThinkingDisabled),
    }
}

wire_struct! {
    /// Thinking with a budget.
    pub struct ThinkingEnabled tag "enabled" {
        required {
            /// In tokens, at least 1024 and less than `max_tokens`.
            budget_tokens: u64 = exact,
        }
        optional {
            /// How much of the thinking the answer shows.
            display: ThinkingDisplay,
            /// What happens to thinking that comes back in another conversation (beta).
            block_binding: ThinkingBlockBinding,
        }
    }
}

wire_struct! {
    /// Thinking as the model finds right.
    pub struct ThinkingAdaptive tag "adaptive" {
        optional {
            /// How much of the thinking the answer shows; Claude 4.7 and later omit it unless asked.
            display: ThinkingDisplay,
            /// What happens to thinking that comes back in another conversation (beta).
            block_binding: ThinkingBlockBinding,
        }
    }
}

wire_struct! {
    /// Thinking between tool calls only.
    pub struct ThinkingBetweenTools tag "between_tools" {}
}

wire_struct! {
    /// No thinking.
    pub struct ThinkingDisabled tag "disabled" {}
}

open_enum! {
    /// How much of its thinking the model shows; what it costs is the same.
    pub enum ThinkingDisplay {
        /// A summary.
        Summarized = "summarized",
        /// Nothing but the signature.
        Omitted = "omitted",
        /// Short notes on the way (beta).
        Updates = "updates",
    }
}

wire_struct! {
    /// What happens to thinking that comes back in another conversation than its own
    /// (beta `thinking-binding-controls-2026-08-01`).
    pub struct ThinkingBlockBinding {
        optional {
            /// When what stands before a block is not what stood there.
            prefix_mismatch_behavior: ThinkingPrefixMismatchBehavior,
        }
    }
}

open_enum! {
    /// What happens to a block of thinking before which something else stands than when it was made.
    pub enum ThinkingPrefixMismatchBehavior {
        /// The request fails.
        Error = "error",
        /// The block is left out, and the answer says so in `input_transformations`.
        DropBlock = "drop_block",
    }
}
