//! Thinking: whether the model would, what is shown of it, and the signature that says it is the emulator's own.
//!
//! A signature is a hash over the text and a salt from the request. It keeps nobody from making one; it is there so that code which
//! loses or changes a block of a history is found out, as on Bedrock.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bedrock_types::models::{ManualThinking, ModelInfo};
use bedrock_types::{
    ContentBlock, MessageCreateParams, RedactedThinkingBlock, ThinkingBlock, ThinkingConfig, ThinkingDisplay,
};

use super::{binding, prompt};
use crate::digest::Digest;

/// What the model thinks before it answers.
pub(super) struct Thought {
    /// All of it: this is what costs tokens.
    text: String,
    shown: Shown,
}

#[derive(Clone, Copy)]
enum Shown {
    Text,
    Omitted,
    Redacted,
}

impl Thought {
    /// What the model thinks about this request, if it does.
    pub(super) fn about(params: &MessageCreateParams, model: &ModelInfo) -> Option<Self> {
        if !thinks(params, model) {
            return None;
        }
        let text = match prompt::last_text(params) {
            Some(text) => format!("The user wrote {} characters. {NO_MODEL}", text.chars().count()),
            None => format!("The user wrote nothing. {NO_MODEL}"),
        };
        let shown = if prompt::has_text(params, MAGIC) { Shown::Redacted } else { display(params, model) };
        Some(Self { text, shown })
    }

    /// What a script has the model think: shown as the request asks, and as it is where the model would not think.
    pub(super) fn told(text: String, params: &MessageCreateParams, model: &ModelInfo) -> Self {
        let shown = if thinks(params, model) { display(params, model) } else { Shown::Text };
        Self { text, shown }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Keeps what fits into so many bytes.
    pub(super) fn truncate(&mut self, bytes: usize) {
        self.text.truncate(self.text.floor_char_boundary(bytes));
    }

    /// The block that the answer has.
    pub(super) fn into_block(self, seal: &Seal<'_>) -> ContentBlock {
        match self.shown {
            Shown::Text => seal.thinking(self.text).into(),
            Shown::Omitted => seal.thinking(String::new()).into(),
            Shown::Redacted => RedactedThinkingBlock::new(seal.sign(REDACTED)).into(),
        }
    }
}

/// What signs the thinking of one answer.
///
/// Most answers have nothing to sign, so what it takes is made when it is needed.
pub(super) struct Seal<'a> {
    /// Makes a signature that of this answer.
    message_id: &'a str,
    params: &'a MessageCreateParams,
    model: &'a ModelInfo,
}

impl<'a> Seal<'a> {
    /// Of the answer with this id to this request.
    pub(super) fn of(message_id: &'a str, params: &'a MessageCreateParams, model: &'a ModelInfo) -> Self {
        Self { message_id, params, model }
    }

    /// Thinking with its signature.
    pub(super) fn thinking(&self, text: String) -> ThinkingBlock {
        let signature = self.sign(&text);
        ThinkingBlock::new(text).signature(signature)
    }

    fn sign(&self, text: &str) -> String {
        let salt = &Digest::of(&[self.message_id.as_bytes()]).bytes()[..SALT];
        seal(salt, text, binding(self.model, &self.params.messages))
    }
}

/// Whether this is a signature of the emulator for this text, and for what it is bound to.
pub(crate) fn is_genuine(block: &ThinkingBlock, binding: Option<Digest>) -> bool {
    block.signature.as_deref().is_some_and(|signature| is_signature(signature, &block.thinking, binding))
}

/// Whether this is redacted thinking of the emulator, bound to this.
pub(crate) fn is_genuine_redacted(block: &RedactedThinkingBlock, binding: Option<Digest>) -> bool {
    is_signature(&block.data, REDACTED, binding)
}

fn thinks(params: &MessageCreateParams, model: &ModelInfo) -> bool {
    let after_tools = !prompt::tool_results(params).is_empty();
    match &params.thinking {
        Some(ThinkingConfig::Adaptive(_)) => true,
        Some(ThinkingConfig::Enabled(_)) => !after_tools || interleaves(params, model),
        Some(ThinkingConfig::BetweenTools(_)) => after_tools,
        Some(ThinkingConfig::Disabled(_)) => false,
        None | Some(_) => model.thinking.on_by_default,
    }
}

/// Whether thinking with a budget goes on between the calls of tools.
fn interleaves(params: &MessageCreateParams, model: &ModelInfo) -> bool {
    let asked = params.betas.iter().flatten().any(|flag| flag.starts_with("interleaved-thinking-"));
    asked || model.thinking.manual == ManualThinking::Deprecated
}

/// Models that take no budget any more, Claude 4.7 and later, show nothing unless asked.
fn display(params: &MessageCreateParams, model: &ModelInfo) -> Shown {
    let asked = match &params.thinking {
        Some(ThinkingConfig::Enabled(config)) => config.display.as_ref(),
        Some(ThinkingConfig::Adaptive(config)) => config.display.as_ref(),
        None | Some(_) => None,
    };
    match asked {
        Some(ThinkingDisplay::Summarized | ThinkingDisplay::Updates) => Shown::Text,
        Some(ThinkingDisplay::Omitted) => Shown::Omitted,
        None | Some(_) if model.thinking.manual == ManualThinking::Rejected => Shown::Omitted,
        None | Some(_) => Shown::Text,
    }
}

fn is_signature(signature: &str, text: &str, binding: Option<Digest>) -> bool {
    let bytes = BASE64_STANDARD.decode(signature).unwrap_or_default();
    bytes.get(..SALT).is_some_and(|salt| seal(salt, text, binding) == signature)
}

fn seal(salt: &[u8], text: &str, binding: Option<Digest>) -> String {
    let binding = binding.map(Digest::bytes);
    let parts = [b"bedrock-emulator thinking", salt, text.as_bytes()];
    let parts: Vec<&[u8]> = parts.into_iter().chain(binding.as_ref().map(<[u8; 32]>::as_slice)).collect();
    BASE64_STANDARD.encode([salt, &Digest::of(&parts).bytes()].concat())
}

const NO_MODEL: &str = "No model is running here, so there is not much to think about.";
/// What redacted thinking is signed as.
const REDACTED: &str = "redacted";
const SALT: usize = 16;

/// How the text begins that makes every model redact its thinking:
/// <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>, 2026-11.
const MAGIC: &str = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_";
