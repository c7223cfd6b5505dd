//! From frames to events: what each frame of a stream means. Pure: no bytes are read here.

use bedrock_transport::{
    DecodeError,
    event_stream::{EventMessage, decode_payload_part_into},
    sse::SseEvent,
};
use bedrock_types::{
    ErrorBody, ErrorDetail, InvocationMetrics, JsonError, Message, MessageAccumulator, MessageStreamEvent,
    json::Wire,
};

#[cfg(feature = "converse")]
use super::converse::FromConverse;
use crate::{
    Error, ErrorKind, StreamFailure,
    error::{Scrubber, modelled_status},
    hint::{self, KeptSituation, Situation},
    observe::Observation,
    retry::is_retryable_status,
};

/// One frame of either framing.
#[derive(Debug)]
pub(super) enum Frame {
    Binary(EventMessage),
    Text(SseEvent),
}

/// Reads frames in order, folds their events, and remembers how the stream ended.
#[derive(Debug, Default)]
pub(super) struct Events {
    accumulator: MessageAccumulator,
    frames: u64,
    /// The JSON of the event that is read, its memory kept for the next.
    json: Vec<u8>,
    failure: Option<Error>,
    exchange: Exchange,
    /// There once an event of Converse came.
    #[cfg(feature = "converse")]
    converse: Option<Box<FromConverse>>,
}

/// What is known of the exchange that the frames come from; nothing, for bytes from elsewhere.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    pub(super) attempts: u32,
    pub(super) request_id: Option<String>,
    /// The id that was asked for: what Converse calls the model.
    #[cfg_attr(not(feature = "converse"), expect(dead_code, reason = "other answers say it themselves"))]
    pub(super) model: String,
    pub(super) scrubber: Scrubber,
    /// What hints are made of.
    pub(super) situation: Option<KeptSituation>,
    /// Who hears of the events.
    pub(super) observation: Observation,
}

impl Events {
    /// Reads the frames of an exchange.
    pub(super) fn of(exchange: Exchange) -> Self {
        let mut events = Self::default();
        events.exchange = exchange;
        events
    }

    /// The event in a frame; `None` for a frame without one. What came with an earlier frame is to be taken first.
    pub(super) fn take(&mut self, frame: Frame) -> Result<Option<MessageStreamEvent>, Error> {
        let number = self.frames;
        self.frames += 1;
        let event = match frame {
            Frame::Binary(message) => self.binary(&message, number),
            Frame::Text(event) if event.event.as_deref() == Some("error") => Err(named_error(&event.data)),
            Frame::Text(event) => parse(&event.data, number),
        };
        match event {
            Ok(Some(event)) => self.accept(event).map(Some),
            Ok(None) => self.next_ready(),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// An event that came together with others.
    pub(super) fn next_ready(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        #[cfg(feature = "converse")]
        if let Some(event) = self.converse.as_mut().and_then(|converse| converse.next_ready()) {
            return self.accept(event).map(Some);
        }
        Ok(None)
    }

    /// What it means that the frames ended here: there may be a last event.
    pub(super) fn end(&mut self) -> Result<Option<MessageStreamEvent>, Error> {
        #[cfg(feature = "converse")]
        if let Some(converse) = &mut self.converse {
            converse.finish();
        }
        match self.next_ready()? {
            None if !self.is_complete() => Err(self.incomplete()),
            event => Ok(event),
        }
    }

    /// The same for who wants none of the events that are left.
    pub(super) fn end_all(&mut self) -> Result<(), Error> {
        while !self.is_complete() && self.end()?.is_some() {}
        Ok(())
    }

    /// Folds an event into the message.
    fn accept(&mut self, event: MessageStreamEvent) -> Result<MessageStreamEvent, Error> {
        if let MessageStreamEvent::Error(event) = &event {
            return Err(self.fail(model_error(&event.error)));
        }
        match self.accumulator.push(&event) {
            Ok(()) => {
                self.exchange.observation.event(&event, self.accumulator.snapshot());
                Ok(event)
            }
            Err(error) => {
                let number = self.frames.saturating_sub(1);
                Err(self.fail(Error::new(ErrorKind::Protocol, format!("frame {number}: {error}"))))
            }
        }
    }

    fn binary(&mut self, message: &EventMessage, number: u64) -> Result<Option<MessageStreamEvent>, Error> {
        match message.message_type() {
            Some("event") => match message.event_type() {
                Some("chunk") => {
                    decode_payload_part_into(&message.payload, &mut self.json)
                        .map_err(|error| Error::new(ErrorKind::Decode, format!("frame {number}: {error}")))?;
                    parse(&self.json, number)
                }
                #[cfg(feature = "converse")]
                Some(name) if FromConverse::knows(name) => {
                    let Exchange { request_id, model, .. } = &self.exchange;
                    let converse =
                        self.converse.get_or_insert_with(|| FromConverse::new(request_id.as_deref(), model));
                    converse
                        .take(name, &message.payload)
                        .map_err(|error| Error::new(ErrorKind::Decode, format!("frame {number}: {error}")))?;
                    Ok(None)
                }
                // `initial-response`, and events that AWS may add.
                _ => Ok(None),
            },
            Some("exception") => Err(exception(message)),
            Some("error") => {
                let code = message.error_code().unwrap_or("error");
                let text = message.error_message().unwrap_or("no message").to_owned();
                Err(named(code, modelled_status(code), text))
            }
            other => Err(Error::new(
                ErrorKind::Stream(StreamFailure::Corrupt),
                format!("frame {number}: {:?} is no message type", other.unwrap_or_default()),
            )),
        }
    }

    fn incomplete(&mut self) -> Error {
        let what = match self.accumulator.snapshot() {
            Some(_) => "the stream ended before the message was complete",
            None => "the stream ended before a message began",
        };
        self.fail(
            Error::new(ErrorKind::Stream(StreamFailure::Incomplete), what).with_retryable(true).with_hint(
                "something between here and the model cut the answer; ask again, or go on from the part",
            ),
        )
    }

    /// Nothing failed: whoever reads stopped before the end.
    fn unread(&mut self) -> Error {
        self.fail(
            Error::new(ErrorKind::Stream(StreamFailure::Incomplete), "the stream was not read to its end")
                .with_hint("read events until there are no more, or call final_message; partial_message has what came"),
        )
    }

    /// Remembers a failure, and gives it what had come and where it came from.
    pub(super) fn fail(&mut self, error: Error) -> Error {
        let Exchange { attempts, request_id, scrubber, situation, .. } = &self.exchange;
        let situation = situation.as_ref().map_or(Situation::UNKNOWN, KeptSituation::situation);
        let error = with_hint(error, situation)
            .scrubbed(scrubber)
            .with_attempts(*attempts)
            .with_request_id(request_id.as_deref())
            .with_partial(self.accumulator.snapshot());
        self.exchange.observation.end(Some(&error));
        self.failure = Some(error.clone());
        error
    }

    /// The failure that ended the stream.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.accumulator.is_complete()
    }

    pub(super) fn snapshot(&self) -> Option<&Message> {
        self.accumulator.snapshot()
    }

    pub(super) fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.accumulator.invocation_metrics()
    }

    /// The message, if it is complete; else the failure, or that it is not complete.
    pub(super) fn into_message(mut self) -> Result<Message, Error> {
        if !self.is_complete() {
            return Err(self.failure.take().unwrap_or_else(|| self.unread()));
        }
        std::mem::take(&mut self.accumulator)
            .into_snapshot()
            .ok_or_else(|| Error::new(ErrorKind::Protocol, "a message_stop without a message"))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.exchange.observation.dropped(self.accumulator.snapshot());
    }
}

/// Whether there was an event, which is dropped: here, where the code that drops one of any kind is already.
#[inline(never)]
pub(super) fn passed(event: Option<MessageStreamEvent>) -> bool {
    event.is_some()
}

/// What refuses within a stream has the hint that it has before one.
fn with_hint(error: Error, situation: Situation<'_>) -> Error {
    let refuses = matches!(error.kind(), ErrorKind::Stream(StreamFailure::Exception | StreamFailure::Api));
    match hint::for_refusal(&error, situation).filter(|_| refuses) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// An error of the framing, as an error of the stream.
pub(super) fn framing_error(error: &DecodeError) -> Error {
    let kind = match error {
        DecodeError::Truncated { .. } => ErrorKind::Stream(StreamFailure::Truncated),
        DecodeError::TooLarge { .. } => ErrorKind::TooLarge,
        _ => ErrorKind::Stream(StreamFailure::Corrupt),
    };
    let truncated = matches!(error, DecodeError::Truncated { .. });
    Error::new(kind, error.to_string()).with_retryable(truncated)
}

fn parse(json: &[u8], number: u64) -> Result<Option<MessageStreamEvent>, Error> {
    MessageStreamEvent::from_chunk(json)
        .map_err(|error: JsonError| Error::new(ErrorKind::Decode, format!("frame {number}: {error}")))
}

/// An exception keeps its name, its text, and the status that AWS models for it.
fn exception(message: &EventMessage) -> Error {
    let name = message.exception_type().unwrap_or("exception");
    let body = ErrorBody::parse(&message.payload).unwrap_or_default();
    let mut text = body.message.unwrap_or_else(|| "no message".to_owned());
    if let Some(original) = body.original_message {
        text = format!("{text} (the model said: {original})");
    }
    if let Some(original) = body.original_status {
        text = format!("{text} (original status {original})");
    }
    let status = modelled_status(name);
    let error = named(name, status, text);
    match body.original_status {
        // The model's own status tells whether another try may go better.
        Some(original) => error.with_retryable(is_retryable_status(original)),
        None => error,
    }
}

fn named(code: &str, status: Option<u16>, text: String) -> Error {
    Error::new(ErrorKind::Stream(StreamFailure::Exception), text)
        .with_exception(Some(code.to_owned()))
        .with_status(status)
        .with_retryable(status.is_some_and(is_retryable_status))
}

/// An event of text whose name is `error`: its data says what happened as well as a gateway can.
fn named_error(data: &[u8]) -> Error {
    let body = ErrorBody::parse(data).unwrap_or_default();
    // The detail stands in its envelope or, from some gateways, without.
    let bare = || ErrorDetail::from_json(data).ok().filter(|bare| bare.kind.as_str() != "error");
    if let Some(detail) = body.error.or_else(bare) {
        return model_error(&detail);
    }
    let said = body.message.unwrap_or_else(|| String::from_utf8_lossy(data).into_owned());
    let says_nothing = matches!(said.trim(), "" | "{}");
    let status = body.code.as_deref().and_then(modelled_status);
    Error::new(ErrorKind::Stream(StreamFailure::Api), if says_nothing { "no message" } else { &said })
        .with_exception(body.code)
        .with_status(status)
        .with_retryable(status.is_some_and(is_retryable_status))
}

fn model_error(detail: &ErrorDetail) -> Error {
    let status = detail.kind.status();
    Error::new(ErrorKind::Stream(StreamFailure::Api), detail.message.clone())
        .with_error_type(Some(detail.kind.clone()))
        .with_status(status)
        .with_retryable(status.is_some_and(is_retryable_status))
}
