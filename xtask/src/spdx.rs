//! SPDX licence expressions, as far as manifests use them: ids, `OR`, `AND`, `WITH`, parentheses, and the old `/` for `OR`.
//!
//! <https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/>

/// Whether the expression can be met with allowed licences alone; `None` where it is not understood.
///
/// An exception belongs to its licence, so `Apache-2.0 WITH LLVM-exception` has to be allowed as such.
pub(crate) fn allowed(expression: &str, allow: &[&str]) -> Option<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut parser = Parser { words: spaced.split_whitespace().collect(), at: 0, allow };
    let met = parser.any()?;
    (parser.at == parser.words.len()).then_some(met)
}

struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
    allow: &'a [&'a str],
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    /// `AND` binds tighter than `OR`.
    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.any()?;
            return self.take(")").then_some(met);
        }
        let license = self.id()?;
        if !self.take("WITH") {
            return Some(self.allow.contains(&license));
        }
        let with_exception = format!("{license} WITH {}", self.id()?);
        Some(self.allow.contains(&with_exception.as_str()))
    }

    fn id(&mut self) -> Option<&'a str> {
        let word = *self.words.get(self.at)?;
        self.at += 1;
        (!matches!(word, "OR" | "AND" | "WITH" | "(" | ")")).then_some(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn an_expression_is_met_by_allowed_licences_alone() {
        const ALLOW: &[&str] = &["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"];
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("GPL-3.0", Some(false)),
            ("MIT OR GPL-3.0", Some(true)),
            ("MIT AND GPL-3.0", Some(false)),
            ("MIT/Apache-2.0", Some(true)),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", Some(true)),
            ("(MIT OR Apache-2.0) AND GPL-3.0", Some(false)),
            ("GPL-3.0 OR MIT AND Apache-2.0", Some(true)),
            ("MIT OR GPL-3.0 AND GPL-2.0", Some(true)),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", Some(true)),
            ("MIT WITH LLVM-exception", Some(false)),
            ("((MIT))", Some(true)),
            ("(MIT", None),
            ("MIT)", None),
            ("MIT Apache-2.0", None),
            ("MIT OR", None),
            ("AND MIT", None),
            ("Apache-2.0 WITH", None),
            ("", None),
        ] {
            assert_eq!(allowed(expression, ALLOW), expected, "{expression}");
        }
    }
}
