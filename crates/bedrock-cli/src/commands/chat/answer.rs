//! An answer while it comes: Markdown on a terminal, the text as it is in a pipe; what the model thinks goes to stderr, dim.

use std::io::{self, IsTerminal};

use bedrock_auth::{Env, ProcessEnv};
use console::Term;

use super::markdown::{Markdown, Style};
use crate::{
    failure::Failure,
    output::{self, Stderr},
};

/// Shows one answer. However it ends, `end` ends its line.
#[derive(Debug)]
pub(super) struct Answer {
    text: Paper,
    thoughts: Paper,
    stderr: Stderr,
}

impl Answer {
    pub(super) fn new(stderr: Stderr) -> Self {
        Self {
            text: Paper::new(io::stdout().is_terminal().then(Term::stdout), Style::PLAIN),
            thoughts: Paper::new(io::stderr().is_terminal().then(Term::stderr), Style::DIM),
            stderr,
        }
    }

    /// What the model says.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.stderr.raw(&self.thoughts.end());
        output::text(&self.text.add(text))
    }

    /// What the model thinks.
    pub(super) fn thought(&mut self, thought: &str) -> Result<(), Failure> {
        output::text(&self.text.end())?;
        self.stderr.raw(&self.thoughts.add(thought));
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), Failure> {
        self.stderr.raw(&self.thoughts.end());
        output::text(&self.text.end())
    }
}

/// What text is written on.
#[derive(Debug)]
enum Paper {
    /// A pipe or a file, which gets every byte.
    Pipe { open: bool },
    /// A terminal that can only write line after line.
    Dumb { open: bool },
    /// One that may change its width while an answer comes.
    Terminal { terminal: Term, markdown: Markdown },
}

impl Paper {
    fn new(terminal: Option<Term>, base: Style) -> Self {
        let Some(terminal) = terminal else { return Self::Pipe { open: false } };
        if is_dumb(&ProcessEnv) {
            return Self::Dumb { open: false };
        }
        let styled = ProcessEnv.var("NO_COLOR").is_none();
        let markdown = Markdown::new(width(&terminal), styled, if styled { base } else { Style::PLAIN });
        Self::Terminal { terminal, markdown }
    }

    /// What is to be written for a piece of text.
    fn add(&mut self, text: &str) -> String {
        match self {
            Self::Pipe { open } => {
                *open = text.bytes().last().map_or(*open, |last| last != b'\n');
                text.to_owned()
            }
            Self::Dumb { open } => {
                *open = text.bytes().last().map_or(*open, |last| last != b'\n');
                output::printable(text)
            }
            Self::Terminal { terminal, markdown } => {
                markdown.resize(width(terminal));
                markdown.push(&output::printable(text))
            }
        }
    }

    /// What ends the text: one line break, unless it has one.
    fn end(&mut self) -> String {
        match self {
            Self::Pipe { open } | Self::Dumb { open } => {
                if std::mem::take(open) {
                    "\n".to_owned()
                } else {
                    String::new()
                }
            }
            Self::Terminal { markdown, .. } => markdown.finish(),
        }
    }
}

fn width(terminal: &Term) -> usize {
    terminal.size_checked().map_or(WIDEST, |(_, columns)| usize::from(columns)).min(WIDEST)
}

/// Whether the terminal cannot move its cursor.
pub(super) fn is_dumb(env: &dyn Env) -> bool {
    env.var("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// In columns: longer lines are hard to read.
const WIDEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_gets_the_text_and_one_line_break_at_its_end() {
        for pieces in [&["**a**", "\x1b[1m", "b"][..], &["a\n"], &["a\n", ""], &[]] {
            let mut paper = Paper::new(None, Style::PLAIN);
            let text = pieces.concat();
            let mut written: String = pieces.iter().map(|piece| paper.add(piece)).collect();
            written += &paper.end();
            let ended = if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" };
            assert_eq!((written, paper.end()), (ended, String::new()));
        }
    }

    #[test]
    fn a_dumb_terminal_gets_nothing_that_controls_it() {
        assert_eq!(Paper::Dumb { open: false }.add("a\x1b[1mb"), "a[1mb");
    }
}
