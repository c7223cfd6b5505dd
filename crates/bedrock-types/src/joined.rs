//! Texts put together with something between: the standard library's `join` is compiled into fifteen times as much code for each kind
//! of text.

/// The texts, one after the other.
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
