//! What the model thought, to be sent back unchanged.

use crate::json::object::wire_struct;

wire_struct! {
    /// What the model thought before it answered.
    ///
    /// The signature covers the text: a history must give both back as they came.
    pub struct ThinkingBlock tag "thinking" {
        required {
            /// The text; empty where the model's thinking is not displayed.
            thinking: String,
        }
        optional {
            /// Proof that the text is the model's own; a block that is still being streamed has none.
            signature: String,
        }
    }
}

wire_struct! {
    /// Thinking that only the model can read.
    pub struct RedactedThinkingBlock tag "redacted_thinking" {
        required {
            /// Opaque.
            data: String,
        }
    }
}
