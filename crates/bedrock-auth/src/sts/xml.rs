//! The texts of a small XML document by their path: all that STS's answers need.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use zeroize::Zeroizing;

/// The texts of a document, by the names of the elements around them without the root: `Error/Code`.
pub(super) struct Texts(Vec<(String, Zeroizing<String>)>);

impl Texts {
    /// Reads a document; `None` where it is no whole XML, has a document type (and so entities of its own), or is deeper or has longer
    /// names than any answer of STS: each text has a path of its own, which must not grow to many times the document. No reason is given, because the parser's may quote the input.
    pub(super) fn parse(document: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_str(std::str::from_utf8(document).ok()?);
        let mut path: Vec<String> = Vec::new();
        let mut text = Zeroizing::new(String::new());
        let mut texts = Vec::new();
        loop {
            match reader.read_event().ok()? {
                Event::Start(element) => {
                    let name = element.local_name();
                    if path.len() == MAX_DEPTH || name.as_ref().len() > MAX_NAME_BYTES {
                        return None;
                    }
                    path.push(name.as_ref().to_owned());
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part),
                Event::CData(part) => text.push_str(&part),
                Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                    Some(character) => text.push(character),
                    None => text.push_str(resolve_xml_entity(&reference)?),
                },
                Event::End(_) => {
                    let value = std::mem::take(&mut text);
                    if !value.trim().is_empty() {
                        texts.push((path.get(1..).unwrap_or_default().join("/"), value));
                    }
                    path.pop();
                }
                Event::Eof => return (path.is_empty() && !texts.is_empty()).then_some(Self(texts)),
                Event::DocType(_) => return None,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The first text at this path, without white space around it.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == path).map(|(_, text)| text.trim())
    }
}

/// STS's answers are four deep.
const MAX_DEPTH: usize = 8;

/// The longest name in STS's answers has 33.
const MAX_NAME_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_path() {
        let document = "<?xml version=\"1.0\"?><!-- one --><R xmlns=\"u\"><A>\n  <B> b &amp; &#x63; </B><x:C><![CDATA[<d>]]></x:C><E/>\n</A>\
            <A><B>second</B></A></R>\n";
        let texts = Texts::parse(document.as_bytes()).unwrap();
        assert_eq!(
            ["A/B", "A/C", "A/E", "A", "B"].map(|path| texts.get(path)),
            [Some("b & c"), Some("<d>"), None, None, None]
        );
    }

    #[test]
    fn what_is_no_small_document_is_refused() {
        let deep = format!("{}x{}", "<a>".repeat(9), "</a>".repeat(9));
        let long_name = format!("<R><{0}>x</{0}></R>", "A".repeat(65));
        for document in [
            "",
            "{}",
            "<R><A>text</A>",
            "<R><A>text</B></R>",
            "<R><A>&unknown;</A></R>",
            "<!DOCTYPE R [<!ENTITY a \"b\">]><R><A>text</A></R>",
            "<R/>",
            &deep,
            &long_name,
        ] {
            assert!(Texts::parse(document.as_bytes()).is_none(), "{document}");
        }
        assert!(Texts::parse(b"<R><A>\xff</A></R>").is_none());
    }
}
