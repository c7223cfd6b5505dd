//! Content blocks, and the marks for the cache between them.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    bad_value, citations,
    documents::{Documents, NamedDocuments, image_to_converse, image_to_messages},
    missing, no_counterpart, only, results,
};
use crate::{
    converse::{
        self, CachePointBlock, ConverseError, ConverseErrorKind, ReasoningContentBlock, ReasoningTextBlock,
        error::At,
    },
    json::{ExtraFields, RawJson, UnknownObject},
    messages::{
        CacheControl, Caller, ContentBlock, RedactedThinkingBlock, ServerToolUseBlock, TextBlock,
        ThinkingBlock, ToolAdditionBlock, ToolChangeTool, ToolChangeToolReference, ToolInput,
        ToolRemovalBlock, ToolUseBlock,
    },
};

/// Blocks with their marks for the cache behind them.
pub(super) fn to_converse(
    blocks: &[ContentBlock],
    documents: &mut Documents<'_>,
) -> Result<Vec<converse::ContentBlock>, ConverseError> {
    let mut converse = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        converse.push(block_to_converse(block, documents).at_index(index)?);
        if let Some(mark) = block.cache_mark() {
            let point = cache_point(mark).at("cache_control").at_index(index)?;
            converse.push(converse::ContentBlock::CachePoint(point));
        }
    }
    Ok(converse)
}

/// Blocks, each with the mark that stood behind it.
pub(super) fn to_messages(
    blocks: &[converse::ContentBlock],
    documents: &mut NamedDocuments,
) -> Result<Vec<ContentBlock>, ConverseError> {
    let mut messages: Vec<ContentBlock> = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        match block {
            converse::ContentBlock::CachePoint(point) => {
                let mark = cache_control(point).at("cachePoint").at_index(index)?;
                let closed = messages.pop().filter(|block| block.cache_mark().is_none());
                let marked = closed.map(|block| block.cache_control(mark));
                let marked = marked.filter(|block| block.cache_mark().is_some());
                messages.push(marked.ok_or_else(unclosed).at("cachePoint").at_index(index)?);
            }
            _ => messages.push(block_to_messages(block, documents).at_index(index)?),
        }
    }
    Ok(messages)
}

fn block_to_converse(
    block: &ContentBlock,
    documents: &mut Documents<'_>,
) -> Result<converse::ContentBlock, ConverseError> {
    match block {
        ContentBlock::Text(text) => citations::to_converse(text),
        ContentBlock::Image(image) => image_to_converse(image).map(converse::ContentBlock::Image),
        ContentBlock::Document(document) => documents.carry(document).map(converse::ContentBlock::Document),
        ContentBlock::SearchResult(result) => {
            results::search_to_converse(result).map(converse::ContentBlock::SearchResult)
        }
        ContentBlock::Thinking(thinking) => {
            only(thinking, &["type", "thinking", "signature"])?;
            let mut text = ReasoningTextBlock::new(thinking.thinking.as_str());
            text.signature.clone_from(&thinking.signature);
            Ok(converse::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(text)))
        }
        ContentBlock::RedactedThinking(thinking) => {
            only(thinking, &["type", "data"])?;
            let redacted = ReasoningContentBlock::RedactedContent(redacted_to_converse(&thinking.data));
            Ok(converse::ContentBlock::ReasoningContent(redacted))
        }
        ContentBlock::ToolUse(call) => {
            only(call, &["type", "id", "name", "input", "caller", "cache_control"])?;
            direct(call.caller.as_ref())?;
            let input = call.input.as_json().ok_or_else(|| missing().within("input"))?;
            let call = converse::ToolUseBlock::new(call.id.as_str(), call.name.as_str(), input.clone());
            Ok(converse::ContentBlock::ToolUse(call))
        }
        ContentBlock::ServerToolUse(call) => {
            only(call, &["type", "id", "name", "input", "caller", "cache_control"])?;
            direct(call.caller.as_ref())?;
            let input = call.input.as_json().ok_or_else(|| missing().within("input"))?;
            let call = converse::ToolUseBlock::new(call.id.as_str(), call.name.as_str(), input.clone());
            Ok(converse::ContentBlock::ToolUse(call.kind(SERVER_TOOL_USE)))
        }
        ContentBlock::ToolResult(result) => {
            results::tool_to_converse(result, documents).map(converse::ContentBlock::ToolResult)
        }
        ContentBlock::ToolAddition(change) => {
            only(change, &["type", "tool", "cache_control"])?;
            let tool = changed_to_converse(&change.tool).at("tool")?;
            Ok(converse::ContentBlock::ToolAddition(converse::ToolAdditionBlock::new(tool)))
        }
        ContentBlock::ToolRemoval(change) => {
            only(change, &["type", "tool", "cache_control"])?;
            let tool = changed_to_converse(&change.tool).at("tool")?;
            Ok(converse::ContentBlock::ToolRemoval(converse::ToolRemovalBlock::new(tool)))
        }
        ContentBlock::Unknown(unknown) => from_kept(unknown).ok_or_else(no_counterpart),
        ContentBlock::ToolSearchToolResult(_)
        | ContentBlock::ToolReference(_)
        | ContentBlock::Compaction(_) => Err(no_counterpart()),
    }
}

/// One block that is no mark for the cache.
pub(super) fn block_to_messages(
    block: &converse::ContentBlock,
    documents: &mut NamedDocuments,
) -> Result<ContentBlock, ConverseError> {
    Ok(match block {
        converse::ContentBlock::Text(text) => TextBlock::new(text.as_str()).into(),
        converse::ContentBlock::Image(image) => image_to_messages(image).at("image")?.into(),
        converse::ContentBlock::Document(document) => documents.carry(document).at("document")?.into(),
        converse::ContentBlock::SearchResult(result) => {
            results::search_to_messages(result).at("searchResult")?.into()
        }
        converse::ContentBlock::CitationsContent(block) => {
            citations::to_messages(block).at("citationsContent")?.into()
        }
        converse::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(text)) => {
            only(text, &["text", "signature"]).at("reasoningText").at("reasoningContent")?;
            let mut thinking = ThinkingBlock::new(text.text.as_str());
            thinking.signature.clone_from(&text.signature);
            thinking.into()
        }
        converse::ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(data)) => {
            redacted_to_messages(data).at("redactedContent").at("reasoningContent")?.into()
        }
        converse::ContentBlock::ToolUse(call) => call_to_messages(call).at("toolUse")?,
        converse::ContentBlock::ToolResult(result) => {
            results::tool_to_messages(result, documents).at("toolResult")?.into()
        }
        converse::ContentBlock::ToolAddition(change) => {
            only(change, &["tool"]).at("toolAddition")?;
            let tool = changed_to_messages(&change.tool).at("tool").at("toolAddition")?;
            ToolAdditionBlock::new(tool).into()
        }
        converse::ContentBlock::ToolRemoval(change) => {
            only(change, &["tool"]).at("toolRemoval")?;
            let tool = changed_to_messages(&change.tool).at("tool").at("toolRemoval")?;
            ToolRemovalBlock::new(tool).into()
        }
        converse::ContentBlock::ReasoningContent(ReasoningContentBlock::Unknown(_))
        | converse::ContentBlock::CachePoint(_)
        | converse::ContentBlock::Unknown(_) => return Err(no_counterpart().within(block.member())),
    })
}

/// `data` of Messages is a text; AWS models it as bytes, so the JSON of Converse has the base64 of that text, although it looks like
/// base64 already. So it is in recorded traffic: <https://github.com/pydantic/pydantic-ai>,
/// `tests/models/cassettes/test_bedrock/test_bedrock_model_thinking_part_redacted.yaml`, 2026-11.
pub(super) fn redacted_to_converse(data: &str) -> String {
    BASE64_STANDARD.encode(data)
}

pub(super) fn redacted_to_messages(content: &str) -> Result<RedactedThinkingBlock, ConverseError> {
    let data = BASE64_STANDARD.decode(content).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    data.map(RedactedThinkingBlock::new).ok_or_else(bad_value)
}

fn call_to_messages(call: &converse::ToolUseBlock) -> Result<ContentBlock, ConverseError> {
    only(call, &["toolUseId", "name", "input", "type"])?;
    let (id, name, input) =
        (call.tool_use_id.as_str(), call.name.as_str(), ToolInput::Json(call.input.clone()));
    match call.kind.as_deref() {
        None => Ok(ToolUseBlock::new(id, name, input).into()),
        Some(SERVER_TOOL_USE) => Ok(ServerToolUseBlock::new(id, name, input).into()),
        Some(_) => Err(bad_value().within("type")),
    }
}

/// The kind of call that runs on the server.
pub(super) const SERVER_TOOL_USE: &str = "server_tool_use";

/// That the model itself calls goes without saying; nothing else can be said.
fn direct(caller: Option<&Caller>) -> Result<(), ConverseError> {
    match caller {
        None => Ok(()),
        Some(Caller::Direct(direct)) => only(direct, &["type"]).at("caller"),
        Some(Caller::Unknown(_)) => Err(no_counterpart().within("caller")),
    }
}

/// A tool that comes or goes can only be named.
fn changed_to_converse(tool: &ToolChangeTool) -> Result<converse::ToolReference, ConverseError> {
    let ToolChangeTool::ToolReference(reference) = tool else { return Err(no_counterpart()) };
    only(reference, &["type", "name"])?;
    Ok(converse::ToolReference::new().kind(TOOL_REFERENCE).name(reference.name.as_str()))
}

fn changed_to_messages(tool: &converse::ToolReference) -> Result<ToolChangeToolReference, ConverseError> {
    only(tool, &["type", "name"])?;
    if tool.kind.as_deref().is_some_and(|kind| kind != TOOL_REFERENCE) {
        return Err(bad_value().within("type"));
    }
    let name = tool.name.as_deref().ok_or_else(missing).at("name")?;
    Ok(ToolChangeToolReference::new(name))
}

/// The kind of reference that names one of the request's tools.
const TOOL_REFERENCE: &str = "tool_reference";

pub(super) fn cache_point(mark: &CacheControl) -> Result<CachePointBlock, ConverseError> {
    only(mark, &["type", "ttl"])?;
    if mark.kind != "ephemeral" {
        return Err(bad_value().within("type"));
    }
    let mut point = CachePointBlock::new("default");
    point.ttl = mark.ttl.as_ref().map(ToString::to_string);
    Ok(point)
}

pub(super) fn cache_control(point: &CachePointBlock) -> Result<CacheControl, ConverseError> {
    only(point, &["type", "ttl"])?;
    if point.kind != "default" {
        return Err(bad_value().within("type"));
    }
    let mut mark = CacheControl::ephemeral();
    mark.ttl = point.ttl.as_deref().map(Into::into);
    Ok(mark)
}

pub(super) fn unclosed() -> ConverseError {
    ConverseError::new(ConverseErrorKind::CachePoint)
}

/// What Messages has no words for, as a block of an unknown kind that [`from_kept`] takes back.
pub(super) fn kept(block: &converse::ContentBlock) -> ContentBlock {
    let kind = format!("{KEPT}{}", block.member());
    let mut members = ExtraFields::default();
    members.insert("type", RawJson::text(&kind));
    let block = RawJson::written(block).and_then(|raw| raw.read::<ExtraFields>()).unwrap_or_default();
    members.update(&block);
    let raw = RawJson::written(&members).expect("texts and raw JSON have a JSON form");
    ContentBlock::Unknown(UnknownObject::new(kind, raw))
}

fn from_kept(unknown: &UnknownObject) -> Option<converse::ContentBlock> {
    unknown.kind.strip_prefix(KEPT)?;
    let mut members: ExtraFields = unknown.raw.read().ok()?;
    members.remove("type");
    RawJson::written(&members).ok()?.read().ok()
}

/// Begins the `type` of a block that only Converse has.
const KEPT: &str = "converse.";
