//! Pictures, documents and search results of Converse. Bytes are base64, as in Messages.

use super::CitationsConfig;
use crate::json::{member_union::member_union, object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// A picture.
    pub struct ImageBlock {
        required {
            /// Its format.
            format: ImageFormat,
            /// Its bytes.
            source: ImageSource,
        }
    }
}

open_enum! {
    /// Formats of pictures.
    pub enum ImageFormat {
        /// PNG.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
        /// GIF.
        Gif = "gif",
        /// WebP.
        Webp = "webp",
    }
}

member_union! {
    /// Where a picture comes from.
    pub enum ImageSource {
        /// The bytes, in base64.
        Bytes(String) = "bytes",
        /// An object in S3.
        S3Location(S3Location) = "s3Location",
    }
}

wire_struct! {
    /// An object in S3.
    pub struct S3Location {
        required {
            /// Like `s3://bucket/key`.
            uri: String,
        }
        optional {
            /// The account that owns the bucket.
            bucket_owner as "bucketOwner": String,
        }
    }
}

wire_struct! {
    /// A document. Beside it in the turn there must be a text.
    pub struct DocumentBlock {
        required {
            /// Letters, digits, single spaces, hyphens, parentheses and square brackets. The model sees it.
            name: String,
            /// Its content.
            source: DocumentSource,
        }
        optional {
            /// Its format.
            format: DocumentFormat,
            /// What the model should know about the document, not to be cited.
            context: String,
            /// Whether the model cites from it; a PDF is read by eye only if it does.
            citations: CitationsConfig,
        }
    }
}

open_enum! {
    /// Formats of documents.
    pub enum DocumentFormat {
        /// PDF.
        Pdf = "pdf",
        /// Comma-separated values.
        Csv = "csv",
        /// Word, old.
        Doc = "doc",
        /// Word.
        Docx = "docx",
        /// Excel, old.
        Xls = "xls",
        /// Excel.
        Xlsx = "xlsx",
        /// HTML.
        Html = "html",
        /// Plain text.
        Txt = "txt",
        /// Markdown.
        Md = "md",
    }
}

member_union! {
    /// Where a document's content comes from.
    pub enum DocumentSource {
        /// The bytes, in base64.
        Bytes(String) = "bytes",
        /// An object in S3.
        S3Location(S3Location) = "s3Location",
        /// Plain text.
        Text(String) = "text",
        /// Pieces that are cited as they are cut here.
        Content(Vec<DocumentContentBlock>) = "content",
    }
}

member_union! {
    /// A piece of a document.
    pub enum DocumentContentBlock {
        /// Text.
        Text(String) = "text",
    }
}

wire_struct! {
    /// A search result of yours, which the model can cite.
    pub struct SearchResultBlock {
        required {
            /// Where it was found: an address, or any name.
            source: String,
            /// Its title.
            title: String,
            /// Its text.
            content: Vec<SearchResultContentBlock>,
        }
        optional {
            /// Whether the model cites from it.
            citations: CitationsConfig,
        }
    }
}

wire_struct! {
    /// A piece of a search result.
    pub struct SearchResultContentBlock {
        required {
            /// Text.
            text: String,
        }
    }
}
