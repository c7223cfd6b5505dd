//! `bedrock completions` and `bedrock man`: the command line, told to shells and to readers.

mod markdown;

use std::{fs, io, path::PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::{args::Args, failure::Failure, output};

/// `bedrock completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "bash: bedrock completions bash > ~/.local/share/bash-completion/completions/bedrock\n\
    zsh:  bedrock completions zsh > ~/.zfunc/_bedrock (with fpath+=~/.zfunc before compinit)\n\
    fish: bedrock completions fish > ~/.config/fish/completions/bedrock.fish"
)]
pub(crate) struct Completions {
    /// The shell to write for
    shell: Shell,
}

/// `bedrock man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "To read it: bedrock man | man -l -\n\
    To install all pages: bedrock man --dir ~/.local/share/man/man1")]
pub(crate) struct ManPages {
    /// Write a page for each command into this folder, instead of the program's own to stdout
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Write Markdown, a page for each command of the first level
    #[arg(long, hide = true, requires = "dir")]
    markdown: bool,
}

/// `completions`: a script for the shell.
pub(crate) fn completions(args: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), NAME, &mut script);
    output::text(&String::from_utf8_lossy(&script))
}

/// `man`: pages in roff.
pub(crate) fn pages(args: &ManPages) -> Result<(), Failure> {
    let command = built();
    let Some(dir) = &args.dir else {
        return output::text(&String::from_utf8_lossy(&roff(&command)?));
    };
    let pages = if args.markdown {
        markdown::pages(&command).into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
    } else {
        let mut pages = Vec::new();
        manual(&command, &mut pages)?;
        pages
    };
    let failed = |error: &io::Error| Failure::io(&dir.display().to_string(), error);
    fs::create_dir_all(dir).map_err(|error| failed(&error))?;
    pages.iter().try_for_each(|(name, text)| fs::write(dir.join(name), text).map_err(|error| failed(&error)))
}

/// The command line with what clap derives; its `help` command has no page.
fn built() -> Command {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    command
}

/// The page of a command, then those of its own, as file names and texts.
fn manual(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    pages.push((format!("{name}.1"), roff(command)?));
    shown(command).try_for_each(|inner| manual(inner, pages))
}

fn roff(command: &Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).map_err(|error| Failure::io("the page", &error))?;
    Ok(page)
}

/// The commands below that are no secret.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|inner| !inner.is_hide_set())
}

const NAME: &str = "bedrock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_manual_page() {
        let mut pages = Vec::new();
        manual(&built(), &mut pages).expect("pages");
        let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["bedrock.1", "bedrock-chat.1", "bedrock-models-list.1"] {
            assert!(names.contains(&name), "{names:?}");
        }
        assert!(pages.iter().all(|(_, page)| page.windows(4).any(|window| window == b".SH ")));
    }
}
