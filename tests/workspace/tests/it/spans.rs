//! The spans of calls and attempts: names and attributes by OpenTelemetry's conventions, and when they end.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bedrock_client::{Approval, FnTool, Guardrail, MessageCreateParams, ToolCall, ToolError, ToolRunStop};
use bedrock_emulator::Emulator;
use bedrock_types::{CustomTool, RawJson, Route};
use serde_json::{Value, json};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::support::{
    MODEL, STREAM, Scripted, answer, builder, client_of, hello, listen_together, message, recorded_stream,
    refusal,
};

/// The spans and events of this library, in the order in which they began.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Told>>>);

/// A span, or an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    id: u64,
    pub(crate) name: &'static str,
    parent: Option<&'static str>,
    pub(crate) fields: BTreeMap<&'static str, String>,
    is_over: bool,
}

impl Heard {
    pub(crate) fn listen(&self) -> impl Sized + use<> {
        listen_together();
        tracing_subscriber::registry().with(self.clone()).set_default()
    }

    /// Those of a name.
    pub(crate) fn of(&self, name: &str) -> Vec<Told> {
        self.0.lock().unwrap().iter().filter(|told| told.name == name).cloned().collect()
    }

    fn calls(&self) -> Vec<Told> {
        self.of("bedrock.call")
    }

    fn attempts(&self) -> Vec<Told> {
        self.of("bedrock.attempt")
    }

    /// All that was told, as one text.
    fn text(&self) -> String {
        format!("{:?}", self.0.lock().unwrap())
    }
}

impl Told {
    /// A field, as it was recorded last; of a text, the text.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Heard {
    fn on_new_span(&self, new: &tracing::span::Attributes<'_>, id: &tracing::Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let parent = span.parent().map(|parent| parent.name());
        let mut told = Told { id: id.into_u64(), name: span.name(), parent, ..Told::default() };
        new.record(&mut told);
        self.0.lock().unwrap().push(told);
    }

    fn on_record(&self, id: &tracing::Id, values: &tracing::span::Record<'_>, _: Context<'_, S>) {
        // Ids are used again: the last that has it is it.
        let mut all = self.0.lock().unwrap();
        values.record(all.iter_mut().rev().find(|told| told.id == id.into_u64()).unwrap());
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let parent = context.event_span(event).map(|span| span.name());
        let mut told = Told { name: event.metadata().name(), parent, ..Told::default() };
        event.record(&mut told);
        self.0.lock().unwrap().push(told);
    }

    fn on_close(&self, id: tracing::Id, _: Context<'_, S>) {
        let mut all = self.0.lock().unwrap();
        all.iter_mut().rev().find(|told| told.id == id.into_u64()).unwrap().is_over = true;
    }
}

impl tracing::field::Visit for Told {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

/// Each field has this text, and those without are not there.
fn assert_fields(told: &Told, expected: &[(&str, Option<&str>)]) {
    for (name, value) in expected {
        assert_eq!(told.field(name), *value, "{name} in {told:#?}");
    }
}

#[tokio::test]
async fn a_call_and_its_attempt_have_the_attributes_of_the_conventions() {
    let emulator = Emulator::builder().start().await.unwrap();
    let heard = Heard::default();
    let _listening = heard.listen();
    let params = MessageCreateParams::new("haiku-4.5", 256u64).user("hi").temperature(0.5).top_k(7u64);
    let guarded = client_of(&emulator).messages().with_guardrail(Guardrail::new("abc123def456", "1"));
    let answered = guarded.create(&params).await.unwrap();

    let port = emulator.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let [call] = &heard.calls()[..] else { panic!("{:#?}", heard.calls()) };
    let model = call.field("gen_ai.request.model").unwrap();
    assert!(model.contains("anthropic.claude-haiku-4-5"), "the id that is sent, not the alias: {model}");
    assert_fields(
        call,
        &[
            ("otel.name", Some(&format!("chat {model}"))),
            ("otel.kind", Some("client")),
            ("otel.status_code", None),
            ("gen_ai.operation.name", Some("chat")),
            ("gen_ai.provider.name", Some("aws.bedrock")),
            ("gen_ai.request.stream", None),
            ("gen_ai.request.max_tokens", Some("256")),
            ("gen_ai.request.temperature", Some("0.5")),
            ("gen_ai.request.top_p", None),
            ("gen_ai.request.top_k", Some("7")),
            ("gen_ai.response.model", Some(&answered.model)),
            ("gen_ai.response.id", Some(&answered.id)),
            ("gen_ai.response.finish_reasons", Some(r#"["end_turn"]"#)),
            ("gen_ai.usage.input_tokens", Some(&answered.usage.input_tokens.to_string())),
            ("gen_ai.usage.output_tokens", Some(&answered.usage.output_tokens.to_string())),
            ("aws.bedrock.guardrail.id", Some("abc123def456")),
            ("aws.request_id", answered.request_id()),
            ("cloud.region", Some("us-east-1")),
            ("server.address", Some("127.0.0.1")),
            ("server.port", Some(&port)),
            ("error.type", None),
            ("bedrock.route", Some("invoke")),
            ("bedrock.attempts", Some("1")),
            ("bedrock.outcome", Some("completed")),
        ],
    );
    let [attempt] = &heard.attempts()[..] else { panic!("{:#?}", heard.attempts()) };
    assert_eq!(attempt.parent, Some("bedrock.call"));
    assert_fields(
        attempt,
        &[
            ("otel.name", Some("POST")),
            ("http.request.method", Some("POST")),
            ("http.request.resend_count", None),
            ("http.response.status_code", Some("200")),
            ("server.address", Some("127.0.0.1")),
            ("server.port", Some(&port)),
            ("aws.request_id", answered.request_id()),
            ("error.type", None),
        ],
    );
    assert!(call.is_over && attempt.is_over);
}

#[tokio::test]
async fn a_stream_has_a_span_until_its_message_is_complete_on_every_route() {
    let emulator = Emulator::builder().start().await.unwrap();
    for (route, name) in [
        (Route::InvokeModel, "invoke"),
        (Route::Messages, "messages"),
        (Route::Mantle, "mantle"),
        (Route::Converse, "converse"),
    ] {
        let model = if route == Route::Mantle { "anthropic.claude-opus-4-8" } else { MODEL };
        let heard = Heard::default();
        let _listening = heard.listen();
        let messages = client_of(&emulator).messages().with_route(route);
        let params = MessageCreateParams::new(model, 256u64).user("Tell me something long, please.");
        let mut stream = messages.stream(&params).await.unwrap();
        stream.next_event().await.unwrap();
        assert!(!heard.calls()[0].is_over && heard.attempts()[0].is_over, "{name}");
        while stream.next_event().await.unwrap().is_some() {}
        let [call] = &heard.calls()[..] else { panic!("{:#?}", heard.calls()) };
        assert!(call.is_over, "{name}");
        let message = stream.into_message().unwrap();
        assert!(message.usage.output_tokens > 1);
        assert_fields(
            call,
            &[
                ("bedrock.route", Some(name)),
                ("gen_ai.request.model", Some(model)),
                ("gen_ai.request.stream", Some("true")),
                ("gen_ai.response.finish_reasons", Some(r#"["end_turn"]"#)),
                ("gen_ai.usage.output_tokens", Some(&message.usage.output_tokens.to_string())),
                ("bedrock.outcome", Some("completed")),
            ],
        );
        let first: f64 = call.field("gen_ai.response.time_to_first_chunk").unwrap().parse().unwrap();
        assert!(first > 0.0);
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_or_cut_tells_what_came() {
    let whole = recorded_stream().await;
    let heard = Heard::default();
    let _listening = heard.listen();
    let cut = whole.slice(..whole.len() / 2);
    let scripted = Scripted::new([answer(200, &STREAM, whole), answer(200, &STREAM, cut)]);
    let messages = scripted.client().messages();

    let mut dropped = messages.stream(&hello()).await.unwrap();
    dropped.next_event().await.unwrap();
    drop(dropped);
    let mut cut = messages.stream(&hello()).await.unwrap();
    while cut.next_event().await.is_ok() {}

    let calls = heard.calls();
    assert!(calls.iter().all(|call| call.is_over) && calls.len() == 2, "{calls:#?}");
    for (call, outcome, error, status) in
        [(&calls[0], "dropped", None, None), (&calls[1], "failed", Some("stream_truncated"), Some("ERROR"))]
    {
        assert_fields(
            call,
            &[
                ("bedrock.outcome", Some(outcome)),
                ("error.type", error),
                ("otel.status_code", status),
                ("aws.request_id", Some("r-1")),
                ("gen_ai.response.finish_reasons", None),
            ],
        );
        let input: u64 = call.field("gen_ai.usage.input_tokens").unwrap().parse().unwrap();
        assert!(input > 0, "what message_start says is told");
        assert!(call.field("gen_ai.response.id").unwrap().starts_with("msg_"));
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_span_and_what_is_refused_says_why() {
    let heard = Heard::default();
    let _listening = heard.listen();
    let busy = || answer(503, &[("x-amzn-errortype", "ServiceUnavailableException")], "{}");
    let scripted = Scripted::new([busy(), message(), refusal("AccessDeniedException", &[])]);
    let messages = scripted.client().messages();
    messages.create(&hello()).await.unwrap();
    messages.create(&hello()).await.unwrap_err();
    messages.with_route(Route::Mantle).create(&hello()).await.unwrap_err(); // a profile, which mantle has not

    let attempts = heard.attempts();
    let expected = [
        ("503", Some("ServiceUnavailableException"), None),
        ("200", None, Some("1")),
        ("403", Some("AccessDeniedException"), None),
    ];
    assert_eq!(attempts.len(), expected.len(), "{attempts:#?}");
    for (attempt, (status, error, resent)) in attempts.iter().zip(expected) {
        assert_eq!(attempt.parent, Some("bedrock.call"));
        assert_fields(
            attempt,
            &[
                ("http.response.status_code", Some(status)),
                ("error.type", error),
                ("otel.status_code", error.map(|_| "ERROR")),
                ("http.request.resend_count", resent),
            ],
        );
    }
    let calls = heard.calls();
    let expected = [
        ("2", "completed", None, Some("r-ok")),
        ("1", "failed", Some("AccessDeniedException"), Some("r-refused")),
        ("0", "failed", Some("config"), None),
    ];
    assert_eq!(calls.len(), expected.len(), "{calls:#?}");
    for (call, (attempts, outcome, error, id)) in calls.iter().zip(expected) {
        assert_fields(
            call,
            &[
                ("bedrock.attempts", Some(attempts)),
                ("bedrock.outcome", Some(outcome)),
                ("error.type", error),
                ("aws.request_id", id),
            ],
        );
    }
}

#[tokio::test]
async fn what_the_cache_had_part_in_is_input_too() {
    let heard = Heard::default();
    let _listening = heard.listen();
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {
            "input_tokens": 1, "output_tokens": 9, "cache_read_input_tokens": 20,
            "cache_creation_input_tokens": 300, "output_tokens_details": {"thinking_tokens": 4},
        },
    });
    let scripted = Scripted::new([answer(200, &[("content-type", "application/json")], body.to_string())]);
    scripted.client().messages().create(&hello()).await.unwrap();
    assert_fields(
        &heard.calls()[0],
        &[
            ("gen_ai.usage.input_tokens", Some("321")),
            ("gen_ai.usage.cache_read.input_tokens", Some("20")),
            ("gen_ai.usage.cache_write.input_tokens", Some("300")),
            ("gen_ai.usage.cache_creation.input_tokens", Some("300")),
            ("gen_ai.usage.output_tokens", Some("9")),
            ("gen_ai.usage.reasoning.output_tokens", Some("4")),
        ],
    );
}

#[tokio::test]
async fn each_turn_of_a_tool_runner_is_a_call() {
    let emulator = Emulator::builder().start().await.unwrap();
    let heard = Heard::default();
    let _listening = heard.listen();
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    let weather = FnTool::new(
        CustomTool::new("weather", RawJson::parse(schema).unwrap()),
        |_: Value, _: ToolCall| async { Ok("21 °C".to_owned()) },
    );
    let params = MessageCreateParams::new(MODEL, 256u64).user("use weather, city=Paris");
    let mut runner = client_of(&emulator).messages().tool_runner(params).tool(weather);
    let run = runner.run().await.unwrap();
    let calls = heard.calls();
    assert!(run.turns > 1 && calls.len() == usize::try_from(run.turns).unwrap(), "{} turns", run.turns);
    let reasons: Vec<_> = calls.iter().map(|call| call.field("gen_ai.response.finish_reasons")).collect();
    assert_eq!(reasons.first(), Some(&Some(r#"["tool_use"]"#)));
    assert_eq!(reasons.last(), Some(&Some(r#"["end_turn"]"#)));
}

#[tokio::test]
async fn each_tool_that_runs_has_a_span_without_what_it_is_given() {
    let emulator = Emulator::builder().start().await.unwrap();
    let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#).unwrap();
    let weather = || {
        let definition = CustomTool::new("get_weather", schema.clone());
        FnTool::new(definition, |input: Value, _call: ToolCall| async move {
            tracing::info!(target: "bedrock_client", "within the tool");
            match input["city"].as_str() {
                Some("Atlantis") => Err(ToolError::new("canary: no such city")),
                Some("Pompeii") => panic!("the tool is meant to crash"),
                _ => Ok("canary: sunny"),
            }
        })
    };
    let keys = emulator.credentials().clone();
    let open = builder().endpoint_url(emulator.url()).credentials(keys).record_content().build().unwrap();
    let shut = client_of(&emulator);
    for (city, deny, told, failed) in [
        ("Oslo", false, false, None),
        ("Oslo", false, true, None),
        ("Atlantis", false, false, Some("tool_error")),
        ("Pompeii", false, false, Some("panic")),
        ("Oslo", true, false, Some("denied")),
    ] {
        let client = if told { &open } else { &shut };
        let heard = Heard::default();
        let _listening = heard.listen();
        let asks = MessageCreateParams::new(MODEL, 300u64).user(format!("use get_weather, city={city}"));
        let runner = client.messages().tool_runner(asks).tool(weather()).approve(move |_| async move {
            if deny { Approval::Deny("canary".to_owned()) } else { Approval::Allow }
        });
        let run = { runner }.run().await.unwrap();
        assert_eq!(run.stop, ToolRunStop::Answered);
        let tools = heard.of("bedrock.tool");
        let [tool] = &tools[..] else { panic!("{tools:#?}") };
        assert!(tool.is_over && tool.parent.is_none());
        assert_fields(
            tool,
            &[
                ("otel.name", Some("execute_tool get_weather")),
                ("otel.kind", Some("internal")),
                ("otel.status_code", failed.map(|_| "ERROR")),
                ("gen_ai.operation.name", Some("execute_tool")),
                ("gen_ai.tool.name", Some("get_weather")),
                ("gen_ai.tool.type", Some("function")),
                ("error.type", failed),
            ],
        );
        assert!(tool.field("gen_ai.tool.call.id").is_some_and(|id| id.starts_with("toolu_")));
        let within =
            heard.0.lock().unwrap().iter().filter(|told| told.parent == Some("bedrock.tool")).count();
        assert_eq!(within > 0, !deny, "what the tool tells is within its span");
        if told {
            assert_eq!(tool.field("gen_ai.tool.call.arguments"), Some(r#"{"city":"Oslo"}"#));
            assert_eq!(tool.field("gen_ai.tool.call.result"), Some(r#""canary: sunny""#));
        } else {
            assert!(!heard.text().contains("canary") && !heard.text().contains(city));
        }
    }
}

#[tokio::test]
async fn content_is_told_to_those_who_ask_for_it_alone() {
    let emulator = Emulator::builder().start().await.unwrap();
    let prompt = || MessageCreateParams::new(MODEL, 64u64).system("Be terse.").user("canary prompt");
    let told = "gen_ai.client.inference.operation.details";
    let heard = Heard::default();
    let _listening = heard.listen();

    client_of(&emulator).messages().create(&prompt()).await.unwrap();
    assert!(heard.of(told).is_empty() && !heard.text().contains("canary"));

    let keys = emulator.credentials().clone();
    let open = builder().endpoint_url(emulator.url()).credentials(keys).record_content().build().unwrap();
    let whole = open.messages().create(&prompt()).await.unwrap();
    let streamed = open.messages().stream(&prompt()).await.unwrap().final_message().await.unwrap();
    let events = heard.of(told);
    assert_eq!(events.len(), 2, "{events:#?}");
    for (event, message) in events.iter().zip([&*whole, &streamed]) {
        assert_eq!(event.parent, Some("bedrock.call"));
        let json = |name: &str| serde_json::from_str::<Value>(event.field(name).unwrap()).unwrap();
        assert_eq!(json("gen_ai.system_instructions"), json!([{"type": "text", "content": "Be terse."}]));
        assert_eq!(
            json("gen_ai.input.messages"),
            json!([{"role": "user", "parts": [{"type": "text", "content": "canary prompt"}]}])
        );
        assert_eq!(
            json("gen_ai.output.messages"),
            json!([{
                "role": "assistant",
                "parts": [{"type": "text", "content": message.text()}],
                "finish_reason": "stop",
            }])
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_future_is_dropped_ends_there() {
    let heard = Heard::default();
    let _listening = heard.listen();
    let busy =
        answer(503, &[("x-amzn-errortype", "ServiceUnavailableException"), ("retry-after", "30")], "{}");
    let scripted = Scripted::new([busy]);
    let messages = scripted.client().messages();
    let params = hello();
    tokio::time::timeout(Duration::from_secs(5), messages.create(&params)).await.unwrap_err();
    let [call] = &heard.calls()[..] else { panic!("{:#?}", heard.calls()) };
    assert!(call.is_over);
    assert_fields(call, &[("bedrock.outcome", Some("dropped")), ("error.type", None)]);
}
