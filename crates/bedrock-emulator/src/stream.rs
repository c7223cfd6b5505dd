//! The same message as a stream of events.
//!
//! What they travel in is not here; see `frames`.

use std::num::NonZeroUsize;

use bedrock_types::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, InvocationMetrics, Message,
    MessageDelta, MessageDeltaEvent, MessageDeltaUsage, MessageStartEvent, MessageStopEvent,
    MessageStreamEvent, PingEvent,
};

use crate::deltas::deltas;

/// The events that a message comes in, with so many characters in a delta, or words. Folded again, they are the message.
pub(crate) fn events(message: &Message, delta_chars: Option<NonZeroUsize>) -> Vec<MessageStreamEvent> {
    let mut events = vec![MessageStreamEvent::MessageStart(MessageStartEvent::new(begun(message)))];
    for (index, block) in message.content.iter().enumerate() {
        let (empty, deltas) = deltas(block, delta_chars);
        events.push(MessageStreamEvent::ContentBlockStart(ContentBlockStartEvent::new(index, empty)));
        if index == 0 {
            events.push(MessageStreamEvent::Ping(PingEvent::new()));
        }
        let deltas = deltas.into_iter().map(|delta| ContentBlockDeltaEvent::new(index, delta));
        events.extend(deltas.map(MessageStreamEvent::ContentBlockDelta));
        events.push(MessageStreamEvent::ContentBlockStop(ContentBlockStopEvent::new(index)));
    }
    events.push(MessageStreamEvent::MessageDelta(ended(message)));
    let mut metrics = InvocationMetrics::new()
        .input_token_count(message.usage.input_tokens)
        .output_token_count(message.usage.output_tokens)
        .invocation_latency(INVOCATION_LATENCY_MS)
        .first_byte_latency(FIRST_BYTE_LATENCY_MS);
    // Said only of requests that had something to do with a cache.
    let some = |count: Option<u64>| count.filter(|count| *count > 0);
    metrics.cache_read_input_token_count = some(message.usage.cache_read_input_tokens);
    metrics.cache_write_input_token_count = some(message.usage.cache_creation_input_tokens);
    events.push(MessageStreamEvent::MessageStop(MessageStopEvent::new().invocation_metrics(metrics)));
    events
}

/// Whether an event brings a part of a block.
pub(crate) fn is_delta(event: &MessageStreamEvent) -> bool {
    matches!(event, MessageStreamEvent::ContentBlockDelta(_))
}

/// The message as it is when nothing has been said yet.
fn begun(message: &Message) -> Message {
    let mut begun = message.clone();
    begun.content.clear();
    begun.stop_reason = None;
    begun.stop_sequence = None;
    begun.usage.output_tokens = begun.usage.output_tokens.min(1);
    begun.usage.output_tokens_details = None;
    begun
}

/// What is known only at the end.
fn ended(message: &Message) -> MessageDeltaEvent {
    let mut delta = MessageDelta::new();
    delta.stop_reason.clone_from(&message.stop_reason);
    delta.stop_sequence.clone_from(&message.stop_sequence);
    let mut usage = MessageDeltaUsage::new().output_tokens(message.usage.output_tokens);
    usage.output_tokens_details.clone_from(&message.usage.output_tokens_details);
    MessageDeltaEvent::new(delta).usage(usage)
}

/// Nothing is measured: an answer is a function of its request.
pub(crate) const INVOCATION_LATENCY_MS: i32 = 250;
const FIRST_BYTE_LATENCY_MS: i32 = 100;

#[cfg(test)]
mod tests {
    use bedrock_types::{
        CustomTool, DocumentBlock, MessageAccumulator, MessageCreateParams, RawJson, TextBlock, TextSource,
        ThinkingDisplay, ThinkingEnabled, models,
    };

    use super::*;
    use crate::reply::{reply, weigh};

    fn message(params: MessageCreateParams) -> Message {
        *reply(&params, models::find("sonnet-4.5").unwrap(), &weigh(&mut params.clone()), None)
    }

    fn with_tool(text: &str, max_tokens: u64) -> MessageCreateParams {
        let schema = r#"{"type":"object","properties":{"word":{"type":"string"}}}"#;
        let tool = CustomTool::new("look_up", RawJson::parse(schema).unwrap());
        MessageCreateParams::new("m", max_tokens).user(text).tool(tool)
    }

    #[test]
    fn the_accumulated_stream_is_the_message() {
        let stop = |stop: &str| vec![stop.to_owned()];
        let thinking = || ThinkingEnabled::new(1024);
        let cited = DocumentBlock::new(TextSource::new("text/plain", "Grass is green.")).citations(true);
        for params in [
            MessageCreateParams::new("m", 300).user("Hello, world"),
            MessageCreateParams::new("m", 300).user("  two\n\nlines and\tünïcödé 😀 "),
            MessageCreateParams::new("m", 3).user("cut"),
            MessageCreateParams::new("m", 300).user("stopped").stop_sequences(stop("no model")),
            MessageCreateParams::new("m", 300).user("nothing at all").stop_sequences(stop("Hello")),
            with_tool("use look_up, word: Schadenfreude", 300),
            with_tool("use look_up, word: Schadenfreude", 7),
            with_tool("use look_up", 2000).thinking(thinking()),
            MessageCreateParams::new("m", 2000).user("think").thinking(thinking()),
            MessageCreateParams::new("m", 5).user("think").thinking(thinking()),
            MessageCreateParams::new("m", 2000)
                .user("think")
                .thinking(ThinkingEnabled::new(1024).display(ThinkingDisplay::Omitted)),
            MessageCreateParams::new("m", 2000)
                .user("ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_0")
                .thinking(thinking()),
            MessageCreateParams::new("m", 2000).user([cited.into(), TextBlock::new("Well?").into()]),
        ] {
            let message = message(params);
            for chars in [None, NonZeroUsize::new(1), NonZeroUsize::new(7)] {
                let mut accumulator = MessageAccumulator::new();
                for event in events(&message, chars) {
                    accumulator.push(&event).unwrap();
                }
                assert!(accumulator.is_complete());
                let metrics = accumulator.invocation_metrics().unwrap();
                assert_eq!(metrics.output_token_count, Some(message.usage.output_tokens));
                assert_eq!(accumulator.into_snapshot().as_ref(), Some(&message));
            }
        }
    }

    #[test]
    fn the_text_comes_in_several_words() {
        let message = message(MessageCreateParams::new("m", 300).user("Hello, world"));
        let kinds: Vec<_> = events(&message, None).iter().map(|event| event.kind().to_owned()).collect();
        assert_eq!(kinds[..3], ["message_start", "content_block_start", "ping"]);
        assert_eq!(kinds[kinds.len() - 3..], ["content_block_stop", "message_delta", "message_stop"]);
        assert_eq!(kinds.iter().filter(|kind| *kind == "content_block_delta").count(), 15);
    }
}
