//! Token counts by one rule: four bytes of UTF-8 are a token, the last one may be shorter. The input is the compact JSON of system,
//! messages and tools, in which pictures and PDFs count by what they are (`files.rs`).

use bedrock_types::MessageCreateParams;
use bedrock_types::json::Wire;

use super::files::Files;
use crate::digest::Digest;

/// What a request comes to.
pub(crate) struct Weighed {
    /// Of all of it.
    pub(crate) digest: Digest,
    /// What its input costs, cached or not.
    pub(crate) input_tokens: u64,
}

/// Writes a request once, for both.
pub(crate) fn weigh(params: &mut MessageCreateParams) -> Weighed {
    let (system, tools, messages) =
        (params.system.take(), params.tools.take(), std::mem::take(&mut params.messages));
    let mut json = Vec::with_capacity(1024); // what allocators have at hand
    params.write_json(&mut json);
    let options = json.len();
    messages.write_json(&mut json);
    system.iter().for_each(|system| system.write_json(&mut json));
    tools.iter().for_each(|tools| tools.write_json(&mut json));
    (params.system, params.tools, params.messages) = (system, tools, messages);
    let mut size = Size::of_json(json.len() - options);
    params.messages.iter().for_each(|turn| size.set_apart(Files::of(turn.content.blocks())));
    Weighed { digest: Digest::of_request(&[&json]), input_tokens: size.tokens() }
}

/// How large a part of a request is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Of compact JSON, without the base64 of files.
    text_bytes: usize,
    file_tokens: u64,
}

impl Size {
    /// So much JSON without files.
    pub(super) fn of_json(bytes: usize) -> Self {
        Self { text_bytes: bytes, file_tokens: 0 }
    }

    /// Counts these files, which the JSON has, as what they are.
    pub(super) fn set_apart(&mut self, files: Files) {
        self.text_bytes = self.text_bytes.saturating_sub(files.base64_bytes);
        self.file_tokens += files.tokens;
    }

    pub(super) fn tokens(self) -> u64 {
        tokens(self.text_bytes) + self.file_tokens
    }
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, more: Self) {
        self.text_bytes += more.text_bytes;
        self.file_tokens += more.file_tokens;
    }
}

/// The tokens of so many bytes.
pub(super) fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN) as u64
}

/// How many bytes fit into so many tokens.
pub(super) fn bytes(tokens: u64) -> usize {
    usize::try_from(tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN)
}

const BYTES_PER_TOKEN: usize = 4;
