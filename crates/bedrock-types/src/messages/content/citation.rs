//! Where in the sources a text comes from: <https://platform.claude.com/docs/en/build-with-claude/citations>.

use crate::json::{object::wire_struct, union::tagged_union};

wire_struct! {
    /// Whether the model cites from a document or a search result; the setting must be the same on all of a request.
    ///
    /// ```
    /// use bedrock_types::{DocumentBlock, TextSource};
    ///
    /// let document = DocumentBlock::new(TextSource::new("text/plain", "Grass is green.")).citations(true);
    /// assert!(serde_json::to_string(&document).unwrap().ends_with(r#""citations":{"enabled":true}}"#));
    /// ```
    pub struct CitationsConfig {
        optional {
            /// Off if left out.
            enabled: bool = exact,
        }
    }
}

impl From<bool> for CitationsConfig {
    fn from(enabled: bool) -> Self {
        Self::new().enabled(enabled)
    }
}

tagged_union! {
    /// One place that a text comes from; which kind depends on how the source was given.
    ///
    /// ```
    /// use bedrock_types::{json, Citation};
    ///
    /// let citation: Citation = json::from_slice(br#"{"type":"page_location","cited_text":"Grass is green.",
    ///     "document_index":0,"document_title":null,"start_page_number":1,"end_page_number":2}"#)?;
    /// assert_eq!(citation.cited_text(), Some("Grass is green."));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub enum Citation {
        /// In a plain text.
        Char(CitationCharLocation),
        /// In a PDF.
        Page(CitationPageLocation),
        /// In a document made of blocks.
        ContentBlock(CitationContentBlockLocation),
        /// In a search result of yours.
        SearchResult(CitationSearchResultLocation),
        /// On a page of the web (web search is not on Bedrock; histories from elsewhere have it).
        WebSearchResult(CitationWebSearchResultLocation),
    }
}

impl Citation {
    /// The text in the source; `None` for an unknown kind.
    pub fn cited_text(&self) -> Option<&str> {
        Some(match self {
            Self::Char(location) => &location.cited_text,
            Self::Page(location) => &location.cited_text,
            Self::ContentBlock(location) => &location.cited_text,
            Self::SearchResult(location) => &location.cited_text,
            Self::WebSearchResult(location) => &location.cited_text,
            Self::Unknown(_) => return None,
        })
    }
}

wire_struct! {
    /// A place in a plain text, in characters.
    pub struct CitationCharLocation tag "char_location" {
        required {
            /// The text in the source; it costs no output tokens.
            cited_text: String,
            /// Which of the request's documents, from 0.
            document_index: u64 = exact,
            /// The first character, from 0.
            start_char_index: u64 = exact,
            /// The one behind the last character.
            end_char_index: u64 = exact,
        }
        optional {
            /// The file the document came from; answers only, and not on Bedrock.
            file_id: String,
        }
        nullable {
            /// The document's title.
            document_title: String,
        }
    }
}

wire_struct! {
    /// A place in a PDF, in pages.
    pub struct CitationPageLocation tag "page_location" {
        required {
            /// The text in the source; it costs no output tokens.
            cited_text: String,
            /// Which of the request's documents, from 0.
            document_index: u64 = exact,
            /// The first page, from 1.
            start_page_number: u64 = exact,
            /// The one behind the last page.
            end_page_number: u64 = exact,
        }
        optional {
            /// The file the document came from; answers only, and not on Bedrock.
            file_id: String,
        }
        nullable {
            /// The document's title.
            document_title: String,
        }
    }
}

wire_struct! {
    /// A place in a document made of blocks.
    pub struct CitationContentBlockLocation tag "content_block_location" {
        required {
            /// The text in the source; it costs no output tokens.
            cited_text: String,
            /// Which of the request's documents, from 0.
            document_index: u64 = exact,
            /// The first block, from 0.
            start_block_index: u64 = exact,
            /// The one behind the last block.
            end_block_index: u64 = exact,
        }
        optional {
            /// The file the document came from; answers only, and not on Bedrock.
            file_id: String,
        }
        nullable {
            /// The document's title.
            document_title: String,
        }
    }
}

wire_struct! {
    /// A place in a search result.
    pub struct CitationSearchResultLocation tag "search_result_location" {
        required {
            /// The text in the source; it costs no output tokens.
            cited_text: String,
            /// Which of the request's search results, from 0.
            search_result_index: u64 = exact,
            /// The search result's `source`.
            source: String,
            /// The first block, from 0.
            start_block_index: u64 = exact,
            /// The one behind the last block.
            end_block_index: u64 = exact,
        }
        nullable {
            /// The search result's title.
            title: String,
        }
    }
}

wire_struct! {
    /// A page of the web.
    pub struct CitationWebSearchResultLocation tag "web_search_result_location" {
        required {
            /// The text in the source.
            cited_text: String,
            /// Opaque; must go back unchanged.
            encrypted_index: String,
            /// The page's address.
            url: String,
        }
        nullable {
            /// The page's title.
            title: String,
        }
    }
}
