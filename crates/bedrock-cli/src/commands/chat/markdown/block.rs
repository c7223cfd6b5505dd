//! What kind of line it is, from its beginning: the part of <https://spec.commonmark.org/0.31.2/> that models write.

/// How a line begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Nothing but blanks.
    Blank,
    /// Ordinary text.
    Prose,
    /// A heading of a level, 1 to 6.
    Heading(usize),
    /// An item of a list, with a bullet.
    Bullet,
    /// An item of a list, with a number.
    Number,
    /// A quotation; what is quoted follows.
    Quote,
    /// A line across.
    Rule,
    /// A row of a table.
    Table,
    /// The beginning of code.
    Fence(Fence),
}

/// What code stands between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// Whether the line is the fence that ends the code.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.chars().all(|c| c == self.mark) && line.len() >= self.length
    }
}

/// The kind of a line of which this is there, and how many bytes of it say so; `None` while it cannot be told.
pub(super) fn begin(line: &str, ended: bool) -> Option<(Block, usize)> {
    let rest = line.trim_start_matches([' ', '\t']);
    let indent = line.len() - rest.len();
    let Some(first) = rest.chars().next() else {
        return ended.then_some((Block::Blank, line.len()));
    };
    let run = rest.len() - rest.trim_start_matches(first).len();
    let behind = rest.get(run..).unwrap_or_default();
    // A run of marks that reaches the end of what is there may become longer.
    let open = behind.is_empty() && !ended;
    let prose = Some((Block::Prose, indent));
    match first {
        '#' if open => None,
        '#' if run <= 6 && (behind.starts_with(' ') || behind.is_empty()) => {
            Some((Block::Heading(run), indent + run + behind.len().min(1)))
        }
        '`' | '~' if open => None,
        // With a mark behind it, it is code within a line.
        '`' | '~' if run >= 3 && !behind.contains('`') => {
            ended.then_some((Block::Fence(Fence { mark: first, length: run }), line.len()))
        }
        '>' if rest.len() == 1 && !ended => None,
        '>' => Some((Block::Quote, indent + 1 + usize::from(rest.starts_with("> ")))),
        '|' => ended.then_some((Block::Table, line.len())),
        '-' | '*' | '_' | '+' => {
            let only_marks = first != '+' && rest.chars().all(|c| c == first || c == ' ');
            match () {
                () if !ended && (open || only_marks) => None,
                () if only_marks && rest.matches(first).count() >= 3 => Some((Block::Rule, line.len())),
                () if first != '_' && run == 1 && behind.starts_with(' ') => {
                    Some((Block::Bullet, indent + 2))
                }
                () => prose,
            }
        }
        '0'..='9' => {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let mut behind = rest.chars().skip(digits);
            match (behind.next(), behind.next()) {
                _ if digits > 9 => prose,
                (Some('.' | ')'), Some(' ')) => Some((Block::Number, indent + digits + 2)),
                (None, _) | (Some('.' | ')'), None) if !ended => None,
                _ => prose,
            }
        }
        _ => prose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_as_soon_as_it_is_certain() {
        let fence = |mark, length| Block::Fence(Fence { mark, length });
        for (line, ended, expected) in [
            ("#", false, None),
            ("## ", false, Some((Block::Heading(2), 3))),
            ("#hashtag", false, Some((Block::Prose, 0))),
            ("  - a", false, Some((Block::Bullet, 4))),
            ("- ", false, None),
            ("- - ", true, Some((Block::Bullet, 2))),
            ("---", false, None),
            ("---", true, Some((Block::Rule, 3))),
            ("**bold", false, Some((Block::Prose, 0))),
            ("12. a", false, Some((Block::Number, 4))),
            ("12.5", false, Some((Block::Prose, 0))),
            ("12", false, None),
            ("> a", false, Some((Block::Quote, 2))),
            ("```rust", false, None),
            ("```rust", true, Some((fence('`', 3), 7))),
            ("```a```", false, Some((Block::Prose, 0))),
            ("| a", false, None),
            ("  ", false, None),
            ("  ", true, Some((Block::Blank, 2))),
            ("é", false, Some((Block::Prose, 0))),
        ] {
            assert_eq!(begin(line, ended), expected, "{line:?} {ended}");
        }
    }

    #[test]
    fn code_ends_at_a_fence_at_least_as_long() {
        let fence = Fence { mark: '`', length: 4 };
        assert!(fence.is_closed_by("  ````` "));
        assert!(!fence.is_closed_by("```") && !fence.is_closed_by("````rust") && !fence.is_closed_by(""));
    }
}
