//! The same message as a stream of events.
//!
//! What they travel in is not here; see `frames`.

use bedrock_types::{
    ContentBlock, ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, InvocationMetrics,
    Message, MessageDelta, MessageDeltaEvent, MessageDeltaUsage, MessageStartEvent, MessageStopEvent,
    MessageStreamEvent, PingEvent, TextBlock, TextDelta,
};

/// The events that a message comes in. Folded again, they are the message.
pub(crate) fn events(message: &Message) -> Vec<MessageStreamEvent> {
    let mut events = vec![MessageStreamEvent::MessageStart(MessageStartEvent::new(begun(message)))];
    for (index, block) in message.content.iter().enumerate() {
        let (empty, pieces) = match block {
            ContentBlock::Text(text) => (TextBlock::new("").into(), words(&text.text)),
            whole => (whole.clone(), vec![]),
        };
        events.push(MessageStreamEvent::ContentBlockStart(ContentBlockStartEvent::new(index, empty)));
        if index == 0 {
            events.push(MessageStreamEvent::Ping(PingEvent::new()));
        }
        let deltas =
            pieces.into_iter().map(|piece| ContentBlockDeltaEvent::new(index, TextDelta::new(piece)));
        events.extend(deltas.map(MessageStreamEvent::ContentBlockDelta));
        events.push(MessageStreamEvent::ContentBlockStop(ContentBlockStopEvent::new(index)));
    }
    events.push(MessageStreamEvent::MessageDelta(ended(message)));
    let metrics = InvocationMetrics::new()
        .input_token_count(message.usage.input_tokens)
        .output_token_count(message.usage.output_tokens)
        .invocation_latency(INVOCATION_LATENCY_MS)
        .first_byte_latency(FIRST_BYTE_LATENCY_MS);
    events.push(MessageStreamEvent::MessageStop(MessageStopEvent::new().invocation_metrics(metrics)));
    events
}

/// The message as it is when nothing has been said yet.
fn begun(message: &Message) -> Message {
    let mut begun = message.clone();
    begun.content.clear();
    begun.stop_reason = None;
    begun.stop_sequence = None;
    begun.usage.output_tokens = begun.usage.output_tokens.min(1);
    begun
}

/// What is known only at the end.
fn ended(message: &Message) -> MessageDeltaEvent {
    let mut delta = MessageDelta::new();
    delta.stop_reason.clone_from(&message.stop_reason);
    delta.stop_sequence.clone_from(&message.stop_sequence);
    MessageDeltaEvent::new(delta).usage(MessageDeltaUsage::new().output_tokens(message.usage.output_tokens))
}

/// The words of a text, each with the space after it.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

/// Nothing is measured: an answer is a function of its request.
pub(crate) const INVOCATION_LATENCY_MS: i32 = 250;
const FIRST_BYTE_LATENCY_MS: i32 = 100;

#[cfg(test)]
mod tests {
    use bedrock_types::{MessageAccumulator, MessageCreateParams, models};

    use super::*;
    use crate::reply::reply;

    fn message(params: MessageCreateParams) -> Message {
        reply(&params, models::find("sonnet-4.5").unwrap(), "msg_bdrk_1".into())
    }

    #[test]
    fn the_accumulated_stream_is_the_message() {
        let stop = |stop: &str| vec![stop.to_owned()];
        for params in [
            MessageCreateParams::new("m", 300).user("Hello, world"),
            MessageCreateParams::new("m", 300).user("  two\n\nlines and\tünïcödé 😀 "),
            MessageCreateParams::new("m", 3).user("cut"),
            MessageCreateParams::new("m", 300).user("stopped").stop_sequences(stop("no model")),
            MessageCreateParams::new("m", 300).user("nothing at all").stop_sequences(stop("Hello")),
        ] {
            let message = message(params);
            let mut accumulator = MessageAccumulator::new();
            for event in events(&message) {
                accumulator.push(&event).unwrap();
            }
            assert!(accumulator.is_complete());
            let metrics = accumulator.invocation_metrics().unwrap();
            assert_eq!(metrics.output_token_count, Some(message.usage.output_tokens));
            assert_eq!(accumulator.into_snapshot(), Some(message));
        }
    }

    #[test]
    fn the_text_comes_in_several_words() {
        let message = message(MessageCreateParams::new("m", 300).user("Hello, world"));
        let kinds: Vec<_> = events(&message).iter().map(|event| event.kind().to_owned()).collect();
        assert_eq!(kinds[..3], ["message_start", "content_block_start", "ping"]);
        assert_eq!(kinds[kinds.len() - 3..], ["content_block_stop", "message_delta", "message_stop"]);
        assert_eq!(kinds.iter().filter(|kind| *kind == "content_block_delta").count(), 15);
    }
}
