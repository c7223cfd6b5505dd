//! Texts searched and put together: here alone, because the standard library's ways are compiled for each module that takes them.

/// Whether a text has these words.
pub(crate) fn says(text: &str, words: &str) -> bool {
    cut(text, words).is_some()
}

/// What stands before and after a mark, where that is first found: by the slow way, which is short, in texts that are.
#[inline(never)]
pub(crate) fn cut<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let at = text.as_bytes().windows(mark.len()).position(|found| found == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Whether a text is this word, in whatever case.
#[inline(never)]
pub(crate) fn is_word(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
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
