//! Search results of your own: <https://platform.claude.com/docs/en/build-with-claude/search-results>.

use super::{CacheControl, CitationsConfig, ContentBlock};
use crate::json::object::wire_struct;

wire_struct! {
    /// One hit of a search of yours, to be cited like a page of the web.
    ///
    /// ```
    /// use bedrock_types::{SearchResultBlock, TextBlock};
    ///
    /// let hit = SearchResultBlock::new([TextBlock::new("42").into()], "https://example.com/answer", "The answer")
    ///     .citations(true);
    /// assert_eq!(hit.title, "The answer");
    /// ```
    pub struct SearchResultBlock tag "search_result" {
        required {
            /// What was found: text blocks.
            content: Vec<ContentBlock>,
            /// Where: an address or any other name.
            source: String,
            /// Its title.
            title: String,
        }
        optional {
            /// Whether the model cites from it.
            citations: CitationsConfig,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}
