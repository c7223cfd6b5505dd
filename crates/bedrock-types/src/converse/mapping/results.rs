//! What tools and searches gave.

use super::{
    bad_value, citations,
    documents::{
        Documents, NamedDocuments, citations_to_converse, citations_to_messages, image_to_converse,
        image_to_messages, plain_text,
    },
    each, no_counterpart, only,
};
use crate::{
    converse::{
        self, ConverseError, SearchResultContentBlock, ToolResultContentBlock, ToolResultStatus, error::At,
    },
    messages::{Content, ContentBlock, SearchResultBlock, TextBlock, ToolResultBlock},
};

/// A tool's result without its mark for the cache.
pub(super) fn tool_to_converse(
    result: &ToolResultBlock,
    documents: &mut Documents<'_>,
) -> Result<converse::ToolResultBlock, ConverseError> {
    only(result, &["type", "tool_use_id", "content", "is_error", "cache_control"])?;
    let content = match &result.content {
        None => Vec::new(),
        Some(Content::Text(text)) => vec![ToolResultContentBlock::Text(text.clone())],
        Some(Content::Blocks(blocks)) => {
            each(blocks, &mut |block| piece_to_converse(block, documents)).at("content")?
        }
    };
    let mut converse = converse::ToolResultBlock::new(result.tool_use_id.as_str(), content);
    converse.status =
        result.is_error.map(|error| if error { ToolResultStatus::Error } else { ToolResultStatus::Success });
    Ok(converse)
}

pub(super) fn tool_to_messages(
    result: &converse::ToolResultBlock,
    documents: &mut NamedDocuments,
) -> Result<ToolResultBlock, ConverseError> {
    only(result, &["toolUseId", "content", "status"])?;
    let mut messages = ToolResultBlock::new(result.tool_use_id.as_str());
    if !result.content.is_empty() {
        let blocks = each(&result.content, &mut |piece| piece_to_messages(piece, documents)).at("content")?;
        messages.content = Some(blocks.into());
    }
    messages.is_error = match &result.status {
        None => None,
        Some(ToolResultStatus::Success) => Some(false),
        Some(ToolResultStatus::Error) => Some(true),
        Some(ToolResultStatus::Unknown(_)) => return Err(bad_value().within("status")),
    };
    Ok(messages)
}

/// A search result without its mark for the cache.
pub(super) fn search_to_converse(
    result: &SearchResultBlock,
) -> Result<converse::SearchResultBlock, ConverseError> {
    only(result, &["type", "content", "source", "title", "citations", "cache_control"])?;
    let content = each(&result.content, &mut |block| plain_text(block).map(SearchResultContentBlock::new))
        .at("content")?;
    let mut converse =
        converse::SearchResultBlock::new(result.source.as_str(), result.title.as_str(), content);
    if let Some(citations) = &result.citations {
        converse.citations = citations_to_converse(citations).at("citations")?;
    }
    Ok(converse)
}

pub(super) fn search_to_messages(
    result: &converse::SearchResultBlock,
) -> Result<SearchResultBlock, ConverseError> {
    only(result, &["source", "title", "content", "citations"])?;
    let mut content: Vec<ContentBlock> = Vec::with_capacity(result.content.len());
    for (index, piece) in result.content.iter().enumerate() {
        only(piece, &["text"]).at_index(index).at("content")?;
        content.push(TextBlock::new(piece.text.as_str()).into());
    }
    let mut messages = SearchResultBlock::new(content, result.source.as_str(), result.title.as_str());
    if let Some(citations) = &result.citations {
        messages.citations = Some(citations_to_messages(citations).at("citations")?);
    }
    Ok(messages)
}

/// A piece of a tool's result. There is no place for a mark for the cache between them.
fn piece_to_converse(
    block: &ContentBlock,
    documents: &mut Documents<'_>,
) -> Result<ToolResultContentBlock, ConverseError> {
    if block.cache_mark().is_some() {
        return Err(no_counterpart().within("cache_control"));
    }
    match block {
        ContentBlock::Text(text) => match citations::to_converse(text)? {
            converse::ContentBlock::Text(text) => Ok(ToolResultContentBlock::Text(text)),
            _ => Err(no_counterpart().within("citations")),
        },
        ContentBlock::Image(image) => image_to_converse(image).map(ToolResultContentBlock::Image),
        ContentBlock::Document(document) => documents.carry(document).map(ToolResultContentBlock::Document),
        ContentBlock::SearchResult(result) => {
            search_to_converse(result).map(ToolResultContentBlock::SearchResult)
        }
        _ => Err(no_counterpart()),
    }
}

fn piece_to_messages(
    piece: &ToolResultContentBlock,
    documents: &mut NamedDocuments,
) -> Result<ContentBlock, ConverseError> {
    Ok(match piece {
        ToolResultContentBlock::Text(text) => TextBlock::new(text.as_str()).into(),
        // Messages has only texts.
        ToolResultContentBlock::Json(json) => TextBlock::new(json.as_str()).into(),
        ToolResultContentBlock::Image(image) => image_to_messages(image).at("image")?.into(),
        ToolResultContentBlock::Document(document) => documents.carry(document).at("document")?.into(),
        ToolResultContentBlock::SearchResult(result) => search_to_messages(result).at("searchResult")?.into(),
        ToolResultContentBlock::Unknown(_) => return Err(no_counterpart().within(piece.member())),
    })
}
