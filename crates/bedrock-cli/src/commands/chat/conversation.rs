//! A conversation at a prompt line: messages go to the model, commands change what it is sent.

use std::path::PathBuf;

use bedrock_auth::{Env, ProcessEnv};
use bedrock_client::{MessageCreateParams, Route};
use bedrock_types::{
    Content, ContentBlock, MessageParam, Role,
    models::{self, ModelId, ResolveError},
};
use rustyline::completion::unescape;

use super::{
    answer,
    asker::Asker,
    command::{self, Command, Typed},
    editor::{self, Prompt},
    request, save,
    turns::{self, End},
};
use crate::{
    args::History,
    commands::{
        input,
        models::{known, nearest},
    },
    failure::Failure,
    layout,
};

/// What was said, and what is to be said next.
#[derive(Debug)]
pub(super) struct Conversation {
    asker: Asker,
    /// The next request without its question; every turn of the user in it has an answer.
    params: MessageCreateParams,
    /// A question that got no answer. Turns alternate, so it waits here for `/retry`.
    unanswered: Option<MessageParam>,
    /// What goes with the next message.
    attachments: Vec<ContentBlock>,
}

/// Whether the conversation goes on.
enum Next {
    Prompt,
    Leave,
}

impl Conversation {
    pub(super) fn new(asker: Asker, params: MessageCreateParams, attachments: Vec<ContentBlock>) -> Self {
        Self { asker, params, unanswered: None, attachments }
    }

    /// Asks until the person leaves. What goes wrong is said, and ends nothing.
    pub(super) async fn hold(mut self, history: History) -> Result<(), Failure> {
        let file = match history {
            History::On => editor::history_file(&ProcessEnv),
            History::Off => None,
            History::File(path) => Some(path),
        };
        let mut prompt = Prompt::open(answer::is_dumb(&ProcessEnv), file)?;
        self.note(&format!("{} answers. /help lists the commands, Ctrl-D leaves.", self.params.model));
        loop {
            let Some(line) = prompt.read(&mut self.asker.interrupt, self.asker.stderr).await? else {
                return Ok(());
            };
            if line.trim().is_empty() {
                continue;
            }
            let next = match Typed::parse(&line) {
                Typed::Message(text) => self.say(text).await,
                Typed::Command(command) => self.obey(command).await,
                Typed::Unknown(unknown) => {
                    self.note(&unknown.to_string());
                    Ok(Next::Prompt)
                }
            };
            match next {
                Ok(Next::Prompt) => {}
                Ok(Next::Leave) => return Ok(()),
                Err(Failure::ClosedPipe) => return Err(Failure::ClosedPipe),
                Err(failure) => {
                    self.asker.stderr.report(&failure);
                }
            }
        }
    }

    async fn say(&mut self, text: String) -> Result<Next, Failure> {
        let attachments = std::mem::take(&mut self.attachments);
        self.ask(request::turn(attachments, text)).await
    }

    /// Asks, and keeps the question with as much of an answer as came; without any, the question waits.
    async fn ask(&mut self, question: MessageParam) -> Result<Next, Failure> {
        self.asker.interrupt.forget().await;
        self.unanswered = None;
        self.params.messages.push(question);
        let (came, end, failure) = match self.asker.ask(&self.params).await {
            Ok(message) => (Some(message), End::Whole, None),
            Err(Failure::Interrupted(mut interrupted)) => {
                let partial = interrupted.partial.take().map(|message| *message);
                (partial, End::Stopped, Some(Failure::Interrupted(interrupted)))
            }
            Err(failure) => (None, End::Stopped, Some(failure)),
        };
        let interrupted = matches!(failure, Some(Failure::Interrupted(_)));
        if let Some(failure) = failure {
            if let Failure::ClosedPipe = failure {
                return Err(failure);
            }
            self.asker.stderr.report(&failure);
        }
        let calls = came.as_ref().is_some_and(|message| message.tool_uses().next().is_some());
        match came.and_then(|message| turns::kept(message, end)) {
            Some(answer) => {
                self.params.messages.push(answer);
                if interrupted {
                    self.note("(stopped; what came stays in the conversation)");
                } else if calls {
                    self.note("(it asked for a tool, which nobody runs here; that is left out)");
                }
            }
            None => {
                self.unanswered = self.params.messages.pop();
                self.note("(not answered, so not part of the conversation; /retry asks it again)");
            }
        }
        Ok(Next::Prompt)
    }

    async fn obey(&mut self, command: Command) -> Result<Next, Failure> {
        match command {
            Command::Help => self.note(&command::help(layout::width())),
            Command::Model(None) => self.note(&self.model(&self.params.model)?),
            Command::Model(Some(name)) => {
                self.note(&self.model(&name)?);
                if name != self.params.model {
                    turns::forget_thinking(&mut self.params.messages);
                    self.params.model = name;
                }
            }
            Command::Attach(None) => self.note(&self.attached()),
            Command::Attach(Some(file)) => {
                self.attachments.append(&mut request::attachments(&[path(&file)?])?);
                self.note(&self.attached());
            }
            Command::System(None) => self.note(&self.system()),
            Command::System(Some(text)) => {
                // Thinking is bound to everything that stood before it.
                turns::forget_thinking(&mut self.params.messages);
                self.params.system = if text == "-" { None } else { Some(text.into()) };
                self.note(&self.system());
            }
            Command::Usage => self.note(&self.asker.tally.total()),
            Command::Save(None) => self.note("name the file: /save FILE"),
            Command::Save(Some(file)) => self.save(path(&file)?)?,
            Command::Load(None) => self.note("name the file: /load FILE"),
            Command::Load(Some(file)) => self.load(path(&file)?)?,
            Command::Clear => {
                self.params.messages.clear();
                self.unanswered = None;
                self.attachments.clear();
                self.note("(nothing was said; model and instructions stay)");
            }
            Command::Retry => {
                match self.unanswered.take().or_else(|| turns::take_question(&mut self.params.messages)) {
                    Some(question) => return self.ask(question).await,
                    None => self.note("there is no question yet"),
                }
            }
            Command::Exit => return Ok(Next::Leave),
        }
        Ok(Next::Prompt)
    }

    /// The model of a name, and the id that is sent for it.
    fn model(&self, name: &str) -> Result<String, Failure> {
        let pricing = &self.asker.pricing;
        let resolved = match pricing.route {
            Route::Mantle => models::resolve_mantle(name, &pricing.region),
            _ => models::resolve(name, &pricing.region, pricing.scope),
        };
        let id: ModelId = resolved.map_err(|error: ResolveError| {
            Failure::config(
                error.to_string(),
                "give an id, an ARN, or a short name like opus, sonnet or haiku",
            )
        })?;
        Ok(match id.base_model() {
            Some(model) if id.as_str() == name => format!("{} answers", model.name),
            Some(model) => format!("{} answers, as {id}", model.name),
            None => {
                let meant = match nearest(name).first() {
                    Some(near) if known(name).is_err() => format!("; did you mean {near}?"),
                    _ => String::new(),
                };
                format!("{id} answers; it is sent as typed, the catalog does not have it{meant}")
            }
        })
    }

    fn attached(&self) -> String {
        match self.attachments.len() {
            0 => "nothing goes with the next message; /attach FILE".to_owned(),
            1 => "1 file goes with the next message".to_owned(),
            files => format!("{files} files go with the next message"),
        }
    }

    fn system(&self) -> String {
        match &self.params.system {
            None => "there are no instructions; /system TEXT".to_owned(),
            Some(Content::Text(text)) => format!("instructions: {text}"),
            Some(content) => {
                let text: String = content.blocks().iter().filter_map(ContentBlock::text).collect();
                format!("instructions: {text}")
            }
        }
    }

    fn save(&self, path: PathBuf) -> Result<(), Failure> {
        let mut params = self.params.clone();
        params.messages.extend(self.unanswered.clone());
        if params.messages.is_empty() {
            self.note("nothing was said yet");
            return Ok(());
        }
        save::write(&path, &params)?;
        self.note(&format!("{} saved to {}", turns_of(&params), path.display()));
        Ok(())
    }

    fn load(&mut self, path: PathBuf) -> Result<(), Failure> {
        self.params = input::params(&path)?;
        self.unanswered = None;
        self.note(&format!("{} with {}", turns_of(&self.params), self.params.model));
        if self.params.messages.last().is_some_and(|turn| turn.role == Role::User) {
            self.unanswered = self.params.messages.pop();
            self.note("(the last one is not answered; /retry asks it)");
        }
        Ok(())
    }

    fn note(&self, text: &str) {
        self.asker.stderr.note(&crate::output::printable(text));
    }
}

fn turns_of(params: &MessageCreateParams) -> String {
    match params.messages.len() {
        1 => "1 turn".to_owned(),
        turns => format!("{turns} turns"),
    }
}

/// A file as people type it: with quotes, with backslashes before blanks, or from the home folder.
///
/// # Errors
///
/// For `-`: elsewhere it is stdin, which is the prompt line here.
fn path(typed: &str) -> Result<PathBuf, Failure> {
    let quoted = |mark| typed.strip_prefix(mark).and_then(|typed| typed.strip_suffix(mark));
    let bare = unescape(typed, Some('\\'));
    let path = match (quoted('"').or_else(|| quoted('\'')), bare.strip_prefix("~/"), ProcessEnv.var("HOME")) {
        (Some(quoted), _, _) => PathBuf::from(quoted),
        (None, Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(bare.as_ref()),
    };
    if path.as_os_str() == "-" {
        let message = "- is no file here: stdin is this prompt line";
        return Err(Failure::config(message, "name a file; one that is called - is ./-"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_in_a_shell() {
        for (typed, expected) in
            [("a b.pdf", "a b.pdf"), (r"a\ b.pdf", "a b.pdf"), ("'a b.pdf'", "a b.pdf"), ("\"~/a\"", "~/a")]
        {
            assert_eq!(path(typed).ok(), Some(PathBuf::from(expected)), "{typed}");
        }
        for stdin in ["-", "'-'"] {
            assert!(path(stdin).is_err(), "it would wait for what nobody types");
        }
    }
}
