//! A file as a content block: what it is, is told from its bytes.

use std::path::Path;

use bedrock_types::{Base64Source, ContentBlock, DocumentBlock, ImageBlock, TextSource};

use crate::failure::Failure;

/// The block for a PDF, a picture or a text.
pub(super) fn block(path: &Path, bytes: &[u8]) -> Result<ContentBlock, Failure> {
    let title =
        path.file_name().map_or_else(|| "stdin".to_owned(), |name| name.to_string_lossy().into_owned());
    if bytes.starts_with(b"%PDF-") {
        return Ok(DocumentBlock::new(Base64Source::from_bytes("application/pdf", bytes))
            .title(title)
            .into());
    }
    if let Some(media_type) = picture(bytes) {
        return Ok(ImageBlock::new(Base64Source::from_bytes(media_type, bytes)).into());
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::config(format!("{} is empty", path.display()), "attach a file with content"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => {
            Ok(DocumentBlock::new(TextSource::new("text/plain", text)).title(title).into())
        }
        _ => Err(Failure::config(
            format!("{} is no PDF, no JPEG, PNG, GIF or WebP picture, and no text", path.display()),
            "convert it to one of these",
        )),
    }
}

fn picture(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_a_file_is() {
        for (bytes, kind, media_type) in [
            (&b"%PDF-1.7"[..], "document", "application/pdf"),
            (b"\x89PNG\r\n", "image", "image/png"),
            (b"\xff\xd8\xff\xe0", "image", "image/jpeg"),
            (b"GIF89a", "image", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8", "image", "image/webp"),
            (b"plain words", "document", "text/plain"),
        ] {
            let block = block(Path::new("/tmp/file.bin"), bytes).expect("an attachment");
            assert_eq!(block.kind(), kind);
            assert!(serde_json::to_string(&block).expect("JSON").contains(media_type));
        }
        assert!(block(Path::new("x"), b"\0\xff\xfe").is_err());
        assert!(block(Path::new("x"), b"").is_err());
        assert!(block(Path::new("x"), b"\0\0\0").is_err());
    }
}
