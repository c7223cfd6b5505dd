//! Tables and paragraphs that fit the terminal: pure, but for [`width`].

use console::Term;

/// How many columns the terminal at stdout has; `None` where stdout is none, and nothing needs to fit.
pub(crate) fn width() -> Option<usize> {
    let term = Term::stdout();
    if !term.is_term() {
        return None;
    }
    term.size_checked().map(|(_, columns)| usize::from(columns))
}

/// Rows under a headline, with the columns aligned and two spaces between them.
///
/// Where that is wider than there is room for, the column `below` stands on a line of its own under each row: an id must be whole to
/// be copied. Where the others are still too wide, they are not aligned, and break between cells.
///
/// ```text
/// MODEL   STATUS         MODEL   ID            STATUS
/// opus    active         opus    anthropic.…   active
///   anthropic.…
/// ```
pub(crate) fn table<const N: usize>(
    headline: [&str; N],
    rows: &[[String; N]],
    below: usize,
    width: Option<usize>,
) -> String {
    let all: Vec<[&str; N]> =
        std::iter::once(headline).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))).collect();
    let widths: [usize; N] = std::array::from_fn(|column| {
        all.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or_default()
    });
    let needed = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
    let stacked = width.is_some_and(|width| needed > width);
    let beside = needed.saturating_sub(widths.get(below).map_or(0, |below| below + GAP));
    let broken = width.filter(|width| beside > *width);
    let mut text = String::new();
    for (number, row) in all.iter().enumerate() {
        let cells = row.iter().zip(widths).enumerate().filter(|(column, _)| !stacked || *column != below);
        if let Some(room) = broken {
            let cells: Vec<&str> =
                cells.map(|(_, (cell, _))| *cell).filter(|cell| !cell.is_empty()).collect();
            text.push_str(&beside_each_other(&cells, room));
        } else {
            let line: String = cells
                .map(|(_, (cell, width))| {
                    cell.to_string() + &" ".repeat(width.saturating_sub(columns(cell)) + GAP)
                })
                .collect();
            text.push_str(line.trim_end());
        }
        text.push('\n');
        if let (true, 1.., Some(cell)) = (stacked, number, row.get(below)) {
            text.push_str(&format!("  {cell}\n"));
        }
    }
    text
}

/// Cells with a gap between them, in as many lines as it takes.
fn beside_each_other(cells: &[&str], room: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for cell in cells {
        if column > 0 && column + GAP + columns(cell) > room {
            text.push('\n');
            column = 0;
        }
        if !text.is_empty() {
            text.push_str(&" ".repeat(GAP)); // between cells, or before a line that goes on
            column += GAP;
        }
        text.push_str(cell);
        column += columns(cell);
    }
    text
}

/// A label and what it says, the further lines indented to stand under the first.
pub(crate) fn labelled(label: &str, says: &str, width: Option<usize>) -> String {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(LABEL).max(NARROWEST));
    let mut text = String::new();
    for (number, line) in wrapped(says, room).iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        text.push_str(format!("{label:LABEL$}{line}").trim_end());
        text.push('\n');
    }
    text
}

/// Lines of at most so many columns, broken between words; a word that is longer stays whole.
pub(crate) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Every character counts as one: what stands in our tables is ids, names and numbers.
fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Spaces between two columns.
const GAP: usize = 2;

/// Columns for a label.
const LABEL: usize = 12;

/// Paragraphs narrower than this cannot be read.
const NARROWEST: usize = 24;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_that_is_too_wide_puts_one_column_below() {
        let rows = [["opus".into(), "global.opus".into(), "active".into()]];
        let head = ["MODEL", "ID", "STATUS"];
        assert_eq!(table(head, &rows, 1, None), "MODEL  ID           STATUS\nopus   global.opus  active\n");
        assert_eq!(table(head, &rows, 1, Some(26)), table(head, &rows, 1, None));
        assert_eq!(table(head, &rows, 1, Some(25)), "MODEL  STATUS\nopus   active\n  global.opus\n");
        assert_eq!(table(head, &rows, 1, Some(12)), "MODEL\n  STATUS\nopus  active\n  global.opus\n");
    }

    #[test]
    fn a_label_stands_before_the_first_line_only() {
        assert_eq!(
            labelled("regions", "eu-west-1, eu-west-2, eu-west-3", Some(36)),
            "regions     eu-west-1, eu-west-2,\n            eu-west-3\n"
        );
        assert_eq!(labelled("", "", None), "\n");
    }

    proptest! {
        #[test]
        fn wrapping_changes_nothing_but_where_lines_break(text in "([a-z]{1,9} ){0,12}[a-z]{1,9}", room in 1_usize..40) {
            let lines = wrapped(&text, room);
            prop_assert_eq!(lines.join(" "), text);
            for line in lines {
                prop_assert!(line.len() <= room || !line.contains(' '), "{}", line);
            }
        }
    }
}
