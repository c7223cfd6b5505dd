//! Citations: a sentence about each source that may be cited, with the place of its first words.
//!
//! PDFs are not read: what is cited of one is a sentence that says so, on its first page.

use bedrock_types::{
    Citation, CitationCharLocation, CitationContentBlockLocation, CitationPageLocation,
    CitationSearchResultLocation, CitationsConfig, Content, ContentBlock, DocumentBlock, DocumentSource,
    MessageCreateParams, SearchResultBlock, TextBlock,
};

/// A text for every document and search result of the request that has citations enabled.
pub(super) fn texts(params: &MessageCreateParams) -> Vec<TextBlock> {
    let mut sources = Sources::default();
    for turn in &params.messages {
        sources.visit(turn.content.blocks());
    }
    sources.texts
}

/// Documents and search results are numbered apart, and those that are not cited count too.
#[derive(Default)]
struct Sources {
    documents: u64,
    search_results: u64,
    texts: Vec<TextBlock>,
}

impl Sources {
    fn visit(&mut self, blocks: &[ContentBlock]) {
        for block in blocks {
            match block {
                ContentBlock::Document(document) => {
                    let citation = of_document(document, self.documents);
                    self.documents += 1;
                    self.cite(&document.citations, citation);
                }
                ContentBlock::SearchResult(result) => {
                    let citation = of_search_result(result, self.search_results);
                    self.search_results += 1;
                    self.cite(&result.citations, citation);
                }
                ContentBlock::ToolResult(result) => {
                    self.visit(result.content.as_ref().map_or(&[][..], Content::blocks));
                }
                _ => {}
            }
        }
    }

    fn cite(&mut self, config: &Option<CitationsConfig>, citation: Option<Citation>) {
        let wanted = config.as_ref().is_some_and(|config| config.enabled == Some(true));
        if let Some(citation) = citation.filter(|_| wanted) {
            let text = format!(" It says: \"{}\"", citation.cited_text().unwrap_or_default().trim_end());
            self.texts.push(TextBlock::new(text).citations(vec![citation]));
        }
    }
}

fn of_document(document: &DocumentBlock, index: u64) -> Option<Citation> {
    let title = document.title.clone();
    Some(match &document.source {
        DocumentSource::Text(source) => {
            let cited = first_words(&source.data);
            let mut place = CitationCharLocation::new(cited, index, 0, cited.chars().count() as u64);
            place.document_title = title;
            place.into()
        }
        DocumentSource::Content(source) => {
            let mut place = CitationContentBlockLocation::new(first_text(&source.content)?, index, 0, 1);
            place.document_title = title;
            place.into()
        }
        DocumentSource::Base64(_) => {
            let mut place = CitationPageLocation::new(PDF, index, 1, 2);
            place.document_title = title;
            place.into()
        }
        _ => return None, // nothing is fetched
    })
}

fn of_search_result(result: &SearchResultBlock, index: u64) -> Option<Citation> {
    let text = result.content.first()?.text()?;
    let mut place = CitationSearchResultLocation::new(text, index, result.source.clone(), 0, 1);
    place.title = Some(result.title.clone());
    Some(place.into())
}

/// Blocks are cited whole, and the first one that is cited is the first one there is.
fn first_text(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text),
        content => content.blocks().first()?.text(),
    }
}

/// The first sentence or line, with what ends it.
fn first_words(text: &str) -> &str {
    let end = text
        .char_indices()
        .enumerate()
        .find(|(nth, (_, c))| matches!(c, '.' | '!' | '?' | '\n') || *nth + 1 >= MOST_CHARS);
    let end = end.map_or(text.len(), |(_, (at, c))| at + c.len_utf8());
    text.get(..end).unwrap_or(text)
}

const PDF: &str = "The emulator does not read PDFs.";
const MOST_CHARS: usize = 200;
