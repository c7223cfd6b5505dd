//! From the options to a request.

use std::path::PathBuf;

use bedrock_client::MessageCreateParams;
use bedrock_types::{
    Content, ContentBlock, MessageParam, OutputConfig, TextBlock, ThinkingAdaptive, ThinkingBetweenTools,
    ThinkingConfig, ThinkingDisabled, ThinkingEnabled,
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
    params.thinking = args.thinking.map(thinking);
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

fn thinking(mode: ThinkingMode) -> ThinkingConfig {
    match mode {
        ThinkingMode::Adaptive => ThinkingAdaptive::new().into(),
        ThinkingMode::BetweenTools => ThinkingBetweenTools::new().into(),
        ThinkingMode::Disabled => ThinkingDisabled::new().into(),
        ThinkingMode::Budget(tokens) => ThinkingEnabled::new(tokens).into(),
    }
}

/// The alias that is asked when nobody says which model.
const DEFAULT_MODEL: &str = "sonnet";
