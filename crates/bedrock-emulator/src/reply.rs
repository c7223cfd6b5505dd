//! What the model says: that there is none.
//!
//! The text quotes the request, so that a test can see that its words arrived, and keeps to `max_tokens` and `stop_sequences`, so
//! that code for a cut answer can be tried. Tools are never called and nothing is thought.
//!
//! Tokens are counted by one rule: four bytes of UTF-8 are a token, the last one may be shorter. The input is the compact JSON of
//! system, messages and tools.

use bedrock_types::models::ModelInfo;
use bedrock_types::{
    Content, ContentBlock, Message, MessageCreateParams, Role, StopReason, TextBlock, Usage,
};
use serde_json::to_vec;

/// The answer to a request that was checked.
pub(crate) fn reply(params: &MessageCreateParams, model: &ModelInfo, id: String) -> Message {
    let (text, stop_reason, stop_sequence) = cut(greeting(params), params);
    let usage = Usage::new(input_tokens(params), tokens(text.len()))
        .cache_creation_input_tokens(0)
        .cache_read_input_tokens(0);
    let content = if text.is_empty() { vec![] } else { vec![TextBlock::new(text).into()] };
    let mut message = Message::new(id, Role::Assistant, model_name(model), content, usage);
    message.stop_reason = Some(stop_reason);
    message.stop_sequence = stop_sequence;
    message
}

/// Anthropic's name of the model, which is what answers carry; the oldest models have none but their Bedrock id.
pub(crate) fn model_name(model: &ModelInfo) -> &'static str {
    model.anthropic_id.unwrap_or_else(|| model.id.strip_prefix("anthropic.").unwrap_or(model.id))
}

fn greeting(params: &MessageCreateParams) -> String {
    let hello = "Hello from the local Bedrock emulator: no model is running here.";
    match last_user_text(params) {
        Some(text) => format!("{hello} You said: \"{}\"", beginning(text)),
        None => format!("{hello} You sent no text."),
    }
}

/// The last text that the user's last turn has.
fn last_user_text(params: &MessageCreateParams) -> Option<&str> {
    let turn = params.messages.iter().rfind(|turn| turn.role == Role::User)?;
    match &turn.content {
        Content::Text(text) => Some(text.as_str()),
        Content::Blocks(blocks) => blocks.iter().rev().find_map(ContentBlock::text),
        _ => None,
    }
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Ends the text at the first stop sequence or at `max_tokens`, whichever comes first.
fn cut(mut text: String, params: &MessageCreateParams) -> (String, StopReason, Option<String>) {
    let sequences = params.stop_sequences.iter().flatten();
    let met = sequences
        .filter_map(|sequence| Some((text.find(sequence.as_str())?, sequence)))
        .min_by_key(|met| met.0);
    let limit = usize::try_from(params.max_tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN);
    match met {
        Some((at, sequence)) if at <= limit => {
            text.truncate(at);
            (text, StopReason::StopSequence, Some(sequence.clone()))
        }
        _ if text.len() > limit => {
            text.truncate(text.floor_char_boundary(limit));
            (text, StopReason::MaxTokens, None)
        }
        _ => (text, StopReason::EndTurn, None),
    }
}

/// What the input of a request counts, by the rule above.
pub(crate) fn input_tokens(params: &MessageCreateParams) -> u64 {
    let bytes =
        |json: serde_json::Result<Vec<u8>>| json.expect("what was read from JSON is written as JSON").len();
    let system = params.system.as_ref().map_or(0, |system| bytes(to_vec(system)));
    let tools = params.tools.as_ref().map_or(0, |tools| bytes(to_vec(tools)));
    tokens(bytes(to_vec(&params.messages)) + system + tools)
}

fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN) as u64
}

const BYTES_PER_TOKEN: usize = 4;
const QUOTED_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use bedrock_types::models::find;
    use bedrock_types::{Base64Source, ImageBlock};

    use super::*;

    fn answered(params: &MessageCreateParams) -> Message {
        reply(params, find("opus-4.6").unwrap(), "msg_bdrk_1".into())
    }

    fn hello(max_tokens: u64) -> MessageCreateParams {
        MessageCreateParams::new("m", max_tokens).user("Hello, world")
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
        let long = "é".repeat(QUOTED_CHARS + 1);
        let cases = [
            (hello(100).assistant("So?").user("Again"), "You said: \"Again\""),
            (hello(100).user("Again").assistant("So"), "You said: \"Again\""),
            (
                hello(100).user(blocks(vec![
                    TextBlock::new("a").into(),
                    TextBlock::new("b").into(),
                    image(),
                ])),
                "said: \"b\"",
            ),
            (hello(100).user(blocks(vec![image()])), "You sent no text."),
            (hello(300).user(long), "éé…\""),
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
            (MessageCreateParams::new("m", 20).user("aéééé"), "said: \"aé", MaxTokens, None),
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
}
