//! Text, and the cache mark that most blocks can carry.

use crate::json::{RawJson, object::wire_struct};

wire_struct! {
    /// Text, with citations where documents were sent with them enabled.
    pub struct TextBlock tag "text" {
        required {
            /// The text.
            text: String,
        }
        optional {
            /// Where in the documents the text comes from.
            citations: Vec<RawJson>,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

impl From<&str> for TextBlock {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

wire_struct! {
    /// A mark for prompt caching: everything before it, and its block, is cached.
    ///
    /// At most 4 in a request; see <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
    pub struct CacheControl {
        required {
            /// Always `ephemeral` today.
            kind as "type": String,
        }
        optional {
            /// How long the entry lives without being read: `5m` (the default) or `1h`.
            ttl: String,
        }
    }
}

impl CacheControl {
    /// The one kind there is.
    pub fn ephemeral() -> Self {
        Self::new("ephemeral")
    }
}
