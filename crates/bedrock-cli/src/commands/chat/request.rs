//! From the options to a request.

use std::path::{Path, PathBuf};

use bedrock_client::MessageCreateParams;
use bedrock_types::{
    Content, ContentBlock, MediaType, MessageParam, OutputConfig, TextBlock, ThinkingAdaptive,
    ThinkingBetweenTools, ThinkingConfig, ThinkingDisabled, ThinkingDisplay, ThinkingEnabled,
};

use super::attachment;
use crate::{
    args::{Chat, ThinkingMode},
    commands::input,
    failure::Failure,
};

/// The request without any turn.
pub(super) fn params(args: &Chat) -> Result<MessageCreateParams, Failure> {
    // A blank BEDROCK_MODEL is none.
    let model = args.model.as_deref().filter(|model| !model.trim().is_empty()).unwrap_or(DEFAULT_MODEL);
    let mut params = MessageCreateParams::new(model, args.max_tokens);
    params.system = args.system.as_deref().map(Content::from);
    params.temperature = args.temperature.map(Into::into);
    params.thinking = args.thinking.map(|mode| thinking(mode, args.show_thinking));
    params.output_config = args.effort.as_deref().map(|effort| OutputConfig::new().effort(effort));
    if !args.beta.is_empty() {
        params.betas = Some(args.beta.clone());
    }
    Ok(params)
}

/// The files, as blocks.
pub(super) fn attachments(paths: &[PathBuf]) -> Result<Vec<ContentBlock>, Failure> {
    paths.iter().map(|path| attachment::block(path, &input::read(path)?)).collect()
}

/// The user's turn: what is attached, then what is asked.
pub(super) fn turn(mut blocks: Vec<ContentBlock>, prompt: String) -> MessageParam {
    if blocks.is_empty() {
        return MessageParam::user(prompt);
    }
    blocks.push(TextBlock::new(prompt).into());
    MessageParam::user(blocks)
}

/// The one turn of a question: its prompt and what was piped in, or the pipe alone.
pub(super) fn question(
    attachments: Vec<ContentBlock>,
    prompt: Option<String>,
    piped: &[u8],
) -> Result<MessageParam, Failure> {
    let is_text = matches!(MediaType::sniff(piped), Some(MediaType::Text));
    let piped = match (std::str::from_utf8(piped), is_text) {
        (Ok(text), _) if text.trim().is_empty() => Piped::Nothing,
        // The newline that every line of a pipe ends with is not part of the question.
        (Ok(text), true) => Piped::Text(text.trim_end_matches(['\r', '\n']).to_owned()),
        _ => Piped::File(attachment::block(Path::new("stdin"), piped)?),
    };
    let prompt = prompt.filter(|prompt| !prompt.trim().is_empty());
    match (prompt, piped) {
        (Some(prompt), Piped::Nothing) | (None, Piped::Text(prompt)) => Ok(turn(attachments, prompt)),
        (Some(prompt), Piped::Text(text)) => {
            let mut blocks = turn(attachments, prompt).content.into_blocks();
            blocks.push(TextBlock::new(text).into());
            Ok(MessageParam::user(blocks))
        }
        (Some(prompt), Piped::File(file)) => {
            Ok(turn(attachments.into_iter().chain([file]).collect(), prompt))
        }
        (None, Piped::Nothing | Piped::File(_)) => {
            Err(Failure::config("the prompt is empty", "give it as an argument, or on stdin"))
        }
    }
}

/// What came on stdin.
enum Piped {
    Nothing,
    Text(String),
    /// A PDF or a picture.
    File(ContentBlock),
}

fn thinking(mode: ThinkingMode, shown: bool) -> ThinkingConfig {
    // Models from Claude 4.7 on leave their thinking out unless it is asked for.
    let display = shown.then_some(ThinkingDisplay::Summarized);
    match mode {
        ThinkingMode::Adaptive => {
            let mut thinking = ThinkingAdaptive::new();
            thinking.display = display;
            thinking.into()
        }
        ThinkingMode::BetweenTools => ThinkingBetweenTools::new().into(),
        ThinkingMode::Disabled => ThinkingDisabled::new().into(),
        ThinkingMode::Budget(tokens) => ThinkingEnabled::new(tokens).into(),
    }
}

/// The alias that is asked when nobody says which model.
const DEFAULT_MODEL: &str = "sonnet";

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(attachments: Vec<ContentBlock>, prompt: Option<&str>, piped: &[u8]) -> String {
        match question(attachments, prompt.map(str::to_owned), piped) {
            Ok(turn) => serde_json::to_string(&turn.content).expect("JSON"),
            Err(failure) => failure.message(),
        }
    }

    #[test]
    fn a_prompt_and_what_is_piped_in_are_both_sent() {
        assert_eq!(asked(vec![], Some("a"), b""), r#""a""#);
        assert_eq!(asked(vec![], None, b"b\r\n"), r#""b""#);
        assert_eq!(asked(vec![], Some(" "), b"b"), r#""b""#);
        let both = r#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#;
        assert_eq!(asked(vec![], Some("a"), b"b\n"), both);
        let attached = || vec![TextBlock::new("c").into()];
        let all = format!(r#"[{{"type":"text","text":"c"}},{}"#, &both[1..]);
        assert_eq!(asked(attached(), Some("a"), b"b"), all);
        for piped in [&b""[..], b" \n", b"%PDF-1.7"] {
            assert_eq!(asked(attached(), None, piped), "the prompt is empty");
        }
        let file = asked(vec![], Some("a"), b"%PDF-1.7");
        assert!(
            file.starts_with(r#"[{"type":"document""#) && file.ends_with(r#"{"type":"text","text":"a"}]"#)
        );
        assert!(asked(vec![], Some("a"), b"\0\xff").starts_with("stdin: it is no PDF"));
    }
}
