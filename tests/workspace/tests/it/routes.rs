//! One request on four routes: the same message, whole or streamed.

use bedrock_client::{Client, Error, ErrorKind, Message, MessageCreateParams, Route};
use bedrock_emulator::Emulator;
use bedrock_types::{
    Base64Source, CacheControl, ContentBlock, CustomTool, DocumentBlock, RawJson, StopReason, TextBlock,
    ToolResultBlock, ToolUseBlock,
};

use crate::support::client_of;

const ALL: [Route; 4] = [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse];

/// On every route, and with sampling parameters.
const MODEL: &str = "haiku-4.5";

fn asks(text: &str) -> MessageCreateParams {
    MessageCreateParams::new(MODEL, 300).user(text)
}

fn json(text: &str) -> RawJson {
    RawJson::parse(text).unwrap()
}

/// Requests without what only some routes have.
fn requests() -> Vec<(&'static str, MessageCreateParams)> {
    let tool =
        CustomTool::new("get_weather", json(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#));
    let call = ToolUseBlock::new("toolu_1", "get_weather", json(r#"{"city":"Zürich"}"#));
    let result = ToolResultBlock::new("toolu_1").content("sunny");
    let text = |text: &str| ContentBlock::from(TextBlock::new(text));
    let pdf = DocumentBlock::new(Base64Source::new("application/pdf", "JVBERi0xLjQK")).title("Report");
    let marked = TextBlock::new("Long instructions").cache_control(CacheControl::new("ephemeral"));
    let mut sampled = asks("Hello").system("Be brief.").stop_sequences(["model".to_owned()]);
    sampled.temperature = Some(0.5.into());
    vec![
        ("text", asks("Hello, wörld 😀")),
        ("cut", MessageCreateParams::new(MODEL, 3).user("Hello")),
        ("system, sampling and a stop sequence", sampled),
        ("turns", asks("One").assistant("Two").user("Three")),
        (
            "a tool's result",
            asks("Weather?").tool(tool).assistant(vec![call.into()]).user(vec![result.into()]),
        ),
        ("a document", MessageCreateParams::new(MODEL, 300).user(vec![pdf.into(), text("What is it?")])),
        ("a cache mark", asks("Hello").system(vec![marked.into()])),
    ]
}

async fn streamed(client: &Client, route: Route, params: &MessageCreateParams) -> Result<Message, Error> {
    let mut stream = client.messages().with_route(route).stream(params).await?;
    let mut folded = bedrock_types::MessageAccumulator::new();
    while let Some(event) = stream.next_event().await? {
        folded.push(&event).expect("the events that are handed out make a message");
    }
    let message = stream.into_message()?;
    assert_eq!(folded.snapshot(), Some(&message), "{route}: nothing is folded that was not handed out");
    Ok(message)
}

/// What no route changes.
fn less_its_names(mut message: Message) -> Message {
    message.id.clear();
    message.model.clear();
    message
}

#[tokio::test]
async fn the_same_request_gives_the_same_message_on_every_route() {
    for (what, params) in requests() {
        // A server of its own for each, because one remembers what it has cached.
        let mut expected = None;
        for route in ALL {
            for stream in [false, true] {
                let emulator = Emulator::builder().start().await.unwrap();
                let client = client_of(&emulator);
                let message = if stream {
                    streamed(&client, route, &params).await
                } else {
                    client
                        .messages()
                        .with_route(route)
                        .create(&params)
                        .await
                        .map(|message| message.into_inner())
                };
                let message = message.unwrap_or_else(|error| panic!("{what}, {route}: {error:?}"));
                if route == Route::Converse {
                    assert!(
                        message.model.starts_with("global.anthropic.claude-haiku-4-5"),
                        "the id asked for"
                    );
                }
                let message = less_its_names(message);
                assert_eq!(
                    *expected.get_or_insert_with(|| message.clone()),
                    message,
                    "{what}, {route}, {stream}"
                );
            }
        }
        assert_ne!(expected.unwrap().stop_reason, None::<StopReason>);
    }
}

#[tokio::test]
async fn tokens_are_counted_on_every_route() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let usage = client.messages().create(&asks("Hello, world")).await.unwrap().usage.input_tokens;
    for route in ALL {
        let count = client.messages().with_route(route).count_tokens(&asks("Hello, world")).await.unwrap();
        assert_eq!(count.input_tokens, usage, "{route}");
        assert!(count.request_id().is_some());
        let on = client.messages().count_tokens_on(route, &asks("Hello, world")).await.unwrap();
        assert_eq!(on.input_tokens, usage, "{route}");
    }
}

#[tokio::test]
async fn a_refusal_has_code_status_and_request_id_on_every_route() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    for route in ALL {
        let messages = client.messages().with_route(route);
        for error in [
            messages.create(&MessageCreateParams::new(MODEL, 64)).await.err().unwrap(),
            messages.stream(&MessageCreateParams::new(MODEL, 64)).await.err().unwrap(),
        ] {
            assert_eq!(
                (error.kind(), error.status(), error.attempts()),
                (ErrorKind::Api, Some(400), 1),
                "{route}"
            );
            let code = if matches!(route, Route::InvokeModel | Route::Converse) {
                "ValidationException"
            } else {
                "invalid_request_error"
            };
            assert_eq!(error.code(), Some(code), "{route}");
            assert!(error.request_id().is_some(), "{route}");
        }
    }
}
