//! `bedrock chat`: one question, or a conversation on a terminal.

mod attachment;
mod request;
mod terminal;

use std::io::{self, IsTerminal, Read};

use bedrock_client::{Error, Message, MessageCreateParams, Messages};
use bedrock_types::{
    StopReason,
    converse::{DocumentNames, PdfReading},
};

use crate::{
    args::{Chat, Global, Output},
    connection::Connection,
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output::{self, Stderr},
    status::Waiting,
};

pub(crate) async fn run(global: &Global, args: &Chat) -> Result<(), Failure> {
    let mut params = request::params(args)?;
    let connection = Connection::open(global, args.scope.map(Into::into)).await?;
    // A file is attached to be read, whatever its name, and on Converse as on the other routes.
    let messages = connection
        .client
        .messages()
        .with_route(global.route.into())
        .with_document_names(DocumentNames::Legal)
        .with_pdf_reading(PdfReading::Visual);
    let mut asker = Asker {
        interrupt: Interrupt::listen()?,
        messages: args.call.apply(messages),
        streamed: !args.no_stream,
        json: global.output == Output::Json,
        usage: args.usage,
        stderr: Stderr::new(global),
    };
    let attachments = request::attachments(&args.attach)?;
    if args.prompt.is_none() && io::stdin().is_terminal() {
        return terminal::converse(&mut asker, params, attachments).await;
    }
    let prompt = match &args.prompt {
        Some(prompt) => prompt.clone(),
        None => prompt_from_stdin()?,
    };
    if prompt.trim().is_empty() {
        return Err(Failure::config("the prompt is empty", "give it as an argument, or on stdin"));
    }
    params.messages.push(request::turn(attachments, prompt));
    asker.ask(&params).await.map(drop)
}

fn prompt_from_stdin() -> Result<String, Failure> {
    let mut prompt = String::new();
    io::stdin().read_to_string(&mut prompt).map_err(|error| Failure::input("stdin", &error))?;
    // The newline that every line of a pipe ends with is not part of the question.
    prompt.truncate(prompt.trim_end_matches(['\r', '\n']).len());
    Ok(prompt)
}

/// Asks, and shows the answer as the options say.
#[derive(Debug)]
struct Asker {
    interrupt: Interrupt,
    messages: Messages,
    streamed: bool,
    json: bool,
    usage: bool,
    stderr: Stderr,
}

impl Asker {
    /// Asks once; the answer has been printed when this returns.
    async fn ask(&mut self, params: &MessageCreateParams) -> Result<Message, Failure> {
        let message = if self.streamed { self.stream(params).await? } else { self.whole(params).await? };
        if self.json {
            output::json(&message)?;
        }
        self.remark(&message);
        Ok(message)
    }

    async fn whole(&mut self, params: &MessageCreateParams) -> Result<Message, Failure> {
        let waiting = Waiting::start("waiting for the answer");
        let answer = tokio::select! {
            answer = self.messages.create(params) => answer?,
            () = self.interrupt.wait() => return Err(Failure::Interrupted(Interrupted::default())),
        };
        drop(waiting);
        if !self.json {
            output::shown(&format!("{}\n", answer.text()))?;
        }
        Ok(answer.into_inner())
    }

    async fn stream(&mut self, params: &MessageCreateParams) -> Result<Message, Failure> {
        let mut waiting = Waiting::start("waiting for the answer");
        let mut stream = tokio::select! {
            stream = self.messages.stream(params) => stream?,
            () = self.interrupt.wait() => return Err(Failure::Interrupted(Interrupted::default())),
        };
        let mut line = Line::default();
        loop {
            let event = tokio::select! {
                event = stream.next_event() => event,
                () = self.interrupt.wait() => {
                    line.end()?;
                    return Err(Failure::Interrupted((&stream).into()));
                }
            };
            match event {
                Ok(Some(event)) => {
                    if let Some(text) = event.text().filter(|_| !self.json) {
                        waiting.stop();
                        line.print(text)?;
                    }
                }
                Ok(None) => break,
                Err(error) => return Err(line.ended_by(error)),
            }
        }
        line.end()?;
        Ok(stream.into_message()?)
    }

    /// What a person should know about the answer.
    fn remark(&self, message: &Message) {
        match &message.stop_reason {
            Some(StopReason::MaxTokens) => self.stderr.note("(cut: --max-tokens was reached)"),
            Some(StopReason::Refusal) => self.stderr.note("(the model declined to go on)"),
            Some(StopReason::ModelContextWindowExceeded) => {
                self.stderr.note("(cut: the context window is full)");
            }
            _ if message.text().is_empty() && !self.json => self.stderr.note("(the answer has no text)"),
            _ => {}
        }
        if self.usage {
            let usage = &message.usage;
            let cached = match usage.cache_read_input_tokens {
                Some(read) if read > 0 => format!(" ({read} more from the cache)"),
                _ => String::new(),
            };
            self.stderr
                .note(&format!("{} tokens in{cached}, {} out", usage.input_tokens, usage.output_tokens));
        }
    }
}

/// Text as it comes, and one newline at its end, however it ends.
#[derive(Debug, Default)]
struct Line {
    open: bool,
}

impl Line {
    fn print(&mut self, text: &str) -> Result<(), Failure> {
        if let Some(last) = text.bytes().last() {
            self.open = last != b'\n';
        }
        output::shown(text)
    }

    fn end(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.open) { output::text("\n") } else { Ok(()) }
    }

    /// The failure of a stream, after what came of it has its newline.
    fn ended_by(&mut self, error: Error) -> Failure {
        match self.end() {
            Ok(()) => error.into(),
            Err(failure) => failure,
        }
    }
}
