//! The prompt line: editing, several lines in one message, and what was typed in earlier conversations.

use std::{fs, io, os::unix::fs::DirBuilderExt, path::PathBuf};

use bedrock_auth::Env;
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Editor, Event, EventContext, EventHandler, KeyCode, KeyEvent,
    Modifiers, Movement, RepeatCount, error::ReadlineError, history::FileHistory,
};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

use super::completion::Completion;
use crate::{failure::Failure, interrupt::Interrupt, output::Stderr};

/// Where messages come from.
#[derive(Debug)]
pub(super) enum Prompt {
    Edited {
        editor: Box<Editor<Completion, FileHistory>>,
        history: Option<PathBuf>,
    },
    /// On a terminal that cannot move its cursor.
    Plain(Lines<BufReader<Stdin>>),
}

impl Prompt {
    /// With what the file has of earlier conversations, where there is one.
    pub(super) fn open(dumb: bool, history: Option<PathBuf>) -> Result<Self, Failure> {
        if dumb {
            return Ok(Self::Plain(BufReader::new(tokio::io::stdin()).lines()));
        }
        let config = Config::builder().history_ignore_space(true).max_history_size(REMEMBERED);
        let config = config.map_err(|error| failed(&error))?.build();
        let mut editor = Editor::with_config(config).map_err(|error| failed(&error))?;
        editor.set_helper(Some(Completion::default()));
        editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
        editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(CtrlC)));
        if let Some(path) = &history {
            // The first conversation has no earlier ones.
            let _ = editor.load_history(path);
        }
        Ok(Self::Edited { editor: Box::new(editor), history })
    }

    /// The next message or command; `None` when the person leaves. A line that ends with a backslash goes on in the next.
    pub(super) async fn read(
        &mut self,
        interrupt: &mut Interrupt,
        stderr: Stderr,
    ) -> Result<Option<String>, Failure> {
        let mut message = String::new();
        loop {
            let prompt = if message.is_empty() { PROMPT } else { CONTINUED };
            match self.line(prompt, interrupt, stderr).await? {
                Line::Typed(line) => match line.strip_suffix('\\') {
                    Some(begun) => message = message + begun + "\n",
                    None => {
                        message.push_str(&line);
                        break;
                    }
                },
                Line::Cancelled if !message.is_empty() => message.clear(),
                Line::Cancelled | Line::Ended => return Ok(None),
            }
        }
        // What is pasted often ends with a line break.
        message.truncate(message.trim_end_matches('\n').len());
        if let Self::Edited { editor, history } = self {
            remember(editor, history, &message, stderr);
        }
        Ok(Some(message))
    }

    async fn line(
        &mut self,
        prompt: &str,
        interrupt: &mut Interrupt,
        stderr: Stderr,
    ) -> Result<Line, Failure> {
        match self {
            // Nothing else is done meanwhile, and what runs in the background has other threads.
            Self::Edited { editor, .. } => match tokio::task::block_in_place(|| editor.readline(prompt)) {
                Ok(line) => Ok(Line::Typed(line)),
                Err(ReadlineError::Interrupted) => Ok(Line::Cancelled),
                Err(ReadlineError::Eof) => Ok(Line::Ended),
                Err(error) => Err(failed(&error)),
            },
            Self::Plain(lines) => {
                stderr.prompt(prompt);
                tokio::select! {
                    line = lines.next_line() => {
                        let line = line.map_err(|error| Failure::input("stdin", &error))?;
                        Ok(line.map_or(Line::Ended, Line::Typed))
                    }
                    () = interrupt.wait() => Ok(Line::Cancelled),
                }
            }
        }
    }
}

/// How a line ended.
enum Line {
    Typed(String),
    /// By Ctrl-C, with nothing in it.
    Cancelled,
    /// By Ctrl-D, or with the terminal.
    Ended,
}

/// Where earlier messages are kept: the platform's folder for what a program remembers.
pub(super) fn history_file(env: &dyn Env) -> Option<PathBuf> {
    let absolute = |name| env.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = match absolute("XDG_STATE_HOME") {
        Some(folder) => folder,
        None if cfg!(target_os = "macos") => absolute("HOME")?.join("Library/Application Support"),
        None => absolute("HOME")?.join(".local/state"),
    };
    Some(state.join("bedrock/chat_history"))
}

/// Keeps what was typed. A folder that cannot be written to is said once, and no reason not to talk.
fn remember(
    editor: &mut Editor<Completion, FileHistory>,
    history: &mut Option<PathBuf>,
    line: &str,
    stderr: Stderr,
) {
    let Ok(true) = editor.add_history_entry(line) else { return };
    let Some(path) = history else { return };
    let folder = path.parent().map(|folder| fs::DirBuilder::new().recursive(true).mode(0o700).create(folder));
    // The file is created readable for its owner alone.
    let kept = match folder {
        Some(Err(error)) => Err(error.into()),
        _ => editor.append_history(path),
    };
    if let Err(error) = kept {
        stderr.note(&format!("(what you type is not kept: {}: {error})", path.display()));
        *history = None;
    }
}

fn failed(error: &ReadlineError) -> Failure {
    match error {
        ReadlineError::Io(error) => Failure::io("the terminal", error),
        error => Failure::io("the terminal", &io::Error::other(error.to_string())),
    }
}

/// Clears what was typed; where nothing was, the person leaves.
struct CtrlC;

impl ConditionalEventHandler for CtrlC {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let empty = context.line().is_empty();
        Some(if empty { Cmd::Interrupt } else { Cmd::Kill(Movement::WholeBuffer) })
    }
}

const PROMPT: &str = "> ";
const CONTINUED: &str = "… ";

/// How many messages of earlier conversations the arrow keys bring back.
const REMEMBERED: usize = 1_000;

#[cfg(test)]
mod tests {
    use bedrock_auth::MapEnv;

    use super::*;

    #[test]
    fn earlier_messages_are_kept_where_the_platform_keeps_state() {
        let file = |env: &[(&str, &str)]| history_file(&MapEnv::from_iter(env.iter().copied()));
        let xdg = [("XDG_STATE_HOME", "/state"), ("HOME", "/home/me")];
        assert_eq!(file(&xdg), Some("/state/bedrock/chat_history".into()));
        let home = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
        let expected = format!("/home/me/{home}/bedrock/chat_history");
        assert_eq!(file(&[("XDG_STATE_HOME", "relative"), ("HOME", "/home/me")]), Some(expected.into()));
        assert_eq!(file(&[]), None);
    }
}
