//! Scripts of the emulator through the client: the same answer on every route, whole and streamed, its errors, its pauses; and the examples.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use bedrock_client::{Client, Route};
use bedrock_emulator::{Emulator, Script};
use bedrock_types::{
    ContentBlock, CustomTool, MessageCreateParams, MessageParam, RawJson, StopReason, ToolResultBlock,
};

use crate::support::{builder, client_of};

const ROUTES: [(Route, &str); 4] = [
    (Route::InvokeModel, PROFILE),
    (Route::Messages, PROFILE),
    (Route::Converse, PROFILE),
    (Route::Mantle, "anthropic.claude-haiku-4-5"),
];
const PROFILE: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

async fn emulator(script: &str) -> Emulator {
    let script = Script::from_toml(script).unwrap_or_else(|error| panic!("{error}"));
    Emulator::builder().script(script).start().await.unwrap()
}

async fn example(name: &str) -> Emulator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scripts").join(name);
    let text = fs::read_to_string(&path).unwrap();
    let read = if name.ends_with(".json") { Script::from_json(&text) } else { Script::from_toml(&text) };
    let script = read.unwrap_or_else(|error| panic!("{name}: {error}"));
    Emulator::builder().script(script).start().await.unwrap()
}

fn said(model: &str, text: &str) -> MessageCreateParams {
    MessageCreateParams::new(model, 256).user(text)
}

/// A client that does not try again.
fn once(emulator: &Emulator) -> Client {
    let builder = builder().endpoint_url(emulator.url()).credentials(emulator.credentials().clone());
    builder.max_retries(0).build().unwrap()
}

#[tokio::test]
async fn every_route_gets_the_same_answer_whole_and_streamed() {
    let emulator = emulator(
        r#"
        [[rules]]
        when.text = "go"
        answer = { text = "Grüße, wörld 😀", tool_use = [{ name = "look", input = { at = ["ü", 1] } }], usage = { output_tokens = 77 } }
        delta_chars = 2
        "#,
    )
    .await;
    let client = client_of(&emulator);
    for (route, model) in ROUTES {
        let params = said(model, "go");
        let whole = client.messages().with_route(route).create(&params).await.unwrap();
        let mut stream = client.messages().with_route(route).stream(&params).await.unwrap();
        let mut deltas = 0;
        while let Some(event) = stream.next_event().await.unwrap() {
            deltas += usize::from(event.text().is_some());
        }
        assert_eq!(deltas, "Grüße, wörld 😀".chars().count() / 2, "{route}");
        let streamed = stream.into_message().unwrap();
        for message in [&*whole, &streamed] {
            assert_eq!(message.text(), "Grüße, wörld 😀", "{route}");
            assert_eq!((message.usage.output_tokens, &message.stop_reason), (77, &Some(StopReason::ToolUse)));
            let calls: Vec<_> = message.tool_uses().collect();
            assert_eq!((calls.len(), calls[0].name.as_str()), (1, "look"), "{route}");
            assert_eq!(calls[0].input.as_str(), r#"{"at":["ü",1]}"#, "{route}");
        }
    }
}

#[tokio::test]
async fn every_route_gets_the_error_and_what_it_says_of_a_pause() {
    let emulator = emulator(
        r#"
        [[rules]]
        error = { code = "ThrottlingException", message = "too many", headers = { retry-after = "7" } }
        "#,
    )
    .await;
    for (route, model) in ROUTES {
        let error =
            once(&emulator).messages().with_route(route).create(&said(model, "go")).await.unwrap_err();
        assert!(error.is_throttled() && error.to_string().contains("too many"), "{route}: {error}");
        assert_eq!(
            (error.status(), error.retry_after()),
            (Some(429), Some(Duration::from_secs(7))),
            "{route}"
        );
    }
}

#[tokio::test]
async fn a_rule_is_for_one_route() {
    let emulator = emulator(
        r#"
        [[rules]]
        when.route = "invoke"
        answer.text = "invoke"
        [[rules]]
        when = { route = "messages" }
        answer.text = "messages"
        [[rules]]
        when = { route = "converse", stream = false }
        answer.text = "converse"
        [[rules]]
        when = { route = "mantle", model = "haiku-4.5" }
        answer.text = "mantle"
        "#,
    )
    .await;
    let client = client_of(&emulator);
    for ((route, model), expected) in ROUTES.into_iter().zip(["invoke", "messages", "converse", "mantle"]) {
        let message = client.messages().with_route(route).create(&said(model, "go")).await.unwrap();
        assert_eq!(message.text(), expected);
    }
    let stream = client.messages().with_route(Route::Converse).stream(&said(PROFILE, "go")).await.unwrap();
    assert!(
        stream.final_message().await.unwrap().text().contains("emulator"),
        "that one is for whole answers"
    );
}

#[tokio::test]
async fn pauses_are_kept_before_the_head_and_before_each_delta() {
    let emulator = emulator(
        r#"
        [[rules]]
        answer.text = "abcdefgh"
        delay = { head = "60ms", delta = "20ms" }
        delta_chars = 2
        "#,
    )
    .await;
    let client = client_of(&emulator);
    for (route, model) in ROUTES {
        let start = Instant::now();
        let mut stream = client.messages().with_route(route).stream(&said(model, "go")).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(60), "{route}");
        let head = Instant::now();
        let mut deltas = 0;
        while let Some(event) = stream.next_event().await.unwrap() {
            deltas += u32::from(event.text().is_some());
            if event.text().is_some() {
                // Timers of the server have milliseconds, and its clock is not ours to the last of them.
                assert!(head.elapsed() >= Duration::from_millis(15) * deltas, "{route}: delta {deltas}");
            }
        }
        assert_eq!(deltas, 4, "{route}");
    }
}

#[tokio::test]
async fn a_fault_of_a_rule_breaks_its_answers_and_no_others() {
    let emulator = emulator(
        r#"
        [[rules]]
        when.text_contains = "break"
        faults = ["cut:700@1", "exception:throttlingException:4@2"]
        delay.delta = "1ms"
        "#,
    )
    .await;
    let client = once(&emulator);
    for (route, model) in ROUTES {
        let fresh = client.messages().with_route(route).stream(&said(model, "keep")).await.unwrap();
        assert!(fresh.final_message().await.is_ok(), "{route}");
    }
    let ended = async |text| {
        let stream = client.messages().stream(&said(PROFILE, text)).await.unwrap();
        stream.final_message().await.map_err(|error| error.kind().as_str().to_owned()).map(drop)
    };
    assert_eq!(ended("break").await, Err("stream_truncated".to_owned()));
    assert_eq!(ended("keep").await, Ok(()));
    assert_eq!(ended("break").await, Err("stream_exception".to_owned()));
    assert_eq!(ended("break").await, Ok(()));
}

#[tokio::test]
async fn the_example_with_a_tool_is_a_conversation() {
    let emulator = example("weather.toml").await;
    let client = client_of(&emulator);
    let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#).unwrap();
    for (route, model) in ROUTES {
        let params =
            said(model, "What is the weather in Paris?").tool(CustomTool::new("get_weather", schema.clone()));
        let asked = client.messages().with_route(route).create(&params).await.unwrap();
        let call = asked.tool_uses().next().unwrap();
        assert_eq!((call.name.as_str(), call.input.as_str()), ("get_weather", r#"{"city":"Paris"}"#));
        let result = ContentBlock::from(ToolResultBlock::new(&call.id).content("sunny"));
        let mut params = params;
        params.messages.push(MessageParam::from(asked.into_inner()));
        let answered = client.messages().with_route(route).create(&params.user(vec![result])).await.unwrap();
        assert_eq!(answered.text(), "It is sunny in Paris, and 18 degrees.", "{route}");
    }
    let slow =
        client.messages().stream(&said(PROFILE, "slowly")).await.unwrap().final_message().await.unwrap();
    assert_eq!(slow.text(), "One word after the other.");
}

#[tokio::test]
async fn the_example_of_a_bad_day_is_survived() {
    let emulator = example("bad-day.toml").await;
    let client = client_of(&emulator);
    let stream = client.messages().stream(&said(PROFILE, "hi")).await.unwrap();
    assert_eq!(stream.attempts(), 3, "throttled, then no room");
    assert_eq!(stream.final_message().await.unwrap_err().kind().as_str(), "stream_truncated");
    let message = client.messages().create(&said(PROFILE, "hi")).await.unwrap();
    assert!(message.text().starts_with("At last"));
}

#[tokio::test]
async fn the_example_of_a_new_account_lacks_access() {
    let emulator = example("new-account.toml").await;
    let client = client_of(&emulator);
    client.messages().create(&said(PROFILE, "hi")).await.unwrap();
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";
    client.messages().create(&said(arn, "hi")).await.unwrap();
    for (model, sentence) in [
        ("us.anthropic.claude-sonnet-4-6", "is being created"),
        ("us.anthropic.claude-opus-4-8", "You don't have access"),
        ("us.anthropic.claude-opus-4-6-v1", "You don't have access"),
    ] {
        let error = client.messages().create(&said(model, "hi")).await.unwrap_err();
        assert!(
            error.code() == Some("AccessDeniedException") && error.to_string().contains(sentence),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_strict_example_answers_what_it_knows() {
    let emulator = example("strict.json").await;
    let client = client_of(&emulator);
    assert_eq!(client.messages().create(&said(PROFILE, "ping")).await.unwrap().text(), "pong");
    let refused = client.messages().create(&said(PROFILE, "something forbidden")).await.unwrap();
    assert_eq!((refused.text().as_str(), &refused.stop_reason), ("", &Some(StopReason::Refusal)));
    let error = client.messages().create(&said(PROFILE, "what else")).await.unwrap_err();
    assert!(error.to_string().contains("No rule of the script is for this request"), "{error}");
}

/// Every TOML of the page is a script, and every example is named there.
#[test]
fn the_page_shows_scripts_that_are_read() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = fs::read_to_string(docs.join("scripts.md")).unwrap();
    let blocks: Vec<_> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        Script::from_toml(block).unwrap_or_else(|error| panic!("{error} of\n{block}"));
    }
    for entry in fs::read_dir(docs.join("scripts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(page.contains(&format!("(scripts/{name})")), "{name} is not named in scripts.md");
    }
}
