//! The texts of a small XML document by their path: all that STS's answers need.
//!
//! A parser of XML would read them too, and all that it knows besides is compiled into every program that has an identity. Not here:
//! document types and their entities (refused), attributes (skipped), name spaces (their prefixes are left out).

use zeroize::Zeroizing;

use crate::text::cut;

/// The texts of a document, by the names of the elements around them without the root: `Error/Code`.
pub(super) struct Texts(Vec<(String, Zeroizing<String>)>);

impl Texts {
    /// Reads a document; `None` where it is no whole XML, has a document type (and so entities of its own), or is deeper or has longer
    /// names than any answer of STS: each text has a path of its own, which must not grow to many times the document. No reason is
    /// given, because it may quote the input.
    pub(super) fn parse(document: &[u8]) -> Option<Self> {
        let mut rest = std::str::from_utf8(document).ok()?;
        let mut open: Vec<&str> = Vec::new();
        let mut text = Zeroizing::new(String::new());
        let mut texts = Vec::new();
        while let Some((before, markup)) = cut(rest, "<") {
            push_resolved(&mut text, before)?;
            rest = if let Some(comment) = markup.strip_prefix("!--") {
                cut(comment, "-->")?.1
            } else if let Some(instruction) = markup.strip_prefix('?') {
                cut(instruction, "?>")?.1
            } else if let Some(data) = markup.strip_prefix("![CDATA[") {
                let (data, rest) = cut(data, "]]>")?;
                text.push_str(data);
                rest
            } else if markup.starts_with('!') {
                return None;
            } else if let Some(end) = markup.strip_prefix('/') {
                let (name, rest) = cut(end, ">")?;
                let value = std::mem::take(&mut text);
                if !value.trim().is_empty() {
                    texts.push((path(&open), value));
                }
                if open.pop()? != name.trim_ascii_end() {
                    return None;
                }
                rest
            } else {
                let (tag, rest) = split_tag(markup)?;
                if !tag.ends_with('/') {
                    let name = tag.split_ascii_whitespace().next().filter(|_| !tag.starts_with(is_space))?;
                    if open.len() == MAX_DEPTH || name.len() > MAX_NAME_BYTES {
                        return None;
                    }
                    open.push(name);
                    text.clear();
                }
                rest
            };
        }
        (open.is_empty() && !texts.is_empty()).then_some(Self(texts))
    }

    /// The first text at this path, without white space around it.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == path).map(|(_, text)| text.trim())
    }
}

/// What is between `<` and `>`, and the rest; within quotes, `>` is a character like others.
fn split_tag(markup: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (index, byte) in markup.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some((markup.get(..index)?, markup.get(index + 1..)?)),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The names of the elements, without the root and the prefixes of name spaces.
fn path(open: &[&str]) -> String {
    let mut path = String::new();
    for (index, name) in open.iter().skip(1).enumerate() {
        let local = cut(name, ":").map_or(*name, |(_, local)| local);
        path.extend([if index == 0 { "" } else { "/" }, local]);
    }
    path
}

/// Adds a text whose references stand for characters; `None` for one that XML does not have.
fn push_resolved(text: &mut String, raw: &str) -> Option<()> {
    let mut rest = raw;
    while let Some((before, reference)) = cut(rest, "&") {
        let (name, after) = cut(reference, ";")?;
        text.push_str(before);
        text.push(character(name)?);
        rest = after;
    }
    text.push_str(rest);
    Some(())
}

fn character(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let code = match number.strip_prefix('x') {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|character| *character != '\0')
}

fn is_space(character: char) -> bool {
    character.is_ascii_whitespace()
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
    fn what_stands_between_texts_is_skipped() {
        for document in [
            "\u{feff}<R><A>x</A></R>",
            "<R><A b=\"c>d</A>\" e='\"'>x</A></R>",
            "<R ><A\n>x</A ></R\n>",
            "<R><A><!-- <B> -->x<?y <B> ?></A></R>",
            "<R><A><B/>x<B c='/'/></A></R>",
            "<R>y<A>x</A>z</R>\n<!-- end -->",
            "<R><A>&#120;</A></R>",
        ] {
            assert_eq!(Texts::parse(document.as_bytes()).unwrap().get("A"), Some("x"), "{document}");
        }
        let escaped =
            Texts::parse(b"<R><A>&lt;&gt;&amp;&quot;&apos;&#x20AC;<![CDATA[&lt;]]></A></R>").unwrap();
        assert_eq!(escaped.get("A"), Some("<>&\"'\u{20ac}&lt;"));
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
            "<R><A>&#0;</A></R>",
            "<R><A>&#xd800;</A></R>",
            "<R><A>&#1114112;</A></R>",
            "<R><A>a & b</A></R>",
            "<R><A b=\"c>text</A></R>",
            "<R><A>text</A></R><A",
            "<R><A>text</A></R></R>",
            "<R><A>text<!-- </A></R>",
            "<R><A><![CDATA[text</A></R>",
            "<R><A>text<? </A></R>",
            "<R>< A>text</ A></R>",
            "<R><>text</></R>",
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
