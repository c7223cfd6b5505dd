//! A stream of Messages as a stream of Converse.

use super::{
    answer::TRACE,
    bad_value,
    blocks::{SERVER_TOOL_USE, redacted_to_converse},
    citations::citation_to_converse,
    no_counterpart, usage,
};
use crate::{
    converse::{
        self, ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseError, ConverseMetrics,
        ConverseStreamEvent, ConverseStreamMetadataEvent, ReasoningContentBlockDelta, ToolUseBlockDelta,
        ToolUseBlockStart, error::At,
    },
    json::{ExtraFields, RawJson},
    messages::{
        ContentBlock, Delta, MessageDeltaEvent, MessageStopEvent, MessageStreamEvent, ToolInput, Usage,
    },
};

/// Turns the events of Messages into those of ConverseStream: what a stand-in for Bedrock needs.
///
/// ```
/// use bedrock_types::{MessageStreamEvent, converse::ToConverseStream};
///
/// let mut stream = ToConverseStream::new();
/// let event = MessageStreamEvent::from_chunk(br#"{"type":"message_start","message":{"id":"msg_1","role":"assistant",
///     "model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#)?.unwrap();
/// let events = stream.push(&event)?;
/// assert_eq!((events.len(), events[0].member()), (1, "messageStart"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ToConverseStream {
    /// From the start of the message, with what changed since.
    usage: Option<Usage>,
    delta: Option<MessageDeltaEvent>,
}

impl ToConverseStream {
    /// Starts with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The events that this one stands for. A ping stands for none, and so does an error: those are frames of another kind.
    ///
    /// # Errors
    ///
    /// What Converse cannot carry, with its path in the event.
    pub fn push(&mut self, event: &MessageStreamEvent) -> Result<Vec<ConverseStreamEvent>, ConverseError> {
        Ok(match event {
            MessageStreamEvent::MessageStart(event) => {
                self.usage = Some(event.message.usage.clone());
                let role = ConversationRole::from(event.message.role.as_str());
                vec![ConverseStreamEvent::MessageStart(converse::MessageStartEvent::new(role))]
            }
            MessageStreamEvent::ContentBlockStart(event) => {
                start(event.index, &event.content_block).at("content_block")?
            }
            MessageStreamEvent::ContentBlockDelta(event) => {
                vec![grown(event.index, delta(&event.delta).at("delta")?)]
            }
            MessageStreamEvent::ContentBlockStop(event) => {
                let stop = converse::ContentBlockStopEvent::new(event.index);
                vec![ConverseStreamEvent::ContentBlockStop(stop)]
            }
            MessageStreamEvent::MessageDelta(event) => {
                if let (Some(usage), Some(delta)) = (&mut self.usage, &event.usage) {
                    usage.update(delta);
                }
                self.delta = Some(event.clone());
                Vec::new()
            }
            MessageStreamEvent::MessageStop(event) => self.end(event)?,
            MessageStreamEvent::Ping(_) | MessageStreamEvent::Error(_) => Vec::new(),
            MessageStreamEvent::Unknown(_) => return Err(no_counterpart().within("type")),
        })
    }

    fn end(&mut self, event: &MessageStopEvent) -> Result<Vec<ConverseStreamEvent>, ConverseError> {
        let delta = self.delta.take().ok_or_else(super::missing).at("message_delta")?;
        let reason = delta.delta.stop_reason.as_ref().ok_or_else(super::missing).at("stop_reason")?;
        let mut stop = converse::MessageStopEvent::new(converse::StopReason::from(reason.as_str()));
        let mut metadata = ConverseStreamMetadataEvent::new();

        let mut members = ExtraFields::default();
        let of_event =
            RawJson::written(&delta).and_then(|raw| raw.read::<ExtraFields>()).map_err(|_| bad_value())?;
        let of_delta = RawJson::written(&delta.delta)
            .and_then(|raw| raw.read::<ExtraFields>())
            .map_err(|_| bad_value())?;
        for (name, value) in of_delta.iter().chain(of_event.iter()) {
            match name {
                "type" | "delta" | "usage" | "stop_reason" => {}
                TRACE => metadata.trace = Some(value.clone()),
                _ if value.as_str() == "null" => {}
                _ => members.push(name.to_owned(), value.clone()),
            }
        }
        let mut additional = ExtraFields::default();
        additional.update(&members);
        if !additional.is_empty() {
            let fields = RawJson::written(&additional).map_err(|_| bad_value())?;
            stop.additional_model_response_fields = Some(fields);
        }
        if let (Some(usage), Some(delta)) = (&mut self.usage, &event.usage) {
            usage.update(delta);
        }
        metadata.usage = self.usage.as_ref().map(usage::to_converse);
        let latency = event.invocation_metrics.as_ref().and_then(|metrics| metrics.invocation_latency);
        metadata.metrics = latency.map(ConverseMetrics::new);
        Ok(vec![ConverseStreamEvent::MessageStop(stop), ConverseStreamEvent::Metadata(metadata)])
    }
}

/// Converse does not announce text and thinking; what they begin with is an addition.
fn start(index: usize, block: &ContentBlock) -> Result<Vec<ConverseStreamEvent>, ConverseError> {
    let mut deltas = Vec::new();
    let mut starts = None;
    match block {
        ContentBlock::Text(text) => {
            super::only(text, &["type", "text", "citations"])?;
            if !text.text.is_empty() {
                deltas.push(ContentBlockDelta::Text(text.text.clone()));
            }
            for citation in text.citations.iter().flatten() {
                deltas.push(ContentBlockDelta::Citation(citation_to_converse(citation).at("citations")?));
            }
        }
        ContentBlock::Thinking(thinking) => {
            super::only(thinking, &["type", "thinking", "signature"])?;
            if !thinking.thinking.is_empty() {
                let text = ReasoningContentBlockDelta::Text(thinking.thinking.clone());
                deltas.push(ContentBlockDelta::ReasoningContent(text));
            }
            if let Some(signature) = thinking.signature.as_ref().filter(|signature| !signature.is_empty()) {
                let signature = ReasoningContentBlockDelta::Signature(signature.clone());
                deltas.push(ContentBlockDelta::ReasoningContent(signature));
            }
        }
        ContentBlock::RedactedThinking(thinking) => {
            super::only(thinking, &["type", "data"])?;
            let data = ReasoningContentBlockDelta::RedactedContent(redacted_to_converse(&thinking.data));
            deltas.push(ContentBlockDelta::ReasoningContent(data));
        }
        ContentBlock::ToolUse(call) => {
            super::only(call, &["type", "id", "name", "input", "partial_json", "caller"])?;
            starts = Some(ToolUseBlockStart::new(call.id.as_str(), call.name.as_str()));
            deltas.extend(begun(&call.input));
        }
        ContentBlock::ServerToolUse(call) => {
            super::only(call, &["type", "id", "name", "input", "partial_json", "caller"])?;
            let start = ToolUseBlockStart::new(call.id.as_str(), call.name.as_str());
            starts = Some(start.kind(SERVER_TOOL_USE));
            deltas.extend(begun(&call.input));
        }
        _ => return Err(no_counterpart()),
    }
    let starts = starts.map(|start| {
        let start = converse::ContentBlockStartEvent::new(ContentBlockStart::ToolUse(start), index);
        ConverseStreamEvent::ContentBlockStart(start)
    });
    Ok(starts.into_iter().chain(deltas.into_iter().map(|delta| grown(index, delta))).collect())
}

/// The input that a call begins with, unless it is the empty object that stands for none.
fn begun(input: &ToolInput) -> Option<ContentBlockDelta> {
    let text = input.as_str();
    (!matches!(text, "" | "{}")).then(|| ContentBlockDelta::ToolUse(ToolUseBlockDelta::new(text)))
}

fn delta(delta: &Delta) -> Result<ContentBlockDelta, ConverseError> {
    Ok(match delta {
        Delta::Text(delta) => ContentBlockDelta::Text(delta.text.clone()),
        Delta::InputJson(delta) => {
            ContentBlockDelta::ToolUse(ToolUseBlockDelta::new(delta.partial_json.as_str()))
        }
        Delta::Thinking(delta) => {
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(delta.thinking.clone()))
        }
        Delta::Signature(delta) => {
            let signature = ReasoningContentBlockDelta::Signature(delta.signature.clone());
            ContentBlockDelta::ReasoningContent(signature)
        }
        Delta::Citations(delta) => {
            ContentBlockDelta::Citation(citation_to_converse(&delta.citation).at("citation")?)
        }
        Delta::Compaction(_) | Delta::Unknown(_) => return Err(no_counterpart()),
    })
}

fn grown(index: usize, delta: ContentBlockDelta) -> ConverseStreamEvent {
    ConverseStreamEvent::ContentBlockDelta(converse::ContentBlockDeltaEvent::new(delta, index))
}
