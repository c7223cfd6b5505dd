//! A summary in place of what it summarizes (beta).
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-compaction.html>

use super::{CacheControl, ToolChange};
use crate::json::object::wire_struct;

wire_struct! {
    /// A summary of everything before it; must go back as it came.
    ///
    /// One struct for both ways to compact: that of `compact_20260112` has `content`, that of the `compaction` parameter
    /// is signed and carries the changes of the tools.
    pub struct CompactionBlock tag "compaction" {
        optional {
            /// The summary; `None` if summarizing failed, and such a block changes nothing.
            content: String,
            /// Opaque.
            encrypted_content: String,
            /// Proof that the summary is the service's own.
            signature: String,
            /// How the request's `tools` become those in effect at the end of what was summarized.
            tool_changes: Vec<ToolChange>,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}
