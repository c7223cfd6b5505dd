//! What a person can tell the conversation instead of the model: lines like `/model opus`.

use std::fmt;

use crate::layout;

/// A line that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// To the model.
    Message(String),
    /// To the conversation.
    Command(Command),
    /// Looks like a command, and is none.
    Unknown(UnknownCommand),
}

/// A command and what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Model(Option<String>),
    Attach(Option<String>),
    System(Option<String>),
    Usage,
    Save(Option<String>),
    Load(Option<String>),
    Clear,
    Retry,
    Exit,
}

/// A name that no command has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownCommand {
    name: String,
}

impl Typed {
    /// A line is a command if it is one line, and a slash and letters are its first word: `/etc/hosts` goes to the model, and so does
    /// what begins with a blank.
    pub(super) fn parse(line: &str) -> Self {
        let message = || Self::Message(line.to_owned());
        let Some(rest) = line.strip_prefix('/') else { return message() };
        let rest = rest.trim_end();
        let (name, argument) = rest.split_once(' ').unwrap_or((rest, ""));
        if rest.contains('\n') || name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return message();
        }
        let argument = Some(argument.trim()).filter(|argument| !argument.is_empty()).map(str::to_owned);
        Self::Command(match name {
            "help" => Command::Help,
            "model" => Command::Model(argument),
            "attach" => Command::Attach(argument),
            "system" => Command::System(argument),
            "usage" => Command::Usage,
            "save" => Command::Save(argument),
            "load" => Command::Load(argument),
            "clear" => Command::Clear,
            "retry" => Command::Retry,
            "exit" | "quit" => Command::Exit,
            _ => return Self::Unknown(UnknownCommand { name: name.to_owned() }),
        })
    }
}

impl fmt::Display for UnknownCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no /{}", self.name)?;
        let nearest = COMMANDS
            .iter()
            .map(|(usage, _)| usage.split(' ').next().unwrap_or(usage))
            .map(|usage| (strsim::jaro_winkler(usage, &format!("/{}", self.name)), usage))
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .filter(|(likeness, _)| *likeness > ALIKE);
        match nearest {
            Some((_, nearest)) => write!(f, "; did you mean {nearest}?"),
            None => f.write_str("; /help lists the commands"),
        }?;
        f.write_str(" (a blank before it sends it to the model)")
    }
}

/// What `/help` says, in a terminal of so many columns.
pub(super) fn help(width: Option<usize>) -> String {
    let usages = COMMANDS.iter().map(|(usage, _)| usage.len()).max().unwrap_or_default();
    let indent = usages + GAP;
    let room = |taken: usize| width.map_or(usize::MAX, |width| width.saturating_sub(taken));
    let mut text = String::new();
    for (usage, what) in COMMANDS {
        let lines = layout::wrapped(what, room(indent));
        text.push_str(&format!("{usage:<indent$}{}\n", lines.join(&format!("\n{:indent$}", ""))));
    }
    for line in KEYS.lines() {
        text.push('\n');
        text.push_str(&layout::wrapped(line, room(0)).join("\n"));
    }
    text
}

/// How each is written, and what it does.
pub(super) const COMMANDS: [(&str, &str); 10] = [
    ("/help", "what can be said here"),
    ("/model [ID]", "say which model answers, or take another: an id, an ARN, or a short name"),
    ("/attach FILE", "send a PDF, picture or text with the next message"),
    ("/system [TEXT]", "show or set the instructions above the conversation; - for none"),
    ("/usage", "tokens and cost so far"),
    ("/save FILE", "write the conversation as JSON, which `messages create --body` reads too"),
    ("/load FILE", "go on with a saved conversation"),
    ("/clear", "forget what was said; model and instructions stay"),
    ("/retry", "ask the last question again"),
    ("/exit", "leave"),
];

const KEYS: &str = "Enter sends; Alt-Enter, or Enter after a \\, begins another line, and what is pasted is one message.\n\
    Ctrl-C stops an answer or clears the line, and leaves when the line is empty; so does Ctrl-D.";

/// Spaces between a command and what it does.
const GAP: usize = 2;

/// From which likeness on a name may have been meant; 1 is the same.
const ALIKE: f64 = 0.75;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_for_the_model_or_for_the_conversation() {
        let message = |text: &str| Typed::Message(text.to_owned());
        for (line, expected) in [
            ("/help", Typed::Command(Command::Help)),
            ("/model", Typed::Command(Command::Model(None))),
            ("/model  opus ", Typed::Command(Command::Model(Some("opus".to_owned())))),
            ("/attach my file.pdf", Typed::Command(Command::Attach(Some("my file.pdf".to_owned())))),
            ("/quit", Typed::Command(Command::Exit)),
            ("/etc/hosts has what?", message("/etc/hosts has what?")),
            ("/", message("/")),
            ("/ a", message("/ a")),
            (" /help", message(" /help")),
            ("/help\nme", message("/help\nme")),
            ("hello", message("hello")),
        ] {
            assert_eq!(Typed::parse(line), expected, "{line:?}");
        }
    }

    #[test]
    fn help_fits_the_terminal() {
        let whole = help(None);
        assert!(
            whole.contains("\n/attach FILE    send a PDF, picture or text with the next message\n"),
            "{whole}"
        );
        let narrow = help(Some(40));
        assert!(
            narrow.contains("\n/attach FILE    send a PDF, picture or\n                text with the next"),
            "{narrow}"
        );
        assert!(narrow.lines().all(|line| line.len() <= 40), "{narrow}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&narrow), words(&whole));
    }

    #[test]
    fn every_command_that_help_lists_is_one() {
        for (usage, _) in COMMANDS {
            assert!(matches!(Typed::parse(usage), Typed::Command(_)), "{usage}");
        }
    }

    #[test]
    fn an_unknown_command_names_the_nearest() {
        for (line, expected) in [
            ("/modle opus", "did you mean /model?"),
            ("/exti", "did you mean /exit?"),
            ("/xyz", "/help lists the commands"),
        ] {
            let Typed::Unknown(unknown) = Typed::parse(line) else { panic!("{line}") };
            assert!(unknown.to_string().contains(expected), "{unknown}");
        }
    }
}
