//! Texts of parts, and parts of texts.

/// The parts with a text between them; without between, one after the other.
///
/// It has room from the start, so that no shorter copy of a secret is left behind in memory. `join` and `concat` of the standard
/// library do the same by hundreds of lines of code for each type of parts.
pub(crate) fn joined(parts: &[impl AsRef<str>], between: &str) -> String {
    let room = parts.iter().map(|part| part.as_ref().len().saturating_add(between.len())).sum();
    let mut text = String::with_capacity(room);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(part.as_ref());
    }
    text
}

/// Whether a text is one of these. (The slice's `contains` is unrolled at each place that asks.)
#[inline(never)]
pub(crate) fn is_one_of(text: &str, these: &[&str]) -> bool {
    these.contains(&text)
}

/// The parts of a text between these bytes, which are ASCII. Most are short, and for such `str::split` takes several times as long.
pub(crate) fn pieces(text: &str, between: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let end = memchr::memchr(between, text.as_bytes());
        let Some((piece, behind)) = end.and_then(|end| text.split_at_checked(end)) else { return Some(text) };
        rest = behind.get(1..);
        Some(piece)
    })
}

/// What stands before and after a mark, where that is first found.
///
/// `split_once` does it; for a mark of more than one character it brings two thousand lines of code that find it fast in long texts,
/// and ours are short.
pub(crate) fn cut<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let at = text.as_bytes().windows(mark.len()).position(|found| found == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Whether a text is this word, in whatever case.
#[inline(never)]
pub(crate) fn is_word(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_those_of_the_standard_library() {
        for text in ["", ",", "a", "a,b", ",a,,é,", "ü,😀"] {
            assert!(pieces(text, b',').eq(text.split(',')), "{text}");
        }
    }

    #[test]
    fn the_text_between_is_only_between() {
        let nothing: [&str; 0] = [];
        assert_eq!(joined(&nothing, ", "), "");
        assert_eq!(joined(&["a"], ", "), "a");
        assert_eq!(joined(&["a".to_owned(), String::new(), "b".to_owned()], ", "), "a, , b");
        assert_eq!(joined(&["a", "b"], ""), "ab");
    }
}
