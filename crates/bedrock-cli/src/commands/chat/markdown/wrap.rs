//! Words into lines of a width.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::Style;

/// Collects words, and breaks the line before one that does not fit. A word that is wider than a line is left to the terminal.
#[derive(Debug)]
pub(super) struct Wrap {
    width: usize,
    out: String,
    /// How wide the current line is so far.
    column: usize,
    /// What the lines of the current block that come after a break begin with, and its width.
    indent: String,
    indent_width: usize,
    /// Blanks that are written if another word follows on the line.
    blanks: String,
    /// The word that has not ended, by its styles.
    word: Vec<(Style, String)>,
}

impl Wrap {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            out: String::new(),
            column: 0,
            indent: String::new(),
            indent_width: 0,
            blanks: String::new(),
            word: Vec::new(),
        }
    }

    /// From the next word on, lines are so wide.
    pub(super) fn resize(&mut self, width: usize) {
        self.width = width;
    }

    /// What is ready to be shown.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Adds prose.
    pub(super) fn text(&mut self, style: Style, text: &str) {
        for (number, word) in text.split([' ', '\t']).enumerate() {
            if number > 0 {
                self.end_word();
                self.blanks.push(' ');
            }
            match self.word.last_mut() {
                Some((last, part)) if *last == style => part.push_str(word),
                _ if word.is_empty() => {}
                _ => self.word.push((style, word.to_owned())),
            }
        }
    }

    /// Adds what a block begins with; its further lines are indented as far.
    pub(super) fn hang(&mut self, style: Style, mark: &str) {
        let mark = mark.replace('\t', "    ");
        let _ = write!(self.out, "{}", style.paint(&mark));
        self.column += mark.width();
        self.indent.push_str(&" ".repeat(mark.width()));
        self.indent_width += mark.width();
    }

    /// Adds a mark that its further lines begin with too.
    pub(super) fn quote(&mut self, style: Style, mark: &str) {
        let painted = style.paint(mark).to_string();
        self.out.push_str(&painted);
        self.column += mark.width();
        self.indent.push_str(&painted);
        self.indent_width += mark.width();
    }

    /// Adds text that is not wrapped.
    pub(super) fn verbatim(&mut self, style: Style, text: &str) {
        let _ = write!(self.out, "{}", style.paint(text));
    }

    /// Adds a line from here to the end of the line.
    pub(super) fn rule(&mut self, style: Style) {
        let length = self.width.saturating_sub(self.column).min(LONGEST_RULE);
        self.verbatim(style, &"─".repeat(length));
    }

    pub(super) fn end_line(&mut self) {
        self.end_word();
        self.blanks.clear();
        self.indent.clear();
        self.out.push('\n');
        (self.column, self.indent_width) = (0, 0);
    }

    fn end_word(&mut self) {
        let width: usize = self.word.iter().map(|(_, part)| part.width()).sum();
        if width == 0 {
            return;
        }
        if self.column + self.blanks.len() + width > self.width && self.column > self.indent_width {
            self.out.push('\n');
            self.out.push_str(&self.indent);
            self.column = self.indent_width;
        } else {
            self.out.push_str(&self.blanks);
            self.column += self.blanks.len();
        }
        self.blanks.clear();
        for (style, part) in self.word.drain(..) {
            let _ = write!(self.out, "{}", style.paint(&part));
        }
        self.column += width;
    }
}

/// In columns: a rule separates, it need not fill a wide screen.
const LONGEST_RULE: usize = 40;
