//! Where the bytes of a picture or a document come from.

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::json::object::wire_struct;

wire_struct! {
    /// Bytes, in base64.
    pub struct Base64Source tag "base64" {
        required {
            /// Like `image/png` or `application/pdf`.
            media_type: String,
            /// The bytes in standard base64, padded.
            data: String,
        }
    }
}

impl Base64Source {
    /// Encodes `bytes`.
    pub fn from_bytes(media_type: impl Into<String>, bytes: &[u8]) -> Self {
        Self::new(media_type, BASE64_STANDARD.encode(bytes))
    }
}

wire_struct! {
    /// Plain text.
    pub struct TextSource tag "text" {
        required {
            /// Always `text/plain` today.
            media_type: String,
            /// The text.
            data: String,
        }
    }
}

wire_struct! {
    /// An address to fetch from. Amazon Bedrock does not take it; it is here so that histories survive.
    pub struct UrlSource tag "url" {
        required {
            /// The address.
            url: String,
        }
    }
}
