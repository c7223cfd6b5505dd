//! XML, as STS and S3 write it.

/// A part of an answer.
pub(crate) struct Element {
    name: &'static str,
    content: ElementContent,
}

enum ElementContent {
    Text(String),
    Parts(Vec<Element>),
}

impl Element {
    pub(crate) fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, content: ElementContent::Text(text.into()) }
    }

    pub(crate) fn parent(name: &'static str, parts: impl Into<Vec<Self>>) -> Self {
        Self { name, content: ElementContent::Parts(parts.into()) }
    }

    pub(crate) fn write(&self, document: &mut String) {
        document.push_str(&format!("<{}>", self.name));
        match &self.content {
            ElementContent::Text(text) => document.push_str(&escaped(text)),
            ElementContent::Parts(parts) => parts.iter().for_each(|part| part.write(document)),
        }
        document.push_str(&format!("</{}>", self.name));
    }
}

/// A text that can stand between two tags.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // XML has no place for the other control characters.
            '\n' | '\t' => escaped.push(letter),
            _ if letter.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_document() {
        assert_eq!(escaped("</Message>\u{0}\n"), "&lt;/Message&gt;\u{fffd}\n");
    }
}
