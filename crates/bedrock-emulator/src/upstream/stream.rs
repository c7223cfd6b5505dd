//! A stream of the Messages API while it becomes one of Bedrock's.
//!
//! Events go out as they come. A stream that breaks ends with an exception, as when the model behind Bedrock breaks, so that its client
//! is told what happened.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bedrock_transport::sse::SseDecoder;
use bedrock_transport::{Body, ChunkSource, TransportError};
use bedrock_types::{ErrorType, InvocationMetrics, MessageAccumulator, MessageStopEvent, MessageStreamEvent};
use bytes::Bytes;
use serde_json::json;
use tokio::time::Instant;

use super::{milliseconds, refusal, with_sources};
use crate::error::AwsError;
use crate::frames::{StreamFormat, exception, sse};
use crate::operation::Dresser;

/// The answer while it goes out.
pub(super) struct Translated {
    /// `None` once nothing more is wanted of it.
    body: Option<Body>,
    decoder: SseDecoder,
    /// What the message has come to.
    message: MessageAccumulator,
    dresser: Dresser,
    begun: Instant,
    first_byte: Option<Instant>,
    ready: VecDeque<Bytes>,
}

impl Translated {
    pub(super) fn new(body: Body, dresser: Dresser, begun: Instant) -> Self {
        Self {
            body: Some(body),
            decoder: SseDecoder::with_limit(EVENT_BYTES),
            message: MessageAccumulator::new(),
            dresser,
            begun,
            first_byte: None,
            ready: VecDeque::new(),
        }
    }

    /// Takes what came, up to the end of the message or of the stream.
    fn push(&mut self, chunk: Bytes) -> Result<(), String> {
        self.first_byte.get_or_insert_with(Instant::now);
        self.decoder.push(chunk);
        while self.body.is_some() {
            let Some(event) = self.decoder.next_event().map_err(|error| error.to_string())? else { break };
            // What has no type keeps the connection alive.
            if let Some(event) = MessageStreamEvent::from_chunk(&event.data)
                .map_err(|error| format!("an event is none: {error}"))?
            {
                self.take(event)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, mut event: MessageStreamEvent) -> Result<(), String> {
        if let MessageStreamEvent::Error(error) = &event {
            self.end(&error.error.kind, &error.error.message);
            return Ok(());
        }
        self.message.push(&event).map_err(|error| error.to_string())?;
        if let MessageStreamEvent::MessageStop(stop) = &mut event {
            self.body = None; // whatever still comes says nothing of the message
            *stop = self.measured(std::mem::replace(stop, MessageStopEvent::new()));
        }
        self.ready.extend(self.dresser.dressed(event).map_err(|error| error.message().to_owned())?);
        Ok(())
    }

    /// With the figures that Bedrock adds.
    fn measured(&self, stop: MessageStopEvent) -> MessageStopEvent {
        let Some(message) = self.message.snapshot() else { return stop };
        let first_byte = self.first_byte.map_or(self.begun.elapsed(), |first| first - self.begun);
        let mut metrics = InvocationMetrics::new()
            .input_token_count(message.usage.input_tokens)
            .output_token_count(message.usage.output_tokens)
            .invocation_latency(milliseconds(self.begun.elapsed()))
            .first_byte_latency(milliseconds(first_byte));
        let some = |count: Option<u64>| count.filter(|count| *count > 0);
        metrics.cache_read_input_token_count = some(message.usage.cache_read_input_tokens);
        metrics.cache_write_input_token_count = some(message.usage.cache_creation_input_tokens);
        stop.invocation_metrics(metrics)
    }

    /// Ends the stream with an error of the server's.
    fn end(&mut self, kind: &ErrorType, message: &str) {
        let error = refusal::named(kind, message);
        tracing::debug!(code = error.code(), "the upstream ended the stream with an error");
        let last = match self.dresser.format() {
            StreamFormat::Sse => {
                let error = json!({"type": kind.as_str(), "message": message});
                sse("error", json!({"type": "error", "error": error}).to_string().as_bytes())
            }
            StreamFormat::InvokeModel | StreamFormat::Converse => of_exception(&error),
        };
        self.body = None;
        self.ready.push_back(last);
    }

    /// Ends the stream because the server broke it.
    fn fail(&mut self, what: &str) {
        tracing::warn!("the upstream broke the stream: {what}");
        let message = format!("The upstream broke the stream: {what}");
        match self.dresser.format() {
            StreamFormat::Sse => self.end(&ErrorType::Api, &message),
            StreamFormat::InvokeModel | StreamFormat::Converse => {
                self.body = None;
                self.ready.push_back(of_exception(&AwsError::model_stream_error(message)));
            }
        }
    }
}

impl ChunkSource for Translated {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(piece)));
            }
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            match ready!(body.poll_chunk(context)) {
                Some(Ok(chunk)) => {
                    if let Err(what) = self.push(chunk) {
                        self.fail(&what);
                    }
                }
                Some(Err(error)) => self.fail(&with_sources(&error)),
                None => self.fail("it ended before message_stop"),
            }
        }
    }
}

/// The frame of an exception, whose name is its code's with a small letter.
fn of_exception(error: &AwsError) -> Bytes {
    let mut name = error.code().to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    exception(&name, json!({"message": error.message()}).to_string().as_bytes())
}

/// More than Bedrock has in a frame, and in a frame no more than its length can say.
const EVENT_BYTES: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use bedrock_transport::event_stream::{Decoder, decode_payload_part};

    use super::*;
    use crate::digest::Digest;
    use crate::operation::Clothes;
    use crate::options::CallOptions;

    const START: &str = r#"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"q","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}"#;
    const BLOCK: &str =
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
    const DELTA: &str =
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#;
    const STOP: &str = r#"{"type":"content_block_stop","index":0}"#;
    const END: &str = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}}"#;
    const LAST: &str = r#"{"type":"message_stop"}"#;

    /// The kinds of the frames that these data lines become, and the last payload.
    async fn translated(clothes: Clothes, data: &[&str]) -> (Vec<String>, String) {
        let sent: String = data.iter().map(|data| format!("data: {data}\n\n")).collect();
        let chunks = sent.as_bytes().chunks(7).map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
        let dresser = Dresser::new(clothes, Digest::of(&[]));
        let body = Body::new(Translated::new(Body::from_chunks(chunks.collect()), dresser, Instant::now()));
        let mut decoder = Decoder::new();
        decoder.push(body.collect(100_000).await.unwrap());
        let (mut kinds, mut last) = (vec![], String::new());
        while let Some(message) = decoder.next_message().unwrap() {
            let kind = message.event_type().or(message.exception_type()).unwrap().to_owned();
            last = String::from_utf8(message.payload.to_vec()).unwrap();
            if kind == "chunk" {
                last = String::from_utf8(decode_payload_part(&message.payload).unwrap().to_vec()).unwrap();
            }
            kinds.push(kind);
        }
        decoder.finish().unwrap();
        (kinds, last)
    }

    fn invoke() -> Clothes {
        Clothes::Invoke(CallOptions::default())
    }

    #[tokio::test]
    async fn a_whole_stream_ends_with_bedrocks_figures() {
        let (kinds, last) = translated(invoke(), &[START, BLOCK, DELTA, STOP, END, LAST, "[DONE]"]).await;
        assert_eq!(kinds, ["chunk"; 6]);
        assert!(last.contains(r#""inputTokenCount":3,"outputTokenCount":9"#), "{last}");
    }

    #[tokio::test]
    async fn a_broken_stream_ends_with_an_exception() {
        let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#;
        for (data, frames, name, message) in [
            (&[START, BLOCK, DELTA][..], 3, "modelStreamErrorException", "it ended before message_stop"),
            (&[START, overloaded], 1, "serviceUnavailableException", "busy"),
            (&[START, DELTA], 1, "modelStreamErrorException", "no open block at index 0"),
            (&["no json"], 0, "modelStreamErrorException", "an event is none"),
        ] {
            let (kinds, last) = translated(invoke(), data).await;
            assert_eq!((kinds.len(), kinds.last().map(String::as_str)), (frames + 1, Some(name)), "{data:?}");
            assert!(last.contains(message), "{last}");
        }
    }
}
