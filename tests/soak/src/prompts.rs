//! What is asked, and the one right answer to each.
//!
//! Every prompt has a number that its answer quotes: an answer that belongs to another call is a wrong one.

use bedrock_client::types::{ContentBlock, CustomTool, RawJson, TextBlock, ToolResultBlock, ToolUseBlock};
use bedrock_client::{Client, Error, FnTool, Message, MessageCreateParams, Messages, ToolRun};
use serde_json::Value;

use crate::Result;

/// A request and what it must give.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) params: MessageCreateParams,
    /// But for the id and the model, which Converse does not tell.
    pub(crate) answer: Message,
    /// What the model says at last when its tools are run, if it calls any.
    pub(crate) after_tools: Option<Message>,
}

impl Prompt {
    /// Asks a server that does nothing wrong, one call at a time.
    pub(crate) async fn all(client: &Client) -> Result<Vec<Self>> {
        let mut prompts = Vec::new();
        for number in 0..COUNT {
            let params = params(number)?;
            let answer = less_its_names(client.messages().create(&params).await?.into_inner());
            let is_call = answer.tool_uses().next().is_some();
            let run = if is_call { run_tools(client.messages(), &params).await?.message } else { None };
            let after_tools = run.map(less_its_names);
            for answer in [Some(&answer), after_tools.as_ref()].into_iter().flatten() {
                let is_quoted = serde_json::to_string(&answer.content)?.contains(&mark(number));
                if !is_quoted {
                    return Err(format!("prompt {number} is not in its answer: {:?}", answer.content).into());
                }
            }
            prompts.push(Self { params, answer, after_tools });
        }
        Ok(prompts)
    }
}

/// What no route changes.
pub(crate) fn less_its_names(mut message: Message) -> Message {
    message.id.clear();
    message.model.clear();
    message
}

/// Lets the model call the tool of these prompts, until it has its answer.
pub(crate) async fn run_tools(
    messages: Messages,
    params: &MessageCreateParams,
) -> std::result::Result<ToolRun, Error> {
    let weather = FnTool::new(weather(), |input: Value, _| async move {
        Ok(format!("{}: 21 °C", input["city"].as_str().unwrap_or("nowhere")))
    });
    let mut params = params.clone();
    params.tools = None; // the runner names them
    messages.tool_runner(params).tool(weather).run().await
}

fn weather() -> CustomTool {
    CustomTool::new("get_weather", RawJson::parse(SCHEMA).expect("the schema is JSON"))
}

fn params(number: usize) -> Result<MessageCreateParams> {
    let mark = mark(number);
    let asks = |text: String| MessageCreateParams::new(MODEL, 1024).user(text);
    Ok(match number % 4 {
        0 => asks(format!("Hello, wörld {mark} 😀")),
        1 => asks(format!("{mark}: ") + &"tell me something long, in many deltas. ".repeat(12)),
        2 => asks(format!("use get_weather, city={mark}")).tool(weather()),
        _ => {
            let call = ToolUseBlock::new(
                "toolu_1",
                "get_weather",
                RawJson::parse(format!(r#"{{"city":"{mark}"}}"#))?,
            );
            let result = ToolResultBlock::new("toolu_1").content(format!("sunny in {mark}"));
            let thanks = ContentBlock::from(TextBlock::new("And now?"));
            asks("Weather?".into())
                .tool(weather())
                .assistant(vec![call.into()])
                .user(vec![result.into(), thanks])
        }
    })
}

fn mark(number: usize) -> String {
    format!("Town{number:04}")
}

/// On every route, and in every region.
const MODEL: &str = "haiku-4.5";
const COUNT: usize = 200;
const SCHEMA: &str = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
