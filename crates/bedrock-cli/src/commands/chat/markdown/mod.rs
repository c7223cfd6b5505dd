//! Markdown that is still being written, for a terminal: pieces of text in, lines of the terminal's width out.
//!
//! What was given out is never taken back, so nothing flickers: a line's [kind](block) is told from its beginning, a
//! [span](inline) waits for its end, a word for the blank behind it. How the text was cut into pieces makes no difference. Code
//! and tables come as they are, line by line.

mod block;
mod inline;
mod style;
mod wrap;

use block::Block;
pub(super) use style::Style;
use wrap::Wrap;

/// Renders one text.
#[derive(Debug)]
pub(super) struct Markdown {
    wrap: Wrap,
    /// Whether styles may be used; without them the marks of the Markdown stay.
    styled: bool,
    /// That of all the text.
    base: Style,
    /// What is not yet given out of the current line.
    line: String,
    place: Place,
}

/// Where in the text the next character stands.
#[derive(Debug)]
enum Place {
    /// At the beginning of a line whose kind is not known yet.
    Start,
    /// In a line of prose, with the character before it.
    Prose { style: Style, before: char },
    /// In code, until the fence comes again.
    Code(block::Fence),
}

impl Markdown {
    /// For a terminal so many columns wide.
    pub(super) fn new(width: usize, styled: bool, base: Style) -> Self {
        Self { wrap: Wrap::new(width), styled, base, line: String::new(), place: Place::Start }
    }

    /// The terminal is so many columns wide now.
    pub(super) fn resize(&mut self, width: usize) {
        self.wrap.resize(width);
    }

    /// Takes what came; gives what can be shown.
    pub(super) fn push(&mut self, text: &str) -> String {
        let mut lines = text.split('\n');
        self.line.push_str(lines.next().unwrap_or_default());
        for next in lines {
            self.end_line();
            self.line.push_str(next);
        }
        self.advance(false);
        self.wrap.take()
    }

    /// Gives what is left; a line that was begun is ended.
    pub(super) fn finish(&mut self) -> String {
        if !self.line.is_empty() || !matches!(self.place, Place::Start | Place::Code(_)) {
            self.end_line();
        }
        self.place = Place::Start;
        self.wrap.take()
    }

    fn end_line(&mut self) {
        self.advance(true);
        self.line.clear();
        self.wrap.end_line();
        if !matches!(self.place, Place::Code(_)) {
            self.place = Place::Start;
        }
    }

    /// Gives out what is certain of the line; all of it, once it has ended.
    fn advance(&mut self, ended: bool) {
        if let Place::Code(fence) = &self.place {
            if ended {
                let closed = fence.is_closed_by(&self.line);
                self.wrap.verbatim(if closed { self.style(Style::DIM) } else { self.base }, &self.line);
                if closed {
                    self.place = Place::Start;
                }
            }
            return;
        }
        while matches!(self.place, Place::Start) {
            let Some((block, length)) = block::begin(&self.line, ended) else { return };
            self.begin(block, length);
            self.line.drain(..length);
        }
        if let Place::Prose { style, before } = &mut self.place {
            let length = if self.styled {
                inline::spans(&self.line, before, ended, *style, &mut |style, text| {
                    self.wrap.text(style, text);
                })
            } else {
                self.wrap.text(*style, &self.line);
                self.line.len()
            };
            self.line.drain(..length);
        }
    }

    /// Shows how a block begins; `length` bytes of the line say so.
    fn begin(&mut self, block: Block, length: usize) {
        let source = self.line.get(..length).unwrap_or_default();
        let indent = source.len() - source.trim_start().len();
        let mut style = self.base;
        match block {
            Block::Prose => self.wrap.hang(self.base, source),
            Block::Heading(level) if self.styled => {
                style = style.with(Style::BOLD);
                if level == 1 {
                    style = style.with(Style::UNDERLINE);
                }
            }
            Block::Heading(_) => self.wrap.text(self.base, source),
            Block::Bullet if self.styled => {
                self.wrap.hang(self.base, &format!("{}• ", &source[..indent]));
            }
            Block::Bullet | Block::Number => self.wrap.hang(self.base, source),
            Block::Quote => {
                let mark = if self.styled { "│ " } else { "> " };
                self.wrap.quote(self.style(Style::DIM), mark);
                return; // what is quoted has a kind of its own
            }
            Block::Rule if self.styled => self.wrap.rule(self.style(Style::DIM)),
            Block::Rule | Block::Table | Block::Blank => self.wrap.verbatim(self.base, source),
            Block::Fence(fence) => {
                self.wrap.verbatim(self.style(Style::DIM), source);
                self.place = Place::Code(fence);
                return;
            }
        }
        self.place = Place::Prose { style, before: ' ' };
    }

    fn style(&self, style: Style) -> Style {
        if self.styled { self.base.with(style) } else { self.base }
    }
}

#[cfg(test)]
mod tests;
