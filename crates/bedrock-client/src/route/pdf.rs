//! How Converse will read the PDFs of a request: by eye with citations, and otherwise by their text alone.
//!
//! Pure; whoever sends the request tells what is found. <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-pdf-support.html>

use std::fmt;

use bedrock_types::{ContentBlock, DocumentBlock, DocumentSource, MessageCreateParams, converse::PdfReading};

/// The reading that can be had: citations, which reading by eye wants, exclude a format of the answer.
pub(super) fn possible(params: &MessageCreateParams, asked: PdfReading) -> PdfReading {
    if has_format(params) { PdfReading::AsAsked } else { asked }
}

/// The first PDF that will be read by its text alone though nobody chose that, and why.
pub(super) fn text_only(params: &MessageCreateParams, asked: PdfReading) -> Option<TextOnly> {
    let mut pdfs = params.messages.iter().enumerate().flat_map(|(turn, message)| {
        let blocks = message.content.blocks().iter().enumerate();
        blocks.filter_map(move |(index, block)| Some((turn, index, pdf(block)?)))
    });
    pdfs.find_map(|(turn, index, pdf)| {
        let citations = pdf.citations.as_ref().map(|citations| citations.enabled.unwrap_or_default());
        let why = match (citations, asked) {
            (Some(true), _) => return None,
            (_, PdfReading::Visual) if has_format(params) => Why::Format,
            (Some(false), PdfReading::Visual) => Why::CitationsOff,
            (None, PdfReading::Visual) => return None,
            // Whoever turned them off knows.
            (Some(false), _) => return None,
            (None, _) => Why::NotAsked,
        };
        Some(TextOnly { path: format!("messages[{turn}].content[{index}]"), why })
    })
}

/// A PDF of which the model sees no page, and the reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextOnly {
    pub(super) path: String,
    why: Why,
}

#[derive(Debug, PartialEq, Eq)]
enum Why {
    NotAsked,
    CitationsOff,
    Format,
}

impl fmt::Display for TextOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Converse reads this PDF by its text alone, not by eye: ")?;
        f.write_str(match self.why {
            Why::NotAsked => "citations are off; with_pdf_reading(PdfReading::Visual) turns them on",
            Why::CitationsOff => "the request turns its citations off",
            Why::Format => "citations exclude the format that the answer is to have",
        })
    }
}

fn pdf(block: &ContentBlock) -> Option<&DocumentBlock> {
    match block {
        ContentBlock::Document(document) => match &document.source {
            DocumentSource::Base64(source) if source.media_type == "application/pdf" => Some(document),
            _ => None,
        },
        _ => None,
    }
}

fn has_format(params: &MessageCreateParams) -> bool {
    params.output_config.as_ref().is_some_and(|config| config.format.is_some())
}

#[cfg(test)]
mod tests {
    use bedrock_types::{
        Base64Source, CitationsConfig, JsonOutputFormat, OutputConfig, RawJson, TextBlock, TextSource,
    };

    use super::*;

    #[test]
    fn what_is_not_read_by_eye_says_why() {
        let asks = |citations: Option<bool>, format: bool| {
            let mut pdf = DocumentBlock::new(Base64Source::new("application/pdf", "JVBERi0="));
            pdf.citations = citations.map(CitationsConfig::from);
            let text = DocumentBlock::new(TextSource::new("text/plain", "a text"));
            let turn = vec![TextBlock::new("What does it say?").into(), text.into(), pdf.into()];
            let params = MessageCreateParams::new("haiku-4.5", 64).user(turn);
            let schema = RawJson::parse(r#"{"type":"object"}"#).expect("JSON");
            match format {
                true => params.output_config(OutputConfig::new().format(JsonOutputFormat::new(schema))),
                false => params,
            }
        };
        for (citations, format, asked, expected) in [
            (None, false, PdfReading::AsAsked, Some("citations are off; ")),
            (None, false, PdfReading::Visual, None),
            (Some(true), false, PdfReading::AsAsked, None),
            (Some(true), false, PdfReading::Visual, None),
            (Some(false), false, PdfReading::AsAsked, None),
            (Some(false), false, PdfReading::Visual, Some("turns its citations off")),
            (None, true, PdfReading::Visual, Some("citations exclude the format")),
            (None, true, PdfReading::AsAsked, Some("citations are off; ")),
        ] {
            let params = asks(citations, format);
            let found = text_only(&params, asked);
            let case = format!("{citations:?} {format} {asked:?}: {found:?}");
            assert_eq!(found.is_some(), expected.is_some(), "{case}");
            if let Some((found, expected)) = found.zip(expected) {
                assert_eq!(found.path, "messages[0].content[2]");
                assert!(found.to_string().contains(expected), "{found}");
            }
            let reading = possible(&params, asked);
            assert_eq!(reading == PdfReading::Visual, asked == PdfReading::Visual && !format, "{case}");
        }
    }
}
