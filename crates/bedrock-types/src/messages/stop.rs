//! Why the model stopped: <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>.

use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

open_enum! {
    /// Why the model stopped.
    pub enum StopReason {
        /// It had said what it wanted to say.
        EndTurn = "end_turn",
        /// `max_tokens` was reached: the answer is cut.
        MaxTokens = "max_tokens",
        /// One of `stop_sequences` came.
        StopSequence = "stop_sequence",
        /// It waits for tool results.
        ToolUse = "tool_use",
        /// A long turn was paused; send the message back to go on.
        PauseTurn = "pause_turn",
        /// It declined; `stop_details` says why.
        Refusal = "refusal",
        /// The context window is full.
        ModelContextWindowExceeded = "model_context_window_exceeded",
        /// The context was compacted and the model waits (beta).
        Compaction = "compaction",
    }
}

tagged_union! {
    /// More about why the model stopped.
    pub enum StopDetails {
        /// It declined.
        Refusal(RefusalStopDetails),
    }
}

wire_struct! {
    /// Why the model declined.
    pub struct RefusalStopDetails tag "refusal" {
        optional {
            /// The policy in question; `None` if it is none of the named ones.
            category: RefusalCategory,
            /// For people.
            explanation: String,
            /// A model that may answer instead (beta).
            recommended_model: String,
        }
    }
}

open_enum! {
    /// The policy that a refusal is about.
    pub enum RefusalCategory {
        /// Attacks on computers.
        Cyber = "cyber",
        /// Biology that could harm.
        Bio = "bio",
        /// Building models like the one that was asked.
        FrontierLlm = "frontier_llm",
        /// Getting at how the model thinks.
        ReasoningExtraction = "reasoning_extraction",
        /// Other harm.
        GeneralHarms = "general_harms",
    }
}
