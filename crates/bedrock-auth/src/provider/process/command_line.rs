//! A command line into words, by the rules of quoting of a POSIX shell and nothing else of a shell.

/// Why a text is no command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// A quote is not closed.
    OpenQuote,
    /// The last character is a backslash.
    EndsInBackslash,
}

/// The words of a command line, as botocore's `shlex` finds them: blanks separate, quotes and backslashes keep together.
///
/// In single quotes everything is itself; in double quotes a backslash takes only `"` and `\` literally and is itself before
/// anything else. There are no variables, no globs, no comments and no second command.
pub(super) fn split(line: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    // `None` between words: `''` is a word, two blanks are not.
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => until_single_quote(&mut rest, word.get_or_insert_default())?,
            '"' => until_double_quote(&mut rest, word.get_or_insert_default())?,
            '\\' => {
                let escaped = rest.next().ok_or(SplitError::EndsInBackslash)?;
                word.get_or_insert_default().push(escaped);
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

fn until_single_quote(rest: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), SplitError> {
    loop {
        match rest.next().ok_or(SplitError::OpenQuote)? {
            '\'' => return Ok(()),
            other => word.push(other),
        }
    }
}

fn until_double_quote(rest: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), SplitError> {
    loop {
        match rest.next().ok_or(SplitError::OpenQuote)? {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(SplitError::OpenQuote)? {
                escaped @ ('"' | '\\') => word.push(escaped),
                other => word.extend(['\\', other]),
            },
            other => word.push(other),
        }
    }
}

impl SplitError {
    pub(super) fn problem(self) -> &'static str {
        match self {
            Self::OpenQuote => "has a quote that is not closed",
            Self::EndsInBackslash => "ends in a backslash",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compared with Python's `shlex.split`, which botocore uses.
    #[test]
    fn words_are_those_of_shlex() {
        let cases: [(&str, &[&str]); 17] = [
            ("", &[]),
            ("  \t\r\n ", &[]),
            ("/bin/tool", &["/bin/tool"]),
            ("  a  b\tc\nd  ", &["a", "b", "c", "d"]),
            ("a 'b c' d", &["a", "b c", "d"]),
            (r#"a "b c" d"#, &["a", "b c", "d"]),
            (r#"a'b'"c"d"#, &["abcd"]),
            (r#"a '' """#, &["a", "", ""]),
            (r"a\ b c\\d", &["a b", r"c\d"]),
            (r#"'a\b"c'"#, &[r#"a\b"c"#]),
            (r#""a\"b\\c\d\$e""#, &[r#"a"b\c\d\$e"#]),
            (r#""it's""#, &["it's"]),
            ("a # b", &["a", "#", "b"]),
            ("a;b | c && d > e", &["a;b", "|", "c", "&&", "d", ">", "e"]),
            ("$HOME/`x` *", &["$HOME/`x`", "*"]),
            ("\"a\nb\"", &["a\nb"]),
            ("é 'ü ö'", &["é", "ü ö"]),
        ];
        for (line, expected) in cases {
            let words = split(line).unwrap();
            assert_eq!(words.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{line}");
        }
    }

    #[test]
    fn unbalanced_quoting_is_an_error() {
        for (line, expected) in [
            ("a 'b", SplitError::OpenQuote),
            ("a \"b", SplitError::OpenQuote),
            ("a \"b'", SplitError::OpenQuote),
            (r#"a "b\"#, SplitError::OpenQuote),
            (r#"a "b\""#, SplitError::OpenQuote),
            (r"a b\", SplitError::EndsInBackslash),
        ] {
            assert_eq!(split(line).unwrap_err(), expected, "{line}");
        }
    }
}
