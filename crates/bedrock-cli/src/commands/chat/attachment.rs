//! A file as a content block; what it is, is told from its bytes.

use std::path::Path;

use bedrock_types::{AttachmentError, ContentBlock};

use crate::failure::Failure;

/// The block for a PDF, a picture or a text.
pub(super) fn block(path: &Path, bytes: &[u8]) -> Result<ContentBlock, Failure> {
    let title =
        path.file_name().map_or_else(|| "stdin".to_owned(), |name| name.to_string_lossy().into_owned());
    ContentBlock::attachment(title, bytes)
        .map_err(|error| Failure::config(format!("{}: {error}", path.display()), hint(&error)))
}

fn hint(error: &AttachmentError) -> &'static str {
    match error {
        AttachmentError::Empty => "attach a file with content",
        AttachmentError::TooLarge { .. } => "split the file, or scale the picture down",
        _ => "convert it to one of these",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_a_block_with_its_name() {
        let block = block(Path::new("/tmp/report.bin"), b"%PDF-1.7").expect("an attachment");
        let json = serde_json::to_value(&block).expect("JSON");
        assert_eq!((block.kind(), json["title"].as_str()), ("document", Some("report.bin")));
    }

    #[test]
    fn what_cannot_be_attached_is_said_with_its_file() {
        for (bytes, expected) in
            [(&b""[..], "a.bin: there is nothing in it"), (b"\0\xff\xfe", "a.bin: it is no PDF")]
        {
            let failure = block(Path::new("a.bin"), bytes).expect_err("no attachment");
            assert!(format!("{failure:?}").contains(expected), "{failure:?}");
        }
    }
}
