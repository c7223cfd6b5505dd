//! Answers to requests of every shape.

use bedrock_types::models::find;
use bedrock_types::{
    Base64Source, Citation, Content, ContentSource, CustomTool, DocumentBlock, ImageBlock, JsonOutputFormat,
    OutputConfig, RawJson, SearchResultBlock, StopReason, TextSource, ThinkingAdaptive, ThinkingConfig,
    ThinkingDisabled, ThinkingDisplay, ThinkingEnabled, ToolBash20250124, ToolChoice, ToolChoiceAny,
    ToolChoiceNone, ToolChoiceTool, ToolInput,
};

use super::*;

fn answered(params: &MessageCreateParams) -> Message {
    by("opus-4.6", params)
}

fn by(model: &str, params: &MessageCreateParams) -> Message {
    *reply(params, find(model).unwrap(), &weigh(&mut params.clone()), None)
}

fn hello(max_tokens: u64) -> MessageCreateParams {
    said("Hello, world", max_tokens)
}

fn said(text: &str, max_tokens: u64) -> MessageCreateParams {
    MessageCreateParams::new("m", max_tokens).user(text)
}

fn tool(name: &str) -> CustomTool {
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}"#;
    CustomTool::new(name, RawJson::parse(schema).unwrap())
}

fn with_tools(text: &str) -> MessageCreateParams {
    said(text, 1000).tool(tool("get_weather")).tool(tool("get_time"))
}

fn called(message: &Message) -> Vec<(&str, &str)> {
    message.tool_uses().map(|call| (call.name.as_str(), call.input.as_str())).collect()
}

#[test]
fn the_answer_says_where_it_comes_from_and_what_was_said() {
    let message = answered(&hello(100));
    assert_eq!(
        message.text(),
        "Hello from the local Bedrock emulator: no model is running here. You said: \"Hello, world\""
    );
    assert_eq!(message.model, "claude-opus-4-6");
    assert_eq!((message.stop_reason, message.stop_sequence), (Some(StopReason::EndTurn), None));
}

#[test]
fn the_last_text_of_the_users_last_turn_is_quoted() {
    let blocks = |blocks: Vec<ContentBlock>| Content::Blocks(blocks);
    let image = || ContentBlock::from(ImageBlock::new(Base64Source::new("image/png", "AAAA")));
    let cases = [
        (hello(100).assistant("So?").user("Again"), "You said: \"Again\""),
        (hello(100).user("Again").assistant("So"), "You said: \"Again\""),
        (
            hello(100).user(blocks(vec![TextBlock::new("a").into(), TextBlock::new("b").into(), image()])),
            "said: \"b\"",
        ),
        (hello(100).user(blocks(vec![image()])), "You sent no text."),
        (said(&"é".repeat(QUOTED_CHARS + 1), 300), "éé…\""),
    ];
    for (params, end) in cases {
        let text = answered(&params).text();
        assert!(text.ends_with(end), "{text}");
    }
}

#[test]
fn the_answer_ends_where_the_request_says() {
    use StopReason::{EndTurn, MaxTokens, StopSequence};
    let stops = |params: MessageCreateParams, stops: &[&str]| {
        params.stop_sequences(stops.iter().map(|stop| (*stop).to_owned()).collect::<Vec<_>>())
    };
    let cases = [
        (hello(1), "Hell", MaxTokens, None),
        (hello(2), "Hello fr", MaxTokens, None),
        (stops(hello(100), &["emulator", " local"]), "Hello from the", StopSequence, Some(" local")),
        (stops(hello(100), &["Hello"]), "", StopSequence, Some("Hello")),
        (stops(hello(2), &["from"]), "Hello ", StopSequence, Some("from")),
        (stops(hello(2), &["local"]), "Hello fr", MaxTokens, None),
        (said("aéééé", 20), "said: \"aé", MaxTokens, None),
        (stops(hello(100), &["absent"]), "world\"", EndTurn, None),
    ];
    for (params, end, reason, sequence) in cases {
        let message = answered(&params);
        assert!(message.text().ends_with(end), "{:?}", message.text());
        assert_eq!(
            (message.stop_reason, message.stop_sequence.as_deref()),
            (Some(reason), sequence),
            "{end}"
        );
        assert!(message.usage.output_tokens <= params.max_tokens, "{end}");
        assert_eq!(message.content.is_empty(), end.is_empty());
    }
}

#[test]
fn a_token_is_four_bytes_rounded_up() {
    let message = answered(&hello(100));
    assert_eq!(message.usage.output_tokens, (message.text().len() as u64).div_ceil(4));
    let input = r#"[{"role":"user","content":"Hello, world"}]"#.len() as u64;
    assert_eq!(message.usage.input_tokens, input.div_ceil(4));
    let with_system = answered(&hello(100).system("Be brief."));
    assert_eq!(with_system.usage.input_tokens, (input + "\"Be brief.\"".len() as u64).div_ceil(4));
}

#[test]
fn tools_are_called_when_the_text_asks_for_them() {
    for (text, names) in [
        ("use get_weather", &["get_weather"][..]),
        ("Please Use `get_time`, then get_weather.", &["get_time", "get_weather"]),
        ("call get_weather and get_time", &["get_weather", "get_time"]),
        ("what would get_weather say?", &[]),
        ("get_weather is of no use", &[]),
        ("use get_weather_now or my-get_time", &[]),
        ("misuse get_weather", &[]),
    ] {
        let message = answered(&with_tools(text));
        assert_eq!(called(&message).iter().map(|call| call.0).collect::<Vec<_>>(), names, "{text}");
        let reason = if names.is_empty() { StopReason::EndTurn } else { StopReason::ToolUse };
        assert_eq!(message.stop_reason, Some(reason), "{text}");
    }
}

#[test]
fn tools_are_called_when_the_request_forces_them() {
    let any = |parallel: bool| ToolChoice::from(ToolChoiceAny::new().disable_parallel_tool_use(!parallel));
    let both = "use get_time and get_weather";
    for (text, choice, names) in [
        ("Hello", any(true), &["get_weather"][..]),
        (both, any(true), &["get_time", "get_weather"]),
        (both, any(false), &["get_time"]),
        (both, ToolChoiceTool::new("get_weather").into(), &["get_weather"]),
        (both, ToolChoiceNone::new().into(), &[]),
    ] {
        let message = answered(&with_tools(text).tool_choice(choice));
        assert_eq!(called(&message).iter().map(|call| call.0).collect::<Vec<_>>(), names, "{text}");
    }
}

#[test]
fn a_call_has_an_id_of_its_own_and_input_from_the_prompt() {
    let message = answered(&with_tools("use get_weather and get_time, city=Paris"));
    let [weather, time] = message.tool_uses().collect::<Vec<_>>()[..] else { panic!("two calls") };
    assert_eq!(weather.input.as_str(), r#"{"city":"Paris","days":1}"#);
    assert!(weather.id.starts_with("toolu_bdrk_01") && weather.id.len() == 35, "{}", weather.id);
    assert_ne!(weather.id, time.id);
    let bash = answered(&said("use bash, command=\"ls -l\"", 100).tool(ToolBash20250124::new()));
    assert_eq!(called(&bash), [("bash", r#"{"command":"ls -l"}"#)]);
}

#[test]
fn the_results_of_tools_are_quoted() {
    let params = with_tools("use get_weather and get_time");
    let calls = answered(&params);
    let [weather, time] = [0, 1].map(|nth| calls.tool_uses().nth(nth).unwrap().id.clone());
    let results = [
        ToolResultBlock::new(weather).content("22 degrees").into(),
        ToolResultBlock::new(time).content("no clock").is_error(true).into(),
    ];
    let message = answered(&params.message(calls).user(results));
    assert_eq!(called(&message), []);
    let text = message.text();
    assert!(
        text.ends_with(
            "The tool get_weather answered: \"22 degrees\" The tool get_time failed: \"no clock\""
        ),
        "{text}"
    );
}

#[test]
fn max_tokens_cut_an_input_as_they_cut_a_text() {
    let message = answered(&said("use get_weather", 3).tool(tool("get_weather")));
    assert_eq!(message.tool_uses().next().unwrap().input, ToolInput::Partial("{\"city\":\"cit".to_owned()));
    assert_eq!((message.stop_reason, message.usage.output_tokens), (Some(StopReason::MaxTokens), 3));
}

#[test]
fn a_model_thinks_when_it_would() {
    let adaptive = || ThinkingConfig::from(ThinkingAdaptive::new());
    let shown = || ThinkingConfig::from(ThinkingAdaptive::new().display(ThinkingDisplay::Summarized));
    for (model, thinking, expected) in [
        ("sonnet-4.5", None, None),
        ("sonnet-4.5", Some(ThinkingEnabled::new(1024).into()), Some(true)),
        ("opus-4.6", Some(adaptive()), Some(true)),
        ("opus-4.8", None, None),
        ("opus-4.8", Some(adaptive()), Some(false)),
        ("opus-4.8", Some(shown()), Some(true)),
        ("opus-5", None, Some(false)),
        ("opus-5", Some(ThinkingDisabled::new().into()), None),
        ("opus-5.5", Some(shown()), Some(true)),
    ] {
        let mut params = hello(2000);
        params.thinking = thinking;
        let message = by(model, &params);
        let found = message.content.iter().find_map(|block| match block {
            ContentBlock::Thinking(thinking) => Some(thinking),
            _ => None,
        });
        assert_eq!(found.map(|thinking| !thinking.thinking.is_empty()), expected, "{model}");
        assert!(
            found
                .is_none_or(|thinking| is_genuine(thinking, binding(find(model).unwrap(), &params.messages))),
            "{model}"
        );
        // It is paid for whether it is shown or not.
        let details =
            message.usage.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens);
        assert_eq!(details.is_some_and(|tokens| tokens > 10), expected.is_some(), "{model}");
        assert!(message.text().ends_with("world\""));
    }
}

#[test]
fn a_thought_can_be_cut() {
    let message = by("opus-5", &hello(5));
    assert_eq!((message.stop_reason, message.usage.output_tokens), (Some(StopReason::MaxTokens), 5));
    assert_eq!(message.content.iter().map(ContentBlock::kind).collect::<Vec<_>>(), ["thinking"]);
}

#[test]
fn the_magic_text_redacts_thinking() {
    let magic = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E";
    let message = by("opus-4.6", &said(magic, 2000).thinking(ThinkingAdaptive::new()));
    let ContentBlock::RedactedThinking(thinking) = &message.content[0] else { panic!("{message:?}") };
    assert!(is_genuine_redacted(thinking, None));
}

#[test]
fn a_signature_holds_for_its_own_text_alone() {
    let message = by("opus-4.6", &hello(2000).thinking(ThinkingAdaptive::new()));
    let ContentBlock::Thinking(thinking) = &message.content[0] else { panic!("{message:?}") };
    let changed = |change: fn(&mut bedrock_types::ThinkingBlock)| {
        let mut changed = thinking.clone();
        change(&mut changed);
        is_genuine(&changed, None)
    };
    assert!(changed(|_| {}));
    assert!(!changed(|block| block.thinking.push('.')));
    assert!(!changed(|block| block.signature = None));
    assert!(!changed(|block| block.signature = Some(String::new())));
    assert!(!changed(|block| block.signature.as_mut().unwrap().replace_range(..1, "_")));
}

#[test]
fn every_source_is_cited_by_its_place() {
    let text = DocumentBlock::new(TextSource::new("text/plain", "Grün is green. More."))
        .title("colours")
        .citations(true);
    let silent = DocumentBlock::new(TextSource::new("text/plain", "Not to be cited."));
    let blocks = DocumentBlock::new(ContentSource::new([TextBlock::new("A block.").into()])).citations(true);
    let pdf = DocumentBlock::new(Base64Source::new("application/pdf", "AAAA")).citations(true);
    let hit = SearchResultBlock::new([TextBlock::new("A hit.").into()], "https://example.com", "Hit")
        .citations(true);
    let content =
        [text.into(), silent.into(), blocks.into(), pdf.into(), hit.into(), TextBlock::new("Well?").into()];
    let message = answered(&MessageCreateParams::new("m", 1000).user(content));
    let cited: Vec<_> = message
        .content
        .iter()
        .filter_map(|block| match block {
            ContentBlock::Text(text) => text.citations.as_ref(),
            _ => None,
        })
        .flatten()
        .collect();
    let [
        Citation::Char(text),
        Citation::ContentBlock(block),
        Citation::Page(page),
        Citation::SearchResult(hit),
    ] = cited[..]
    else {
        panic!("{cited:?}")
    };
    assert_eq!((text.cited_text.as_str(), text.document_index), ("Grün is green.", 0));
    assert_eq!(
        (text.start_char_index, text.end_char_index, text.document_title.as_deref()),
        (0, 14, Some("colours"))
    );
    assert_eq!((block.cited_text.as_str(), block.document_index, block.end_block_index), ("A block.", 2, 1));
    assert_eq!((page.document_index, page.start_page_number, page.end_page_number), (3, 1, 2));
    assert_eq!(
        (hit.cited_text.as_str(), hit.search_result_index, hit.source.as_str()),
        ("A hit.", 0, "https://example.com")
    );
}

#[test]
fn an_answer_of_a_given_form_is_json_of_that_form() {
    let schema = r#"{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"additionalProperties":false}"#;
    let format = JsonOutputFormat::new(RawJson::parse(schema).unwrap());
    let message =
        answered(&said("name: Ada, age: 36", 100).output_config(OutputConfig::new().format(format)));
    assert_eq!(message.text(), r#"{"age":36,"name":"Ada"}"#);
}
