//! A conversation at a prompt line.

use std::io;

use bedrock_client::MessageCreateParams;
use bedrock_types::ContentBlock;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{Asker, request};
use crate::failure::Failure;

/// Asks until the person leaves: Ctrl-D, or Ctrl-C at the empty prompt. Ctrl-C during an answer stops that answer.
pub(super) async fn converse(
    asker: &mut Asker,
    mut params: MessageCreateParams,
    mut attachments: Vec<ContentBlock>,
) -> Result<(), Failure> {
    asker.stderr.note("Ctrl-D leaves; Ctrl-C stops an answer.");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        asker.stderr.prompt("> ");
        let line = tokio::select! {
            line = lines.next_line() => line.map_err(|error: io::Error| Failure::input("stdin", &error))?,
            () = asker.interrupt.wait() => None,
        };
        let Some(line) = line else {
            asker.stderr.note("");
            return Ok(());
        };
        if line.trim().is_empty() {
            continue;
        }
        params.messages.push(request::turn(std::mem::take(&mut attachments), line));
        match asker.ask(&params).await {
            Ok(message) if !message.content.is_empty() => params.messages.push(message.into()),
            Ok(_) => forget(asker, &mut params),
            Err(Failure::Interrupted(_)) => forget(asker, &mut params),
            Err(Failure::ClosedPipe) => return Err(Failure::ClosedPipe),
            Err(failure) => {
                asker.stderr.report(&failure);
                forget(asker, &mut params);
            }
        }
    }
}

/// A question without an answer cannot stay in the conversation: turns alternate.
fn forget(asker: &Asker, params: &mut MessageCreateParams) {
    params.messages.pop();
    asker.stderr.note("(this question is not part of the conversation)");
}
