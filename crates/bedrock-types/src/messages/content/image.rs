//! Pictures.

use super::{Base64Source, CacheControl, UrlSource};
use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

wire_struct! {
    /// A picture: JPEG, PNG, GIF or WebP.
    ///
    /// ```
    /// use bedrock_types::{Base64Source, ImageBlock};
    ///
    /// let image = ImageBlock::new(Base64Source::from_bytes("image/png", b"\x89PNG"));
    /// assert!(serde_json::to_string(&image).unwrap().starts_with(r#"{"type":"image","source":{"type":"base64""#));
    /// ```
    pub struct ImageBlock tag "image" {
        required {
            /// Its bytes; Bedrock takes base64 only.
            source: ImageSource,
        }
        optional {
            /// What may be done to it.
            transformations: ImageTransformations,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

wire_struct! {
    /// What may be done to a picture before the model sees it.
    pub struct ImageTransformations {
        optional {
            /// If it is larger than the model takes.
            oversized_image: OversizedImage,
        }
    }
}

open_enum! {
    /// What happens to a picture that is larger than the model takes.
    pub enum OversizedImage {
        /// It is made smaller.
        Downsize = "downsize",
        /// The request fails.
        Error = "error",
    }
}

tagged_union! {
    /// Where a picture comes from.
    pub enum ImageSource {
        /// The bytes themselves.
        Base64(Base64Source),
        /// An address (not on Bedrock).
        Url(UrlSource),
    }
}
