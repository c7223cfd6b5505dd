//! The JSON of Messages as a program without our types reads and writes it: serde's derive, and the few members it needs.

use serde::{Deserialize, Serialize};

use super::MAX_TOKENS;
use crate::Result;

/// The body of a request with one prompt.
pub(super) fn request(prompt: &str) -> Result<Vec<u8>> {
    let messages = [Turn { role: "user", content: prompt }];
    Ok(serde_json::to_vec(&Request {
        anthropic_version: "bedrock-2023-05-31",
        max_tokens: MAX_TOKENS,
        messages,
    })?)
}

#[derive(Serialize)]
struct Request<'a> {
    anthropic_version: &'a str,
    max_tokens: u32,
    messages: [Turn<'a>; 1],
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'a str,
    content: &'a str,
}

/// The length of the text in an answer.
pub(super) fn text_length(answer: &[u8]) -> Result<usize> {
    Ok(serde_json::from_slice::<Message>(answer)?.text_length())
}

/// What came of an answer so far.
#[derive(Debug, Default)]
pub(super) struct Fold {
    message: Option<Message>,
    is_complete: bool,
}

impl Fold {
    /// Reads an event, shows its text, and adds it.
    pub(super) fn add(&mut self, json: &[u8], mut seen: impl FnMut(&str)) -> Result<()> {
        let event = serde_json::from_slice(json)?;
        if let Event::MessageStart { message } = event {
            self.message = Some(message);
            return Ok(());
        }
        let message = self.message.as_mut().ok_or("an event before the message")?;
        match event {
            Event::ContentBlockStart { content_block, .. } => message.content.push(content_block),
            Event::ContentBlockDelta { index, delta } => {
                let block = message.content.get_mut(index).ok_or("a delta without its block")?;
                if let (Block::Text { text }, Delta::TextDelta { text: more }) = (block, delta) {
                    seen(&more);
                    text.push_str(&more);
                }
            }
            Event::MessageDelta { delta, usage } => {
                message.stop_reason = delta.stop_reason;
                message.usage.output_tokens = usage.output_tokens;
            }
            Event::MessageStop => self.is_complete = true,
            Event::MessageStart { .. } | Event::ContentBlockStop { .. } | Event::Ping => {}
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<usize> {
        match self.message {
            Some(message) if self.is_complete => Ok(message.text_length()),
            _ => Err("the message is not complete".into()),
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        #[expect(dead_code, reason = "read, as any program would")]
        index: usize,
        content_block: Block,
    },
    ContentBlockDelta {
        index: usize,
        delta: Delta,
    },
    ContentBlockStop {
        #[expect(dead_code, reason = "read, as any program would")]
        index: usize,
    },
    MessageDelta {
        delta: Stop,
        usage: DeltaUsage,
    },
    MessageStop,
    Ping,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, as any program would")]
struct Message {
    id: String,
    model: String,
    role: String,
    content: Vec<Block>,
    stop_reason: Option<String>,
    stop_sequence: Option<String>,
    usage: Usage,
}

impl Message {
    fn text_length(&self) -> usize {
        let texts = self.content.iter().map(|block| match block {
            Block::Text { text } => text.len(),
            Block::Thinking { .. } | Block::ToolUse { .. } => 0,
        });
        texts.sum()
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "read, as any program would")]
enum Block {
    Text { text: String },
    Thinking { thinking: String, signature: Option<String> },
    ToolUse { id: String, name: String, input: serde_json::Value },
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, clippy::enum_variant_names, reason = "read, as any program would; the API's names")]
enum Delta {
    TextDelta { text: String },
    ThinkingDelta { thinking: String },
    SignatureDelta { signature: String },
    InputJsonDelta { partial_json: String },
}

#[derive(Deserialize)]
struct Stop {
    stop_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, as any program would")]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
}

#[derive(Deserialize)]
struct DeltaUsage {
    output_tokens: u64,
}
