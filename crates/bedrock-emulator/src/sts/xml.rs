//! STS's answers, written as XML.

use std::fmt::Write as _;

use super::error::StsError;
use crate::xml::{Element, escaped};

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
}
