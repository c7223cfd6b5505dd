//! A line of the terminal that is as long as what stands in it.

use std::io;

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// Where spinners and bars are drawn.
pub(super) fn target() -> ProgressDrawTarget {
    ProgressDrawTarget::term_like(Box::new(Unpadded(Term::buffered_stderr())))
}

/// Stderr without the blanks that indicatif fills each line with: when a window gets narrower they would make two lines of one, of which
/// only the last is cleared. <https://github.com/console-rs/indicatif>, `DrawState::draw_to_term`.
#[derive(Debug)]
struct Unpadded(Term);

impl TermLike for Unpadded {
    fn width(&self) -> u16 {
        TermLike::width(&self.0)
    }

    fn height(&self) -> u16 {
        TermLike::height(&self.0)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(shortened(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Blanks alone only hide what stood there.
fn shortened(text: &str) -> &str {
    let is_filling = !text.is_empty() && text.bytes().all(|byte| byte == b' ');
    if is_filling { CLEAR_THE_REST } else { text }
}

const CLEAR_THE_REST: &str = "\x1b[K";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_filling_is_left_out() {
        for (text, written) in [("   ", "\x1b[K"), ("", ""), ("⠋ waiting 1s", "⠋ waiting 1s"), (" a ", " a ")]
        {
            assert_eq!(shortened(text), written);
        }
    }
}
