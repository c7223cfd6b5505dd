//! A stream of Converse as a stream of Messages.

use super::{
    answer::{HasExtra, TRACE, additional_members, with_members},
    blocks::{SERVER_TOOL_USE, kept, redacted_to_messages},
    citations::citation_to_messages,
    usage,
};
use crate::{
    converse::{self, ContentBlockDelta, ContentBlockStart, ConverseStreamEvent, ReasoningContentBlockDelta},
    json::{ExtraFields, RawJson, UnknownObject, value::WireValue},
    messages::{
        Citation, CitationsDelta, ContentBlock, ContentBlockDeltaEvent, ContentBlockStartEvent,
        ContentBlockStopEvent, Delta, InputJsonDelta, InvocationMetrics, Message, MessageDelta,
        MessageDeltaEvent, MessageStartEvent, MessageStopEvent, MessageStreamEvent, Role, ServerToolUseBlock,
        SignatureDelta, StopReason, TextBlock, TextDelta, ThinkingBlock, ThinkingDelta, ToolUseBlock, Usage,
    },
};

/// Turns the events of ConverseStream into those of Messages, in Messages' order.
///
/// Converse does not announce text and thinking, numbers the blocks its own way, and says what a message cost behind its end: so
/// one event becomes none, one or several. Give each event to [`push`](Self::push), and at the end of the stream call
/// [`finish`](Self::finish).
///
/// ```
/// use bedrock_types::{MessageAccumulator, converse::{ConverseStreamEvent, FromConverseStream}};
///
/// let mut stream = FromConverseStream::new("a-request-id", "us.anthropic.claude-opus-4-8");
/// let mut accumulator = MessageAccumulator::new();
/// for (event_type, payload) in [
///     ("messageStart", r#"{"role":"assistant"}"#),
///     ("contentBlockDelta", r#"{"delta":{"text":"Hello"},"contentBlockIndex":0}"#),
///     ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
///     ("messageStop", r#"{"stopReason":"end_turn"}"#),
///     ("metadata", r#"{"usage":{"inputTokens":3,"outputTokens":1,"totalTokens":4},"metrics":{"latencyMs":7}}"#),
/// ] {
///     for event in stream.push(&ConverseStreamEvent::from_frame(event_type, payload.as_bytes())?) {
///         accumulator.push(&event)?;
///     }
/// }
/// assert!(stream.finish().is_empty() && accumulator.is_complete());
/// assert_eq!(accumulator.snapshot().unwrap().text(), "Hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct FromConverseStream {
    id: String,
    model: String,
    /// The place in Converse of each open block, in order, with that in Messages.
    open: Vec<(usize, usize)>,
    /// The next place.
    next: usize,
    /// The end that waits for what the message cost.
    stop: Option<converse::MessageStopEvent>,
}

impl FromConverseStream {
    /// Starts with nothing; `id` is the request id of AWS and `model` the id that was asked for.
    pub fn new(id: impl Into<String>, model: impl Into<String>) -> Self {
        Self { id: id.into(), model: model.into(), open: Vec::new(), next: 0, stop: None }
    }

    /// The events that this one stands for. One of an unknown kind stands for none.
    pub fn push(&mut self, event: &ConverseStreamEvent) -> Vec<MessageStreamEvent> {
        match event {
            ConverseStreamEvent::MessageStart(event) => {
                let role = Role::from(event.role.as_str());
                let message = Message::new(self.id.as_str(), role, self.model.as_str(), [], Usage::new(0, 0));
                vec![MessageStartEvent::new(message).into()]
            }
            ConverseStreamEvent::ContentBlockStart(event) => {
                vec![self.start(event.content_block_index, block(&event.start))]
            }
            ConverseStreamEvent::ContentBlockDelta(event) => self.grow(event),
            ConverseStreamEvent::ContentBlockStop(event) => {
                let index = event.content_block_index;
                // A text to which nothing was added was not announced.
                let mut events = self.announce(index, || TextBlock::new("").into());
                let index = self.place(index).map_or(0, |at| self.open.remove(at).1);
                events.push(ContentBlockStopEvent::new(index).into());
                events
            }
            ConverseStreamEvent::MessageStop(event) => {
                self.stop = Some(event.clone());
                Vec::new()
            }
            ConverseStreamEvent::Metadata(event) => self.end(Some(event)),
            ConverseStreamEvent::Unknown(_) => Vec::new(),
        }
    }

    /// What is left to say at the end of the stream: the end of a message whose cost never came.
    ///
    /// A stream that broke off before `messageStop` has nothing left, and its message stays incomplete.
    pub fn finish(&mut self) -> Vec<MessageStreamEvent> {
        self.end(None)
    }

    fn grow(&mut self, event: &converse::ContentBlockDeltaEvent) -> Vec<MessageStreamEvent> {
        let index = event.content_block_index;
        let (mut events, delta): (_, Delta) = match &event.delta {
            ContentBlockDelta::Text(text) => {
                (self.announce(index, || TextBlock::new("").into()), TextDelta::new(text.as_str()).into())
            }
            ContentBlockDelta::ToolUse(delta) => {
                (Vec::new(), InputJsonDelta::new(delta.input.as_str()).into())
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => {
                (self.announce(index, thinking), ThinkingDelta::new(text.as_str()).into())
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Signature(signature)) => {
                (self.announce(index, thinking), SignatureDelta::new(signature.as_str()).into())
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(data)) => {
                // It comes whole, with the announcement.
                return self.announce(index, || redacted(data));
            }
            ContentBlockDelta::Citation(citation) => (
                self.announce(index, || TextBlock::new("").into()),
                CitationsDelta::new(place(citation)).into(),
            ),
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Unknown(_))
            | ContentBlockDelta::Unknown(_) => {
                let unknown = unknown(event.delta.member(), &event.delta);
                (
                    self.announce(index, || ContentBlock::Unknown(unknown.clone())),
                    Delta::Unknown(unknown.clone()),
                )
            }
        };
        let place = self.place(index).ok().and_then(|at| self.open.get(at));
        let index = place.map_or(index, |(_, place)| *place);
        events.push(ContentBlockDeltaEvent::new(index, delta).into());
        events
    }

    fn announce(&mut self, index: usize, block: impl FnOnce() -> ContentBlock) -> Vec<MessageStreamEvent> {
        if self.place(index).is_ok() { Vec::new() } else { vec![self.start(index, block())] }
    }

    fn start(&mut self, index: usize, block: ContentBlock) -> MessageStreamEvent {
        let place = self.next;
        self.next += 1;
        let at = self.place(index).unwrap_or_else(|at| at);
        if self.open.get(at).is_some_and(|(open, _)| *open == index) {
            self.open.remove(at);
        }
        self.open.insert(at, (index, place));
        ContentBlockStartEvent::new(place, block).into()
    }

    /// Where an open block stands, or would.
    fn place(&self, index: usize) -> Result<usize, usize> {
        self.open.binary_search_by_key(&index, |(index, _)| *index)
    }

    fn end(&mut self, metadata: Option<&converse::ConverseStreamMetadataEvent>) -> Vec<MessageStreamEvent> {
        let Some(stop) = self.stop.take() else { return Vec::new() };
        let mut delta = MessageDelta::new();
        delta.stop_reason = Some(StopReason::from(stop.stop_reason.as_str()));
        let mut of_delta = additional_members(stop.additional_model_response_fields.as_ref());
        let mut of_event = ExtraFields::default();
        if let Some(management) = of_delta.remove("context_management") {
            of_event.insert("context_management", management);
        }
        let mut end = MessageDeltaEvent::new(with_members(delta, &of_delta));
        let mut message_stop = MessageStopEvent::new();
        if let Some(metadata) = metadata {
            let usage = metadata.usage.as_ref().map(usage::to_messages);
            end.usage = usage.and_then(|members| RawJson::written(&members).ok()?.read().ok());
            if let Some(trace) = &metadata.trace {
                of_event.insert(TRACE, trace.clone());
            }
            message_stop.invocation_metrics = Some(metrics(metadata));
        }
        vec![with_members(end, &of_event).into(), message_stop.into()]
    }
}

fn thinking() -> ContentBlock {
    ThinkingBlock::new("").signature("").into()
}

/// One that no text of Messages can be is kept as it came, as in an answer that is not streamed.
fn redacted(content: &str) -> ContentBlock {
    match redacted_to_messages(content) {
        Ok(thinking) => thinking.into(),
        Err(_) => {
            let content = converse::ReasoningContentBlock::RedactedContent(content.to_owned());
            kept(&converse::ContentBlock::ReasoningContent(content))
        }
    }
}

fn block(start: &ContentBlockStart) -> ContentBlock {
    match start {
        ContentBlockStart::ToolUse(call) => {
            let input = RawJson::parse("{}").expect("an empty object is JSON");
            let (id, name) = (call.tool_use_id.as_str(), call.name.as_str());
            if call.kind.as_deref() == Some(SERVER_TOOL_USE) {
                ServerToolUseBlock::new(id, name, input).into()
            } else {
                ToolUseBlock::new(id, name, input).into()
            }
        }
        ContentBlockStart::Unknown(_) => ContentBlock::Unknown(unknown(start.member(), start)),
    }
}

fn place(citation: &converse::Citation) -> Citation {
    citation_to_messages(citation).unwrap_or_else(|_| Citation::Unknown(unknown("citation", citation)))
}

/// What Messages has no words for, as an object of an unknown kind.
fn unknown(member: &str, value: &impl WireValue) -> UnknownObject {
    let kind = format!("converse.{member}");
    let mut members: ExtraFields = RawJson::written(value).and_then(|raw| raw.read()).unwrap_or_default();
    members.insert("type", RawJson::text(&kind));
    let raw = RawJson::written(&members).expect("texts and raw JSON have a JSON form");
    UnknownObject::new(kind, raw)
}

/// As InvokeModel measures it, as far as Converse does.
fn metrics(metadata: &converse::ConverseStreamMetadataEvent) -> InvocationMetrics {
    let mut metrics = InvocationMetrics::new();
    if let Some(usage) = &metadata.usage {
        metrics.input_token_count = usage.input_tokens;
        metrics.output_token_count = usage.output_tokens;
        metrics.cache_read_input_token_count = usage.cache_read_input_tokens;
        metrics.cache_write_input_token_count = usage.cache_write_input_tokens;
    }
    metrics.invocation_latency = metadata.metrics.as_ref().map(|metrics| metrics.latency_ms);
    metrics
}

impl HasExtra for MessageDelta {
    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra
    }
}

impl HasExtra for MessageDeltaEvent {
    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra
    }
}
