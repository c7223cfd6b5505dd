//! Citations of Converse: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html>.

use crate::json::{member_union::member_union, object::wire_struct};

wire_struct! {
    /// Whether the model cites.
    pub struct CitationsConfig {
        required {
            /// It does.
            enabled: bool = exact,
        }
    }
}

wire_struct! {
    /// Text of the model with the places it comes from.
    pub struct CitationsContentBlock {
        optional {
            /// The text.
            content: Vec<CitationGeneratedContent>,
            /// The places.
            citations: Vec<Citation>,
        }
    }
}

member_union! {
    /// A piece of cited text.
    pub enum CitationGeneratedContent {
        /// Text.
        Text(String) = "text",
    }
}

wire_struct! {
    /// A place that a text comes from; also the form in which a stream adds one.
    pub struct Citation {
        optional {
            /// Title of the document.
            title: String,
            /// Source of the search result.
            source: String,
            /// The words themselves.
            source_content as "sourceContent": Vec<CitationSourceContent>,
            /// Where they stand.
            location: CitationLocation,
        }
    }
}

member_union! {
    /// A piece of what is cited.
    pub enum CitationSourceContent {
        /// Text.
        Text(String) = "text",
    }
}

member_union! {
    /// Where the words stand.
    pub enum CitationLocation {
        /// On a page of the web.
        Web(WebLocation) = "web",
        /// In a plain text.
        DocumentChar(DocumentCharLocation) = "documentChar",
        /// In a PDF.
        DocumentPage(DocumentPageLocation) = "documentPage",
        /// In a document given as content.
        DocumentChunk(DocumentChunkLocation) = "documentChunk",
        /// In a search result.
        SearchResultLocation(SearchResultLocation) = "searchResultLocation",
    }
}

wire_struct! {
    /// A page of the web.
    pub struct WebLocation {
        optional {
            /// Its address.
            url: String,
            /// Its domain.
            domain: String,
        }
    }
}

wire_struct! {
    /// Characters of a plain text.
    pub struct DocumentCharLocation {
        optional {
            /// Which document of the request, from 0.
            document_index as "documentIndex": u64 = exact,
            /// The first character.
            start: u64 = exact,
            /// Behind the last.
            end: u64 = exact,
        }
    }
}

wire_struct! {
    /// Pages of a PDF.
    pub struct DocumentPageLocation {
        optional {
            /// Which document of the request, from 0.
            document_index as "documentIndex": u64 = exact,
            /// The first page.
            start: u64 = exact,
            /// Behind the last.
            end: u64 = exact,
        }
    }
}

wire_struct! {
    /// Pieces of a document given as content.
    pub struct DocumentChunkLocation {
        optional {
            /// Which document of the request, from 0.
            document_index as "documentIndex": u64 = exact,
            /// The first piece.
            start: u64 = exact,
            /// Behind the last.
            end: u64 = exact,
        }
    }
}

wire_struct! {
    /// Pieces of a search result.
    pub struct SearchResultLocation {
        optional {
            /// Which search result of the request, from 0.
            search_result_index as "searchResultIndex": u64 = exact,
            /// The first piece.
            start: u64 = exact,
            /// Behind the last.
            end: u64 = exact,
        }
    }
}
