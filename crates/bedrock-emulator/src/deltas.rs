//! The deltas that a content block comes in: words of a text, pieces of a tool's input, the signature after the thought.

use bedrock_types::{
    CitationsDelta, ContentBlock, Delta, InputJsonDelta, RawJson, SignatureDelta, TextBlock, TextDelta,
    ThinkingBlock, ThinkingDelta, ToolInput,
};

/// A block as it begins, and what is then added to it.
pub(crate) fn deltas(block: &ContentBlock) -> (ContentBlock, Vec<Delta>) {
    match block {
        ContentBlock::Text(text) => {
            let words = words(&text.text).map(|word| TextDelta::new(word).into());
            let citations = text.citations.iter().flatten().cloned();
            let deltas = words.chain(citations.map(|citation| CitationsDelta::new(citation).into()));
            (TextBlock::new("").into(), deltas.collect())
        }
        // Thinking that is not shown has a signature all the same, and comes in that one delta.
        ContentBlock::Thinking(thinking) => {
            let words = words(&thinking.thinking).map(|word| ThinkingDelta::new(word).into());
            let signature =
                thinking.signature.iter().map(|signature| SignatureDelta::new(signature.as_str()).into());
            (ThinkingBlock::new("").signature("").into(), words.chain(signature).collect())
        }
        ContentBlock::ToolUse(call) => {
            let pieces = std::iter::once("").chain(pieces(call.input.as_str()));
            let deltas = pieces.map(|piece| InputJsonDelta::new(piece).into()).collect();
            let mut begun = call.clone();
            begun.input = ToolInput::Json(RawJson::parse("{}").expect("an object"));
            (begun.into(), deltas)
        }
        whole => (whole.clone(), vec![]),
    }
}

/// The words of a text, each with the space after it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(char::is_whitespace)
}

/// Pieces of a few characters, cut anywhere.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// In bytes; more than one character has.
const PIECE: usize = 12;
