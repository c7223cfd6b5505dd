//! Text.

use super::{CacheControl, Citation};
use crate::json::object::wire_struct;

wire_struct! {
    /// Text, with citations where documents were sent with them enabled.
    pub struct TextBlock tag "text" {
        required {
            /// The text.
            text: String,
        }
        optional {
            /// Where in the documents the text comes from.
            citations: Vec<Citation>,
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
