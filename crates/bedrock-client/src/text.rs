//! Texts searched and put together: here alone, because the standard library's ways are compiled for each module that takes them.

/// Whether a text has these words.
#[inline(never)]
pub(crate) fn says(text: &str, words: &str) -> bool {
    text.contains(words)
}

/// Whether a text is one of these.
#[inline(never)]
pub(crate) fn is_one_of(text: &str, these: &[&str]) -> bool {
    these.contains(&text)
}

/// So many characters of a text, from its beginning.
#[inline(never)]
pub(crate) fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The texts with something between: `join` is compiled into fifteen times as much code for each kind of text.
pub(crate) fn joined(texts: &[impl AsRef<str>], between: &str) -> String {
    let mut all = String::new();
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            all.push_str(between);
        }
        all.push_str(text.as_ref());
    }
    all
}
