//! Additions to a block that is being written.

use crate::{
    json::{object::wire_struct, union::tagged_union},
    messages::Citation,
};

tagged_union! {
    /// An addition to a content block.
    pub enum Delta {
        /// To the text of a text block.
        Text(TextDelta),
        /// To the input of a tool call.
        InputJson(InputJsonDelta),
        /// To a thinking block.
        Thinking(ThinkingDelta),
        /// The signature of a thinking block.
        Signature(SignatureDelta),
        /// A citation of a text block.
        Citations(CitationsDelta),
        /// The summary of a compaction block.
        Compaction(CompactionDelta),
    }
}

wire_struct! {
    /// More text.
    pub struct TextDelta tag "text_delta" {
        required {
            /// The addition.
            text: String,
        }
    }
}

wire_struct! {
    /// More of a tool call's input.
    pub struct InputJsonDelta tag "input_json_delta" {
        required {
            /// A piece of JSON text, cut anywhere.
            partial_json: String,
        }
    }
}

wire_struct! {
    /// More thinking.
    pub struct ThinkingDelta tag "thinking_delta" {
        required {
            /// The addition.
            thinking: String,
        }
        optional {
            /// How many tokens it stands for, roughly (beta).
            estimated_tokens: u64 = exact,
        }
    }
}

wire_struct! {
    /// The signature of the thinking before it.
    pub struct SignatureDelta tag "signature_delta" {
        required {
            /// The addition; it comes whole.
            signature: String,
        }
    }
}

wire_struct! {
    /// One more citation.
    pub struct CitationsDelta tag "citations_delta" {
        required {
            /// Where in the documents.
            citation: Citation,
        }
    }
}

wire_struct! {
    /// The summary of a compaction block; it comes whole.
    pub struct CompactionDelta tag "compaction_delta" {
        optional {
            /// The summary; `None` if summarizing failed.
            content: String,
            /// Opaque.
            encrypted_content: String,
        }
    }
}
