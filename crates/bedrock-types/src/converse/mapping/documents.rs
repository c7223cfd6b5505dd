//! Pictures and documents, and the names that Converse wants for documents.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{bad_value, each, no_counterpart, only};
use crate::{
    converse::{
        self, ConverseError, ConverseErrorKind, ConverseOptions, DocumentContentBlock, DocumentFormat,
        ImageFormat, error::At,
    },
    messages::{
        Base64Source, CitationsConfig, Content, ContentBlock, ContentSource, DocumentBlock, DocumentSource,
        ImageBlock, ImageSource, TextBlock, TextSource,
    },
};

/// How Converse reads PDFs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PdfReading {
    /// By their text, unless the request asks for citations.
    #[default]
    AsAsked,
    /// By eye as on the other routes, for which Converse wants citations: they are asked for where the request says nothing.
    Visual,
}

/// What becomes of the titles of documents, which in Converse are names of a few characters only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DocumentNames {
    /// A title must be a legal name.
    #[default]
    Exact,
    /// What is not legal is replaced, and a name that came before gets a number.
    Legal,
}

/// The documents of a request, counted and named.
pub(super) struct Documents<'a> {
    options: &'a ConverseOptions,
    count: usize,
    names: BTreeSet<String>,
}

impl<'a> Documents<'a> {
    pub(super) fn new(options: &'a ConverseOptions) -> Self {
        Self { options, count: 0, names: BTreeSet::new() }
    }

    /// A document without its mark for the cache.
    pub(super) fn carry(
        &mut self,
        document: &DocumentBlock,
    ) -> Result<converse::DocumentBlock, ConverseError> {
        only(document, &["type", "source", "title", "context", "citations", "cache_control"])?;
        let (format, source) = source_to_converse(&document.source).at("source")?;
        let pdf = format == DocumentFormat::Pdf;
        let name = self.name(document.title.as_deref()).at("title")?;
        let mut converse = converse::DocumentBlock::new(name, source).format(format);
        converse.context.clone_from(&document.context);
        converse.citations = match &document.citations {
            Some(citations) => citations_to_converse(citations).at("citations")?,
            None if pdf && self.options.pdf == PdfReading::Visual => {
                Some(converse::CitationsConfig::new(true))
            }
            None => None,
        };
        Ok(converse)
    }

    /// Neutral names are neutral because the model reads them.
    fn name(&mut self, title: Option<&str>) -> Result<String, ConverseError> {
        self.count += 1;
        let Some(title) = title else { return Ok(neutral_name(self.count)) };
        match self.options.document_names {
            DocumentNames::Exact if is_legal(title) => Ok(title.to_owned()),
            DocumentNames::Exact => Err(ConverseError::new(ConverseErrorKind::DocumentName)),
            DocumentNames::Legal => {
                let mut name = legal(title);
                if name.is_empty() {
                    name = neutral_name(self.count);
                }
                let mut unique = name.clone();
                let mut number = 1;
                while !self.names.insert(unique.clone()) {
                    number += 1;
                    unique = format!("{name} ({number})");
                }
                Ok(unique)
            }
        }
    }
}

/// The documents of a Converse request, counted.
#[derive(Default)]
pub(super) struct NamedDocuments {
    count: usize,
}

impl NamedDocuments {
    pub(super) fn carry(
        &mut self,
        document: &converse::DocumentBlock,
    ) -> Result<DocumentBlock, ConverseError> {
        only(document, &["name", "source", "format", "context", "citations"])?;
        self.count += 1;
        let source = source_to_messages(&document.source, document.format.as_ref())?;
        let mut messages = DocumentBlock::new(source);
        if document.name != neutral_name(self.count) {
            messages.title = Some(document.name.clone());
        }
        messages.context.clone_from(&document.context);
        messages.citations = match &document.citations {
            Some(citations) => Some(citations_to_messages(citations).at("citations")?),
            None => None,
        };
        Ok(messages)
    }
}

pub(super) fn image_to_converse(image: &ImageBlock) -> Result<converse::ImageBlock, ConverseError> {
    only(image, &["type", "source", "cache_control"])?;
    let ImageSource::Base64(source) = &image.source else { return Err(no_counterpart().within("source")) };
    only(source, &["type", "media_type", "data"]).at("source")?;
    let format = match source.media_type.as_str() {
        "image/png" => ImageFormat::Png,
        "image/jpeg" => ImageFormat::Jpeg,
        "image/gif" => ImageFormat::Gif,
        "image/webp" => ImageFormat::Webp,
        _ => return Err(bad_value().within("media_type").within("source")),
    };
    Ok(converse::ImageBlock::new(format, converse::ImageSource::Bytes(source.data.clone())))
}

pub(super) fn image_to_messages(image: &converse::ImageBlock) -> Result<ImageBlock, ConverseError> {
    only(image, &["format", "source"])?;
    let converse::ImageSource::Bytes(bytes) = &image.source else {
        return Err(no_counterpart().within("source"));
    };
    Ok(ImageBlock::new(Base64Source::new(format!("image/{}", image.format), bytes.clone())))
}

pub(super) fn citations_to_converse(
    citations: &CitationsConfig,
) -> Result<Option<converse::CitationsConfig>, ConverseError> {
    only(citations, &["enabled"])?;
    Ok(citations.enabled.map(converse::CitationsConfig::new))
}

pub(super) fn citations_to_messages(
    citations: &converse::CitationsConfig,
) -> Result<CitationsConfig, ConverseError> {
    only(citations, &["enabled"])?;
    Ok(citations.enabled.into())
}

fn source_to_converse(
    source: &DocumentSource,
) -> Result<(DocumentFormat, converse::DocumentSource), ConverseError> {
    match source {
        DocumentSource::Base64(source) => {
            only(source, &["type", "media_type", "data"])?;
            match source.media_type.as_str() {
                "application/pdf" => {
                    Ok((DocumentFormat::Pdf, converse::DocumentSource::Bytes(source.data.clone())))
                }
                _ => Err(bad_value().within("media_type")),
            }
        }
        DocumentSource::Text(source) => {
            only(source, &["type", "media_type", "data"])?;
            match source.media_type.as_str() {
                "text/plain" => {
                    Ok((DocumentFormat::Txt, converse::DocumentSource::Text(source.data.clone())))
                }
                _ => Err(bad_value().within("media_type")),
            }
        }
        DocumentSource::Content(source) => {
            only(source, &["type", "content"])?;
            let pieces = match &source.content {
                Content::Text(text) => vec![DocumentContentBlock::Text(text.clone())],
                Content::Blocks(blocks) => {
                    each(blocks, &mut |block| plain_text(block).map(DocumentContentBlock::Text))
                        .at("content")?
                }
            };
            Ok((DocumentFormat::Txt, converse::DocumentSource::Content(pieces)))
        }
        DocumentSource::Url(_) | DocumentSource::Unknown(_) => Err(no_counterpart()),
    }
}

fn source_to_messages(
    source: &converse::DocumentSource,
    format: Option<&DocumentFormat>,
) -> Result<DocumentSource, ConverseError> {
    match (source, format) {
        (converse::DocumentSource::Text(text), _) => Ok(TextSource::new("text/plain", text.clone()).into()),
        (converse::DocumentSource::Content(pieces), _) => {
            let blocks: Vec<ContentBlock> = each(pieces, &mut |piece| match piece {
                DocumentContentBlock::Text(text) => Ok(TextBlock::new(text.clone()).into()),
                DocumentContentBlock::Unknown(_) => Err(no_counterpart()),
            })
            .at("content")
            .at("source")?;
            Ok(ContentSource::new(blocks).into())
        }
        (converse::DocumentSource::Bytes(bytes), Some(DocumentFormat::Pdf)) => {
            Ok(Base64Source::new("application/pdf", bytes.clone()).into())
        }
        (
            converse::DocumentSource::Bytes(bytes),
            Some(DocumentFormat::Txt | DocumentFormat::Md | DocumentFormat::Csv | DocumentFormat::Html),
        ) => {
            let text = BASE64_STANDARD.decode(bytes).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            match text {
                Some(text) => Ok(TextSource::new("text/plain", text).into()),
                None => Err(bad_value().within("bytes").within("source")),
            }
        }
        (converse::DocumentSource::Bytes(_), Some(_)) => Err(no_counterpart().within("format")),
        (converse::DocumentSource::Bytes(_), None) => Err(super::missing().within("format")),
        (converse::DocumentSource::S3Location(_) | converse::DocumentSource::Unknown(_), _) => {
            Err(no_counterpart().within("source"))
        }
    }
}

/// The text of a block that is text and nothing else.
pub(super) fn plain_text(block: &ContentBlock) -> Result<String, ConverseError> {
    let ContentBlock::Text(text) = block else { return Err(no_counterpart()) };
    only(text, &["type", "text"])?;
    Ok(text.text.clone())
}

fn neutral_name(number: usize) -> String {
    format!("document-{number}")
}

/// As long as a name may be, in characters.
const MAX_NAME: usize = 200;

fn is_legal_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '(' | ')' | '[' | ']')
}

fn is_legal(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name.chars().all(is_legal_character)
        && !name.contains("  ")
}

/// The title with a hyphen for each run of what is not legal, and no spaces in a row.
fn legal(title: &str) -> String {
    // Room is left for a number.
    let mut name = String::new();
    for character in title.chars().take(MAX_NAME - 10) {
        let character = if character.is_whitespace() { ' ' } else { character };
        let legal = if is_legal_character(character) { character } else { '-' };
        let repeated = name.ends_with(legal) && (legal == ' ' || !is_legal_character(character));
        if !repeated {
            name.push(legal);
        }
    }
    name.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_legal() {
        for (title, name) in [
            ("report", "report"),
            ("report_2024.pdf", "report-2024-pdf"),
            ("a  b\tc", "a b c"),
            ("Bär [1] (x)", "B-r [1] (x)"),
            ("???", "-"),
            ("  ", ""),
        ] {
            assert_eq!(legal(title), name, "{title}");
            assert_eq!(is_legal(title), legal(title) == title && !title.is_empty(), "{title}");
        }
        assert!(is_legal(&legal(&"x".repeat(999))));
        assert!(!is_legal(&"x".repeat(201)));
    }
}
