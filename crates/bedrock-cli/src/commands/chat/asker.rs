//! Asks the model, and shows the answer as the options say.

use bedrock_client::{Message, MessageCreateParams, MessageStreamEvent, Messages};
use bedrock_types::{ContentBlock, ContentBlockDeltaEvent, Delta, StopReason};

use super::{
    answer::Answer,
    tally::{Pricing, Tally},
};
use crate::{
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output::{self, Stderr},
    status::Waiting,
};

/// What asks, and how answers are shown.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) interrupt: Interrupt,
    pub(super) messages: Messages,
    pub(super) pricing: Pricing,
    pub(super) streamed: bool,
    pub(super) json: bool,
    pub(super) usage: bool,
    pub(super) thinking: bool,
    pub(super) stderr: Stderr,
    /// What all answers used.
    pub(super) tally: Tally,
}

impl Asker {
    /// Asks once; the answer, or what came of it, has been printed when this returns.
    pub(super) async fn ask(&mut self, params: &MessageCreateParams) -> Result<Message, Failure> {
        let asked = if self.streamed { self.stream(params).await } else { self.whole(params).await };
        let came = match &asked {
            Ok(message) => Some(message),
            Err(Failure::Interrupted(interrupted)) => interrupted.partial.as_deref(),
            Err(Failure::Call(error)) => error.partial_message(),
            Err(_) => None,
        };
        if let Some(message) = came {
            self.tally.add(&self.pricing, &params.model, &message.usage);
        }
        let message = asked?;
        if self.json {
            output::json(&message)?;
        }
        self.remark(params, &message);
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
            let mut shown = Answer::new(self.stderr);
            for block in &answer.content {
                match block {
                    ContentBlock::Text(block) => shown.text(&block.text)?,
                    ContentBlock::Thinking(block) if self.thinking => shown.thought(&block.thinking)?,
                    _ => {}
                }
            }
            shown.end()?;
        }
        Ok(answer.into_inner())
    }

    async fn stream(&mut self, params: &MessageCreateParams) -> Result<Message, Failure> {
        let mut waiting = Waiting::start("waiting for the answer");
        let mut stream = tokio::select! {
            stream = self.messages.stream(params) => stream?,
            () = self.interrupt.wait() => return Err(Failure::Interrupted(Interrupted::default())),
        };
        let mut shown = Answer::new(self.stderr);
        let ended = loop {
            let event = tokio::select! {
                event = stream.next_event() => event,
                () = self.interrupt.wait() => break Err(Failure::Interrupted((&stream).into())),
            };
            match event {
                Ok(Some(_)) if self.json => {}
                Ok(Some(MessageStreamEvent::ContentBlockDelta(ContentBlockDeltaEvent { delta, .. }))) => {
                    match delta {
                        Delta::Text(delta) => {
                            waiting.stop();
                            shown.text(&delta.text)?;
                        }
                        Delta::Thinking(delta) if self.thinking => {
                            waiting.stop();
                            shown.thought(&delta.thinking)?;
                        }
                        _ => {}
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
        };
        drop(waiting);
        shown.end()?;
        ended?;
        Ok(stream.into_message()?)
    }

    /// What a person should know about the answer.
    fn remark(&self, params: &MessageCreateParams, message: &Message) {
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
            let mut tally = Tally::default();
            tally.add(&self.pricing, &params.model, &message.usage);
            self.stderr.note(&tally.summary());
        }
    }
}
