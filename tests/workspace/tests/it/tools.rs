//! The tool runner: what is sent when, what it came to, and what is left after errors, stops and drops.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bedrock_client::{
    ErrorKind, FnTool, StreamFailure, ToolCall, ToolError, ToolRunEvent, ToolRunStop, ToolRunner,
};
use bedrock_types::{
    CustomTool, MessageCreateParams, RawJson, Route, StopReason, ToolChoiceAny, check::Rule, models,
};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    cut::chunk,
    support::{Answer, STREAM, Scripted, answer},
};

#[derive(serde::Deserialize)]
struct City {
    city: String,
}

fn definition(name: &str) -> CustomTool {
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    CustomTool::new(name, RawJson::parse(schema).unwrap())
}

/// Knows Oslo at once, Rome after a while, and no other city.
fn weather() -> FnTool {
    FnTool::new(definition("weather"), |input: City, call: ToolCall| async move {
        match input.city.as_str() {
            "Oslo" => Ok("21 °C".to_owned()),
            "Rome" => {
                call.progress("asking around").await;
                tokio::time::sleep(Duration::from_secs(5)).await;
                Ok("30 °C".to_owned())
            }
            other => Err(ToolError::new(format!("no station in {other}"))),
        }
    })
}

fn question() -> MessageCreateParams {
    MessageCreateParams::new("opus-4.8", 256u64).user("Is it warmer in Oslo or in Rome?")
}

fn runner(scripted: &Scripted) -> ToolRunner {
    scripted.client().messages().tool_runner(question()).tool(weather())
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn call(id: &str, input: &str) -> Value {
    json!({"type": "tool_use", "id": id, "name": "weather", "input": input})
}

/// A streamed answer with these blocks; the input of a call is given as its text.
fn says(content: &[Value], stop_reason: &str) -> Answer {
    answer(200, &STREAM, frames(content, stop_reason).concat())
}

fn frames(content: &[Value], stop_reason: &str) -> Vec<Bytes> {
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 1},
    });
    let mut events = vec![json!({"type": "message_start", "message": message})];
    for (index, block) in content.iter().enumerate() {
        let member = |name: &str| block[name].as_str().unwrap_or_default().to_owned();
        let (start, deltas) = match block["type"].as_str().unwrap() {
            "text" => (text(""), vec![json!({"type": "text_delta", "text": member("text")})]),
            "thinking" => (
                json!({"type": "thinking", "thinking": "", "signature": ""}),
                vec![
                    json!({"type": "thinking_delta", "thinking": member("thinking")}),
                    json!({"type": "signature_delta", "signature": member("signature")}),
                ],
            ),
            "tool_use" => (
                json!({"type": "tool_use", "id": member("id"), "name": member("name"), "input": {}}),
                vec![json!({"type": "input_json_delta", "partial_json": member("input")})],
            ),
            other => panic!("{other} is not streamed here"),
        };
        events.push(json!({"type": "content_block_start", "index": index, "content_block": start}));
        let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
        events.extend(deltas.into_iter().map(delta));
        events.push(json!({"type": "content_block_stop", "index": index}));
    }
    let delta = json!({"stop_reason": stop_reason, "stop_sequence": null});
    events.push(json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5}}));
    events.push(json!({"type": "message_stop"}));
    events.iter().map(|event| chunk(&event.to_string())).collect()
}

fn bodies(scripted: &Scripted) -> Vec<Value> {
    scripted.requests().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
}

/// Every call is answered once, at the head of the next turn.
fn assert_valid(params: &MessageCreateParams) {
    let model = models::find("opus-4.8").unwrap();
    let broken: Vec<_> = params
        .check(model)
        .into_iter()
        .filter(|finding| {
            matches!(
                finding.rule,
                Rule::ToolCallWithoutResult | Rule::ToolResultWithoutCall | Rule::ToolResultNotFirst
            )
        })
        .collect();
    assert!(broken.is_empty(), "{broken:?} in {params:?}");
}

#[tokio::test(start_paused = true)]
async fn calls_run_at_once_and_are_answered_in_one_turn_in_their_order() {
    let thinking = json!({"type": "thinking", "thinking": "Both, then.", "signature": "c2lnbmVk"});
    let asked = [
        thinking.clone(),
        call("toolu_1", r#"{"city": "Rome"}"#),
        call("toolu_2", r#"{"city":"Oslo"}"#),
        call("toolu_3", r#"{"city":"Ur"}"#),
    ];
    let scripted = Scripted::new([says(&asked, "tool_use"), says(&[text("Rome.")], "end_turn")]);
    let mut runner = runner(&scripted);
    let run = runner.run().await.unwrap();
    assert_eq!((run.stop.clone(), run.text().as_str(), run.turns), (ToolRunStop::Answered, "Rome.", 2));
    assert_eq!((run.usage.input_tokens, run.usage.output_tokens), (20, 10));

    let bodies = bodies(&scripted);
    assert_eq!(bodies[0]["tools"][0]["name"], "weather");
    let turns = bodies[1]["messages"].as_array().unwrap();
    assert_eq!(turns[1]["content"][0], thinking);
    let results = json!([
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "30 °C"},
        {"type": "tool_result", "tool_use_id": "toolu_2", "content": "21 °C"},
        {"type": "tool_result", "tool_use_id": "toolu_3", "content": "no station in Ur", "is_error": true},
    ]);
    assert_eq!((turns.len(), &turns[2]["content"]), (3, &results));
    let sent = String::from_utf8(scripted.requests()[1].body().to_vec()).unwrap();
    assert!(sent.contains(r#""input":{"city": "Rome"}"#), "input goes back byte for byte: {sent}");

    let params = runner.into_params().user("And tomorrow?");
    assert_valid(&params);
    assert_eq!(params.messages.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn events_tell_what_happens_in_its_order() {
    let asked = [call("toolu_1", r#"{"city":"Rome"}"#), call("toolu_2", r#"{"city":"Oslo"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use"), says(&[text("Rome.")], "end_turn")]);
    let mut runner = runner(&scripted);
    let mut seen = Vec::new();
    while let Some(event) = runner.next_event().await.unwrap() {
        assert_valid(runner.params());
        seen.push(match event {
            ToolRunEvent::Stream(event) => match event.text() {
                Some(text) => text.to_owned(),
                None if event.kind() == "message_stop" => {
                    assert!(runner.message().is_some(), "the answer is there with its last event");
                    "stop".to_owned()
                }
                None => continue,
            },
            ToolRunEvent::Started { id, name } => format!("{name} {id}"),
            ToolRunEvent::Progress { id, text } => format!("{id}: {text}"),
            ToolRunEvent::Finished(result) => format!("{} is done", result.tool_use_id),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(
        seen,
        [
            "stop",
            "weather toolu_1",
            "toolu_1: asking around",
            "weather toolu_2",
            "toolu_2 is done",
            "toolu_1 is done",
            "Rome.",
            "stop"
        ]
    );
}

#[tokio::test]
async fn why_it_ended_is_said() {
    let cases = [
        ("end_turn", ToolRunStop::Answered),
        ("stop_sequence", ToolRunStop::Answered),
        ("max_tokens", ToolRunStop::Cut(StopReason::MaxTokens)),
        ("refusal", ToolRunStop::Cut(StopReason::Refusal)),
        ("model_context_window_exceeded", ToolRunStop::Cut(StopReason::ModelContextWindowExceeded)),
        ("tired", ToolRunStop::Cut(StopReason::Unknown("tired".to_owned()))),
    ];
    for (reason, stop) in cases {
        let scripted = Scripted::new([says(&[text("Well")], reason)]);
        assert_eq!(runner(&scripted).run().await.unwrap().stop, stop, "{reason}");
    }
    // A call of an answer that was cut may be cut too.
    let scripted = Scripted::new([says(&[call("toolu_1", r#"{"city":"Os"#)], "max_tokens")]);
    let mut runner = runner(&scripted);
    assert_eq!(runner.run().await.unwrap().stop, ToolRunStop::Cut(StopReason::MaxTokens));
    let params = runner.into_params();
    assert_valid(&params);
    assert!(serde_json::to_string(&params).unwrap().contains("INVALID_JSON"));
}

#[tokio::test]
async fn a_paused_turn_is_sent_back() {
    let scripted = Scripted::new([says(&[text("Let me")], "pause_turn"), says(&[text(" see.")], "end_turn")]);
    let run = runner(&scripted).run().await.unwrap();
    assert_eq!((run.stop, run.turns), (ToolRunStop::Answered, 2));
    assert_eq!(bodies(&scripted)[1]["messages"][1]["content"], json!([text("Let me")]));
}

#[tokio::test]
async fn turns_are_bounded_and_more_can_be_allowed() {
    let asked = [call("toolu_1", r#"{"city":"Oslo"}"#)];
    let scripted =
        Scripted::new([says(&asked, "tool_use"), says(&asked, "tool_use"), says(&[text("21.")], "end_turn")]);
    let mut runner = runner(&scripted).max_turns(1);
    let run = runner.run().await.unwrap();
    assert_eq!((run.stop, run.turns), (ToolRunStop::MaxTurns, 1));
    assert_eq!(runner.run().await.unwrap().stop, ToolRunStop::MaxTurns, "asking again changes nothing");
    assert_eq!(runner.params().messages.len(), 1, "the call was not run");
    runner.allow_turns(2);
    assert_eq!(runner.run().await.unwrap().text(), "21.");
    assert_valid(&runner.into_params());
    assert_eq!(bodies(&scripted)[1]["messages"][2]["content"][0]["content"], "21 °C");
}

#[tokio::test]
async fn after_an_error_the_run_goes_on_where_it_was() {
    let asked = frames(&[call("toolu_1", r#"{"city":"Oslo"}"#)], "tool_use");
    let scripted = Scripted::new([
        answer(200, &STREAM, asked[..3].concat()),
        answer(200, &STREAM, asked.concat()),
        answer(200, &STREAM, asked[..2].concat()),
        says(&[text("21.")], "end_turn"),
    ]);
    let mut runner = runner(&scripted);
    for turns in [1, 3] {
        let error = runner.run().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stream(StreamFailure::Incomplete));
        assert!(error.partial_message().is_some());
        assert_eq!(runner.params().messages.len(), turns, "nothing is lost, nothing half done is kept");
        assert_valid(runner.params());
    }
    let run = runner.run().await.unwrap();
    assert_eq!((run.text().as_str(), run.turns), ("21.", 2));
    let bodies = bodies(&scripted);
    assert_eq!(bodies[2], bodies[3], "the tool was not run again");
}

#[tokio::test]
async fn input_that_is_not_json_goes_back_as_an_error_of_the_tool() {
    let scripted = Scripted::new([
        says(&[call("toolu_1", r#"{"city": Oslo}"#)], "tool_use"),
        says(&[text("Sorry.")], "end_turn"),
    ]);
    let run = runner(&scripted).run().await.unwrap();
    assert_eq!(run.text(), "Sorry.");
    let turns = &bodies(&scripted)[1]["messages"];
    assert_eq!(turns[1]["content"][0]["input"], json!({"INVALID_JSON": r#"{"city": Oslo}"#}));
    assert_eq!(turns[2]["content"][0]["is_error"], true);
    let told = turns[2]["content"][0]["content"].as_str().unwrap();
    assert!(told.starts_with("The input is not JSON"), "{told}");
}

#[tokio::test]
async fn a_forced_call_is_forced_once() {
    let asked = [call("toolu_1", r#"{"city":"Oslo"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use"), says(&[text("21.")], "end_turn")]);
    let params = question().tool_choice(ToolChoiceAny::new());
    let run = scripted.client().messages().tool_runner(params).tool(weather()).run().await.unwrap();
    assert_eq!(run.stop, ToolRunStop::Answered);
    let choices: Vec<_> =
        bodies(&scripted).into_iter().map(|body| body["tool_choice"]["type"].clone()).collect();
    assert_eq!(choices, ["any", "auto"]);
}

#[tokio::test]
async fn a_turn_of_the_callers_lets_it_go_on() {
    let asked = [call("toolu_1", r#"{"city":"Oslo"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use"), says(&[text("As you like.")], "end_turn")]);
    let mut runner = runner(&scripted).max_turns(1);
    assert_eq!(runner.run().await.unwrap().stop, ToolRunStop::MaxTurns);
    runner.push(bedrock_types::MessageParam::user("Never mind."));
    runner.allow_turns(1);
    assert_eq!(runner.run().await.unwrap().text(), "As you like.");
    let params = runner.into_params();
    assert_valid(&params);
    assert!(serde_json::to_string(&params).unwrap().contains("The tool was not run"));
}

#[tokio::test]
async fn tools_that_cannot_be_told_apart_are_refused_before_anything_is_sent() {
    let scripted = Scripted::new([]);
    let error = runner(&scripted).tool(weather()).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(r#""weather""#), "{error}");
    assert!(scripted.requests().is_empty());
}

/// Says when it is dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A tool that never ends, whether it was dropped, and how often its thread found that it may go on.
fn endless() -> (FnTool, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (dropped, threads) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let tool = FnTool::new(definition("weather"), {
        let (dropped, threads) = (dropped.clone(), threads.clone());
        move |_: City, call: ToolCall| {
            let (dropped, threads) = (Dropped(dropped.clone()), threads.clone());
            async move {
                let cancellation = call.cancellation();
                tokio::spawn(async move {
                    cancellation.cancelled().await;
                    threads.fetch_add(1, Ordering::SeqCst);
                });
                std::future::pending::<()>().await;
                drop(dropped);
                Ok("never")
            }
        }
    });
    (tool, dropped, threads)
}

#[tokio::test]
async fn a_stop_ends_tools_and_leaves_a_conversation() {
    let asked = [call("toolu_1", r#"{"city":"Oslo"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use")]);
    let (tool, dropped, told) = endless();
    let mut runner = scripted.client().messages().tool_runner(question()).tool(tool);
    let stop = runner.stop_handle();
    while let Some(event) = runner.next_event().await.unwrap() {
        if let ToolRunEvent::Started { .. } = event {
            stop.stop();
        }
    }
    assert!(dropped.load(Ordering::SeqCst), "the tool is gone");
    let run = runner.run().await.unwrap();
    assert_eq!((run.stop, run.turns), (ToolRunStop::Stopped, 1));
    tokio::task::yield_now().await;
    assert_eq!(told.load(Ordering::SeqCst), 1, "what outlives the tool is told");
    let params = runner.into_params();
    assert_valid(&params);
    assert_eq!(params.messages.len(), 3, "nothing is lost");
}

#[tokio::test]
async fn dropping_the_run_drops_its_tools() {
    let asked = [call("toolu_1", r#"{"city":"Oslo"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use")]);
    let (tool, dropped, told) = endless();
    let client = scripted.client();
    let task = tokio::spawn(async move {
        let mut runner = client.messages().tool_runner(question()).tool(tool);
        runner.run().await
    });
    // Until the tool runs: it is the last thing before the script would run out.
    while scripted.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!dropped.load(Ordering::SeqCst));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(dropped.load(Ordering::SeqCst), "the tool is gone");
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(told.load(Ordering::SeqCst), 1, "what outlives the tool is told");
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_future_was_dropped_is_taken_up_again() {
    let asked = [call("toolu_1", r#"{"city":"Rome"}"#)];
    let scripted = Scripted::new([says(&asked, "tool_use"), says(&[text("30.")], "end_turn")]);
    let mut runner = runner(&scripted);
    let early = tokio::time::timeout(Duration::from_secs(1), runner.run()).await;
    assert!(early.is_err(), "Rome takes longer");
    assert_eq!(runner.run().await.unwrap().text(), "30.");
    assert_eq!(scripted.requests().len(), 2);
}

#[tokio::test]
async fn every_route_runs_tools_to_the_same_end() {
    let emulator = bedrock_emulator::Emulator::builder().start().await.unwrap();
    let client = crate::support::client_of(&emulator);
    for route in [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse] {
        let params = MessageCreateParams::new("opus-4.8", 512u64).user("use weather, city=Oslo");
        let mut runner = client.messages().with_route(route).tool_runner(params).tool(weather());
        let run = runner.run().await.unwrap();
        assert_eq!((run.stop.clone(), run.turns), (ToolRunStop::Answered, 2), "{route}");
        assert!(run.usage.output_tokens > run.message.as_ref().unwrap().usage.output_tokens, "{route}");
        let params = runner.into_params();
        assert_valid(&params);
        let said = serde_json::to_string(&params.messages).unwrap();
        assert!(said.contains("21 °C"), "{route}: {said}");
    }
}

#[tokio::test]
async fn a_stop_after_the_answer_changes_nothing() {
    let scripted = Scripted::new([says(&[text("In Rome.")], "end_turn")]);
    let mut runner = runner(&scripted);
    let stop = runner.stop_handle();
    while runner.next_event().await.unwrap().is_some() {}
    stop.stop();
    let run = runner.run().await.unwrap();
    assert_eq!((run.stop, run.message.is_some()), (ToolRunStop::Answered, true));
}
