//! The mark for prompt caching that most blocks can carry.

use crate::json::{object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// A mark for prompt caching: everything before it, and its block, is cached.
    ///
    /// At most 4 in a request; see <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
    ///
    /// ```
    /// use bedrock_types::{CacheControl, CacheTtl};
    ///
    /// let mark = CacheControl::ephemeral().ttl(CacheTtl::OneHour);
    /// assert_eq!(serde_json::to_string(&mark).unwrap(), r#"{"type":"ephemeral","ttl":"1h"}"#);
    /// ```
    pub struct CacheControl {
        required {
            /// Always `ephemeral` today.
            kind as "type": String,
        }
        optional {
            /// How long the entry lives without being read: Claude 4.5 and later.
            ttl: CacheTtl,
        }
    }
}

impl CacheControl {
    /// The one kind there is.
    pub fn ephemeral() -> Self {
        Self::new("ephemeral")
    }
}

open_enum! {
    /// How long an entry of the prompt cache lives without being read.
    pub enum CacheTtl {
        /// What a mark without `ttl` means.
        FiveMinutes = "5m",
        /// Twice the price of plain input to write; marks of this kind stand before those of five minutes.
        OneHour = "1h",
    }
}
