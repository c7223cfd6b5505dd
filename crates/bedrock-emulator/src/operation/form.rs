//! One form for what can be written in two, so that a request means the same on every route.
//!
//! A text may stand alone or as the only block of a list; Converse knows lists alone. Without this the two would count different
//! tokens.

use bedrock_types::{Content, ContentBlock, MessageCreateParams, TextBlock};

/// Takes each text that is alone in its list out of it.
pub(super) fn make_usual(params: &mut MessageCreateParams) {
    let turns = params.messages.iter_mut().map(|turn| &mut turn.content);
    for content in turns.chain(params.system.as_mut()) {
        shorten(content);
        let Content::Blocks(blocks) = content else { continue };
        for block in blocks {
            if let ContentBlock::ToolResult(result) = block {
                result.content.as_mut().map(shorten).unwrap_or_default();
            }
        }
    }
}

fn shorten(content: &mut Content) {
    if let Content::Blocks(blocks) = &*content
        && let [ContentBlock::Text(alone)] = blocks.as_slice()
        && *alone == TextBlock::new(alone.text.as_str())
    {
        *content = Content::Text(alone.text.clone());
    }
}

#[cfg(test)]
mod tests {
    use bedrock_types::{CacheControl, ToolResultBlock};

    use super::*;

    #[test]
    fn a_text_alone_has_one_form_and_others_keep_theirs() {
        let block = |text: &str| ContentBlock::from(TextBlock::new(text));
        let lists = MessageCreateParams::new("m", 1)
            .system(Content::Blocks(vec![block("s")]))
            .user(Content::Blocks(vec![block("a")]))
            .user(Content::Blocks(vec![
                ToolResultBlock::new("t").content(Content::Blocks(vec![block("r")])).into(),
            ]));
        let texts = MessageCreateParams::new("m", 1)
            .system("s")
            .user("a")
            .user(Content::Blocks(vec![ToolResultBlock::new("t").content("r").into()]));
        let usual = |mut params: MessageCreateParams| {
            make_usual(&mut params);
            params
        };
        assert_eq!(usual(lists), texts);
        assert_eq!(usual(texts.clone()), texts);

        let marked = TextBlock::new("a").cache_control(CacheControl::ephemeral());
        for blocks in [vec![], vec![block("a"), block("b")], vec![marked.into()]] {
            let params = MessageCreateParams::new("m", 1).user(Content::Blocks(blocks));
            assert_eq!(usual(params.clone()), params);
        }
    }
}
