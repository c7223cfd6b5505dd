//! What pictures and PDFs cost: no model reads their base64 as text.
//!
//! The numbers stand between those that Anthropic names: a picture of the largest size that is not made smaller, a page between 1,500 and
//! 3,000 tokens. <https://platform.claude.com/docs/en/build-with-claude/vision>,
//! <https://platform.claude.com/docs/en/build-with-claude/pdf-support>, 2026-11.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bedrock_types::{Content, ContentBlock, DocumentSource, ImageSource};

/// The files in some blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// What they take of the JSON.
    pub(super) base64_bytes: usize,
    pub(super) tokens: u64,
}

impl Files {
    /// Those in these blocks, and in what is inside them.
    pub(super) fn of(blocks: &[ContentBlock]) -> Self {
        let mut files = Self::default();
        blocks.iter().for_each(|block| files.add(block));
        files
    }

    fn add(&mut self, block: &ContentBlock) {
        match block {
            ContentBlock::Image(image) => {
                if let ImageSource::Base64(source) = &image.source {
                    self.base64_bytes += source.data.len();
                }
                self.tokens += IMAGE;
            }
            ContentBlock::Document(document) => match &document.source {
                DocumentSource::Base64(source) => {
                    self.base64_bytes += source.data.len();
                    self.tokens += PAGE * pages(&source.data);
                }
                DocumentSource::Content(source) => self.add_all(source.content.blocks()),
                _ => {}
            },
            ContentBlock::ToolResult(result) => {
                self.add_all(result.content.as_ref().map_or(&[][..], Content::blocks));
            }
            _ => {}
        }
    }

    fn add_all(&mut self, blocks: &[ContentBlock]) {
        blocks.iter().for_each(|block| self.add(block));
    }
}

/// The pages that can be told without unpacking anything: the objects that say they are one. What hides them has one.
fn pages(base64: &str) -> u64 {
    let pdf = BASE64_STANDARD.decode(base64).unwrap_or_default();
    let kinds = pdf.windows(TYPE.len()).enumerate().filter(|(_, word)| *word == TYPE);
    let found = kinds.filter(|(at, _)| pdf.get(at + TYPE.len()..).is_some_and(is_page)).count();
    found.max(1) as u64
}

/// `/Page`, and not `/Pages`.
fn is_page(kind: &[u8]) -> bool {
    let rest = kind.trim_ascii_start().strip_prefix(b"/Page");
    rest.is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphanumeric))
}

const IMAGE: u64 = 1_600;
const PAGE: u64 = 2_000;
const TYPE: &[u8] = b"/Type";

#[cfg(test)]
mod tests {
    use bedrock_types::{Base64Source, DocumentBlock, ImageBlock, ToolResultBlock};

    use super::*;

    fn pdf(bytes: &[u8]) -> ContentBlock {
        DocumentBlock::new(Base64Source::new("application/pdf", BASE64_STANDARD.encode(bytes))).into()
    }

    #[test]
    fn pages_are_counted_where_they_can_be_seen() {
        let cases: [(&[u8], u64); 4] = [
            (b"<</Type /Pages /Count 2>> <</Type /Page>> <</Type/Page/Parent 1 0 R>>", 2),
            (b"<</Type\n/Page\n>>", 1),
            (b"<</Type /ObjStm>>", 1),
            (b"", 1),
        ];
        for (bytes, pages) in cases {
            assert_eq!(Files::of(&[pdf(bytes)]).tokens, pages * PAGE, "{bytes:?}");
        }
    }

    #[test]
    fn files_inside_of_results_count() {
        let image = || ContentBlock::from(ImageBlock::new(Base64Source::new("image/png", "aGk=")));
        let result = ToolResultBlock::new("t").content(Content::Blocks(vec![image(), image()]));
        assert_eq!(Files::of(&[image(), result.into()]), Files { base64_bytes: 12, tokens: 3 * IMAGE });
    }
}
