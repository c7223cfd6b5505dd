//! Text and where it comes from.

use super::{each, no_counterpart, only};
use crate::{
    converse::{
        self, CitationGeneratedContent, CitationLocation, CitationSourceContent, CitationsContentBlock,
        ConverseError, DocumentCharLocation, DocumentChunkLocation, DocumentPageLocation,
        SearchResultLocation, error::At,
    },
    messages::{
        Citation, CitationCharLocation, CitationContentBlockLocation, CitationPageLocation,
        CitationSearchResultLocation, TextBlock,
    },
};

/// A text block without its mark for the cache.
pub(super) fn to_converse(text: &TextBlock) -> Result<converse::ContentBlock, ConverseError> {
    only(text, &["type", "text", "citations", "cache_control"])?;
    let citations = text.citations.as_deref().unwrap_or_default();
    if citations.is_empty() {
        return Ok(converse::ContentBlock::Text(text.text.clone()));
    }
    let citations = each(citations, &mut citation_to_converse).at("citations")?;
    let content = vec![CitationGeneratedContent::Text(text.text.clone())];
    Ok(converse::ContentBlock::CitationsContent(
        CitationsContentBlock::new().content(content).citations(citations),
    ))
}

pub(super) fn to_messages(block: &CitationsContentBlock) -> Result<TextBlock, ConverseError> {
    only(block, &["content", "citations"])?;
    let mut text = String::new();
    for (index, piece) in block.content.iter().flatten().enumerate() {
        match piece {
            CitationGeneratedContent::Text(piece) => text.push_str(piece),
            CitationGeneratedContent::Unknown(_) => {
                return Err(no_counterpart()).at_index(index).at("content");
            }
        }
    }
    let citations = block.citations.as_deref().unwrap_or_default();
    let citations = each(citations, &mut citation_to_messages).at("citations")?;
    Ok(TextBlock::new(text).citations(citations))
}

pub(super) fn citation_to_converse(citation: &Citation) -> Result<converse::Citation, ConverseError> {
    const IN_DOCUMENT: [&str; 4] = ["type", "cited_text", "document_index", "document_title"];
    let (title, location) = match citation {
        Citation::Char(place) => {
            only(place, &[&IN_DOCUMENT[..], &["start_char_index", "end_char_index"]].concat())?;
            let location = DocumentCharLocation::new()
                .document_index(place.document_index)
                .start(place.start_char_index)
                .end(place.end_char_index);
            (&place.document_title, CitationLocation::DocumentChar(location))
        }
        Citation::Page(place) => {
            only(place, &[&IN_DOCUMENT[..], &["start_page_number", "end_page_number"]].concat())?;
            let location = DocumentPageLocation::new()
                .document_index(place.document_index)
                .start(place.start_page_number)
                .end(place.end_page_number);
            (&place.document_title, CitationLocation::DocumentPage(location))
        }
        Citation::ContentBlock(place) => {
            only(place, &[&IN_DOCUMENT[..], &["start_block_index", "end_block_index"]].concat())?;
            let location = DocumentChunkLocation::new()
                .document_index(place.document_index)
                .start(place.start_block_index)
                .end(place.end_block_index);
            (&place.document_title, CitationLocation::DocumentChunk(location))
        }
        Citation::SearchResult(place) => {
            only(
                place,
                &[
                    "type",
                    "cited_text",
                    "search_result_index",
                    "source",
                    "title",
                    "start_block_index",
                    "end_block_index",
                ],
            )?;
            let location = SearchResultLocation::new()
                .search_result_index(place.search_result_index)
                .start(place.start_block_index)
                .end(place.end_block_index);
            (&place.title, CitationLocation::SearchResultLocation(location))
        }
        // Its encrypted index has no place in Converse.
        Citation::WebSearchResult(_) | Citation::Unknown(_) => return Err(no_counterpart()),
    };
    let mut converse = converse::Citation::new().location(location);
    converse.title.clone_from(title);
    converse.source_content =
        citation.cited_text().map(|text| vec![CitationSourceContent::Text(text.to_owned())]);
    if let Citation::SearchResult(place) = citation {
        converse.source = Some(place.source.clone());
    }
    Ok(converse)
}

pub(super) fn citation_to_messages(citation: &converse::Citation) -> Result<Citation, ConverseError> {
    only(citation, &["title", "source", "sourceContent", "location"])?;
    let mut cited_text = String::new();
    for piece in citation.source_content.iter().flatten() {
        match piece {
            CitationSourceContent::Text(text) => cited_text.push_str(text),
            CitationSourceContent::Unknown(_) => return Err(no_counterpart().within("sourceContent")),
        }
    }
    let title = citation.title.clone();
    // A number that is zero may be left out.
    let number = Option::unwrap_or_default;
    Ok(match &citation.location {
        Some(CitationLocation::DocumentChar(place)) => {
            let (index, start, end) = (place.document_index, place.start, place.end);
            let mut place = CitationCharLocation::new(cited_text, number(index), number(start), number(end));
            place.document_title = title;
            place.into()
        }
        Some(CitationLocation::DocumentPage(place)) => {
            let (index, start, end) = (place.document_index, place.start, place.end);
            let mut place = CitationPageLocation::new(cited_text, number(index), number(start), number(end));
            place.document_title = title;
            place.into()
        }
        Some(CitationLocation::DocumentChunk(place)) => {
            let (index, start, end) = (place.document_index, place.start, place.end);
            let mut place =
                CitationContentBlockLocation::new(cited_text, number(index), number(start), number(end));
            place.document_title = title;
            place.into()
        }
        Some(CitationLocation::SearchResultLocation(place)) => {
            let (index, start, end) = (place.search_result_index, place.start, place.end);
            let source = citation.source.clone().unwrap_or_default();
            let mut place = CitationSearchResultLocation::new(
                cited_text,
                number(index),
                source,
                number(start),
                number(end),
            );
            place.title = title;
            place.into()
        }
        Some(CitationLocation::Web(_) | CitationLocation::Unknown(_)) | None => {
            return Err(no_counterpart().within("location"));
        }
    })
}
