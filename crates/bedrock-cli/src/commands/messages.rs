//! `bedrock messages`: JSON in, JSON out.

use std::path::Path;

use bedrock_client::{MessageStream, Messages};

use super::input;
use crate::{
    args::{Create, Global, Stream},
    connection::Connection,
    failure::Failure,
    output,
};

/// `messages create`: the answer as JSON.
pub(crate) async fn create(global: &Global, args: &Create) -> Result<(), Failure> {
    let params = input::params(&args.body)?;
    let connection = Connection::open(global, None).await?;
    let messages = connection.client.messages().with_route(global.route.into());
    tokio::select! {
        answer = messages.create(&params) => output::json(&*answer?),
        () = interrupt() => Err(Failure::Interrupted(None)),
    }
}

/// `messages stream`: one event a line, or the message that they make.
pub(crate) async fn stream(global: &Global, args: &Stream) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    let messages = connection.client.messages().with_route(global.route.into());
    let mut stream = begin(messages, &args.body).await?;
    loop {
        let event = tokio::select! {
            event = stream.next_event() => event?,
            () = interrupt() => return Err(Failure::Interrupted(stream.snapshot().cloned().map(Box::new))),
        };
        match event {
            Some(_) if args.whole => {}
            Some(event) => output::json(&event)?,
            None if args.whole => return output::json(&stream.into_message()?),
            None => return Ok(()),
        }
    }
}

async fn begin(messages: Messages<'_>, body: &Path) -> Result<MessageStream, Failure> {
    let params = input::params(body)?;
    tokio::select! {
        stream = messages.stream(&params) => Ok(stream?),
        () = interrupt() => Err(Failure::Interrupted(None)),
    }
}

/// Waits for Ctrl-C.
pub(crate) async fn interrupt() {
    // Where the signal cannot be watched, the system's own handling ends the program.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
