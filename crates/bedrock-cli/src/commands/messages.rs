//! `bedrock messages`: JSON in, JSON out.

use super::input;
use crate::{
    args::{CountTokens, Create, Global, Stream},
    connection::Connection,
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output,
    status::Waiting,
};

/// `messages create`: the answer as JSON.
pub(crate) async fn create(global: &Global, args: &Create) -> Result<(), Failure> {
    let params = input::params(&args.body)?;
    let mut interrupt = Interrupt::listen()?;
    let connection = Connection::open(global, None).await?;
    let messages = args.call.apply(connection.client.messages().with_route(global.route.into()));
    let waiting = Waiting::start("waiting for the answer");
    tokio::select! {
        answer = messages.create(&params) => {
            let answer = answer?;
            drop(waiting);
            output::json(&*answer)
        }
        () = interrupt.wait() => Err(Failure::Interrupted(Interrupted::default())),
    }
}

/// `messages stream`: one event a line, or the message that they make.
pub(crate) async fn stream(global: &Global, args: &Stream) -> Result<(), Failure> {
    let params = input::params(&args.body)?;
    let mut interrupt = Interrupt::listen()?;
    let connection = Connection::open(global, None).await?;
    let messages = args.call.apply(connection.client.messages().with_route(global.route.into()));
    let mut stream = tokio::select! {
        stream = messages.stream(&params) => stream?,
        () = interrupt.wait() => return Err(Failure::Interrupted(Interrupted::default())),
    };
    loop {
        let event = tokio::select! {
            event = stream.next_event() => event?,
            () = interrupt.wait() => {
                return Err(Failure::Interrupted((&stream).into()));
            }
        };
        match event {
            Some(_) if args.whole => {}
            Some(event) => output::json(&event)?,
            None if args.whole => return output::json(&stream.into_message()?),
            None => return Ok(()),
        }
    }
}

/// `messages count-tokens`: how many tokens the request has as input.
pub(crate) async fn count_tokens(global: &Global, args: &CountTokens) -> Result<(), Failure> {
    let params = input::counted_params(&args.body)?;
    let mut interrupt = Interrupt::listen()?;
    let connection = Connection::open(global, None).await?;
    let messages = connection.client.messages().with_route(global.route.into());
    let waiting = Waiting::start("counting");
    tokio::select! {
        count = messages.count_tokens(&params) => {
            let count = count?;
            drop(waiting);
            output::json(&*count)
        }
        () = interrupt.wait() => Err(Failure::Interrupted(Interrupted::default())),
    }
}
