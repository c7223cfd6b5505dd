//! `bedrock chat`: one question, or a conversation on a terminal.

mod answer;
mod asker;
mod attachment;
mod command;
mod completion;
mod conversation;
mod editor;
mod markdown;
mod request;
mod save;
mod tally;
mod turns;

use std::io::{self, IsTerminal};

use bedrock_types::converse::{DocumentNames, PdfReading};

use crate::{
    args::{Chat, Global, Output},
    commands::input,
    connection::Connection,
    failure::Failure,
    interrupt::Interrupt,
    output::Stderr,
};
use asker::Asker;
use conversation::Conversation;
use tally::{Pricing, Tally};

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
    let asker = Asker {
        interrupt: Interrupt::listen()?,
        messages: args.call.apply(messages),
        pricing: Pricing {
            route: global.route.into(),
            region: connection.client.region().to_string(),
            scope: args.scope.map(Into::into),
        },
        streamed: !args.no_stream,
        json: global.output == Output::Json,
        usage: args.usage,
        thinking: args.show_thinking,
        stderr: Stderr::new(global),
        tally: Tally::default(),
    };
    let attachments = request::attachments(&args.attach)?;
    let from_terminal = io::stdin().is_terminal();
    if args.prompt.is_none() && from_terminal {
        return Conversation::new(asker, params, attachments).hold(args.history.clone()).await;
    }
    let reads_stdin = !from_terminal && !args.attach.iter().any(|path| path.as_os_str() == "-");
    let mut asker = asker;
    let piped =
        if reads_stdin { input::piped(asker.stderr, &mut asker.interrupt).await? } else { Vec::new() };
    params.messages.push(request::question(attachments, args.prompt.clone(), &piped)?);
    asker.ask(&params).await.map(drop)
}
