//! How text looks: sets of what a terminal can do to it.

use std::fmt;

/// A set of attributes; the empty one is plain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Style(u8);

impl Style {
    pub(in super::super) const PLAIN: Self = Self(0);
    pub(super) const BOLD: Self = Self(1);
    pub(in super::super) const DIM: Self = Self(2);
    pub(super) const ITALIC: Self = Self(4);
    pub(super) const UNDERLINE: Self = Self(8);
    pub(super) const CODE: Self = Self(16);

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The text between the escape sequences of the style.
    pub(super) fn paint(self, text: &str) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            if self == Self::PLAIN || text.is_empty() {
                return f.write_str(text);
            }
            let mut separator = "\x1b[";
            for (style, code) in CODES {
                if self.0 & style.0 != 0 {
                    write!(f, "{separator}{code}")?;
                    separator = ";";
                }
            }
            write!(f, "m{text}\x1b[0m")
        })
    }
}

/// The codes of "Select Graphic Rendition": <https://www.ecma-international.org/publications-and-standards/standards/ecma-48/>.
/// Code is cyan, which is legible on light and dark.
const CODES: [(Style, &str); 5] = [
    (Style::BOLD, "1"),
    (Style::DIM, "2"),
    (Style::ITALIC, "3"),
    (Style::UNDERLINE, "4"),
    (Style::CODE, "36"),
];
