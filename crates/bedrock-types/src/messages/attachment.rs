//! Files as content blocks: what the bytes are is told from the bytes, and what Bedrock would refuse is refused here.
//!
//! Reading files is not here, nor is what only a parser of PDF or pictures can tell: pages (at most 600), pixels (at most
//! 8000 a side), encryption.

use std::fmt;

use super::{Base64Source, ContentBlock, DocumentBlock, ImageBlock, TextSource};

impl ContentBlock {
    /// The block for a file: a document for a PDF or a text, titled `name`, and an image for a picture, which has no title.
    ///
    /// ```
    /// use bedrock_types::{AttachmentError, ContentBlock};
    ///
    /// let report = ContentBlock::attachment("report.pdf", b"%PDF-1.7 and so on")?;
    /// assert_eq!(report.kind(), "document");
    /// assert_eq!(ContentBlock::attachment("a.bin", b"\0\x01"), Err(AttachmentError::Unrecognized));
    /// # Ok::<(), AttachmentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is nothing in it, it is none of the kinds of [`MediaType`], or it is over a limit.
    pub fn attachment(name: impl Into<String>, bytes: &[u8]) -> Result<Self, AttachmentError> {
        match MediaType::sniff(bytes).ok_or_else(|| unrecognized(bytes))? {
            MediaType::Pdf => Ok(pdf(bytes)?.title(name).into()),
            MediaType::Text => Ok(plain_text(bytes)?.title(name).into()),
            picture @ (MediaType::Jpeg | MediaType::Png | MediaType::Gif | MediaType::WebP) => {
                Ok(image(picture, bytes)?.into())
            }
        }
    }
}

impl DocumentBlock {
    /// A PDF, from the bytes of the file.
    ///
    /// ```
    /// use bedrock_types::DocumentBlock;
    ///
    /// let report = DocumentBlock::pdf(b"%PDF-1.7 and so on")?.title("report");
    /// # assert_eq!(report.title.as_deref(), Some("report"));
    /// # Ok::<(), bedrock_types::AttachmentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The bytes are no PDF, or too many for a request.
    pub fn pdf(bytes: &[u8]) -> Result<Self, AttachmentError> {
        expect(bytes, "a PDF", |found| found == MediaType::Pdf)?;
        pdf(bytes)
    }

    /// A text, from the bytes of the file; a byte order mark is left out.
    ///
    /// # Errors
    ///
    /// The bytes are blank, no text in UTF-8, or too many for a request.
    pub fn plain_text(bytes: &[u8]) -> Result<Self, AttachmentError> {
        expect(bytes, "text", |found| found == MediaType::Text)?;
        plain_text(bytes)
    }
}

impl ImageBlock {
    /// A picture, from the bytes of the file.
    ///
    /// ```
    /// use bedrock_types::{AttachmentError, ImageBlock, MediaType};
    ///
    /// let pdf = ImageBlock::from_bytes(b"%PDF-1.7");
    /// assert_eq!(pdf, Err(AttachmentError::WrongKind { expected: "a picture", found: Some(MediaType::Pdf) }));
    /// ```
    ///
    /// # Errors
    ///
    /// The bytes are no JPEG, PNG, GIF or WebP, or more than Bedrock takes for one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AttachmentError> {
        image(expect(bytes, "a picture", MediaType::is_image)?, bytes)
    }
}

/// What Claude reads from files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaType {
    /// `application/pdf`
    Pdf,
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/gif`
    Gif,
    /// `image/webp`
    WebP,
    /// `text/plain`, in UTF-8
    Text,
}

impl MediaType {
    /// What these bytes are: by how they begin, or because all of them are text.
    ///
    /// `None` for anything else, blank text and text in other encodings included.
    ///
    /// ```
    /// use bedrock_types::MediaType;
    ///
    /// assert_eq!(MediaType::sniff(b"GIF89a..."), Some(MediaType::Gif));
    /// assert_eq!(MediaType::sniff("grün".as_bytes()), Some(MediaType::Text));
    /// assert_eq!(MediaType::sniff(b"PK\x03\x04\0\0"), None);
    /// ```
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => as_text(bytes).map(|_| Self::Text),
        }
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Text => "text/plain",
        }
    }

    /// Whether it is a picture.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::WebP)
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why bytes cannot be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachmentError {
    /// There is nothing in it but white space.
    Empty,
    /// It is no PDF, no JPEG, PNG, GIF or WebP picture, and no text in UTF-8. Convert it to one of these.
    Unrecognized,
    /// It is something else than what was asked for.
    WrongKind {
        /// What was asked for.
        expected: &'static str,
        /// What it is, if it is anything Claude reads.
        found: Option<MediaType>,
    },
    /// It is too large. Split it, or for a picture, scale it down: Claude sees no more than about 1.5 megapixels.
    TooLarge {
        /// Whose limit.
        rule: SizeLimit,
        /// The limit, in bytes.
        limit: usize,
        /// The size, in bytes, as the limit counts them.
        got: usize,
    },
}

impl fmt::Display for AttachmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is nothing in it"),
            Self::Unrecognized => {
                f.write_str("it is no PDF, no JPEG, PNG, GIF or WebP picture, and no text in UTF-8")
            }
            Self::WrongKind { expected, found: Some(found) } => write!(f, "it is {found}, not {expected}"),
            Self::WrongKind { expected, found: None } => write!(f, "it is not {expected}"),
            Self::TooLarge { rule, limit, got } => {
                write!(f, "{rule} may have {limit} bytes, this one has {got}")
            }
        }
    }
}

impl std::error::Error for AttachmentError {}

/// A limit of Bedrock on size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SizeLimit {
    /// 3.75 MB for one picture: 5 MiB in base64.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>
    Image,
    /// 20 MB for the whole body of a request, files in base64 and all: what Anthropic writes of Bedrock, where AWS's own model of
    /// the operation says 25 MB.
    RequestBody,
}

impl SizeLimit {
    /// The limit, in bytes.
    pub fn bytes(self) -> usize {
        match self {
            Self::Image => 5 * 1024 * 1024 / 4 * 3,
            Self::RequestBody => 20_000_000,
        }
    }

    fn hold(self, got: usize) -> Result<(), AttachmentError> {
        let limit = self.bytes();
        if got > limit { Err(AttachmentError::TooLarge { rule: self, limit, got }) } else { Ok(()) }
    }
}

impl fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Image => "a picture",
            Self::RequestBody => "the body of a request",
        })
    }
}

fn pdf(bytes: &[u8]) -> Result<DocumentBlock, AttachmentError> {
    SizeLimit::RequestBody.hold(base64_len(bytes))?;
    Ok(DocumentBlock::new(Base64Source::from_bytes(MediaType::Pdf.as_str(), bytes)))
}

fn plain_text(bytes: &[u8]) -> Result<DocumentBlock, AttachmentError> {
    SizeLimit::RequestBody.hold(bytes.len())?;
    let text = std::str::from_utf8(without_mark(bytes)).map_err(|_| AttachmentError::Unrecognized)?;
    Ok(DocumentBlock::new(TextSource::new(MediaType::Text.as_str(), text)))
}

fn image(media_type: MediaType, bytes: &[u8]) -> Result<ImageBlock, AttachmentError> {
    SizeLimit::Image.hold(bytes.len())?;
    Ok(ImageBlock::new(Base64Source::from_bytes(media_type.as_str(), bytes)))
}

/// What the bytes are, if that is wanted.
fn expect(
    bytes: &[u8],
    expected: &'static str,
    wanted: impl Fn(MediaType) -> bool,
) -> Result<MediaType, AttachmentError> {
    MediaType::sniff(bytes).filter(|found| wanted(*found)).ok_or_else(|| wrong(bytes, expected))
}

fn wrong(bytes: &[u8], expected: &'static str) -> AttachmentError {
    if is_blank(bytes) {
        return AttachmentError::Empty;
    }
    AttachmentError::WrongKind { expected, found: MediaType::sniff(bytes) }
}

fn unrecognized(bytes: &[u8]) -> AttachmentError {
    if is_blank(bytes) { AttachmentError::Empty } else { AttachmentError::Unrecognized }
}

/// The bytes as text, unless they are blank, not UTF-8, or have control characters that no text has, such as NUL.
fn as_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(without_mark(bytes)).ok()?;
    // Backspace and escape stand in what was written for terminals.
    let binary = |byte: &u8| byte.is_ascii_control() && !matches!(byte, 0x08..=b'\r' | 0x1b);
    (!text.as_bytes().iter().any(binary) && !text.trim().is_empty()).then_some(text)
}

fn is_blank(bytes: &[u8]) -> bool {
    std::str::from_utf8(without_mark(bytes)).is_ok_and(|text| text.trim().is_empty())
}

/// Without the byte order mark that some editors put before UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// How many bytes these are in padded base64.
fn base64_len(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(3) * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_a_file_is() {
        for (bytes, kind, media_type) in [
            (&b"%PDF-1.7"[..], "document", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
            (b"\xff\xd8\xff\xe0", "image", "image/jpeg"),
            (b"GIF87a", "image", "image/gif"),
            (b"GIF89a", "image", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8", "image", "image/webp"),
            (b"plain words", "document", "text/plain"),
        ] {
            let block = ContentBlock::attachment("name", bytes).expect("an attachment");
            assert_eq!(block.kind(), kind);
            let json = serde_json::to_value(&block).expect("JSON");
            assert_eq!(json["source"]["media_type"], media_type);
            assert_eq!(json.get("title").is_some(), kind == "document");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for (bytes, expected) in [
            (&b""[..], AttachmentError::Empty),
            (b" \n\t", AttachmentError::Empty),
            (b"\xef\xbb\xbf\n", AttachmentError::Empty),
            (b"\0\0\0", AttachmentError::Unrecognized),
            (b"text\0text", AttachmentError::Unrecognized),
            (b"\xff\xfeh\0i\0", AttachmentError::Unrecognized),
            (b"RIFF\0\0\0\0WAVE", AttachmentError::Unrecognized),
            (b"PK\x03\x04", AttachmentError::Unrecognized),
        ] {
            assert_eq!(ContentBlock::attachment("name", bytes), Err(expected), "{bytes:?}");
        }
    }

    #[test]
    fn each_helper_takes_its_own_kind_only() {
        let png = b"\x89PNG\r\n\x1a\n";
        let wrong = |expected, found| AttachmentError::WrongKind { expected, found };
        assert_eq!(DocumentBlock::pdf(png), Err(wrong("a PDF", Some(MediaType::Png))));
        assert_eq!(DocumentBlock::plain_text(png), Err(wrong("text", Some(MediaType::Png))));
        assert_eq!(ImageBlock::from_bytes(b"words"), Err(wrong("a picture", Some(MediaType::Text))));
        assert_eq!(ImageBlock::from_bytes(b"\0"), Err(wrong("a picture", None)));
        assert_eq!(DocumentBlock::plain_text(b"%PDF-"), Err(wrong("text", Some(MediaType::Pdf))));
        assert_eq!(DocumentBlock::pdf(b""), Err(AttachmentError::Empty));
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let block = DocumentBlock::plain_text(b"\xef\xbb\xbfwords").expect("a text");
        assert_eq!(serde_json::to_value(&block).expect("JSON")["source"]["data"], "words");
    }

    #[test]
    fn limits_hold_to_the_byte() {
        let of_size = |start: &[u8], len: usize| {
            let mut bytes = start.to_vec();
            bytes.resize(len, b'x');
            bytes
        };
        for (start, rule, most) in [
            (&b"\xff\xd8\xff"[..], SizeLimit::Image, 3_932_160),
            (b"%PDF-", SizeLimit::RequestBody, 15_000_000),
            (b"words", SizeLimit::RequestBody, 20_000_000),
        ] {
            let error = ContentBlock::attachment("name", &of_size(start, most + 1)).expect_err("too large");
            assert!(
                matches!(error, AttachmentError::TooLarge { rule: found, limit, got }
                    if found == rule && limit == rule.bytes() && got > limit),
                "{error:?}"
            );
            assert_eq!(rule.hold(rule.bytes()), Ok(()));
        }
        assert_eq!(base64_len(&of_size(b"", 15_000_000)), SizeLimit::RequestBody.bytes());
        assert!(ImageBlock::from_bytes(&of_size(b"\xff\xd8\xff", 3_932_160)).is_ok());
        let error = ImageBlock::from_bytes(&of_size(b"\xff\xd8\xff", 4_000_000)).expect_err("too large");
        assert_eq!(error.to_string(), "a picture may have 3932160 bytes, this one has 4000000");
    }
}
