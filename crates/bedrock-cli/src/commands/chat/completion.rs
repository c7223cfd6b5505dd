//! What Tab completes: commands, and the files that some of them take.

use rustyline::{
    Context, Helper,
    completion::{Completer, FilenameCompleter, Pair},
    highlight::Highlighter,
    hint::Hinter,
    validate::Validator,
};

use super::command::COMMANDS;

/// Completes commands; a message is left alone.
#[derive(Default)]
pub(super) struct Completion {
    files: FilenameCompleter,
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if FILE_COMMANDS.iter().any(|command| line.starts_with(command)) {
            return self.files.complete(line, at, context);
        }
        let typed = line.get(..at).unwrap_or_default();
        Ok((
            0,
            commands(typed)
                .map(|name| Pair { display: name.to_owned(), replacement: format!("{name} ") })
                .collect(),
        ))
    }
}

impl Hinter for Completion {
    type Hint = String;
}

impl Highlighter for Completion {}
impl Validator for Completion {}
impl Helper for Completion {}

/// The commands that begin like this.
fn commands(typed: &str) -> impl Iterator<Item = &'static str> {
    COMMANDS
        .iter()
        .map(|(usage, _)| usage.split(' ').next().unwrap_or(usage))
        .filter(move |name| typed.starts_with('/') && name.starts_with(typed))
}

/// Commands that take a file.
const FILE_COMMANDS: [&str; 3] = ["/attach ", "/save ", "/load "];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_completed_and_a_message_is_not() {
        assert_eq!(commands("/s").collect::<Vec<_>>(), ["/system", "/save"]);
        assert_eq!(commands("").count() + commands("hello").count() + commands("/x").count(), 0);
        for command in FILE_COMMANDS {
            assert_eq!(commands(command.trim_end()).count(), 1, "{command}");
        }
    }
}
