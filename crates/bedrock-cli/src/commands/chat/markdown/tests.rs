//! Examples, and the law that pieces make no difference.

use proptest::prelude::*;

use super::*;

fn rendered(text: &str, width: usize, styled: bool) -> String {
    let mut markdown = Markdown::new(width, styled, Style::PLAIN);
    markdown.push(text) + &markdown.finish()
}

/// With the escape sequences written as letters.
fn shown(text: &str) -> String {
    rendered(text, 20, true)
        .replace("\x1b[0m", "}")
        .replace("\x1b[1;4m", "H{")
        .replace("\x1b[1;3m", "BI{")
        .replace("\x1b[1m", "B{")
        .replace("\x1b[2m", "D{")
        .replace("\x1b[3m", "I{")
        .replace("\x1b[4m", "U{")
        .replace("\x1b[36m", "C{")
}

#[test]
fn spans_have_their_styles() {
    for (source, expected) in [
        ("a **b** *c* `d`", "a B{b} I{c} C{d}\n"),
        ("**a *b* c**", "B{a} BI{b} B{c}\n"),
        ("*a **b***", "I{a} BI{b}\n"),
        ("***a***", "BI{a}\n"),
        ("_a_ snake_case_name", "I{a} snake_case_name\n"),
        ("2 * 3 * 4", "2 * 3 * 4\n"),
        ("5*x", "5*x\n"),
        ("**never closed", "**never closed\n"),
        ("`a * b` * c", "C{a} C{*} C{b} * c\n"),
        ("*a `*` b*", "I{a} \x1b[3;36m*} I{b}\n"),
        ("``a`b``", "C{a`b}\n"),
        (r"\*a\* \d", "*a* \\d\n"),
        ("[a](http://x)", "U{a} D{(http://x)}\n"),
        ("[1] and [a](b c)", "[1] and [a](b c)\n"),
        ("", ""),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn blocks_have_their_forms() {
    for (source, expected) in [
        ("# One\n## Two\n", "H{One}\nB{Two}\n"),
        ("- a\n  - b\n1. c", "• a\n  • b\n1. c\n"),
        ("> a\n> - b", "D{│ }a\nD{│ }• b\n"),
        ("a\n\n---\nb", "a\n\nD{────────────────────}\nb\n"),
        (
            "```rust\nfn *a*() { /* a line that is longer than the width */ }\n\n```\n*b*",
            "D{```rust}\nfn *a*() { /* a line that is longer than the width */ }\n\nD{```}\nI{b}\n",
        ),
        ("~~~\n```\n", "D{~~~}\n```\n"),
        ("| a | *b* |\n|---|---|", "| a | *b* |\n|---|---|\n"),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn lines_are_wrapped_and_hang() {
    assert_eq!(rendered("one two three four five", 10, true), "one two\nthree four\nfive\n");
    assert_eq!(rendered("- one two three", 10, true), "• one two\n  three\n");
    assert_eq!(rendered("> one two three", 10, false), "> one two\n> three\n");
    assert_eq!(rendered("10. one two three", 10, true), "10. one\n    two\n    three\n");
    assert_eq!(rendered("a https://example.com/long b", 10, true), "a\nhttps://example.com/long\nb\n");
    assert_eq!(rendered("漢字 漢字 漢字", 10, true), "漢字 漢字\n漢字\n");
}

#[test]
fn without_styles_the_marks_stay() {
    let source = "# a\n- **b** `c`\n\n---\n```\nd\n```\n[e](f)\n";
    assert_eq!(rendered(source, 80, false), source);
}

#[test]
fn words_come_as_soon_as_they_end() {
    let mut markdown = Markdown::new(80, true, Style::PLAIN);
    assert_eq!(markdown.push("Hello, wor"), "Hello,");
    assert_eq!(markdown.push("ld **bo"), " world");
    assert_eq!(markdown.push("ld** "), " \x1b[1mbold\x1b[0m");
    assert_eq!(markdown.finish(), "\n");
}

#[test]
fn a_mark_without_end_holds_back_no_more_than_a_span_may_be() {
    let mut markdown = Markdown::new(80, true, Style::PLAIN);
    assert_eq!(markdown.push("*a"), "");
    assert!(markdown.push(&" word".repeat(1_000)).len() > 4_000);
}

proptest! {
    #[test]
    fn pieces_make_no_difference(
        pieces in proptest::collection::vec(r"[ab1é漢 #>|`*_~\\\[\]().\n-]{0,6}|[`*_]{1,4}|\n```\n", 0..30),
        width in 1usize..30,
        styled: bool,
    ) {
        let mut markdown = Markdown::new(width, styled, Style::PLAIN);
        let mut out: String = pieces.iter().map(|piece| markdown.push(piece)).collect();
        out += &markdown.finish();
        prop_assert_eq!(&out, &rendered(&pieces.concat(), width, styled));

        let mut markdown = Markdown::new(width, styled, Style::PLAIN);
        let mut out: String = pieces.concat().chars().map(|c| markdown.push(&c.to_string())).collect();
        out += &markdown.finish();
        prop_assert_eq!(&out, &rendered(&pieces.concat(), width, styled));
    }

    #[test]
    fn without_styles_no_word_is_lost(text in r"[ab #>|`*_~\\\[\]().\n-]{0,80}", width in 1usize..30) {
        let words = |text: &str| text.split_whitespace().map(|word| word.replace('>', "")).collect::<String>();
        prop_assert_eq!(words(&rendered(&text, width, false)), words(&text));
    }
}
