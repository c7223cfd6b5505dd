//! How much room the body of a request needs.

use bedrock_types::{Content, ContentBlock, DocumentSource, ImageSource, MessageCreateParams};

/// About as many bytes as the request has in JSON: its files and texts, and a little for each block and the rest.
///
/// It is where the buffer starts, no bound: escapes make a text longer.
pub(super) fn expected(params: &MessageCreateParams) -> usize {
    let turns: usize = params.messages.iter().map(|turn| content(&turn.content) + AROUND).sum();
    BASE + params.system.as_ref().map_or(0, content) + turns
}

fn content(content: &Content) -> usize {
    match content {
        Content::Text(text) => text.len(),
        content => content.blocks().iter().map(|part| block(part) + AROUND).sum(),
    }
}

fn block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Image(image) => match &image.source {
            ImageSource::Base64(source) => source.data.len(),
            _ => 0,
        },
        ContentBlock::Document(document) => match &document.source {
            DocumentSource::Base64(source) => source.data.len(),
            DocumentSource::Text(source) => source.data.len(),
            DocumentSource::Content(source) => content(&source.content),
            _ => 0,
        },
        ContentBlock::ToolResult(result) => result.content.as_ref().map_or(0, content),
        block => block.text().map_or(0, str::len),
    }
}

/// For options, tools and what stands around.
const BASE: usize = 512;

/// For what stands around a block.
const AROUND: usize = 128;

#[cfg(test)]
mod tests {
    use bedrock_types::{Base64Source, DocumentBlock, ImageBlock, TextBlock, ToolResultBlock};

    use super::*;

    #[test]
    fn large_bodies_fit_and_nothing_much_is_left() {
        let data = "A".repeat(300_000);
        let picture = || ContentBlock::from(ImageBlock::new(Base64Source::new("image/png", data.as_str())));
        let params = MessageCreateParams::new("m", 64).system(data.as_str()).user(vec![
            picture(),
            DocumentBlock::new(Base64Source::new("application/pdf", data.as_str())).into(),
            ToolResultBlock::new("toolu_1").content(vec![picture()]).into(),
            TextBlock::new(data.as_str()).into(),
        ]);
        let needed = serde_json::to_vec(&params).expect("JSON").len();
        let expected = expected(&params);
        assert!((needed..needed + 2_000).contains(&expected), "{expected} for {needed}");
    }
}
