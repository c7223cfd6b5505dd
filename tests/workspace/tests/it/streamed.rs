//! A streamed answer while it comes: as items, as text, piece by piece, given up and taken up again.

use std::time::Duration;

use bedrock_client::{Client, ErrorKind, Message, MessageCreateParams, Route, StreamFailure};
use bedrock_emulator::{Emulator, Fault};
use bedrock_types::{ContentBlock, CustomTool, RawJson, ToolInput};
use futures_util::{StreamExt, TryStreamExt, stream::FusedStream};

use crate::{
    cut::{chunk, frame},
    support::{STREAM, Scripted, answer, client_of, hello},
};

const ALL: [Route; 4] = [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse];

/// On every route.
const MODEL: &str = "haiku-4.5";

fn asks(text: &str) -> MessageCreateParams {
    MessageCreateParams::new(MODEL, 300).user(text)
}

async fn emulator() -> (Emulator, Client) {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    (emulator, client)
}

#[tokio::test]
async fn the_items_of_a_stream_are_its_events_and_then_there_are_none() {
    let (_emulator, client) = emulator().await;
    for route in ALL {
        let messages = client.messages().with_route(route);
        let mut asked = messages.stream(&asks("Hello")).await.unwrap();
        let mut events = Vec::new();
        while let Some(event) = asked.next_event().await.unwrap() {
            events.push(event);
        }
        let mut polled = messages.stream(&asks("Hello")).await.unwrap();
        let items: Vec<_> = polled.by_ref().try_collect().await.unwrap();
        assert_eq!(items.len(), events.len(), "{route}");
        assert!(polled.is_terminated() && polled.next().await.is_none(), "{route}");
        assert_eq!(polled.into_message().unwrap().text(), asked.into_message().unwrap().text(), "{route}");
    }
}

#[tokio::test]
async fn a_stream_of_text_has_all_of_the_text() {
    let (_emulator, client) = emulator().await;
    for route in ALL {
        let stream = client.messages().with_route(route).stream(&asks("Hello")).await.unwrap();
        let mut texts = stream.into_text_stream();
        let mut read = String::new();
        while let Some(text) = texts.try_next().await.unwrap() {
            read.push_str(&text);
            assert_eq!(texts.snapshot().map(Message::text).as_ref(), Some(&read), "{route}");
        }
        assert!(texts.is_terminated() && texts.message_stream().request_id().is_some(), "{route}");
        assert_eq!(texts.into_message().unwrap().text(), read, "{route}");
    }
}

#[tokio::test]
async fn an_error_is_the_last_item_and_has_what_came() {
    for route in ALL {
        let emulator = Emulator::builder().fault(Fault::Cut(900)).start().await.unwrap();
        let stream = client_of(&emulator).messages().with_route(route).stream(&hello_on_all()).await.unwrap();
        let mut texts = stream.into_text_stream();
        let mut read = String::new();
        let error = loop {
            match texts.next().await.expect("an error comes before the end") {
                Ok(text) => read.push_str(&text),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Truncated), "{route}: {error}");
        assert!(error.is_retryable(), "{route}");
        assert_eq!(error.partial_message().map(Message::text).unwrap_or_default(), read, "{route}");
        assert!(texts.next().await.is_none() && texts.is_terminated(), "{route}");
        let again = texts.into_message().unwrap_err();
        assert_eq!(again.kind(), error.kind(), "{route}");
    }
}

fn hello_on_all() -> MessageCreateParams {
    asks("Hello, wörld! Tell me something long enough for a few deltas.")
}

#[tokio::test]
async fn a_failure_before_anything_came_says_so_and_whether_to_ask_again() {
    for (name, retryable) in [("throttlingException", true), ("validationException", false)] {
        let exception =
            frame(&[(":message-type", "exception"), (":exception-type", name)], br#"{"message":"no"}"#);
        let scripted = Scripted::new([answer(200, &STREAM, exception)]);
        let mut stream = scripted.client().messages().stream(&hello()).await.unwrap();
        let error = stream.next_event().await.unwrap_err();
        assert_eq!((error.is_retryable(), error.partial_message()), (retryable, None), "{name}");
        assert_eq!(scripted.requests().len(), 1, "a second answer would be paid for again");
    }
}

/// Each wait is given up as soon as there is nothing to read, and no event is lost or comes twice.
#[tokio::test]
async fn giving_up_a_wait_loses_nothing() {
    for route in ALL {
        let fault = Fault::Dribble(Duration::ZERO);
        let emulator = Emulator::builder().faults([fault]).start().await.unwrap();
        let messages = client_of(&emulator).messages().with_route(route);
        let mut stream = messages.stream(&asks("Hello")).await.unwrap();
        let mut folded = bedrock_types::MessageAccumulator::new();
        let mut given_up = 0;
        loop {
            tokio::select! {
                biased;
                event = stream.next_event() => match event.unwrap() {
                    Some(event) => folded.push(&event).unwrap(),
                    None => break,
                },
                () = tokio::task::yield_now() => given_up += 1,
            }
        }
        assert!(given_up > 0, "{route}");
        let message = stream.into_message().unwrap();
        assert_eq!(folded.snapshot(), Some(&message), "{route}");
        let whole = messages.create(&asks("Hello")).await.unwrap();
        assert_eq!((message.text(), &message.usage), (whole.text(), &whole.usage), "{route}");
    }
}

#[tokio::test]
async fn the_input_of_a_tool_is_seen_while_it_comes() {
    let (_emulator, client) = emulator().await;
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"},"note":{"type":"string"}},"required":["city","note"]}"#;
    let tool = CustomTool::new("get_weather", RawJson::parse(schema).unwrap());
    let params = asks("use get_weather, city=Llanfairpwllgwyngyll, note=\"quite a long one\"").tool(tool);
    for route in ALL {
        let mut stream = client.messages().with_route(route).stream(&params).await.unwrap();
        let mut seen: Vec<String> = Vec::new();
        while stream.next_event().await.unwrap().is_some() {
            let last = stream.snapshot().and_then(|message| message.content.last());
            let Some(ContentBlock::ToolUse(call)) = last else { continue };
            let text = call.input.as_str();
            if let ToolInput::Partial(text) = &call.input {
                assert!(text.starts_with(seen.last().map_or("", String::as_str)), "{route}: {text}");
                let shown = call.input.partial_value();
                assert_eq!(shown.is_some(), text.contains('{'), "{route}: {text}");
            }
            seen.push(text.to_owned());
        }
        let whole = seen.last().expect("the tool is called").clone();
        assert!(serde_json::from_str::<serde_json::Value>(&whole).is_ok(), "{route}: {whole}");
        assert!(
            seen.iter().any(|text| !text.is_empty() && text.len() < whole.len()),
            "{route}: a part of {whole} is seen before the rest"
        );
        let metrics = stream.invocation_metrics().map(|metrics| metrics.output_token_count);
        let usage = stream.into_message().unwrap().usage;
        let has_metrics = matches!(route, Route::InvokeModel | Route::Converse);
        assert_eq!(metrics, has_metrics.then_some(Some(usage.output_tokens)), "{route}");
    }
}

/// GovCloud says how the cache was used in `message_start` alone, and other streams in `message_stop`.
#[tokio::test]
async fn usage_is_the_newest_of_start_delta_and_stop() {
    let events = [
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1,"cache_creation_input_tokens":50,"cache_creation":{"ephemeral_5m_input_tokens":50}}}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#,
        r#"{"type":"message_stop","usage":{"cache_read_input_tokens":40},"amazon-bedrock-invocationMetrics":{"inputTokenCount":3,"outputTokenCount":9,"invocationLatency":700,"firstByteLatency":300,"cacheReadInputTokenCount":40}}"#,
    ];
    let body = events.into_iter().map(chunk).collect::<Vec<_>>().concat();
    let mut stream =
        Scripted::new([answer(200, &STREAM, body)]).client().messages().stream(&hello()).await.unwrap();
    let counts = |message: &Message| {
        let usage = &message.usage;
        (usage.output_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens)
    };
    for expected in [(1, Some(50), None), (9, Some(50), None), (9, Some(50), Some(40))] {
        assert_eq!(stream.invocation_metrics(), None, "not before the end");
        stream.next_event().await.unwrap().expect("an event");
        assert_eq!(stream.snapshot().map(counts), Some(expected));
    }
    let metrics = stream.invocation_metrics().expect("the last event has them");
    assert_eq!((metrics.output_token_count, metrics.cache_read_input_token_count), (Some(9), Some(40)));
    let usage = stream.into_message().unwrap().usage;
    assert_eq!(usage.cache_creation.and_then(|cache| cache.ephemeral_5m_input_tokens), Some(50));
}
