//! What Converse answers, in the words of Messages.

use std::collections::VecDeque;

use bedrock_types::{
    JsonError, Message, MessageStreamEvent,
    converse::{ConverseResponse, ConverseStreamEvent, FromConverseStream},
    json::Wire,
};
use bytes::Bytes;

use crate::{ResponseDetails, call::Answer, route::Prepared};

/// The message in a whole answer, and what else the answer says.
pub(super) fn read(
    prepared: &Prepared,
    answer: &Answer<Bytes>,
) -> Result<(Message, ResponseDetails), Box<dyn std::error::Error>> {
    let response = ConverseResponse::from_json(&answer.body)?;
    let id = answer.request_id().unwrap_or_default();
    let message = response.to_message(id, prepared.model.as_str())?;
    Ok((message, ResponseDetails::of_converse(&response)))
}

/// The events of ConverseStream on their way to those of Messages: one becomes none, one or several.
#[derive(Debug)]
pub(super) struct FromConverse {
    stream: FromConverseStream,
    ready: VecDeque<MessageStreamEvent>,
}

impl FromConverse {
    /// Whether a frame's `:event-type` is one of Converse's.
    pub(super) fn knows(name: &str) -> bool {
        EVENTS.contains(&name)
    }

    pub(super) fn new(request_id: Option<&str>, model: &str) -> Box<Self> {
        let stream = FromConverseStream::new(request_id.unwrap_or_default(), model);
        Box::new(Self { stream, ready: VecDeque::new() })
    }

    /// Takes in the event of a frame.
    pub(super) fn take(&mut self, name: &str, payload: &[u8]) -> Result<(), JsonError> {
        let event = ConverseStreamEvent::from_frame(name, payload)?;
        self.ready.extend(self.stream.push(&event));
        Ok(())
    }

    /// There are no more frames, which may be what the last event waited for.
    pub(super) fn finish(&mut self) {
        self.ready.extend(self.stream.finish());
    }

    pub(super) fn next_ready(&mut self) -> Option<MessageStreamEvent> {
        self.ready.pop_front()
    }
}

const EVENTS: [&str; 6] =
    ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];
