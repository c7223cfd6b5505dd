//! A request as the prompt cache sees it: tools, then system, then messages, block by block, each with everything before it.
//!
//! Marks are no part of what is cached: a conversation goes on with its mark on a later block.

use bedrock_types::{CacheTtl, Content, ContentBlock, MessageCreateParams};
use serde::Serialize;
use serde_json::Value;

use super::files::Files;
use super::tokens::Size;
use crate::digest::Digest;

/// The request from its beginning to the end of one block.
pub(super) struct Prefix {
    pub(super) digest: Digest,
    pub(super) size: Size,
    /// How long it is to be cached, if the block is marked.
    pub(super) mark: Option<CacheTtl>,
}

/// Every beginning of the request, the shortest first. Models share no caches.
pub(super) fn prefixes(params: &MessageCreateParams, model_id: &str) -> Vec<Prefix> {
    let mut all =
        Prefixes { digest: Digest::of(&[model_id.as_bytes()]), size: Size::default(), prefixes: vec![] };
    for tool in params.tools.iter().flatten() {
        all.push("tool", tool, Files::default(), tool.cache_mark().map(ttl));
    }
    if let Some(system) = &params.system {
        all.push_blocks("system", system);
    }
    for turn in &params.messages {
        all.push_blocks(turn.role.as_str(), &turn.content);
    }
    all.prefixes
}

struct Prefixes {
    digest: Digest,
    size: Size,
    prefixes: Vec<Prefix>,
}

impl Prefixes {
    fn push_blocks(&mut self, place: &str, content: &Content) {
        for block in content.clone().into_blocks() {
            let mark = mark(&block);
            self.push(place, &block, Files::of(std::slice::from_ref(&block)), mark);
        }
    }

    fn push(&mut self, place: &str, part: &impl Serialize, files: Files, mark: Option<CacheTtl>) {
        let mut json = serde_json::to_value(part).expect("what was read from JSON is written as JSON");
        unmark(&mut json);
        let json = json.to_string();
        self.digest = Digest::of(&[&self.digest.bytes(), place.as_bytes(), json.as_bytes()]);
        let mut size = Size::of_json(json.len());
        size.set_apart(files);
        self.size += size;
        self.prefixes.push(Prefix { digest: self.digest, size: self.size, mark });
    }
}

/// Whether a block is marked, or something inside it.
pub(super) fn is_marked(block: &ContentBlock) -> bool {
    mark(block).is_some()
}

/// The mark of a block, or of something inside the result of a tool.
fn mark(block: &ContentBlock) -> Option<CacheTtl> {
    let inside = || match block {
        ContentBlock::ToolResult(result) => {
            result.content.as_ref().and_then(|content| content.blocks().iter().rev().find_map(mark))
        }
        _ => None,
    };
    block.cache_mark().map(ttl).or_else(inside)
}

fn ttl(mark: &bedrock_types::CacheControl) -> CacheTtl {
    mark.ttl.clone().unwrap_or(CacheTtl::FiveMinutes)
}

fn unmark(json: &mut Value) {
    let Value::Object(members) = json else { return };
    members.remove("cache_control");
    if let Some(Value::Array(blocks)) = members.get_mut("content") {
        blocks.iter_mut().for_each(unmark);
    }
}
