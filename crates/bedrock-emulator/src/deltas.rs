//! The deltas that a content block comes in: words of a text, pieces of a tool's input, the signature after the thought.

use std::num::NonZeroUsize;

use bedrock_types::{
    CitationsDelta, ContentBlock, Delta, InputJsonDelta, RawJson, SignatureDelta, TextBlock, TextDelta,
    ThinkingBlock, ThinkingDelta, ToolInput,
};

/// A block as it begins, and what is then added to it: so many characters at a time, or the words of a text.
pub(crate) fn deltas(block: &ContentBlock, chars: Option<NonZeroUsize>) -> (ContentBlock, Vec<Delta>) {
    match block {
        ContentBlock::Text(text) => {
            let words = parts(&text.text, chars).map(|word| TextDelta::new(word).into());
            let citations = text.citations.iter().flatten().cloned();
            let deltas = words.chain(citations.map(|citation| CitationsDelta::new(citation).into()));
            (TextBlock::new("").into(), deltas.collect())
        }
        // Thinking that is not shown has a signature all the same, and comes in that one delta.
        ContentBlock::Thinking(thinking) => {
            let words = parts(&thinking.thinking, chars).map(|word| ThinkingDelta::new(word).into());
            let signature =
                thinking.signature.iter().map(|signature| SignatureDelta::new(signature.as_str()).into());
            (ThinkingBlock::new("").signature("").into(), words.chain(signature).collect())
        }
        ContentBlock::ToolUse(call) => {
            let pieces = std::iter::once("").chain(input(call.input.as_str(), chars));
            let deltas = pieces.map(|piece| InputJsonDelta::new(piece).into()).collect();
            let mut begun = call.clone();
            begun.input = ToolInput::Json(RawJson::parse("{}").expect("an object"));
            (begun.into(), deltas)
        }
        whole => (whole.clone(), vec![]),
    }
}

/// Parts of a text: characters if it is said how many, else its words, each with the space after it.
fn parts(text: &str, chars: Option<NonZeroUsize>) -> Box<dyn Iterator<Item = &str> + '_> {
    match chars {
        Some(chars) => Box::new(pieces(text, move |rest| end_of(rest, chars))),
        None => Box::new(text.split_inclusive(char::is_whitespace)),
    }
}

/// Pieces of an input, cut anywhere.
fn input(text: &str, chars: Option<NonZeroUsize>) -> Box<dyn Iterator<Item = &str> + '_> {
    match chars {
        Some(_) => parts(text, chars),
        None => Box::new(pieces(text, |rest| rest.floor_char_boundary(PIECE))),
    }
}

/// Pieces of a text, each as long as `end` says of what is left; that is the end of a character.
fn pieces(text: &str, end: impl Fn(&str) -> usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(end(rest))?;
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Where so many characters end.
fn end_of(text: &str, chars: NonZeroUsize) -> usize {
    text.char_indices().nth(chars.get()).map_or(text.len(), |(end, _)| end)
}

/// In bytes; more than one character has.
const PIECE: usize = 12;
