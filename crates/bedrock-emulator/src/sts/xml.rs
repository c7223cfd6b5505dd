//! STS's answers, written as XML.

use std::fmt::Write as _;

use super::error::StsError;

/// A part of an answer.
pub(super) struct Element {
    name: &'static str,
    content: ElementContent,
}

enum ElementContent {
    Text(String),
    Parts(Vec<Element>),
}

impl Element {
    pub(super) fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, content: ElementContent::Text(text.into()) }
    }

    pub(super) fn parent(name: &'static str, parts: impl Into<Vec<Self>>) -> Self {
        Self { name, content: ElementContent::Parts(parts.into()) }
    }

    fn write(&self, document: &mut String) {
        document.push_str(&format!("<{}>", self.name));
        match &self.content {
            ElementContent::Text(text) => document.push_str(&escaped(text)),
            ElementContent::Parts(parts) => parts.iter().for_each(|part| part.write(document)),
        }
        document.push_str(&format!("</{}>", self.name));
    }
}

/// What an operation answers with.
pub(super) fn answer(operation: &str, elements: &[Element], request_id: &str) -> String {
    let mut document = format!("<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>");
    elements.iter().for_each(|element| element.write(&mut document));
    // Writing to a string cannot fail.
    let _ = write!(
        document,
        "</{operation}Result><ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{operation}Response>",
        escaped(request_id)
    );
    document
}

/// What it is refused with.
pub(super) fn refusal(error: &StsError, request_id: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error>\
         <RequestId>{}</RequestId></ErrorResponse>",
        error.code(),
        escaped(error.message()),
        escaped(request_id)
    )
}

fn escaped(text: &str) -> String {
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

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_form_of_a_real_one() {
        let elements = [Element::text("A", "1 & <2>"), Element::parent("B", [Element::text("C", "")])];
        assert_eq!(
            answer("Do", &elements, "id"),
            "<DoResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><DoResult><A>1 &amp; &lt;2&gt;</A><B><C></C></B>\
             </DoResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>"
        );
    }

    #[test]
    fn no_text_ends_the_document() {
        assert_eq!(escaped("</Message>\u{0}\n"), "&lt;/Message&gt;\u{fffd}\n");
    }
}
