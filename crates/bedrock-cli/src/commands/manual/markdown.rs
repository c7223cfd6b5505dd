//! The command line as Markdown: `docs/cli`, written by `cargo xtask codegen cli`.

use clap::{Arg, Command};

use super::shown;

/// File names and texts: the program's own page, and one for each command of the first level.
pub(super) fn pages(program: &Command) -> Vec<(String, String)> {
    let mut pages = vec![("README.md".to_owned(), index(program))];
    for command in shown(program) {
        let mut text = HEADER.to_owned();
        section(command, 1, &mut text);
        text.push_str("Options of every command are in [the overview](README.md).\n");
        pages.push((format!("{}.md", command.get_name()), text));
    }
    pages
}

fn index(program: &Command) -> String {
    let mut text = HEADER.to_owned();
    let name = program.get_name();
    text.push_str(&format!("# {name}\n\n{}\n\n", sentences(&about(program))));
    text.push_str("| command | does |\n| --- | --- |\n");
    for command in shown(program) {
        let inner: Vec<_> = shown(command).map(Command::get_name).collect();
        let inner = if inner.is_empty() { String::new() } else { format!(" {}", inner.join("\\|")) };
        let (page, about) = (command.get_name(), cell(&summary(command)));
        text.push_str(&format!("| [`{name} {page}{inner}`]({page}.md) | {about} |\n"));
    }
    text.push_str("\n## Options of every command\n\nThey stand before or after it.\n\n");
    options(program.get_arguments().filter(|arg| arg.is_global_set()), &mut text);
    after(program, &mut text);
    text
}

fn section(command: &Command, level: usize, text: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    text.push_str(&format!("{} {name}\n\n{}\n\n", "#".repeat(level), sentences(&about(command))));
    let usage = command.clone().render_usage().to_string();
    text.push_str(&format!("```text\n{}\n```\n\n", usage.trim_start_matches("Usage: ")));
    options(command.get_positionals(), text);
    options(named(command), text);
    after(command, text);
    for inner in shown(command) {
        section(inner, level + 1, text);
    }
}

/// Options and flags of the command's own; `get_opts` leaves out what takes no value.
fn named(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_positional() && !arg.is_global_set() && arg.get_id() != "help")
}

/// A table, if there is anything to be put into it.
fn options<'a>(arguments: impl Iterator<Item = &'a Arg>, text: &mut String) {
    let rows: Vec<_> = arguments.filter(|arg| !arg.is_hide_set()).map(row).collect();
    if rows.is_empty() {
        return;
    }
    text.push_str("| | |\n| --- | --- |\n");
    text.extend(rows);
    text.push('\n');
}

fn row(arg: &Arg) -> String {
    let mut says = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<_> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set() && arg.get_action().takes_values())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        says.push_str(&format!(": {}", values.join(", ")));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        says.push_str(&format!(" [default: {}]", defaults.join(" ")));
    }
    if let Some(variable) = arg.get_env() {
        says.push_str(&format!(" [env: {}]", variable.to_string_lossy()));
    }
    let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    format!("| `{}{}` | {} |\n", short, cell(&arg.to_string()), cell(&says))
}

fn after(command: &Command, text: &mut String) {
    let short = command.get_after_help().map(ToString::to_string);
    let long = command.get_after_long_help().map(ToString::to_string);
    if let Some(short) = short {
        text.push_str(&format!("{}\n\n", sentences(&short)));
    }
    // It has tables of its own.
    if let Some(long) = long {
        text.push_str(&format!("```text\n{}\n```\n\n", long.trim_end()));
    }
}

fn about(command: &Command) -> String {
    command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default()
}

fn summary(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// One sentence a line, as in all our Markdown; a line of its own becomes a paragraph.
fn sentences(text: &str) -> String {
    let paragraphs = text.lines().map(str::trim).filter(|line| !line.is_empty());
    paragraphs.map(|line| line.replace(". ", ".\n")).collect::<Vec<_>>().join("\n\n")
}

fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}

const HEADER: &str =
    "<!-- Written by `cargo xtask codegen cli` from the program; edit crates/bedrock-cli/src. -->\n\n";

#[cfg(test)]
mod tests {
    use super::super::built;
    use super::*;

    #[test]
    fn each_command_of_the_first_level_has_a_page() {
        let program = built();
        let pages = pages(&program);
        let (_, index) = &pages[0];
        for command in shown(&program) {
            let name = format!("{}.md", command.get_name());
            assert!(index.contains(&format!("({name})")), "{name}");
            let (_, page) = pages.iter().find(|(page, _)| *page == name).expect("a page");
            for arg in named(command).filter(|arg| !arg.is_hide_set()) {
                let long = arg.get_long().unwrap_or_default();
                assert!(page.contains(&format!("--{long}")), "{name} {long}");
            }
        }
    }

    #[test]
    fn what_would_end_a_cell_is_escaped() {
        assert_eq!(cell("a|b\nc"), "a\\|b c");
    }
}
