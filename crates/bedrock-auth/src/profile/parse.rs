//! One file, line by line, into sections in the order they stand.
//!
//! What a line is, is told by its first character: `#` or `;` a comment, `[` a section, white space the continuation of the
//! setting above, anything else a setting. Names that AWS ignores are kept here and left out by `merge`, so that a continuation
//! below them has something to belong to.

use zeroize::Zeroizing;

use super::error::SyntaxProblem;
use crate::text::cut;

/// A section as it stands in the file.
pub(super) struct Section {
    /// What is between the brackets, trimmed.
    pub(super) title: String,
    pub(super) properties: Vec<Property>,
}

/// A setting with its continuation lines.
pub(super) struct Property {
    pub(super) key: String,
    pub(super) value: Zeroizing<String>,
    /// Its own line had no value: the indented lines below are settings in turn.
    nests: bool,
}

/// Reads the bytes of one file.
///
/// # Errors
///
/// The number of the first line that is wrong, and what is wrong with it.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Section>, (usize, SyntaxProblem)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        (valid.split(|byte| *byte == b'\n').count(), SyntaxProblem::NotUtf8)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sections = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        read_line(line, &mut sections).map_err(|problem| (number, problem))?;
    }
    Ok(sections)
}

fn read_line(line: &str, sections: &mut Vec<Section>) -> Result<(), SyntaxProblem> {
    let trimmed = line.trim();
    // An indented comment is a comment too, as for the AWS CLI; as a continuation it would become part of the value above.
    if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
        return Ok(());
    }
    if line.starts_with('[') {
        sections.push(Section { title: section_title(line)?.to_owned(), properties: Vec::new() });
        return Ok(());
    }
    let section = sections.last_mut().ok_or(SyntaxProblem::OutsideSection)?;
    if line.starts_with(char::is_whitespace) {
        let property = section.properties.last_mut().ok_or(SyntaxProblem::ContinuesNothing)?;
        return continue_property(property, trimmed);
    }
    section.properties.push(property(line)?);
    Ok(())
}

/// The text between `[` and `]`; a comment may follow at once.
fn section_title(line: &str) -> Result<&str, SyntaxProblem> {
    let definition = line.split(['#', ';']).next().unwrap_or_default().trim();
    let inner = definition.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.map(str::trim).ok_or(SyntaxProblem::SectionNotClosed)
}

fn property(line: &str) -> Result<Property, SyntaxProblem> {
    let (key, value) = cut(without_comment(line), "=").ok_or(SyntaxProblem::PropertyWithoutEquals)?;
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() {
        return Err(SyntaxProblem::PropertyWithoutName);
    }
    Ok(Property {
        key: key.to_ascii_lowercase(),
        value: Zeroizing::new(value.to_owned()),
        nests: value.is_empty(),
    })
}

/// Adds an indented line; `#` and `;` are part of it.
fn continue_property(property: &mut Property, line: &str) -> Result<(), SyntaxProblem> {
    if property.nests {
        let (name, _) = cut(line, "=").ok_or(SyntaxProblem::NestedWithoutEquals)?;
        if name.trim().is_empty() {
            return Err(SyntaxProblem::NestedWithoutName);
        }
    }
    property.value.push('\n');
    property.value.push_str(line);
    Ok(())
}

/// A comment needs white space before it: `a=b#c` is a value.
fn without_comment(line: &str) -> &str {
    let mut after_space = false;
    for (index, character) in line.char_indices() {
        if after_space && matches!(character, '#' | ';') {
            return line.get(..index).unwrap_or(line);
        }
        after_space = character.is_whitespace();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::SyntaxProblem::{
        ContinuesNothing, NestedWithoutEquals, NestedWithoutName, NotUtf8, OutsideSection,
        PropertyWithoutEquals, PropertyWithoutName, SectionNotClosed,
    };
    use super::*;

    #[test]
    fn a_broken_line_is_named_by_number() {
        let cases: [(&[u8], usize, SyntaxProblem); 11] = [
            (b"# fine\n\xff\n", 2, NotUtf8),
            (b"[a]\r\nb = c\r\n\r\n[d\r\n", 4, SectionNotClosed),
            (b"[a] b\n", 1, SectionNotClosed),
            (b"[\n", 1, SectionNotClosed),
            (b"a = b", 1, OutsideSection),
            (b"\n  a = b", 2, OutsideSection),
            (b"[a]\n b = c", 2, ContinuesNothing),
            (b"[a]\nb # = c", 2, PropertyWithoutEquals),
            (b"[a]\n = c", 2, ContinuesNothing),
            (b"[a]\ns3 =\n b", 3, NestedWithoutEquals),
            (b"[a]\ns3 =\n = b", 3, NestedWithoutName),
        ];
        for (file, line, problem) in cases {
            assert_eq!(parse(file).err(), Some((line, problem)), "{}", file.escape_ascii());
        }
        assert_eq!(parse(b"[a]\n=c").err(), Some((2, PropertyWithoutName)));
    }

    #[test]
    fn values_end_where_a_comment_starts() {
        let cases = [
            ("a=b#c", "b#c"),
            ("a=b #c", "b"),
            ("a = b;c\t; d", "b;c"),
            ("a = # b", ""),
            ("a = b\n  # an indented comment\n c # kept", "b\nc # kept"),
            ("a =\n b = c\n\n  d = e", "\nb = c\nd = e"),
            ("a = ü\u{a0}", "ü"),
        ];
        for (lines, value) in cases {
            let sections = parse(format!("\u{feff}[s]\n{lines}\n").as_bytes()).unwrap();
            assert_eq!(sections[0].properties[0].value.as_str(), value, "{lines}");
        }
    }
}
