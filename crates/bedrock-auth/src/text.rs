//! Texts of parts.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_between_is_only_between() {
        let nothing: [&str; 0] = [];
        assert_eq!(joined(&nothing, ", "), "");
        assert_eq!(joined(&["a"], ", "), "a");
        assert_eq!(joined(&["a".to_owned(), String::new(), "b".to_owned()], ", "), "a, , b");
        assert_eq!(joined(&["a", "b"], ""), "ab");
    }
}
