//! Documents.

use super::{Base64Source, CacheControl, CitationsConfig, Content, TextSource, UrlSource};
use crate::json::{object::wire_struct, union::tagged_union};

wire_struct! {
    /// A document: a PDF, a plain text, or content blocks.
    ///
    /// ```
    /// use bedrock_types::{Base64Source, DocumentBlock};
    ///
    /// let pdf = DocumentBlock::new(Base64Source::from_bytes("application/pdf", b"%PDF-1.7")).title("report");
    /// assert_eq!(pdf.title.as_deref(), Some("report"));
    /// ```
    pub struct DocumentBlock tag "document" {
        required {
            /// Its content.
            source: DocumentSource,
        }
        optional {
            /// A name that the model sees.
            title: String,
            /// What the model should know about the document, not to be cited.
            context: String,
            /// Whether the model cites from it.
            citations: CitationsConfig,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

tagged_union! {
    /// Where a document's content comes from.
    pub enum DocumentSource {
        /// The bytes of a PDF.
        Base64(Base64Source),
        /// Plain text.
        Text(TextSource),
        /// Content blocks.
        Content(ContentSource),
        /// An address (not on Bedrock).
        Url(UrlSource),
    }
}

wire_struct! {
    /// A document given as content: a text, or text and image blocks.
    pub struct ContentSource tag "content" {
        required {
            /// The content.
            content: Content,
        }
    }
}
